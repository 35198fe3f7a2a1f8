"""The head of a request: what is taken, what is refused, and that no input takes long."""

from __future__ import annotations

import re
from time import process_time
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from waitress.adjustments import Adjustments
from waitress.parser import ParsingError, crack_first_line, get_header_lines
from waitress.rfc7230 import HEADER_FIELD_RE

from mockserver.server import head
from mockserver.server.limits import MAX_HEADER_BYTES
from mockserver.server.node_parser import NodeParser
from mockserver.server.parser import Parser

# What took waitress seconds takes milliseconds; this is for the slowest machine.
PATIENCE_S: Final = 2.0
LONG: Final = MAX_HEADER_BYTES - 100


def parsed(data: bytes, kind: type[Parser] = Parser) -> Parser:
    parser = kind(Adjustments(max_request_header_size=MAX_HEADER_BYTES))
    parser.received(data)
    return parser


def message(parser: Parser) -> str:
    assert parser.error is not None
    return str(parser.error.body)


HOSTILE = {
    "scheme and digits": b"GET a://" + b"1" * LONG + b" x\r\nHost: a",
    "scheme and letters": b"GET a://" + b"a" * LONG + b" x\r\nHost: a",
    "blanks and NUL": b"GET / HTTP/1.1\r\nHost: a\r\na:" + b" " * LONG + b"\0",
    "blanks and a letter": b"GET / HTTP/1.1\r\nHost: a\r\na:" + b" " * LONG + b"x",
    "tabs and blanks": b"GET / HTTP/1.1\r\nHost: a\r\na:" + b"\t" * 8000 + b"x" + b" " * 8000,
    "words and NUL": b"GET / HTTP/1.1\r\nHost: a\r\na: " + b"b " * 8000 + b"\0",
    "folds": b"GET / HTTP/1.1\r\nHost: a\r\na: b\r\n" + b" \r\n" * 5000 + b" x",
    "lines": b"GET / HTTP/1.1\r\nHost: a\r\n" + b"a:\r\n" * 4000 + b"a: b",
    "cookies": b"GET / HTTP/1.1\r\nHost: a\r\n" + b"cookie:\r\n" * 1700 + b"a: b",
    "Host of escapes": b"GET / HTTP/1.1\r\nHost: " + b"%41" * 5000 + b"/",
    "Host of colons": b"GET / HTTP/1.1\r\nHost: [" + b":" * LONG + b"]",
    "Host of blanks": b"GET / HTTP/1.1\r\nHost: a" + b" " * LONG + b"b",
    "options": b"GET / HTTP/1.1\r\nHost: a\r\nConnection: " + b" ,\t" * 5000 + b"close",
    "codings": b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: " + b"," * LONG,
    "digits": b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: " + b"9" * LONG,
    "escapes": b"GET /" + b"%41" * 5000 + b" HTTP/1.1\r\nHost: a",
    "authority": b"GET http://" + b"a@" * 8000 + b" HTTP/1.1\r\nHost: a",
    "expectation": b"GET / HTTP/1.1\r\nHost: a\r\nExpect: " + b"100-continu" * 1400,
}  # fmt: skip


@pytest.mark.parametrize("kind", [Parser, NodeParser])
@pytest.mark.parametrize("name", HOSTILE)
def test_no_head_takes_long(name: str, kind: type[Parser]) -> None:
    before = process_time()
    for _ in range(10):
        assert parsed(HOSTILE[name] + b"\r\n\r\n", kind).completed
    assert process_time() - before < PATIENCE_S


def test_blank_lines_between_requests_are_skipped_together() -> None:
    parser = Parser(Adjustments())
    assert parser.received(b"\r\n" * 4096) == 8192
    assert parser.empty
    assert parser.completed
    line = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    parser = Parser(Adjustments())
    assert parser.received(b"\r\n\r\n\n" + line + line) == 5 + len(line)
    assert parser.completed


LINES = st.lists(
    st.sampled_from([b"GET", b"get", b"a", b" ", b"/", b":", b"a://", b"1", b"?", b"#", b"\x01",
                     b" HTTP/1.1", b" HTTP/", b"1.0", b"\t", b"\xff", b"("]),
    max_size=8,
).map(b"".join)  # fmt: skip


@given(LINES)
@example(b"GET a://1 HTTP/1.1")
def test_a_request_line_is_one_for_waitress_too(line: bytes) -> None:
    try:
        theirs = crack_first_line(line.rstrip(b" \t"))
    except ParsingError:
        theirs = (b"", b"", b"")
    try:
        ours = head.read_line(line)
    except ParsingError:
        visible = re.fullmatch(rb"[\x21-\x7e]+", theirs[1])
        assert not visible, "we refuse more only where a byte must be percent-encoded"
    else:
        assert (ours.method, ours.target, ours.version) == theirs


FIELDS = st.lists(
    st.sampled_from([b"a", b"B-c", b":", b" ", b"\t", b"x", b"\r\n", b"\r", b"\n", b"\0", b"\x7f",
                     b"\xff", b"_", b"("]),
    max_size=10,
).map(b"".join)  # fmt: skip


@given(FIELDS)
def test_header_lines_are_those_of_waitress_regular_expression(block: bytes) -> None:
    try:
        lines = [HEADER_FIELD_RE.match(line) for line in get_header_lines(block)]
        theirs = [(line["name"], line["value"].strip(b" \t").split()) for line in lines if line]
        refused = None in lines
    except ParsingError:
        refused = True
    try:
        ours = [(name, value.split()) for name, value in head.read_fields(block)]
    except ParsingError:
        assert refused
    else:
        assert not refused
        assert ours == theirs


@pytest.mark.parametrize(
    "host",
    ["", "localhost", "LOCALHOST.", "localhost:", "localhost:7775", "127.0.0.1:1", "[::1]",
     "[::1]:7775", "[v1.a:b]", "a_b.example", "a%41", "xn--bcher-kva.example", "a,b;c=d"],
)  # fmt: skip
def test_a_host_is_a_name_or_an_address_and_perhaps_a_port(host: str) -> None:
    assert head.is_host(host)


@pytest.mark.parametrize(
    "host",
    ["a b", "a/b", "a?b", "a#b", "a@b", "http://a", "a:b", "a:1:2", "::1", "[::1", "::1]", "[]",
     "[a]", "[::1]x", "[::1%25lo]", "[1.2.3.4]", "[:::]", "[v.a]", "a%4", "a%zz", "a\\b", '"a"',
     "b\xfccher", "a, b", "<a>", "a|b"],
)  # fmt: skip
def test_other_hosts_are_malformed(host: str) -> None:
    assert not head.is_host(host)
    line = f"GET / HTTP/1.0\r\nHost: {host}\r\n\r\n".encode("latin-1")
    assert message(parsed(line)).startswith("header Host is malformed; expected a name")


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/", "/", ""), ("/a%20b?c=%20d", "/a b", "c=%20d"), ("//a/b", "//a/b", ""),
        ("/a#b?c", "/a", ""), ("/a?b#c", "/a", "b"), ("http://x", "/", ""),
        ("HTTP://x/y", "/y", ""),
        ("https://x:1?y", "/", "y"), ("http://[::1]/a://b", "/a://b", ""), ("/a:b", "/a:b", ""),
    ],
)  # fmt: skip
def test_targets_that_are_taken(target: str, path: str, query: str) -> None:
    parser = parsed(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert parser.error is None
    assert (parser.path, parser.query, parser.request_uri) == (path, query, target)


@given(st.text(st.characters(codec="latin-1", exclude_characters=" "), min_size=1))
@example("__admin/users")
@example("http:/__admin")
@example("/__ad\tmin")
def test_a_path_that_is_taken_begins_with_a_slash(target: str) -> None:
    for kind in (Parser, NodeParser):
        data = f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode("latin-1")
        parser = parsed(data, kind)
        if parser.completed and parser.error is None:
            assert parser.path.startswith("/") or (kind is NodeParser and target[0] == "*")


OPTION = st.sampled_from(["close", "Close", "CLOSE", "keep-alive", "TE", "closed", "", " "])


@given(st.lists(st.lists(OPTION, min_size=1), max_size=3), st.sampled_from(["1.0", "1.1"]))
def test_close_counts_wherever_it_stands(lines: list[list[str]], version: str) -> None:
    fields = "".join(f"Connection: {' , '.join(options)}\r\n" for options in lines)
    named = {option.strip().lower() for options in lines for option in options}
    closes = "close" in named or (version == "1.0" and "keep-alive" not in named)
    for kind in (Parser, NodeParser):
        parser = parsed(f"GET / HTTP/{version}\r\nHost: x\r\n{fields}\r\n".encode(), kind)
        assert parser.error is None
        assert parser.connection_close is closes
        assert (parser.headers.get("CONNECTION") == "close") is closes


@pytest.mark.parametrize(
    ("sent", "meant"), [("1.0", "1.0"), ("1.1", "1.1"), ("1.2", "1.1"), ("1.9", "1.1")]
)
def test_a_higher_minor_version_is_taken_for_the_highest_that_is_spoken(
    sent: str, meant: str
) -> None:
    """RFC 9110, 6.2."""
    parser = parsed(f"GET / HTTP/{sent}\r\nHost: x\r\n\r\n".encode())
    assert (parser.error, parser.version) == (None, meant)


@pytest.mark.parametrize("version", ["0.9", "2.0", "3.0"])
def test_another_major_version_is_refused_by_us_as_it_is_not_by_node(version: str) -> None:
    data = f"GET / HTTP/{version}\r\nHost: x\r\n\r\n".encode()
    assert message(parsed(data)) == f"HTTP/{version} is not supported; expected HTTP/1.1"
    assert (parsed(data, NodeParser).error is None) is (version != "3.0")


def test_names_with_an_underscore_do_not_pass_for_others() -> None:
    parser = parsed(b"GET / HTTP/1.1\r\nHost: x\r\nX_Y: 1\r\nX-Y: 2\r\nContent_Length: 5\r\n\r\n")
    assert parser.headers == {"HOST": "x", "X_Y": "2"}


def test_folded_lines_are_one_line() -> None:
    parser = parsed(b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n  c\r\n\td \r\n\r\n")
    assert parser.headers["A"] == "b c d"


@pytest.mark.parametrize("kind", [Parser, NodeParser])
@pytest.mark.parametrize("target", ["__admin/users", "?x", "#x", "ftp;//x"])
def test_method_and_target_of_a_refused_line_are_known(kind: type[Parser], target: str) -> None:
    parser = parsed(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode(), kind)
    assert parser.error is not None
    assert (parser.command, parser.path) == ("GET", target)
