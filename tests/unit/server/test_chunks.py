"""Bodies in chunks: any cut of the same bytes gives the same body, and no line is kept for long."""

from __future__ import annotations

from time import process_time
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from waitress.buffers import OverflowableBuffer

from mockserver.server.chunks import ChunkedBody
from mockserver.server.limits import MAX_EXTENSION_BYTES, MAX_TRAILER_BYTES

PATIENCE_S: Final = 10.0
NEXT: Final = b"GET / HTTP/1.1\r\n"


def fed(data: bytes, size: int) -> tuple[ChunkedBody, int]:
    """The body after all of the data, given in pieces of this size, and how much it took."""
    body = ChunkedBody(OverflowableBuffer(1 << 20))
    at = 0
    while at < len(data) and not body.completed and body.error is None:
        at += body.received(data[at : at + size])
    return body, at


def content(body: ChunkedBody) -> bytes:
    data = body.getfile().read()
    assert isinstance(data, bytes)
    return data


EXTENSIONS = st.sampled_from([b"", b";a", b";a=b", b';a="b;\\"c"', b";a;b=c;d"])
CHUNKS = st.lists(st.tuples(st.binary(min_size=1, max_size=40), EXTENSIONS), max_size=5)
TRAILERS = st.sampled_from([b"", b"A: b\r\n", b"A:\r\nB: c\r\n"])


@given(CHUNKS, TRAILERS, st.integers(1, 50))
def test_a_body_is_the_same_however_it_is_cut(
    chunks: list[tuple[bytes, bytes]], trailers: bytes, size: int
) -> None:
    framed = b"".join(b"%x%b\r\n%b\r\n" % (len(text), ext, text) for text, ext in chunks)
    data = framed + b"0\r\n" + trailers + b"\r\n"
    body, taken = fed(data + NEXT, size)
    assert body.completed
    assert taken == len(data)
    text = b"".join(text for text, _ in chunks)
    assert (len(body), content(body)) == (len(text), text)


@pytest.mark.parametrize("size", [1, 7, 8192])
@pytest.mark.parametrize(
    "data",
    [b"\r\n", b"x\r\n", b"0x1\r\n", b"-1\r\n", b"+1\r\n", b"1 \r\n", b" 1\r\n", b"1;\r\n", b"1\n",
     b"1;a=\r\n", b'1;a="\r\n', b"1\ra\r\n", b"1_0\r\n", b"\xb9\r\n", b"1" * 17 + b"\r\n",
     b"1\r\nx\n", b"1\r\nxy\r\n", b"1\r\n\r\n\r\n", b"0\r\nx\r\n", b"0\r\n\n", b"0\r\nA: b\n",
     b"0\r\nA: b\r\n c\r\n", b"0\r\nA : b\r\n", b"0\r\ncontent-length: 1\r\n",
     b"0\r\nTransfer-Encoding: chunked\r\n"],
)  # fmt: skip
def test_broken_framing_is_refused(data: bytes, size: int) -> None:
    body, _ = fed(data + b"\r\n\r\n", size)
    assert body.error is not None
    assert body.error.code == 400


def test_zeros_may_stand_before_a_size() -> None:
    body, _ = fed(b"0" * 100 + b"1\r\nx\r\n00\r\n\r\n", 8192)
    assert body.completed
    assert content(body) == b"x"


ENDLESS = {
    "size": (b"1", MAX_EXTENSION_BYTES), "zeros": (b"0", MAX_EXTENSION_BYTES),
    "extension": (b"1;" + b"a" * 100, MAX_EXTENSION_BYTES),
    "quoted": (b'1;a="' + b"a" * 100, MAX_EXTENSION_BYTES),
    "trailer": (b"0\r\nA: b", MAX_TRAILER_BYTES),
}  # fmt: skip


@pytest.mark.parametrize("size", [100, 8192])
@pytest.mark.parametrize("name", ENDLESS)
def test_a_line_without_an_end_is_refused_soon(name: str, size: int) -> None:
    begin, limit = ENDLESS[name]
    body, taken = fed(begin + begin[-1:] * 1_000_000, size)
    assert body.error is not None
    assert taken <= limit + 2 * 8192


def test_trailers_without_an_end_are_refused_soon() -> None:
    body, taken = fed(b"0\r\n" + b"a: b\r\n" * 100_000, 8192)
    assert body.error is not None
    assert taken <= 4 * MAX_TRAILER_BYTES


def test_many_small_chunks_take_time_in_proportion() -> None:
    before = process_time()
    body, _ = fed(b"1\r\nx\r\n" * 500_000, 65536)
    assert process_time() - before < PATIENCE_S
    assert len(body) == 500_000
