"""How the profile `server` reads and refuses HTTP, on real sockets."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from mockserver import MockServer
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.raw_http import Reply, ask, read_all
from tests.helpers.text import SHIPPED, cookie

LINE = "POST /api/v2/auth/token HTTP/1.1"
HOST = "Host: localhost"
COOKIE = f"Cookie: {cookie('session-of-alice')}"
BARE = b"HTTP/1.1 %s\r\nConnection: close\r\n\r\n"
BAD_REQUEST = BARE % b"400 Bad Request"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with MockServer(SHIPPED, profile="server") as server:
        yield server.port


def message(*lines: str, body: bytes = b"") -> bytes:
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def send(port: int, data: bytes) -> bytes:
    """All that comes back until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as connection:
        connection.sendall(data)
        return read_all(connection)


def codes(replies: list[Reply]) -> list[str]:
    return [reply.body.partition('"code":')[2].partition(",")[0] for reply in replies]


GOOD = message(LINE, HOST, COOKIE)


@pytest.mark.parametrize(
    "data",
    [
        message("FOO /api/v2/auth/token HTTP/1.1", HOST),
        message("post /api/v2/auth/token HTTP/1.1", HOST),
        message("POST api/v2/auth/token HTTP/1.1", HOST),
        message("GET __admin/users HTTP/1.1", HOST),
        message("GET ?x HTTP/1.1", HOST),
        message("GET a1://x/ HTTP/1.1", HOST),
        message("\tGET / HTTP/1.1", HOST),
        message("POST /api/v2/auth/tok\xe9n HTTP/1.1", HOST),
        message("POST /api/v2/auth/token x HTTP/1.1", HOST),
        message("POST /api/v2/auth/token HTTP/1.2", HOST),
        message("POST /api/v2/auth/token http/1.1", HOST),
        message(LINE),
        message(LINE, HOST, "X: a", " folded"),
        message(LINE, HOST, "X Y: a"),
        message(LINE, HOST, "X: \x01"),
        message(LINE, HOST, "Content-Length: 0", "Content-Length: 0"),
        message(LINE, HOST, "Content-Length: -1"),
        message(LINE, HOST, "Content-Length: " + "9" * 23),
        message(LINE, HOST, "Content-Length: 0", "Transfer-Encoding: chunked"),
        message(LINE, HOST, "Transfer-Encoding: identity"),
        message(LINE, HOST, "Transfer-Encoding: chunked, gzip"),
        message(LINE, HOST, "Transfer-Encoding: chunked, chunked"),
        message(LINE, HOST, "Transfer-Encoding:"),
        message(LINE, HOST, "Transfer-Encoding: chunked", body=b"1 \r\n"),
        message(LINE, HOST, "Transfer-Encoding: chunked", body=b"11111111111111111\r\n"),
        message(LINE, HOST, "Transfer-Encoding: chunked", body=b"1\r\nxy\r\n"),
        message(LINE, HOST, "Transfer-Encoding: chunked", body=b"0\r\nnonsense\r\n\r\n"),
        message(LINE, HOST, "Transfer-Encoding: chunked", body=b"0\r\nContent-Length: 1\r\n\r\n"),
        message(LINE, HOST, "Transfer-Encoding: chunked", body=b"z\r\n"),
        message("POST http://[/ HTTP/1.1", HOST),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
)
def test_what_node_does_not_take_is_a_bare_400(data: bytes, port: int) -> None:
    assert send(port, data) == BAD_REQUEST


def test_other_refusals_are_bare_too(port: int) -> None:
    large = message(LINE, HOST, "X: " + "a" * 17000)
    assert send(port, large) == BARE % b"431 Request Header Fields Too Large"
    assert send(port, message(LINE, HOST, "Expect: x")) == BARE % b"417 Expectation Failed"
    unexpected = message(LINE, HOST, "Expect: x", "Content-Length: 1", body=b"x")
    assert send(port, unexpected) == BARE % b"417 Expectation Failed"
    assert send(port, message("CONNECT a:1 HTTP/1.1", HOST)) == b""
    assert send(port, message("CONNECT http://[/ HTTP/1.1", HOST)) == b""


CHUNKED = message(LINE, HOST, COOKIE, "Transfer-Encoding: chunked")


def test_chunk_extensions_and_trailers_are_bounded_as_in_node(port: int) -> None:
    fits = b"1;" + b"a" * 16382 + b"\r\nx\r\n1;a\r\nx\r\n0\r\nA: " + b"b" * 16000 + b"\r\n\r\n"
    assert codes(ask(port, CHUNKED + fits)) == ["1320001"]
    assert send(port, CHUNKED + b"1;" + b"a" * 20_000) == BARE % b"413 Payload Too Large"
    too_large = BARE % b"431 Request Header Fields Too Large"
    assert send(port, CHUNKED + b"0\r\nA: " + b"b" * 20_000) == too_large


def test_node_looks_at_the_last_transfer_coding_alone(port: int) -> None:
    lines = (LINE, HOST, COOKIE, "Transfer-Encoding: gzip", "Transfer-Encoding: Chunked")
    assert codes(ask(port, message(*lines, body=b"0\r\n\r\n"))) == ["1320001"]


@pytest.mark.parametrize("host", ["a b", "[::1", "a@b", ""])
def test_node_does_not_look_into_host(host: str, port: int) -> None:
    assert codes(ask(port, message(LINE, f"Host: {host}", "Host: b", COOKIE))) == ["1320001"]


@pytest.mark.parametrize(
    "behind",
    [
        b"garbage\r\n\r\n",
        b"a body that was not announced",
        message("FOO / HTTP/1.1", HOST),
    ],
)
def test_what_is_malformed_costs_the_replies_to_what_came_before_it(
    behind: bytes, port: int
) -> None:
    assert send(port, GOOD + GOOD + behind) == BAD_REQUEST


@pytest.mark.parametrize("close", ["keep-alive", "close"])
def test_large_bodies_are_ignored_unless_they_are_read(close: str, port: int) -> None:
    size = 11 * 1024 * 1024
    for kind, statuses in (("text/plain", [200]), ("application/json", [413])):
        lines = (LINE, HOST, COOKIE, f"Content-Type: {kind}", f"Connection: {close}")
        data = message(*lines, f"Content-Length: {size}", body=b"x" * size)
        replies = ask(port, data)
        assert [reply.status for reply in replies] == statuses
        assert ("<pre>Payload Too Large</pre>" in replies[0].body) == (statuses == [413])


def test_a_body_over_all_limits_gets_the_page_too(port: int) -> None:
    data = message(LINE, HOST, "Content-Length: 104857600")
    (reply,) = ask(port, data)
    assert (reply.status, reply.header("X-Powered-By")) == (413, "Express")
    assert "<pre>Payload Too Large</pre>" in reply.body


def test_a_packet_is_as_large_as_node_reads_it(port: int) -> None:
    assert send(port, GOOD * 30 + b"garbage\r\n\r\n") == BAD_REQUEST


def test_nothing_may_follow_the_last_request(port: int) -> None:
    last = message(LINE, HOST, COOKIE, "Connection: foo, Close")
    assert send(port, last + GOOD) == BAD_REQUEST
    assert send(port, message("POST /nope HTTP/1.0", HOST) + GOOD) == BAD_REQUEST
    assert codes(ask(port, last + b"\r\n\r\n", 2)) == ["1320001"]


def test_pipelined_requests_are_answered_in_order(port: int) -> None:
    head, options = message("HEAD /nope HTTP/1.1", HOST), message("OPTIONS /nope HTTP/1.1", HOST)
    replies = ask(port, head + GOOD + options + b"\r\n" + GOOD, 4)
    assert [reply.status for reply in replies] == [400, 200, 400, 200]
    assert codes(replies) == ["", "1320001", "400", "1320001"]


@pytest.mark.parametrize("version", ["HTTP/0.9", "HTTP/1.0", "HTTP/2.0"])
def test_other_versions_are_answered_as_http_1_1_and_closed(version: str, port: int) -> None:
    data = message(f"POST /api/v2/auth/token {version}", COOKIE)
    assert codes(ask(port, data, 2)) == ["1320001"]
    reply = send(port, data)
    assert reply.startswith(b"HTTP/1.1 200 OK\r\n")
    kept = message(f"POST /api/v2/auth/token {version}", COOKIE, "Connection: keep-alive")
    assert codes(ask(port, kept + kept, 2)) == ["1320001", "1320001"]


def test_a_request_line_alone_is_enough(port: int) -> None:
    assert codes(ask(port, b"POST /api/v2/auth/token\r\n\r\n")) == ["1940102"]


def test_chunks_are_read_in_any_version(port: int) -> None:
    for version in ("HTTP/1.0", "HTTP/1.1"):
        line = f"POST /api/v2/auth/token {version}"
        kind = "Content-Type: application/json"
        data = message(line, HOST, kind, "Transfer-Encoding: chunked", body=b"1\r\n{\r\n0\r\n\r\n")
        assert [reply.status for reply in ask(port, data)] == [400]


def test_of_repeated_headers_node_takes_the_first_or_all(port: int) -> None:
    broken = "Content-Length: 1"
    kinds = ("Content-Type: application/json", "Content-Type: text/plain")
    first, second = (
        ask(port, message(LINE, HOST, COOKIE, *order, broken, body=b"{"))[0].status
        for order in (kinds, kinds[::-1])
    )
    assert (first, second) == (400, 200)
    (reply,) = ask(port, message(LINE, HOST, "Origin: http://a", "Origin: http://b"))
    assert reply.header("Access-Control-Allow-Origin") == "http://a, http://b"
    name, _, value = COOKIE.removeprefix("Cookie: ").partition("=")
    both = ask(port, message(LINE, HOST, "Cookie: a=b", f"cookie: {name}={value}"))
    assert codes(both) == ["1320001"]


def test_names_of_headers_are_written_as_express_writes_them(port: int) -> None:
    (reply,) = ask(port, GOOD)
    assert [name for name, _ in reply.headers] == [
        "Access-Control-Allow-Credentials", "Access-Control-Allow-Headers",
        "Access-Control-Allow-Methods", "Access-Control-Allow-Origin", "Content-Type", "ETag",
        "X-Powered-By",
    ]  # fmt: skip
