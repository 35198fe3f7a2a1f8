"""The application on real sockets: waitress, and what it needs beside it."""
