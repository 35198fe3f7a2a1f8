"""Stress tests: runs the server under hostile load and checks its promises (`make soak`)."""
