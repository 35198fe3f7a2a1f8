"""Faults and scenarios, and what a server can carry out."""
