"""Mutated requests, each determined by a seed and a number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from soak import attacks
from soak import vocabulary as words
from soak.promises import Due

# The server's admin token.
TOKEN: Final = "the-soak-knows-it"
_SHARE_DAMAGED: Final = 0.35
# Few, because each is tens of KB. `soak/hostile.py` measures their cost.
_SHARE_COSTLY: Final = 0.01
_MOST_PIPELINED: Final = 5
_CHUNKED: Final = (b"Transfer-Encoding", b"chunked")


@dataclass(frozen=True)
class Mutated:
    """The bytes to send.

    `due` has an item for each expected reply on a keep-alive connection. It is None if that is
    unknown, for example for damaged bytes. Then the replies end with the stream.
    """

    data: bytes
    due: tuple[Due, ...] | None

    @property
    def has_token(self) -> bool:
        """Whether the bytes contain the admin token, so that the control plane may accept them."""
        return TOKEN.encode() in self.data


@dataclass
class _Request:
    """A request under construction."""

    method: bytes = b"POST"
    target: bytes = words.TOKEN_TARGETS[0]
    version: bytes = b" HTTP/1.1"
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    chunk: int = 0
    has_length_too: bool = False

    def due(self) -> Due:
        """Return what is known about the reply."""
        hosts = self._values(b"host")
        options = b",".join(self._values(b"connection")).lower().split(b",")
        new = self.version == b" HTTP/1.1"
        return Due(
            head=self.method == b"HEAD",
            closes=new and (self.has_length_too or b"close" in [o.strip(b" \t") for o in options]),
            slashless=self.target in words.SLASHLESS_TARGETS,
            no_host=new and not hosts,
            bad_host=new and (len(hosts) > 1 or any(host in words.BAD_HOSTS for host in hosts)),
        )

    def _values(self, name: bytes) -> list[bytes]:
        return [value for given, value in self.headers if given.lower() == name]

    def encoded(self) -> bytes:
        """Return the bytes, with a correctly framed body."""
        headers, body = list(self.headers), self.body
        if self.chunk:
            headers.append(_CHUNKED)
            if self.has_length_too:
                headers.append((b"Content-Length", b"%d" % len(body)))
            body = _in_chunks(body, self.chunk)
        elif body:
            headers.append((b"Content-Length", b"%d" % len(body)))
        lines = [self.method + b" " + self.target + self.version]
        lines += [name + b": " + value for name, value in headers]
        return b"\r\n".join([*lines, b"", body])


def mutated(seed: int, number: int) -> Mutated:
    """Return a request by its number in the sequence of this seed."""
    rng = Random(f"{seed}:{number}")
    if rng.random() < _SHARE_COSTLY:
        return Mutated(rng.choice(_COSTLY)(rng.choice((500, 15_000, 90_000))), None)
    requests = [_request(rng)]
    if rng.random() < 0.05:
        requests += [_request(rng) for _ in range(rng.randrange(1, _MOST_PIPELINED))]
    data = b"".join(request.encoded() for request in requests)
    if rng.random() < _SHARE_DAMAGED:
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            data = rng.choice(_DAMAGES)(data, rng)
        return Mutated(data, None)
    if len(requests) > 1 and any(request.method == b"HEAD" for request in requests):
        # The only reply may be to a malformed one, so it is unknown whether it has a body.
        return Mutated(data, None)
    return Mutated(data, tuple(request.due() for request in requests))


def _request(rng: Random) -> _Request:
    """Build a request that may be odd, but is correctly framed."""
    request = _Request(target=rng.choice(words.TOKEN_TARGETS))
    kind = rng.random()
    if kind < 0.25:
        request.method, request.target = rng.choice(words.ADMIN_CALLS)
        if rng.random() < 0.85:
            request.headers.append((b"Authorization", b"Bearer " + TOKEN.encode()))
    elif kind < 0.42:
        request.target = rng.choice(words.ODD_TARGETS)
    elif kind < 0.47:
        request.target = rng.choice(words.SLASHLESS_TARGETS)
        request.method = rng.choice((b"GET", b"POST", b"PUT", b"DELETE"))
    if rng.random() < 0.2:
        request.method = rng.choice(words.METHODS)
    if rng.random() < 0.05:
        request.version = rng.choice(words.VERSIONS)
    request.headers += _headers(rng)
    if rng.random() < 0.4:
        _add_body(request, rng)
    rng.shuffle(request.headers)
    return request


def _headers(rng: Random) -> Iterator[tuple[bytes, bytes]]:
    kind = rng.random()
    if kind < 0.9:
        yield b"Host", b"localhost"
    elif kind < 0.95:
        yield b"Host", rng.choice(words.HOSTS + words.BAD_HOSTS)
    if 0.88 < kind < 0.92:
        yield _cased(b"Host", rng), rng.choice(words.HOSTS)
    while rng.random() < 0.6:
        yield _cased(b"Cookie", rng), rng.choice(words.COOKIES)
    while rng.random() < 0.25:
        yield _cased(b"Prefer", rng), rng.choice(words.PREFERENCES)
    while rng.random() < 0.3:
        yield rng.choice(words.HEADERS)
    if rng.random() < 0.01:
        for number in range(rng.randrange(2000)):
            yield b"X-%d" % number, b"z"


def _add_body(request: _Request, rng: Random) -> None:
    request.body = rng.choice(words.BODIES)
    kind = rng.choice(words.CONTENT_TYPES) if rng.random() < 0.4 else b"application/json"
    request.headers.append((b"Content-Type", kind))
    # Before HTTP/1.1 the server does not decode chunks.
    if rng.random() < 0.3 and request.version == b" HTTP/1.1":
        request.chunk = rng.choice((1, 7, 100, 10_000)) if len(request.body) < 2000 else 50_000
        request.has_length_too = rng.random() < 0.1


def _cased(name: bytes, rng: Random) -> bytes:
    return rng.choice((name, name, name.lower(), name.upper()))


def _in_chunks(body: bytes, size: int) -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def _cut(data: bytes, rng: Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _flip(data: bytes, rng: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        if changed:
            changed[_place(data, rng)] = rng.randrange(256)
    return bytes(changed)


def _insert(data: bytes, rng: Random) -> bytes:
    place = _place(data, rng)
    piece = rng.choice(
        (b"\x00", b"\r", b"\n", b"\r\n", b"\r\n\r\n", b" ", b"\t", b"\r\n ", b":", b"\xff", b"%",
        b"\x7f")
    )  # fmt: skip
    return data[:place] + piece * rng.choice((1, 1, 1, 50)) + data[place:]


def _drop(data: bytes, rng: Random) -> bytes:
    place = _place(data, rng)
    return data[:place] + data[place + rng.choice((1, 1, 2, 10, 100)) :]


def _repeat(data: bytes, rng: Random) -> bytes:
    start, end = sorted((_place(data, rng), _place(data, rng)))
    return data[:end] + data[start:end] * rng.choice((1, 1, 3)) + data[end:]


def _garbage(_data: bytes, rng: Random) -> bytes:
    return rng.randbytes(rng.choice((1, 10, 100, 3000)))


def _bare_newlines(data: bytes, rng: Random) -> bytes:
    return data.replace(b"\r\n", rng.choice((b"\n", b"\r", b"\n\r", b"\r\r\n")))


def _oversized(data: bytes, rng: Random) -> bytes:
    line = b"X-Large: " + b"x" * rng.choice((16_000, 16_384, 20_000, 70_000)) + b"\r\n"
    return _after_first_line(data, line * rng.choice((1, 1, 10)))


def _framed_wrongly(data: bytes, rng: Random) -> bytes:
    return _after_first_line(data, rng.choice(_WRONG_FRAMES) + b"\r\n")


def _after_first_line(data: bytes, line: bytes) -> bytes:
    first, newline, rest = data.partition(b"\r\n")
    return first + newline + line + rest


def _place(data: bytes, rng: Random) -> int:
    """Return a random position, preferably in the head."""
    return rng.randrange(min(len(data), rng.choice((20, 300, 1 << 30))) or 1)


_WRONG_FRAMES: Final = (
    b"Content-Length: 3", b"Content-Length: 0", b"Content-Length: 999999", b"Content-Length: -1",
    b"Content-Length: +1", b"Content-Length: 1, 1", b"Content-Length: ten", b"Content-Length:",
    b"Content-Length: 10485760", b"Content-Length: 99999999999999999999", b"Content-Length: 0x10",
    b"Content-Length: " + b"9" * 5000, b"Content-Length: 1\r\nContent-Length: 2",
    b"Content-Length: 1_0",
    b"Content-Length: \xb2", b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip, chunked",
    b"Transfer-Encoding: chunked, chunked", b"Transfer-Encoding: xchunked", b"Transfer-Encoding: ",
    b"Transfer-Encoding: chunked\r\nContent-Length: 5", b"Transfer-Encoding:\x0bchunked",
    b"Transfer-Encoding: identity", b"TRANSFER-ENCODING: CHUNKED", b"Transfer-Encoding: chunked, ",
    b"Expect: 100-continue\r\nContent-Length: 4",
)  # fmt: skip
_COSTLY: Final[Sequence[Callable[[int], bytes]]] = (
    attacks.digits, attacks.blanks, attacks.zipped, attacks.chunk_extension, attacks.trailers,
    attacks.tiny_chunks,
)  # fmt: skip
_DAMAGES: Final[Sequence[Callable[[bytes, Random], bytes]]] = (
    _cut, _cut, _flip, _flip, _flip, _insert, _insert, _drop, _repeat, _garbage, _bare_newlines,
    _oversized, _framed_wrongly, _framed_wrongly, _framed_wrongly,
)  # fmt: skip
