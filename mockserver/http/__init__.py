"""The HTTP adapter: the only part that knows Falcon."""
