"""Faults, scenarios and the capabilities of servers."""
