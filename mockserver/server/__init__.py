"""Serves the application on real sockets with waitress."""
