"""The table of docs/differences.md on broken HTTP, line by line, against both profiles."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator

import pytest

from mockserver import MockServer
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.text import ROOT

TABLE = (ROOT / "docs" / "differences.md").read_text("utf-8").partition("| sent |")[2]
ROWS = {
    row[0]: dict(zip(("documented", "server"), row[1:], strict=True))
    for row in re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", TABLE, re.MULTILINE)
    if row[0] != "---"
}
TARGET = "/api/v2/auth/token"
LONG = "x" * 20_000
CHUNKED = "Transfer-Encoding: chunked\r\n"


def request(
    headers: str = "Host: localhost\r\n",
    body: str = "",
    *,
    method: str = "POST",
    target: str = TARGET,
    version: str = "1.1",
) -> bytes:
    head = f"{method} {target} HTTP/{version}\r\n{headers}Connection: close\r\n\r\n"
    return (head + body).encode()


HOST = "Host: localhost\r\n"
SENT = {
    "HTTP/1.1 without `Host`": request(""),
    "two `Host` headers": request(HOST + HOST),
    "a malformed `Host`": request("Host: a b\r\n"),
    "a method that Node does not know": request(method="FROB"),
    "both `Content-Length` and `Transfer-Encoding`": request(
        f"{HOST}Content-Length: 3\r\n{CHUNKED}", "0\r\n\r\n"
    ),
    "a body that was not announced": request(body='{"a": 1}'),
    "a path without its leading slash": request(target=TARGET[1:]),
    "a URL that is not `http` or `https`": request(target=f"ftp://x{TARGET}"),
    "HTTP/2.0 in the request line": request(version="2.0"),
    "HTTP/0.9 in the request line": request(version="0.9"),
    "extensions of a chunk over 16 KiB": request(
        HOST + CHUNKED, f"1;{LONG}\r\na\r\n0\r\n\r\n"
    ),
    "trailers over 16 KiB": request(HOST + CHUNKED, f"1\r\na\r\n0\r\nX: {LONG}\r\n\r\n"),
}  # fmt: skip


@pytest.fixture(params=("documented", "server"), scope="module")
def mock(request: pytest.FixtureRequest) -> Iterator[tuple[str, MockServer]]:
    with MockServer(profile=request.param) as running:
        yield request.param, running


def told(reply: bytes) -> str:
    """A reply as the table tells it."""
    head, _, body = reply.partition(b"\r\n\r\n")
    status, *headers = head.decode().split("\r\n")
    number = status.split()[1]
    if not body and headers == ["Connection: close"]:
        return f"a bare {number}"
    return f"{number}, {json.loads(body)['code']}"


def test_the_table_has_each_request() -> None:
    assert list(ROWS) == list(SENT)


@pytest.mark.parametrize("sent", SENT)
def test_the_table_says_what_each_profile_answers(sent: str, mock: tuple[str, MockServer]) -> None:
    profile, running = mock
    reply = b""
    with socket.create_connection(("127.0.0.1", running.port), PATIENCE_S) as connection:
        connection.sendall(SENT[sent])
        while data := connection.recv(65536):
            reply += data
    assert told(reply) == ROWS[sent][profile]
