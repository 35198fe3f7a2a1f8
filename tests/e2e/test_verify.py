"""`verify` as a user runs it: against the mock, and against what is not this API."""

from __future__ import annotations

import signal
import socket
import ssl
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from mockserver.verify.contract import PAIRS, STATEMENTS
from tests.helpers import warm
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.process import Server, run
from tests.helpers.stub_servers import Serve, Stub, answering, dripping, endless, hanging
from tests.helpers.text import DOCUMENTED_COOKIE, DOCUMENTED_TOKEN, GET
from tests.helpers.warm import PIPE

ENVELOPE = b'{"status":"error","code":1940103,"message":"cookie session doesn\'t exist."}'

# Self-signed, for 127.0.0.1, until 2126; nothing trusts it.
TLS = Path(__file__).parent / "tls"


def reply(status: str, kind: str, body: bytes, *more: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *more]
    return "\r\n".join([*lines, "", ""]).encode() + body


def test_with_the_control_plane_every_statement_of_the_mock_passes(tmp_path: Path) -> None:
    file = tmp_path / "verify.xml"
    with Server("--quiet") as server:
        origin = f"http://127.0.0.1:{server.port}"
        result = run("verify", "--target", origin, "--admin", origin, "--junit", str(file))
        sandboxes = server.exchange(b"GET /__admin/sandboxes HTTP/1.0\r\nHost: localhost\r\n\r\n")
    assert (result.returncode, result.stderr) == (0, "")
    pairs, others = len(PAIRS), len(STATEMENTS) - len(PAIRS)
    assert f"{pairs} pairs: {pairs} passed; {others} more statements: " in result.stdout
    assert result.stdout.endswith(f" {others} passed\n")
    suite = ET.parse(file).getroot()[0]
    assert [case.get("name") for case in suite] == [check.name for check in STATEMENTS]
    assert [path.name for path in tmp_path.iterdir()] == ["verify.xml"]
    assert sandboxes.count(b'"api_url"') == 1, "only the default one"


@pytest.mark.parametrize(
    "cookie",
    [
        DOCUMENTED_COOKIE,
        f"animeloop.auth.sid={DOCUMENTED_COOKIE}",
        DOCUMENTED_COOKIE.replace("%3A", ":").replace("%2B", "+").replace("%2F", "/"),
        f"theme=dark; animeloop.auth.sid={DOCUMENTED_COOKIE}; lang=en",
    ],
)
def test_with_a_cookie_in_any_form_all_but_what_needs_more_passes(cookie: str) -> None:
    with Server("--quiet") as server:
        target = f"http://127.0.0.1:{server.port}/api/v2/"
        result = run("verify", "--target", target, "--cookie", cookie)
        after = server.post(GET, f"animeloop.auth.sid={DOCUMENTED_COOKIE}")
    assert result.returncode == 0
    assert result.stdout.count("\n  pass      /auth/token") == 10
    assert b'"code":1320001' in after
    assert DOCUMENTED_TOKEN.encode() not in after


def test_an_admin_token_is_asked_for_and_taken() -> None:
    with Server("--quiet", "--admin-token", "t") as server:
        origin = f"http://127.0.0.1:{server.port}"
        without = run("verify", "--target", origin, "--admin", origin)
        wrong = run("verify", "--target", origin, "--admin", origin, "--admin-token", "x")
        given = run("verify", "--target", origin, "--admin", origin, "--admin-token", "t")
    assert (without.returncode, wrong.returncode) == (2, 2)
    assert "--admin-token: expected the control plane's token, got none" in without.stderr
    assert "--admin-token: expected the control plane's token, got another one" in wrong.stderr
    assert given.returncode == 0


def test_drift_is_status_1_and_says_which_statement_the_server_breaks(tmp_path: Path) -> None:
    file = tmp_path / "verify.xml"
    with Server("--quiet", "--http-status", "from-code") as server:
        origin = f"http://127.0.0.1:{server.port}"
        result = run("verify", "--target", origin, "--junit", str(file))
        asked_for = run("verify", "--target", origin, "--http-status", "from-code")
    assert result.returncode == 1
    assert (
        "drift 1 of 1: http-status\n"
        "  documented  as the real server does: documented codes are sent with HTTP 200, "
        "or as --http-status says\n"
        "  sent        POST /auth/token with no cookie\n"
        "  expected    HTTP 200\n"
        "  came        HTTP 401 " + ENVELOPE.decode() + "\n"
        "  how often   "
    ) in result.stdout
    failure = ET.parse(file).getroot().find(".//testcase[@name='http-status']/failure")
    assert failure is not None
    assert "came: HTTP 401" in (failure.text or "")
    assert asked_for.returncode == 0


@pytest.mark.parametrize(
    ("serve", "status", "words"),
    [
        (
            answering(reply("200 OK", "text/html", b"<html>")),
            1,
            "HTTP 200 with a body of type 'text/html'",
        ),
        (answering(reply("502 Bad Gateway", "text/html", b"<html>")), 1, "HTTP 502 with"),
        (answering(reply("200 OK", "application/json", b'{"ok":true}')), 1, "not of this API"),
        (answering(reply("200 OK", "application/json", b"[" * 99999)), 1, "this is not the API"),
        (
            answering(reply("404 Not Found", "text/plain", b"")),
            1,
            "HTTP 404 with a body of type 'text/plain'",
        ),
        (
            answering(reply("301 Moved", "text/html", b"", "Location: https://elsewhere.example/")),
            1,
            "a redirect to 'https://elsewhere.example/'",
        ),
        (
            answering(
                reply(
                    "400 Bad Request",
                    "application/json",
                    b'{"status":"error","code":400,"message":"Bad request"}',
                )
            ),
            1,
            "but not under this URL",
        ),
        (answering(b"HTTP/1.1 204 No Content\r\n\r\n"), 1, "HTTP 204 with a body without a type"),
        (answering(b"220 mail.example ESMTP\r\n"), 1, "does not speak HTTP"),
        (answering(b"\xff\xfe\x00\x01garbage\r\n"), 1, "does not speak HTTP"),
        (answering(b"HTTP/1.1 abc\r\n\r\n"), 1, "does not speak HTTP"),
        (answering(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200), 1, "cannot be read"),
        (answering(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}"), 1, "ends in the middle"),
        (
            answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
            1,
            "ends in the middle",
        ),
        (endless, 1, "more than 1 MiB"),
        (answering(b""), 2, "closed the connection without a reply"),
        (answering(b"\x15\x03\x01\x00\x02\x02\x46"), 2, "it speaks TLS; is it https://"),
        (hanging, 2, "no whole reply within 0.5 s"),
        (dripping, 2, "no whole reply within 0.5 s"),
    ],
)
def test_what_is_not_this_api_is_told_in_one_sentence_after_one_exchange(
    serve: Serve, status: int, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "verify.xml"
    with Stub(serve) as stub:
        target = f"http://127.0.0.1:{stub.port}"
        result = run("verify", "--target", target, "--timeout", "0.5", "--junit", str(file))
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("animeloop-mock: http://127.0.0.1:")
    assert words in result.stderr
    assert result.returncode == status
    assert stub.connections == 1
    error = ET.parse(file).getroot().find(".//error")
    assert error is not None
    assert words in error.get("message", "")


def test_a_server_that_hangs_later_ends_the_run_with_what_was_found() -> None:
    count = 0

    def serve(connection: socket.socket, stopping: object) -> None:
        nonlocal count
        count += 1
        if count > 5:
            hanging(connection, stopping)  # type: ignore[arg-type]
        else:
            answering(reply("200 OK", "application/json; charset=utf-8", ENVELOPE))(
                connection,
                stopping,  # type: ignore[arg-type]
            )

    with Stub(serve) as stub:
        target = f"http://127.0.0.1:{stub.port}"
        result = run("verify", "--target", target, "--timeout", "0.5")
    assert result.returncode == 1
    assert "the run ended early: http://127.0.0.1:" in result.stdout
    assert result.stdout.count("the run ended before") > 1
    assert stub.connections == 6


def test_a_closed_port_and_a_host_that_is_none_are_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    refused = run("verify", "--target", f"http://127.0.0.1:{port}")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "connection refused; nothing listens there" in refused.stderr
    unknown = run("verify", "--target", f"http://{'a' * 64}.invalid")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "unknown host" in unknown.stderr


def test_tls_where_there_is_none_and_none_where_there_is() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")
    serve = answering(reply("200 OK", "application/json; charset=utf-8", ENVELOPE))
    with Server("--quiet") as plain:
        result = run("verify", "--target", f"https://127.0.0.1:{plain.port}")
        assert (result.returncode, result.stdout) == (2, "")
        assert "it does not speak TLS; is it http://" in result.stderr
    with Stub(serve, context) as secured:
        result = run("verify", "--target", f"http://127.0.0.1:{secured.port}")
        assert (result.returncode, result.stdout) == (2, "")
        assert "is it https:// ?" in result.stderr
        assert result.stderr.count("\n") == 1
        result = run("verify", "--target", f"https://127.0.0.1:{secured.port}")
        assert (result.returncode, result.stdout) == (2, "")
        assert "its certificate is not trusted" in result.stderr
        assert "--insecure" in result.stderr
        result = run("verify", "--target", f"https://127.0.0.1:{secured.port}", "--insecure")
        assert result.returncode == 1
        assert "pass      /auth/token            1940103" in result.stdout


@pytest.mark.parametrize(
    ("serve", "words"),
    [
        (answering(reply("200 OK", "text/html", b"<html>")), "no control plane of animeloop-mock"),
        (answering(b""), "closed the connection"),
        (hanging, "no whole reply within 0.5 s"),
    ],
)
def test_an_admin_url_that_is_none_is_told(serve: Serve, words: str) -> None:
    with Server("--quiet") as server, Stub(serve) as stub:
        target, admin = (f"http://127.0.0.1:{port}" for port in (server.port, stub.port))
        result = run("verify", "--target", target, "--admin", admin, "--timeout", "0.5")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("animeloop-mock: --admin: ")
    assert words in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_the_user_keeps_a_token(number: int, tmp_path: Path) -> None:
    fixtures = tmp_path / "slow.yaml"
    fixtures.write_text(
        "users: [{username: a, token: t}]\n"
        f"sessions: [{{sid: s, username: a, signature: {'x' * 43}}}]\n"
        "scenarios: {slow: {faults: [\n"
        "  {endpoint: /auth/token/revoke, delay: 10m, skip: 1, times: 1}]}}\n"
    )
    cookie = f"animeloop.auth.sid=s%3As.{'x' * 43}"
    flags = ["--fixtures", str(fixtures), "--scenario", "slow", "--log-format", "json"]
    with Server(*flags) as server:
        command = ["verify", "--cookie", cookie]
        command += ["--target", f"http://127.0.0.1:{server.port}", "--timeout", "60"]
        with warm.start(*command, stdout=PIPE, stderr=PIPE) as process:
            # It has revoked the token, asked for it in vain, and is revoking once more.
            server.log_until('"code": 1340401')
            process.send_signal(number)
            out, err = process.communicate(timeout=PATIENCE_S)
        after = server.post(GET, cookie)
    assert process.returncode == 130
    assert (out, err) == ("", "")
    assert b'"code":1320001' in after


def test_drift_is_status_1_also_if_nobody_reads_the_report() -> None:
    with Server("--quiet", "--http-status", "from-code") as server:
        command = ["verify"]
        command += ["--target", f"http://127.0.0.1:{server.port}"]
        with warm.start(*command, stdout=PIPE, stderr=PIPE) as process:
            assert process.stdout is not None
            process.stdout.close()
            process.stdout = None
            _, err = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, err) == (1, "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "expected --target URL"),
        (["--target", "127.0.0.1:7775"], "--target: expected a URL such as"),
        (["--target", "ftp://a"], "--target: expected a URL such as"),
        (["--target", "http://[::1"], "--target: expected a URL such as"),
        (["--target", "http://a:99999"], "--target: expected a URL such as"),
        (["--target", "http://a/?x=1"], "--target: expected a URL such as"),
        (["--target", "http://a b/"], "--target: expected a URL such as"),
        (["--target", "http://a/api"], "a URL that ends in /api/v2"),
        (["--target", "http://me:hidden@a:x/"], "--target: expected a URL without a user name"),
        (["--target", "http://a", "--cookie", "abc"], "does not begin with 's:'"),
        (["--target", "http://a", "--cookie", ""], "does not begin with 's:'"),
        (["--target", "http://a", "--cookie", "s%253Aa.b"], "percent-encoded twice"),
        (["--target", "http://a", "--cookie", "s%3Aa"], "no '.' separates"),
        (["--target", "http://a", "--cookie", "s:a\n.b"], "control characters"),
        (["--target", "http://a", "--admin", "https://a"], "--admin: expected the mock's origin"),
        (["--target", "http://a", "--admin", "http://a/api/v2"], "--admin: expected the mock's"),
        (["--target", "http://a", "--admin-token", "ä"], "--admin-token: expected printable"),
        (["--target", "http://a", "--accept", "get-refusd"], "did you mean 'get-refused'?"),
        (["--target", "http://a", "--accept", ","], "--accept: expected no-1940103 or get-refused"),
        (["--target", "http://a", "--username", "a"], "--username: expected --password, too"),
        (["--target", "http://a", "--password", "hidden"], "--password: expected --username, too"),
        (["--target", "http://a", "--pasword", "hidden"], "did you mean '--password'?"),
        (["--target", "http://a", "--pasword=hidden"], "did you mean '--password'?"),
        (["--target", "http://a", "--username", ""], "--username: expected 1 to 4096 bytes"),
        (["--target", "http://a", "--recaptcha", ""], "--recaptcha: expected 1 to 4096 bytes"),
        (["--target", "http://a", "--profile", "servr"], "did you mean 'server'?"),
        (["--target", "http://a", "--timeout", "0"], "--timeout: expected seconds"),
        (["--target", "http://a", "--timeout", "nan"], "--timeout: expected seconds"),
        (["--target", "http://a", "--http-status", "from_code"], "--http-status: expected 200 or"),
        (["--target", "http://a", "--junit", "/no/such/directory/x.xml"], "--junit /no/such"),
        (["--target", "http://a", "--junit", "."], "--junit .: is a directory"),
        (["--target", "http://a", "--jnit", "x"], "did you mean '--junit'?"),
    ],
)
def test_bad_usage_is_status_2_and_one_sentence(arguments: list[str], words: str) -> None:
    result = run("verify", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert "hidden" not in result.stderr


def test_the_help_warns_of_what_becomes_of_the_token() -> None:
    text = " ".join(run("verify", "--help").stdout.split())
    assert "--cookie and --username REPLACE AND REVOKE the token of the user" in text
    assert "MAY SEND A MAIL" in text
