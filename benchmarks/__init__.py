"""Measures what the project promises about start-up, memory and bulk fixtures: `make bench`."""
