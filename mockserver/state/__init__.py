"""The state of the mock: users, sessions and time."""
