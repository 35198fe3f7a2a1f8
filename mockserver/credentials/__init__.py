"""Signs and reads session cookies, and issues tokens."""
