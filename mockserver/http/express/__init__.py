"""The profile `server` on the wire: what Express, body-parser and Node make of a request."""
