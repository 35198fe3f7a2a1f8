"""Runs the server hard and holds it to what it promises: `make soak`."""
