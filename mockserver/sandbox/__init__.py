"""Isolated sandboxes, and which of them a request belongs to."""
