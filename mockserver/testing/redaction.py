"""What the journal would show of a request that a test expects: without secrets, and cut."""

from __future__ import annotations

from functools import cache

from mockserver.api.catalog import EVERY_ENDPOINT
from mockserver.record import secrets
from mockserver.record.known_fields import known_fields
from mockserver.record.transcript import MAX_BODY_BYTES


def shown_body(text: str, content_type: str, truncated: bool, path: str | None) -> str:
    """Return the body of a request to the endpoint at `path`. None: it reached none."""
    if truncated:
        text = text.encode("utf-8", "replace")[:MAX_BODY_BYTES].decode("utf-8", "replace")
    return secrets.body(text, content_type, not truncated, _known(path))


def shown_query(text: str) -> str:
    """Return a query."""
    return secrets.query(text)


def shown_header(name: str, value: str) -> str:
    """Return the value of a header."""
    return secrets.header_value(name, value)


@cache
def _known(path: str | None) -> frozenset[str] | None:
    return known_fields(next((one for one in EVERY_ENDPOINT if one.path == path), None))
