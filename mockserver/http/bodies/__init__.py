"""Reads request bodies and queries as the real server does."""
