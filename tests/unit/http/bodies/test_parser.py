"""Which bodies the real server refuses, and what it reads from the others; as observed."""

from __future__ import annotations

import gzip
import zlib
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.api.values import Json
from mockserver.http.bodies.form import MAX_DEPTH
from mockserver.http.bodies.parser import MAX_ENCODED_BYTES, BodyRefusedError, parse

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
PACKED: Final = gzip.compress(b'{"a":1}', mtime=0)
LIMIT: Final = 102400


def status(content: bytes, kind: str | None = JSON, encoding: str | None = None) -> int | None:
    """The HTTP status of the refusal; None where the body is let through."""
    try:
        parse(kind or "", encoding, lambda size: content[:size])
    except BodyRefusedError as refused:
        return refused.status
    return None


def fields(content: bytes, kind: str, encoding: str | None = None) -> dict[str, Json]:
    return parse(kind, encoding, lambda size: content[:size])


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        (JSON, b'{"username":["abcde"],"n":12345,"n":1}', {"username": ["abcde"], "n": 1}),
        (JSON, b"{}", {}), (JSON, b"", {}), (JSON, b'[{"username":"kyon777"}]', {}),
        (FORM, b"", {}),
        (FORM, b"user=har%75hi1&p%61ss=x", {"user": "haruhi1", "pass": "x"}),
        (FORM, b"username[]=kyon777", {"username": ["kyon777"]}),
        (FORM, b"username[a]=haruhi", {"username": {"a": "haruhi"}}),
        (FORM + "; charset=UTF-8", b"a=\xc3\xa4\xff", {"a": "\u00e4\ufffd"}),
        (FORM, b"{}", {"{}": ""}),
        ("text/plain", b"username=haruhi1", {}), ("", b"username=haruhi1", {}),
        ("x" * 10_000 + "/x", b"username=haruhi1", {}),
        (JSON + "; charset=utf-16le", '{"a":"\u00e4"}'.encode("utf-16-le"), {"a": "\u00e4"}),
        (JSON + "; charset=utf-16le", b'{\0"\0a\0"\0:\0"\0\0\xd8"\0}\0', {"a": "\ufffd"}),
    ],
)  # fmt: skip
def test_the_fields_of_a_body(kind: str, content: bytes, expected: dict[str, Json]) -> None:
    assert fields(content, kind) == expected


def test_the_fields_of_an_encoded_body() -> None:
    assert fields(PACKED, JSON, "gzip") == {"a": 1}
    assert fields(zlib.compress(b"a=1"), FORM, "deflate") == {"a": "1"}


def test_a_body_of_another_type_is_not_read() -> None:
    def read(_size: int) -> bytes:
        raise AssertionError

    assert parse("text/plain", "br", read) == {}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", None), (b"{}", None), (b"[1]", None), (b' \r\n\t{"a":[]}', None),
        (b'["\xff"]', None), (b"[" * 51200 + b"]" * 51200, None),
        (b" ", 400), (b"{", 400), (b"null", 400), (b'"x"', 400), (b"{} x", 400), (b"{a:1}", 400),
        (b"\xef\xbb\xbf{}", 400), (b"[NaN]", 400), (b"\x0b{}", 400),
        (b'["' + b"x" * (LIMIT - 4) + b'"]', None), (b'["' + b"x" * (LIMIT - 3) + b'"]', 413),
        (b"x" * LIMIT, 400), (b"x" * (LIMIT + 1), 413),
    ],
)  # fmt: skip
def test_json(content: bytes, expected: int | None) -> None:
    assert status(content) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", None), (b"a=%zz", None), (b"&" * 999, None), (b"a=1;" * 2000, None),
        (b"a" + b"[a]" * MAX_DEPTH, None), (b"a" + b"[a]" * (MAX_DEPTH + 1), 400),
        (b"&" * 1000, 413), (b"a" * LIMIT, None), (b"a" * (LIMIT + 1), 413),
    ],
)  # fmt: skip
def test_forms(content: bytes, expected: int | None) -> None:
    assert status(content, FORM) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        # broken JSON shows which types are read
        (JSON, 400), ("APPLICATION/JSON", 400), (JSON + " ; charset=UTF-8", 400),
        (JSON + '; charset="ut\\f-8"', 400), (JSON + "; charset=latin1; charset=utf-8", 400),
        (JSON + "; charset = latin1", 415), (JSON + "; charset=utf8", 415),
        (JSON + "; charset=utf-999", 415), (JSON + "; charset=us-ascii", 415),
        (JSON + '; charset=""', 400),
        (None, None), ("", None), ("text/json", None), ("application/vnd.api+json", None),
        (JSON + ";", None), (JSON + "; charset", None), (JSON + ", text/plain", None),
        (JSON + ";\tcharset=latin1", None), ("application /json", None),
        (FORM + "; charset=iso-8859-1", 415), (FORM + "; charset=utf-16", 415), (FORM, None),
    ],
)  # fmt: skip
def test_content_types_and_charsets(kind: str | None, expected: int | None) -> None:
    assert status(b"{", kind) == expected


@pytest.mark.parametrize(
    ("content", "encoding", "expected"),
    [
        (b"{}", "identity", None), (b"{}", "Identity", None), (b"{}", "", None),
        (b"{}", "br", 415), (b"{}", "gzip, gzip", 415), (b"{}", "x-gzip", 415),
        (PACKED, "gzip", None), (PACKED, "GZIP", None), (PACKED + PACKED, "gzip", 400),
        (b"", "gzip", 400), (b"{}", "gzip", 400), (PACKED[:-1], "gzip", 400),
        (PACKED + b"xx", "gzip", 400), (PACKED + b"\0x", "gzip", None),
        (gzip.compress(b"{", mtime=0) + gzip.compress(b"}", mtime=0), "gzip", None),
        (PACKED, "deflate", 400), (zlib.compress(b"[]"), "deflate", None),
        (zlib.compress(b"[]") + b"x", "deflate", None),
        (zlib.compress(b"[]")[2:-4], "deflate", 400),
        (gzip.compress(b"[" + b" " * LIMIT + b"]", mtime=0), "gzip", 413),
    ],
)  # fmt: skip
def test_content_encodings(content: bytes, encoding: str, expected: int | None) -> None:
    assert status(content, JSON, encoding) == expected


@pytest.mark.parametrize(
    ("content", "charset", "expected"),
    [
        ("{}".encode("utf-16-le"), "utf-16le", None), ("{}".encode("utf-16-be"), "utf-16be", None),
        ("{}".encode("utf-16"), "utf-16", None), ("{}".encode("utf-16-be"), "utf-16", None),
        ("{}".encode("utf-16-le"), "utf-16", 400), ("{ }".encode("utf-16-le"), "utf-16", None),
        (b"{}", "utf-16", 400), (b"{", "utf-16", None), (b"{}", "utf-7", None),
    ],
)  # fmt: skip
def test_charsets_of_two_bytes(content: bytes, charset: str, expected: int | None) -> None:
    assert status(content, f"{JSON}; charset={charset}") == expected


def test_a_bomb_is_unpacked_no_further_than_the_limit() -> None:
    packer = zlib.compressobj(wbits=31)
    megabyte = bytes(1024 * 1024)
    bomb = b"".join(packer.compress(megabyte) for _ in range(200)) + packer.flush()
    assert status(bomb, JSON, "gzip") == 413


EMPTY: Final = gzip.compress(b"", mtime=0)


def test_gzip_members_are_unpacked_up_to_a_limit() -> None:
    assert status(EMPTY * 10_000 + PACKED, JSON, "gzip") is None
    assert status(EMPTY * (MAX_ENCODED_BYTES // len(EMPTY) + 1), JSON, "gzip") == 413


def test_no_more_of_an_encoded_body_is_read_than_is_looked_at() -> None:
    sizes: list[int] = []

    def read(size: int) -> bytes:
        sizes.append(size)
        return b"{}" if len(sizes) > 1 else PACKED

    parse(JSON, "gzip", read)
    parse(JSON, None, read)
    assert sizes == [MAX_ENCODED_BYTES + 1, LIMIT + 1]


def test_padding_behind_a_gzip_member_may_be_long() -> None:
    assert status(PACKED + b"\0" * (2 * MAX_ENCODED_BYTES), JSON, "gzip") is None


@given(st.lists(st.binary(max_size=3000), min_size=1, max_size=5), st.sampled_from([0, 1, 9]))
def test_gzip_members_are_read_one_behind_the_other(parts: list[bytes], level: int) -> None:
    content = b"".join(gzip.compress(part, level, mtime=0) for part in parts)
    text = b'["' + b"".join(parts).hex().encode() + b'"]'
    pieces = [text[at : at + 700] for at in range(0, len(text), 700)]
    packed = b"".join(gzip.compress(piece, level, mtime=0) for piece in pieces)
    assert status(packed, JSON, "gzip") is None
    assert status(packed[:-1], JSON, "gzip") == 400
    assert status(content, FORM, "gzip") in (None, 413)


@given(st.text(), st.text(), st.binary())
def test_nothing_but_a_refusal_is_raised(kind: str, encoding: str, content: bytes) -> None:
    status(content, kind, encoding)
    status(content, JSON, encoding)
    status(content, FORM)
    for codec in ("utf-8", "utf-16", "utf-7"):
        status(content, f"{JSON}; charset={codec}", "gzip")
        status(content, f"{JSON}; charset={codec}")
