"""Small inputs that may be expensive: quadratic parsing, endless lines, decompression bombs."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from itertools import product
from typing import Final, NamedTuple

from mockserver.api.catalog import ENDPOINTS
from mockserver.api.common import BASE_PATH

# Just below the limit for a head, in bytes.
LARGE: Final = 16_000
_PATH: Final = (BASE_PATH + ENDPOINTS[0].path).encode()
_POST: Final = b"POST " + _PATH + b" HTTP/1.1\r\nHost: localhost\r\n"
_CHUNKED: Final = _POST + b"Transfer-Encoding: chunked\r\n\r\n"
_MEGABYTES: Final = 9_500_000
_MEMBER: Final = gzip.compress(b"")
# The CPU time limits of one request, in seconds: a head of 16 KB, and a body of 10 MB.
_MOST_FOR_HEAD_S: Final = 0.3
_MOST_FOR_BODY_S: Final = 1.0


class Attack(NamedTuple):
    """An expensive request, sent `times` times.

    `most_s` is the limit of the server's CPU time, in seconds. With `reads_journal` the journal is
    read afterwards, because the cost arises there.
    """

    name: str
    data: bytes
    most_s: float = _MOST_FOR_HEAD_S
    times: int = 1
    reads_journal: bool = False


def digits(size: int) -> bytes:
    """Build a request line that a backtracking regex can split in many ways."""
    return b"GET a://" + b"1" * size + b" x\r\nHost: localhost\r\n\r\n"


def blanks(size: int) -> bytes:
    """Build a header with many spaces. A regex may try each as the end of the value."""
    return _POST + b"a:" + b" " * size + b"\x00\r\n\r\n"


def members(size: int) -> bytes:
    """Build about `size` bytes of empty gzip members."""
    return _MEMBER * (size // len(_MEMBER))


def zipped(size: int) -> bytes:
    """Build a request with a body of empty gzip members."""
    body = members(size)
    head = b"Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
    return _POST + head % len(body) + body


def chunk_extension(size: int) -> bytes:
    """Build a chunk whose size line does not end."""
    return _CHUNKED + b"1;" + b"x" * size


def trailers(size: int) -> bytes:
    """Build trailers that do not end."""
    return _CHUNKED + b"0\r\n" + b"a: b\r\n" * (size // 6)


def tiny_chunks(size: int) -> bytes:
    """Build a complete body in chunks of one byte."""
    return _CHUNKED + b"1\r\nx\r\n" * (size // 6) + b"0\r\n\r\n"


def token_path(size: int) -> bytes:
    """Build a path in which a token may begin at every third byte."""
    return _PATH + b"/" + b"eyJ" * (size // 3)


ATTACKS: Final = (
    Attack("digits", digits(LARGE)),
    Attack("blanks", blanks(LARGE)),
    Attack("gzip members", zipped(5_000_000), _MOST_FOR_BODY_S),
    Attack("chunk extension", chunk_extension(_MEGABYTES), _MOST_FOR_BODY_S),
    Attack("trailers", trailers(_MEGABYTES), _MOST_FOR_BODY_S),
    # Each chunk needs a few calls of the parser. This checks that the time is linear.
    Attack("tiny chunks", tiny_chunks(300_000), _MOST_FOR_BODY_S),
    Attack("eyJ", b"GET " + token_path(LARGE - 100) + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
           times=20, reads_journal=True),
)  # fmt: skip

_NAMES: Final = (
    b"Cookie", b"Prefer", b"Connection", b"Host", b"Content-Type", b"Content-Encoding",
    b"Content-Length", b"Transfer-Encoding", b"If-None-Match", b"Origin", b"Authorization",
    b"Access-Control-Request-Headers", b"Expect", b"X-Forwarded-Host",
)  # fmt: skip
_REPEATED: Final = (
    b" ", b"\t", b"1", b",", b";", b'"', b"\\", b"\\\"", b"=", b"a=", b"a,", b"a;", b", ", b"%",
    b"%25", b"[", b":", b"/", b"eyJ", b"eyJ.", b"\xff", b"a b ", b"W/\"x\", ",
    b"animeloop.auth.sid=s%3A; ",
)  # fmt: skip
# Ends that prevent a match, so that a regex backtracks through all alternatives.
_ENDS: Final = (b"", b"\x01")
_LINES: Final = (
    b"GET%b/ HTTP/1.1", b"GET /%b HTTP/1.1", b"GET /%b", b"GET x%b://x HTTP/1.1", b"%b / HTTP/1.1",
    b"GET http://%b HTTP/1.1", b"GET / HTTP/1.1%b", b"GET /?%b HTTP/1.1", b"GET //[%b HTTP/1.1",
    b"GET /api/v2%bx HTTP/1.1", b"GET /__admin/users?%b HTTP/1.1", b"GET /__admin/%b HTTP/1.1",
)  # fmt: skip


def sweep() -> Iterator[Attack]:
    """Yield heads with long repetitions in every part, to find quadratic regexes."""
    for form, piece in product(_LINES, _REPEATED):
        line = form.replace(b"%b", piece * (LARGE // len(piece)))
        yield Attack(f"{form!r} with {piece!r}", line + b"\r\nHost: localhost\r\n\r\n")
    for name, piece, end in product(_NAMES, _REPEATED, _ENDS):
        value = piece * ((LARGE - 200) // len(piece)) + end
        yield Attack(f"{name.decode()} of {piece!r} and {end!r}", _with(name, value))


def _with(name: bytes, value: bytes) -> bytes:
    head = _POST.replace(b"Host: localhost\r\n", b"") if name == b"Host" else _POST
    return head + name + b": " + value + b"\r\n\r\n"
