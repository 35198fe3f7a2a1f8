"""How the commands that drive a mock find it, and what they say if there is none."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping

import pytest

from mockserver.cli import remote
from mockserver.cli.remote import CallRefusedError, RunningMock, running_mock
from mockserver.errors import UsageError
from mockserver.http.admin.answers import ScenariosAnswer
from mockserver.server.settings import DEFAULT_URL, SETTINGS
from mockserver.testing.addresses import read_url
from tests.helpers.stub_servers import Serve, Stub, answering, hanging

ID = "672d727bfc66"
HTML = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nno"
JSON = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"a": "b"}'


def flags(**given: str) -> Namespace:
    return Namespace(**({"url": None, "admin_token": None, "sandbox": None} | given))


@pytest.mark.parametrize(
    ("text", "url", "sandbox_id"),
    [
        ("http://127.0.0.1:7775", "http://127.0.0.1:7775", None),
        ("http://localhost:7775/", "http://localhost:7775", None),
        ("http://[::1]:1", "http://[::1]:1", None),
        ("http://h:1/__admin/", "http://h:1", None),
        ("http://h:1/api/v2", "http://h:1", None),
        ("http://h/prefix", "http://h/prefix", None),
        (f"http://h:1/__sandbox/{ID}/api/v2", "http://h:1", ID),
        (f"http://h/p/__sandbox/{ID}", "http://h/p", ID),
        ("127.0.0.1:7775", "http://127.0.0.1:7775", None),
        ("localhost:7775/api/v2", "http://localhost:7775", None),
        ("[::1]:7775", "http://[::1]:7775", None),
        ("https://h/__admin", "https://h", None),
    ],
)
def test_a_url_is_an_origin_or_any_of_the_mocks_urls(
    text: str, url: str, sandbox_id: str | None
) -> None:
    assert read_url(text, "--url") == (url, sandbox_id)


@pytest.mark.parametrize(
    "text",
    ["h", "h:x", "h/x:1", "ftp://h", "http://", "http://h:x", "http://h:0", "http://[::1", "x",
     "http://u:p@h", "http://h?x", "http://h#x", "http://h/ x", "http://h/__sandbox//api/v2", ""],
)  # fmt: skip
def test_other_urls_are_refused_by_where_they_came_from(text: str) -> None:
    with pytest.raises(
        UsageError, match=r"^--url: expected a URL such as http://127\.0\.0\.1:7775"
    ):
        read_url(text, "--url")


@pytest.mark.parametrize(
    ("given", "environment", "url", "sandbox_id"),
    [
        ({}, {}, DEFAULT_URL, "default"),
        ({}, {"ANIMELOOP_MOCK_URL": ""}, DEFAULT_URL, "default"),
        ({}, {"ANIMELOOP_MOCK_URL": "http://a:1"}, "http://a:1", "default"),
        ({"url": "http://b"}, {"ANIMELOOP_MOCK_URL": "http://a:1"}, "http://b", "default"),
        ({"sandbox": "x"}, {}, DEFAULT_URL, "x"),
        ({"url": f"http://b/__sandbox/{ID}/api/v2"}, {}, "http://b", ID),
        ({"url": f"http://b/__sandbox/{ID}/api/v2", "sandbox": ID}, {}, "http://b", ID),
    ],
)
def test_the_flag_counts_before_the_variable(
    given: Mapping[str, str], environment: Mapping[str, str], url: str, sandbox_id: str
) -> None:
    mock = running_mock(flags(**given), environment)
    assert (mock.url, mock.sandbox_id) == (url, sandbox_id)


@pytest.mark.parametrize(
    ("given", "environment", "words"),
    [
        ({"sandbox": ""}, {}, "--sandbox: expected the id"),
        ({"url": f"http://b/__sandbox/{ID}", "sandbox": "x"}, {}, "--url names another sandbox"),
        ({}, {"ANIMELOOP_MOCK_URL": "x"}, "^ANIMELOOP_MOCK_URL: expected a URL"),
        ({"admin_token": "\n"}, {}, "the admin token: "),
    ],
)
def test_wrong_flags(given: Mapping[str, str], environment: Mapping[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        running_mock(flags(**given), environment)


def test_the_default_is_where_serve_listens() -> None:
    host, port = (one.default for one in SETTINGS if one.field in ("host", "port"))
    assert f"http://{host}:{port}" == DEFAULT_URL


@pytest.mark.parametrize(
    ("serve", "words"),
    [
        (answering(HTML), "is no animeloop-mock"),
        (answering(JSON), "is no animeloop-mock"),
        (answering(b"SSH-2.0-x\r\n"), "is no animeloop-mock"),
        (answering(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n\xff"), "is no animeloop-mock"),
        (answering(b""), "no mock at http://127.0.0.1:"),
        (hanging, "nothing answers at http://127.0.0.1:"),
    ],
)
def test_what_is_no_mock_is_said_in_one_sentence(
    serve: Serve, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "_TIMEOUT_S", 0.2 if serve is hanging else 60)
    with Stub(serve) as stub:
        mock = RunningMock(f"http://127.0.0.1:{stub.port}", None, "default")
        with pytest.raises(UsageError, match=words) as raised:
            mock.ask(ScenariosAnswer, "GET", "/scenarios")
    assert "\n" not in str(raised.value)


def test_a_refusal_has_its_status() -> None:
    detail = b'{"title":"x","status":409,"detail":"the journal is disabled"}'
    head = b"HTTP/1.1 409 Conflict\r\nContent-Length: %d\r\n\r\n" % len(detail)
    with Stub(answering(head + detail)) as stub:
        mock = RunningMock(f"http://127.0.0.1:{stub.port}", None, "default")
        with pytest.raises(CallRefusedError) as raised:
            mock.call("POST", "/reset")
    assert (str(raised.value), raised.value.status) == ("the journal is disabled", 409)
