"""Isolated worlds, and which of them a request belongs to."""
