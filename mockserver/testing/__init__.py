"""The mock in tests: a client, a server in this process, the pytest plugin."""
