"""The parts of a reply that come from Express: headers, error page, answer to OPTIONS."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha1
from typing import Final

ALLOWED: Final = {"POST": "POST", "GET": "GET,HEAD"}
HTML: Final = "text/html; charset=utf-8"
POWERED_BY: Final = ("X-Powered-By", "Express")
ERROR_PAGE_HEADERS: Final = (
    POWERED_BY,
    ("Content-Security-Policy", "default-src 'self'"),
    ("X-Content-Type-Options", "nosniff"),
)
_NO_CACHE: Final = re.compile(r"(?:^|,)\s*?no-cache\s*?(?:,|$)")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_CORS: Final = (
    ("Access-Control-Allow-Methods", "*"),
    (
        "Access-Control-Allow-Headers",
        "Content-Type,Content-Length, Authorization, Accept,X-Requested-With",
    ),
    ("Access-Control-Allow-Credentials", "true"),
)


def etag(body: bytes) -> str:
    """Return the weak ETag: the body's length in hex, and 27 characters of its SHA-1 in base64."""
    digest = b64encode(sha1(body, usedforsecurity=False).digest())[:27].decode()
    return f'W/"{len(body):x}-{digest}"'


def reply_headers(origin: str | None) -> tuple[tuple[str, str], ...]:
    """Return the headers of every API reply. Any origin that fits into a header is echoed."""
    echoed = "*" if not origin or _CONTROL.search(origin) else origin
    return (POWERED_BY, ("Access-Control-Allow-Origin", echoed), *_CORS)


def is_fresh(environ: Mapping[str, str], tag: str) -> bool:
    """Whether the client's copy is fresh, so that the reply is a 304."""
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known is None or _NO_CACHE.search(environ.get("HTTP_CACHE_CONTROL", "")):
        return False
    bare = tag.removeprefix("W/")
    return known == "*" or any(one.strip().removeprefix("W/") == bare for one in known.split(","))


REASONS: Final = {
    400: "Bad Request",
    413: "Payload Too Large",
    415: "Unsupported Media Type",
    500: "Internal Server Error",
}


def error_page(status: int) -> bytes:
    """Return the HTML page for errors before routing."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n'
        f"</head>\n<body>\n<pre>{REASONS[status]}</pre>\n</body>\n</html>\n"
    ).encode()
