"""How session cookies and tokens are signed and read."""
