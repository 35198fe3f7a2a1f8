"""Isolated sandboxes, and the routing of requests to them."""
