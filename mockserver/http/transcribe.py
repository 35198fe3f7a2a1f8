"""Makes transcripts of exchanges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final, TypeAlias

from falcon import Request, Response

from mockserver.http.bodies.parser import reader
from mockserver.record.transcript import MAX_BODY_BYTES, Transcript

_WITHOUT_PREFIX: Final = ("CONTENT_TYPE", "CONTENT_LENGTH")
# Clients send the same headers again and again. Environments with more keys are not cached.
_MOST_KEYS: Final = 64

_Getter: TypeAlias = Callable[[Mapping[str, Any]], tuple[str, ...]]


def capturing(req: Request) -> Callable[[int], bytes]:
    """Return a function that reads the body and remembers what it has read."""
    read_bytes = reader(req.env)

    def read(size: int) -> bytes:
        data = read_bytes(size)
        req.context.body = data[:MAX_BODY_BYTES]
        return data

    return read


def transcribe(req: Request, resp: Response, cookie: str | None = None) -> Transcript:
    """Return the transcript of an exchange. The reply must be complete but for its cookie."""
    env = req.env
    keys = tuple(env)
    names, get = (_headers if len(keys) <= _MOST_KEYS else _headers.__wrapped__)(keys)
    body, sent = b"", 0
    if "CONTENT_LENGTH" in env:
        sent = req.content_length or 0
        body = _body(req) if sent else b""
    reply = resp.data or b""
    return Transcript(
        names, "\n".join(get(env)), env.get("QUERY_STRING", ""), body, sent,
        resp.headers, cookie, reply[:MAX_BODY_BYTES], len(reply),
    )  # fmt: skip


@lru_cache(256)
def _headers(keys: tuple[str, ...]) -> tuple[tuple[str, ...], _Getter]:
    """Return the names of the headers in an environment with these keys, and a getter."""
    names = tuple(key for key in keys if key.startswith("HTTP_") or key in _WITHOUT_PREFIX)
    if len(names) < 2:  # then `itemgetter` would not return a tuple
        return names, lambda env: tuple(env[name] for name in names)
    return names, itemgetter(*names)


def _body(req: Request) -> bytes:
    read: bytes | None = getattr(req.context, "body", None)
    return req.bounded_stream.read(MAX_BODY_BYTES) if read is None else read
