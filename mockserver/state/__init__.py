"""Users, sessions and time: what the mock knows."""
