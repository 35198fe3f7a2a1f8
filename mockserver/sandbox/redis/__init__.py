"""The backend in Redis: many processes are one mock."""
