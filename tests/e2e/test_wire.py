"""Bytes on real sockets: what is no HTTP, what ends too early, what is too large."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from mockserver.api.common import BAD_REQUEST_BODY
from mockserver.server.limits import MAX_BODY_BYTES, MAX_HEADER_BYTES
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.process import Server
from tests.helpers.raw_http import read_all, request
from tests.helpers.text import GET, NEW, cookie

HEAD = b"POST /api/v2/auth/token HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
ALICE = cookie("session-of-alice")
SIGNATURE = "7Hqy/8Nk8d0rFr4ygSCoEnwg5GD+VMfghQieThqQ2dU"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def status(reply: bytes) -> int:
    assert reply.startswith(b"HTTP/1.")
    return int(reply.split(b" ", 2)[1])


# What is sent, the status of the reply, and words of the log.
REFUSED = {
    "no HTTP": (b"GARBAGE\r\n\r\n", 400, "not accepted: the request line is not 'METHOD target"),
    "binary": (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400, "not accepted: "),
    "method in lower case": (
        b"post /api/v2/auth/token HTTP/1.1\r\n\r\n", 400, "the method 'post' is not in upper case"),
    "blank before the method": (
        b" " + HEAD + b"\r\n", 400, "not accepted: the request begins with whitespace"),
    "header without colon": (
        HEAD + b"Nonsense\r\n\r\n", 400, "header line 3 does not begin with a name and a colon"),
    "bare line feed": (
        HEAD + b"A: b\nC: d\r\n\r\n", 400, "not accepted: header A contains a bare CR or LF"),
    "control character": (
        HEAD + b"A: \x00\r\n\r\n", 400, "not accepted: header A contains a control character"),
    "length in words": (
        HEAD + b"Content-Length: ten\r\n\r\n", 400,
        "header Content-Length is not a number of bytes"),
    "length twice": (
        HEAD + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400,
        "header Content-Length is given twice"),
    "length of 5000 digits": (
        HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", 400,
        "header Content-Length has too many digits"),
    "unknown transfer coding": (
        HEAD + b"Transfer-Encoding: magic\r\n\r\n", 400,
        "header Transfer-Encoding is not supported"),
    "no transfer coding": (
        HEAD + b"Transfer-Encoding:\r\n\r\n", 400, "header Transfer-Encoding is not supported"),
    "broken chunk": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400,
        "not accepted: a chunk does not begin with its size"),
    "endless chunk extension": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"a" * 40_000, 400,
        "not accepted: a chunk with more than 16384 bytes of extensions"),
    "endless trailers": (
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"Name: value\r\n" * 4000, 400,
        "not accepted: more than 16384 bytes of trailers"),
    "broken target": (
        b"POST http://[::1/api/v2/auth/token HTTP/1.1\r\nHost: x\r\n\r\n", 400,
        "not accepted: the request target has no valid host"),
    "no Host": (b"GET / HTTP/1.1\r\n\r\n", 400, "not accepted: HTTP/1.1 without a Host header"),
    "two Hosts": (HEAD + b"HOST: localhost\r\n\r\n", 400, "header Host is given twice"),
    "malformed Host": (
        b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, "not accepted: header Host is malformed"),
    "CONNECT": (b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 400, "CONNECT is for proxies"),
    "large header": (
        HEAD + b"X: " + b"x" * MAX_HEADER_BYTES + b"\r\n\r\n", 431,
        "not accepted: the head is too large; expected fewer than 16384 bytes"),
    "large cookie": (
        HEAD + b"Cookie: animeloop.auth.sid=" + b"x" * MAX_HEADER_BYTES + b"\r\n\r\n", 431,
        "not accepted: the head is too large"),
    "large body announced": (
        HEAD + b"Content-Length: %d\r\n\r\n" % MAX_BODY_BYTES, 413,
        "not accepted: the body is too large; expected fewer than 10485760 bytes"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_gets_a_4xx_and_a_reason_in_the_log(server: Server, name: str) -> None:
    data, expected, words = REFUSED[name]
    assert status(server.exchange(data)) == expected
    assert f" {expected} " in server.log_until(words)
    assert b"1320001" in server.post(GET, ALICE), "the next connection is served"


def test_the_control_plane_refuses_with_a_problem_and_without_cors(server: Server) -> None:
    head = b"POST /__admin/reset HTTP/1.1\r\nHost: localhost\r\nOrigin: http://x.example\r\n"
    reply = server.exchange(head + b"Content-Length: -1\r\n\r\n")
    assert status(reply) == 400
    assert b"Content-Type: application/problem+json\r\n" in reply
    assert b"Access-Control" not in reply
    assert json.loads(reply.partition(b"\r\n\r\n")[2]) == {
        "title": "Bad Request", "status": 400,
        "detail": "header Content-Length is not a number of bytes",
    }  # fmt: skip


def test_a_refusal_says_only_that_it_closes(server: Server) -> None:
    reply = server.exchange(b"post / HTTP/1.1\r\nConnection: keep-alive\r\n\r\n")
    lines = reply.split(b"\r\n")
    assert [line for line in lines if line.startswith(b"Connection")] == [b"Connection: close"]


@pytest.mark.parametrize("name", ["header without colon", "large header", "large body announced"])
def test_what_is_refused_to_a_head_has_no_body(server: Server, name: str) -> None:
    data, expected, _ = REFUSED[name]
    reply = server.exchange(b"HEAD" + data.removeprefix(b"POST"))
    assert status(reply) == expected
    assert reply.endswith(b"\r\n\r\n")


SLASHLESS = [
    "__admin/users", "__admin/users?limit=1", "__sandbox/x/api/v2/auth/token", "api/v2/auth/token",
    "foo", "?x", "#x", "*", "*/", "%2F__admin/users", "localhost:1", "http:/__admin/users",
    "http:__admin/users", "ftp://localhost/api/v2/auth/token", "http:///__admin/users",
    "http://a@localhost/api/v2/auth/token",
]  # fmt: skip


@pytest.mark.parametrize("target", SLASHLESS)
def test_a_target_in_none_of_the_four_forms_is_refused(server: Server, target: str) -> None:
    data = f"POST {target} HTTP/1.1\r\nHost: localhost\r\nCookie: {ALICE}\r\n\r\n"
    reply = server.exchange(data.encode())
    assert reply.endswith(b'\r\n\r\n{"status":"error","code":400,"message":"Bad request"}')
    line = spaced(server.log_until("not accepted: the request target"))
    assert f" POST {target} 400 400 " in line
    if "has no valid host" not in line:
        assert repr(target) in line


# What is sent as the first line, and what the log shows of it.
SHOWN = [
    (f"GET x/{SIGNATURE} HTTP/1.1", "GET x/[signature] 400 "),
    (f"GET ?cookie={SIGNATURE} HTTP/1.1", "GET ?cookie=[signature] 400 "),
    (f"GET {'x' * 90}/{SIGNATURE} HTTP/1.1", f"GET {'x' * 90}/[signatur… 400 "),
    (f"GET {'x' * 9000} HTTP/1.1", f"GET {'x' * 100}… 400 "),
    ("get /api/v2/auth%2Ftoken?x HTTP/1.1", "get /api/v2/auth/token 400 "),
    ("GET /x HTTP/1.1 x", "GET /x 400 "),
    ("GET \x1b[2J HTTP/1.1", "GET \\x1b[2J 400 "),
    ("CONNECT a:1 HTTP/1.1", "CONNECT a:1 400 "),
    ("GET /x HTTP/2.0", "GET /x 400 "),
    ("GARBAGE", "? ? 400 "),
    ("(x) /y HTTP/1.1", "? ? 400 "),
]


def spaced(line: str) -> str:
    """A line of the log without its columns."""
    return " ".join(line.split())


@pytest.mark.parametrize(("line", "shown"), SHOWN)
def test_the_log_shows_what_is_known_of_a_refused_request(
    server: Server, line: str, shown: str
) -> None:
    server.exchange(f"{line}\r\nHost: localhost\r\n\r\n".encode("latin-1"))
    assert f"Z {shown}" in spaced(server.log_until("not accepted: "))


@pytest.mark.parametrize("before", ["", "x" * 60 + "/"])
def test_the_log_has_no_signature_nor_the_beginning_of_one(server: Server, before: str) -> None:
    for path in ("/__admin/sessions/", f"/__admin/{before}"):
        sent = SIGNATURE.replace("/", "%2F").replace("+", "%2B")
        line = f"DELETE {path}{sent} HTTP/1.1"
        server.exchange(f"{line}\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        shown = server.log_until(f" {path}")
        assert f" DELETE {path}[signature] 404 " in spaced(shown)
        assert SIGNATURE[:4] not in shown


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        ("GET /__admin/health HTTP/2.0", "HTTP/2.0 is not supported; expected HTTP/1.1"),
        ("GET /__admin/health\x01 HTTP/1.1", "the request target contains bytes"),
    ],
)
def test_a_refused_first_line_under_admin_gets_a_problem(
    server: Server, line: str, detail: str
) -> None:
    head, _, body = server.exchange(f"{line}\r\nHost: localhost\r\n\r\n".encode()).partition(
        b"\r\n\r\n"
    )
    assert b"\r\nContent-Type: application/problem+json\r\n" in head
    problem = json.loads(body)
    assert problem["status"] == 400
    assert problem["detail"].startswith(detail)


@pytest.mark.parametrize("version", ["0.9", "2.0", "3.0"])
def test_other_versions_are_refused(server: Server, version: str) -> None:
    """RFC 9112, 2.3: a reply in a version whose major number was not asked for cannot be read."""
    line = f"POST /api/v2/auth/token HTTP/{version}\r\n"
    reply = server.exchange(f"{line}Host: localhost\r\nCookie: {ALICE}\r\n\r\n".encode())
    assert reply.startswith(b"HTTP/1.")
    assert reply.endswith(b'\r\n\r\n{"status":"error","code":400,"message":"Bad request"}')
    line = spaced(
        server.log_until(f"not accepted: HTTP/{version} is not supported; expected HTTP/1.1")
    )
    assert " POST /api/v2/auth/token 400 400 " in line


def test_an_asterisk_is_a_target_for_options(server: Server) -> None:
    server.exchange(b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert "not accepted" not in server.log_until("OPTIONS")


@pytest.mark.parametrize(
    "line", [f"Cookie: {ALICE}\nx", f"Cookie: {ALICE}\x01", ALICE, f" Cookie: {ALICE}"]
)
def test_a_refusal_tells_no_value_of_a_header(server: Server, line: str) -> None:
    signature = ALICE[-20:]
    for path in ("/api/v2/auth/token", "/__admin/reset"):
        data = f"POST {path} HTTP/1.1\r\n{line}\r\nHost: localhost\r\n\r\n"
        assert signature not in server.exchange(data.encode()).decode()
        assert signature not in server.log_until("not accepted: header ")


# What is sent in the head, and whether the connection is kept for another request.
PERSISTENCE = [
    ("1.1", "", True), ("1.1", "Connection: keep-alive", True), ("1.1", "Connection: TE", True),
    ("1.1", "Connection: closed", True), ("1.1", "Connection: Close", False),
    ("1.1", "Connection: TE, close", False), ("1.1", "Connection: close,TE", False),
    ("1.1", "Connection: ,\tclose ,", False), ("1.1", "Connection: keep-alive, close", False),
    ("1.1", "Connection: TE\r\nConnection: close", False),
    ("1.1", "Connection: close\r\nConnection: TE", False),
    ("1.0", "", False), ("1.0", "Connection: Keep-Alive", True),
    ("1.0", "Connection: TE, keep-alive", True), ("1.0", "Connection: keep-alive, close", False),
]  # fmt: skip


@pytest.mark.parametrize(("version", "lines", "kept"), PERSISTENCE)
def test_a_connection_closes_when_its_options_say_so(
    server: Server, version: str, lines: str, kept: bool
) -> None:
    head = f"POST /api/v2/auth/token HTTP/{version}\r\nHost: localhost\r\n"
    first = f"{head}{lines}\r\n\r\n" if lines else f"{head}\r\n"
    reply = server.exchange(first.encode() + request(GET, ALICE))
    assert reply.count(b'"code":') == (2 if kept else 1)
    assert (b"\r\nConnection: close\r\n" in reply.partition(b"\r\n\r\n")[0]) is not kept


@pytest.mark.parametrize(
    ("version", "lines"),
    [("1.1", b"Content-Length: 5\r\n"), ("1.0", b"Connection: keep-alive\r\n")],
)
def test_a_body_whose_end_is_in_doubt_closes_behind_its_reply(
    server: Server, version: str, lines: bytes
) -> None:
    head = f"POST /api/v2/auth/token HTTP/{version}\r\nHost: localhost\r\n".encode()
    chunked = b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    reply = server.exchange(head + lines + chunked + request(GET, ALICE))
    assert reply.count(b'"code":') == 1
    assert b"1940103" in reply


@pytest.mark.parametrize(
    "data",
    [b"PO", HEAD, HEAD + b"Content-Length: 10\r\n\r\nabc", HEAD + b"Content-Length: 1\r\n\r\n"],
)
def test_a_request_cut_short_gets_a_400_and_a_line_in_the_log(server: Server, data: bytes) -> None:
    reply = server.exchange(data, end=True)
    assert status(reply) == 400
    assert reply.endswith(b'{"status":"error","code":400,"message":"Bad request"}')
    assert "400 400" in server.log_until("cut short after ")
    assert b"1320001" in server.post(GET, ALICE)


def test_a_head_cut_short_gets_no_body(server: Server) -> None:
    cut = b"HEAD" + HEAD.removeprefix(b"POST") + b"Content-Length: 1\r\n\r\n"
    assert server.exchange(cut, end=True).endswith(b"\r\n\r\n")


def test_a_client_that_is_still_sending_can_read_why_it_is_refused(server: Server) -> None:
    body = b"x" * (MAX_BODY_BYTES + 4_000_000)
    reply = server.exchange(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    assert status(reply) == 413
    assert json.loads(reply.partition(b"\r\n\r\n")[2]) == {
        "title": "Request Entity Too Large", "status": 413,
        "detail": "the body is too large; expected fewer than 10485760 bytes",
    }  # fmt: skip


@pytest.mark.parametrize(
    "kind", [b"application/json", b"application/x-www-form-urlencoded; charset=utf-8"]
)
def test_a_form_over_the_limit_gets_the_envelope_where_it_is_read(
    server: Server, kind: bytes
) -> None:
    for path, expected in (
        (b"/api/v2/auth/login", 400), (b"/__sandbox/x/api/v2/auth/register", 400),
        (b"/api/v2/auth/token", 413), (b"/__admin/users/a", 413),
        (b"/__admin/api/v2/auth/login", 413),
    ):  # fmt: skip
        head = b"POST " + path + b" HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + kind
        reply = server.exchange(head + b"\r\nContent-Length: %d\r\n\r\n" % MAX_BODY_BYTES)
        assert status(reply) == expected
        assert (reply.endswith(BAD_REQUEST_BODY)) == (expected == 400)
    server.log_until("not accepted: the body is too large")


def test_what_follows_the_last_request_does_not_cost_its_reply(server: Server) -> None:
    reply = server.exchange(HEAD + b"\r\n" + b"a body that nobody announced" * 10_000)
    assert status(reply) == 200
    assert b"1940103" in reply


def test_nothing_follows_a_reply_that_closes(server: Server) -> None:
    reply = server.exchange(HEAD + b"\r\n" + b"the beginning of something")
    assert reply.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    "body",
    [
        b"Content-Length: 5\r\n\r\nhello",
        b"Content-Type: application/json\r\nContent-Length: 1\r\n\r\n{",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        b"Content-Length: 1000000\r\n\r\n" + b"\x00" * 1_000_000,
    ],
)
def test_a_body_where_none_is_expected_changes_nothing(server: Server, body: bytes) -> None:
    reply = server.exchange(HEAD + f"Cookie: {ALICE}\r\n".encode() + body)
    assert status(reply) == 200
    assert b"1320001" in reply


@pytest.mark.parametrize(
    ("body", "interim"), [(b"\r\n", 0), (b"Content-Length: 0\r\n\r\n", 0),
                          (b"Content-Length: 2\r\n\r\n{}", 1)],
)  # fmt: skip
def test_who_expects_to_continue_is_answered_with_a_body_or_without(
    server: Server, body: bytes, interim: int
) -> None:
    reply = server.exchange(HEAD + b"Expect: 100-continue\r\n" + body)
    assert reply.count(b"HTTP/1.1 100 Continue\r\n\r\n") == interim
    assert b"1940103" in reply


def test_who_expects_to_continue_is_refused_as_others_are(server: Server) -> None:
    data = b"Expect: 100-continue\r\nContent-Length: 4, 5\r\n\r\n"
    assert status(server.exchange(HEAD + data)) == 400


def test_several_cookie_headers_count_as_one_and_the_first_value_counts(server: Server) -> None:
    good, bad = f"Cookie: {ALICE}\r\n".encode(), b"Cookie: animeloop.auth.sid=x\r\n"
    other = b"cookie: theme=dark, blue\r\n"
    assert b"1320001" in server.exchange(HEAD + other + good + bad + b"\r\n")
    assert b"1940102" in server.exchange(HEAD + other + bad + good + b"\r\n")


def test_absolute_targets_and_http_1_0_are_served(server: Server) -> None:
    data = f"POST http://localhost/api/v2/auth/token HTTP/1.0\r\nCookie: {ALICE}\r\n\r\n"
    assert b"1320001" in server.exchange(data.encode())


def test_pipelined_requests_are_answered_in_order(server: Server) -> None:
    data = request(GET, ALICE, close=False) + request(GET, close=False) + request(GET, ALICE)
    codes = [part[:7] for part in server.exchange(data).split(b'"code":')[1:]]
    assert codes == [b"1320001", b"1940103", b"1320001"]


def test_replies_name_no_server(server: Server) -> None:
    head = server.post(GET, ALICE).partition(b"\r\n\r\n")[0].lower()
    names = {line.partition(b":")[0] for line in head.split(b"\r\n")[1:]}
    assert names == {b"content-length", b"content-type", b"date", b"vary", b"connection"}


def test_text_of_a_request_cannot_begin_a_line_in_the_log(server: Server) -> None:
    server.post(GET, cookie("x\n00:00:00.000Z POST /forged"))
    assert r"session x\x0a00:00:00.000Z POST /forged is unknown" in server.log_until("/forged")


@pytest.mark.parametrize(
    "line",
    [b"Cookie: animeloop.auth.sid=secret\rx", b"Authorization: secret\n", b"secret\rsecret",
     b"secret\r: x"],
)  # fmt: skip
def test_a_header_line_is_not_in_the_log(server: Server, line: bytes) -> None:
    assert status(server.exchange(HEAD + line + b"\r\n\r\n")) == 400
    assert "secret" not in server.log_until("not accepted: ")


def test_a_connection_is_kept_for_the_next_request(server: Server) -> None:
    with server.connect() as connection:
        for _ in range(3):
            connection.sendall(request(GET, ALICE, close=False))
            reply = b""
            while not reply.endswith(b"}}"):
                reply += connection.recv(65536)
            assert b"1320001" in reply
        connection.sendall(request(NEW, ALICE))
        assert b"1320002" in read_all(connection)


@pytest.mark.skipif(shutil.which("node") is None, reason="this machine has no node")
def test_a_node_client_is_served(server: Server) -> None:
    script = """
const [url, cookie] = process.argv.slice(1);
const reply = await fetch(url, {method: "POST", headers: {cookie}});
console.log(reply.status, (await reply.json()).code);
"""
    url = f"http://127.0.0.1:{server.port}/api/v2{GET}"
    result = subprocess.run(
        ["node", "--input-type=module", "--eval", script, url, ALICE],
        capture_output=True, text=True, timeout=PATIENCE_S, check=True,
    )  # fmt: skip
    assert result.stdout == "200 1320001\n"


@pytest.mark.parametrize(
    "target",
    ["//api/v2/auth/token", "///api/v2/auth/token/new", "/%2Fapi/v2/auth/token",
     "/api/v2/auth/%74oken", "/api/v2/auth/token%2Fnew", "http:/api/v2/auth/token",
     "http://x//api/v2/auth/token", "/api/v2/auth/token/", "/api/v2/./auth/token"],
)  # fmt: skip
def test_paths_that_are_not_literal_are_bad_requests(server: Server, target: str) -> None:
    data = f"POST {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: {ALICE}\r\n\r\n"
    assert status(server.exchange(data.encode())) == 400
    assert b"1320001" in server.post(GET, ALICE)


def test_a_scheme_within_a_path_is_a_part_of_it(server: Server) -> None:
    target = "/api/v2/auth/token/revoke/a://x"
    data = f"POST {target}?q HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: {ALICE}\r\n\r\n"
    assert status(server.exchange(data.encode())) == 400
    assert f"POST {target} 400" in spaced(server.log_until(target))
    assert b"1320001" in server.post(GET, ALICE)


def test_a_query_does_not_matter(server: Server) -> None:
    assert b"1320001" in server.post(GET + "?a=b", ALICE)


def test_tls_is_named_in_the_log_and_not_waited_for(server: Server) -> None:
    assert status(server.exchange(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")) == 400
    server.log_until("this is TLS, and the mock speaks plain HTTP")


def test_lines_that_end_with_lf_alone_are_not_waited_for(server: Server) -> None:
    assert status(server.exchange(b"POST /api/v2/auth/token HTTP/1.1\nHost: x\n\n")) == 400
    server.log_until("lines end with LF; expected CR LF")


def test_a_page_can_read_why_its_request_was_refused(server: Server) -> None:
    origin = b"Origin: http://localhost:3000\r\n"
    reply = server.exchange(HEAD + origin + b"Content-Length: %d\r\n\r\n" % MAX_BODY_BYTES)
    assert status(reply) == 413
    assert b"Access-Control-Allow-Origin: http://localhost:3000" in reply


def prefer(name: str) -> bytes:
    return request(GET, ALICE, extra=f"Prefer: scenario={name}")


@pytest.mark.parametrize("more", [b"", b"x" * 10_000])
def test_wire_fault_reset_resets_the_connection(server: Server, more: bytes) -> None:
    with server.connect() as connection:
        connection.sendall(prefer("connection-reset") + more)
        with pytest.raises(ConnectionResetError):
            read_all(connection)
    server.log_until("scenario connection-reset: wire fault reset")


def test_wire_fault_empty_closes_without_a_byte(server: Server) -> None:
    assert server.exchange(prefer("empty-response")) == b""


def test_wire_fault_truncate_cuts_the_body_and_announces_it_whole(server: Server) -> None:
    head, _, body = server.exchange(prefer("truncated-body")).partition(b"\r\n\r\n")
    (announced,) = (
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if b"Content-Length" in line
    )
    assert 0 < len(body) < announced
    assert body.startswith(b'{"status":"success","code":1320001')


def test_wire_fault_malformed_is_a_200_that_is_not_json(server: Server) -> None:
    head, _, body = server.exchange(prefer("malformed-json")).partition(b"\r\n\r\n")
    assert status(head) == 200
    assert b"application/json" in head
    with pytest.raises(json.JSONDecodeError):
        json.loads(body)


def test_wire_fault_html_is_a_proxys_502(server: Server) -> None:
    head, _, body = server.exchange(prefer("bad-gateway")).partition(b"\r\n\r\n")
    assert status(head) == 502
    assert b"text/html" in head
    assert body.startswith(b"<html>")


def test_only_a_truncated_request_has_been_carried_out(server: Server) -> None:
    tokens = [server.post(GET, ALICE)]
    for name in ("empty-response", "malformed-json", "bad-gateway", "truncated-body"):
        server.exchange(request(NEW, ALICE, extra=f"Prefer: scenario={name}"))
        tokens.append(server.post(GET, ALICE))
    bodies = [reply.partition(b"\r\n\r\n")[2] for reply in tokens]
    assert bodies[0] == bodies[1] == bodies[2] == bodies[3] != bodies[4]


def test_the_control_plane_answers_on_the_socket(server: Server) -> None:
    reply = server.exchange(b"GET /__admin/health HTTP/1.1\r\nHost: localhost\r\n\r\n", end=True)
    assert b'"status":"ok"' in reply
    for host in (b"evil.example", b""):
        data = b"GET //__admin/health HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n"
        assert status(server.exchange(data)) == 403
