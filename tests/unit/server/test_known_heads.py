"""A head that was seen before is read as it was the first time."""

from __future__ import annotations

from typing import Any, Final

import pytest
from waitress.adjustments import Adjustments

from mockserver.server import parser as parser_module
from mockserver.server.node_parser import NodeParser
from mockserver.server.parser import Parser, RequestHeads

GET: Final = b"GET /a%20b?c=d HTTP/1.1\r\nHost: mock\r\nCookie: a=b\r\nX-One: 1\r\n\r\n"
HEADS: Final = {
    "plain": GET,
    "1.0": b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    "closes": b"POST / HTTP/1.1\r\nHost: mock\r\nConnection: close\r\n\r\n",
    "HEAD": b"HEAD / HTTP/1.1\r\nHost: mock\r\n\r\n",
    "absolute": b"GET http://other/x HTTP/1.1\r\nHost: mock\r\n\r\n",
    "body": b"POST / HTTP/1.1\r\nHost: mock\r\nContent-Length: 5\r\n\r\nhello",
    "body later": b"POST / HTTP/1.1\r\nHost: mock\r\nContent-Length: 5\r\n\r\nhe",
    "expects": b"POST / HTTP/1.1\r\nHost: mock\r\nContent-Length: 5\r\n"
    b"Expect: 100-continue\r\n\r\n",
    "chunks": b"POST / HTTP/1.1\r\nHost: mock\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"1\r\na\r\n0\r\n\r\n",
    "refused": b"GET / HTTP/1.1\r\n\r\n",
    "refused length": b"GET / HTTP/1.1\r\nHost: mock\r\nContent-Length: x\r\n\r\n",
    "refused coding": b"GET / HTTP/1.1\r\nHost: mock\r\nTransfer-Encoding: br\r\n\r\n",
    "refused expectation": b"GET / HTTP/1.1\r\nHost: mock\r\nExpect: more\r\n\r\n",
}
IGNORED: Final = {"adj", "body_rcv", "error"}


def read(data: bytes, kind: type[Parser]) -> dict[str, Any]:
    """Return all that a parser has learned of a request, with its body and its error in words."""
    parser = kind(Adjustments())
    parser.received(data)
    learned = {name: value for name, value in vars(parser).items() if name not in IGNORED}
    learned["error"] = None if parser.error is None else (parser.error.code, parser.error.body)
    learned["body"] = parser.get_body_stream().read()
    return learned


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in (Parser, NodeParser):
        monkeypatch.setattr(kind, "known_heads", RequestHeads())


@pytest.mark.parametrize("kind", [Parser, NodeParser])
@pytest.mark.parametrize("name", HEADS)
def test_the_second_request_is_read_like_the_first(name: str, kind: type[Parser]) -> None:
    first = read(HEADS[name], kind)
    second = read(HEADS[name], kind)
    third = read(HEADS[name], kind)
    known = {key: value for key, value in second.items() if key in first}
    assert known == first
    assert third == second


def test_what_is_done_to_one_request_does_not_change_the_next() -> None:
    for _ in range(3):
        parser = Parser(Adjustments())
        parser.received(GET)
        assert parser.headers == {"HOST": "mock", "COOKIE": "a=b", "X_ONE": "1"}
        parser.headers["CONNECTION"] = "close"
        del parser.headers["COOKIE"]


def test_profiles_do_not_share_what_they_read() -> None:
    repeated = b"GET / HTTP/1.1\r\nHost: mock\r\nReferer: a\r\nReferer: b\r\n\r\n"
    assert read(repeated, Parser)["headers"]["REFERER"] == "a, b"
    assert read(repeated, NodeParser)["headers"]["REFERER"] == "a"
    assert read(repeated, Parser)["headers"]["REFERER"] == "a, b"


def test_heads_of_few_bytes_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser_module, "_MOST_BYTES", 120)
    for number in range(20):
        read(b"GET /%02d HTTP/1.1\r\nHost: mock\r\n\r\n" % number, Parser)
        assert 0 < len(Parser.known_heads) <= 3


@pytest.mark.parametrize(
    "field", [b"X: " + b"a" * 4096, b"\r\n".join(b"X%d: a" % n for n in range(50))]
)
def test_long_heads_are_not_kept(field: bytes) -> None:
    read(b"GET / HTTP/1.1\r\nHost: mock\r\n" + field + b"\r\n\r\n", Parser)
    assert not len(Parser.known_heads)
