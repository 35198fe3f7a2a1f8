"""The Python client and the fixture of pytest: outbox, logins, users with passwords."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from mockserver import MockServer, UserAnswer
from mockserver.testing.client import SandboxClient
from mockserver.testing.control_plane import ControlPlaneError
from mockserver.testing.login import LoginError
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.once import Once

pytestmark = pytest.mark.usefixtures("state_kind")

PASSWORD = "suzumiya_haruhi"
MAIL = "kyon@sos.example"


@pytest.fixture
def server(once: Once, state_kind: str) -> MockServer:
    return once.started(state_kind, MockServer)


@pytest.fixture
def sandbox(server: MockServer) -> Iterator[SandboxClient]:
    made = server.sandbox()
    yield made
    made.close()


def post(url: str, fields: dict[str, str], cookies: dict[str, str] | None = None) -> int:
    header = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
    request = urllib.request.Request(url, urlencode(fields).encode(), {"Cookie": header})
    return answered(request)


def answered(request: urllib.request.Request | str) -> int:
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
        code = json.load(response)["code"]
    assert isinstance(code, int)
    return code


def register(sandbox: SandboxClient, username: str = "kyon777", email: str = MAIL) -> int:
    fields = {"username": username, "password": PASSWORD, "email": email}
    return post(sandbox.url("/auth/register"), {**fields, "g-recaptcha-response": "ok"})


def test_a_registration_is_verified_with_the_mail_in_the_outbox(sandbox: SandboxClient) -> None:
    assert register(sandbox) == 1120001
    assert sandbox.user("kyon777").verified is False
    (mail,) = sandbox.outbox(to=MAIL)
    assert (mail.to, mail.username, mail.delivered, mail.reason) == (MAIL, "kyon777", True, None)
    assert mail.link == f"{sandbox.url('/auth/verify')}?code={mail.code}"
    assert mail.code in mail.html
    assert mail.subject
    assert answered(mail.link) == 1420001
    assert sandbox.user("kyon777").verified is True


def test_the_outbox_is_filtered(sandbox: SandboxClient) -> None:
    register(sandbox)
    register(sandbox, "mikuru", "mikuru@sos.example")
    first, second = sandbox.outbox()
    assert (first.username, second.username) == ("kyon777", "mikuru")
    assert sandbox.outbox(after=first.id) == sandbox.outbox(username="mikuru") == [second]
    assert sandbox.outbox(to=MAIL) == [first]
    assert sandbox.outbox(to=MAIL, after=first.id) == sandbox.outbox(username="nobody") == []


def test_a_refused_mail_says_why(sandbox: SandboxClient) -> None:
    with sandbox.scenario("mail-down"):
        assert register(sandbox) == 1120001
    (mail,) = sandbox.outbox()
    assert mail.delivered is False
    assert mail.reason


def test_the_outbox_waits_for_a_mail(sandbox: SandboxClient) -> None:
    register(sandbox, "mikuru", "mikuru@sos.example")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(sandbox.outbox, to=MAIL, wait="60s")
        register(sandbox)
        assert [mail.username for mail in waiting.result(PATIENCE_S)] == ["kyon777"]
    assert sandbox.outbox(to="nobody@sos.example", wait="1ms") == []


def test_a_wait_that_is_too_long_is_refused(sandbox: SandboxClient) -> None:
    with pytest.raises(ControlPlaneError, match="wait"):
        sandbox.outbox(wait="2m")


def test_a_login_with_a_password_is_a_request_to_the_api(sandbox: SandboxClient) -> None:
    sandbox.put_user("kyon777", password=PASSWORD, verified=False, email=MAIL, token="issue")
    cookies = sandbox.log_in("kyon777", PASSWORD)
    assert list(cookies) == ["animeloop.auth.sid"]
    assert post(sandbox.url("/auth/token"), {}, cookies) == 1320001
    sandbox.assert_requested("/auth/login", code=1220001, times=1)
    assert PASSWORD not in str(sandbox.requests())


def test_a_login_without_a_password_leaves_no_trace(sandbox: SandboxClient) -> None:
    cookies = sandbox.log_in("alice")
    assert cookies != sandbox.log_in("alice")
    assert cookies != sandbox.cookies("alice")
    assert sandbox.requests() == []
    assert post(sandbox.url("/auth/token"), {}, cookies) == 1320001


def test_a_login_that_is_refused_says_with_which_code(sandbox: SandboxClient) -> None:
    sandbox.put_user("kyon777", password=PASSWORD)
    with pytest.raises(LoginError, match="as 'kyon777': 1940106 incorrect username or password"):
        sandbox.log_in("kyon777", "another_one")
    with pytest.raises(LoginError, match="1940101 Google reCAPTCHA verification failed"):
        sandbox.log_in("kyon777", PASSWORD, captcha="invalid")
    with sandbox.scenario("db-down"), pytest.raises(LoginError, match="1950301"):
        sandbox.log_in("kyon777", PASSWORD)
    with sandbox.scenario("truncated-body"), pytest.raises(LoginError, match="broken"):
        sandbox.log_in("kyon777", PASSWORD)
    with pytest.raises(ControlPlaneError, match="unknown user"):
        sandbox.log_in("kyon778")


def test_a_user_is_put_with_the_defaults_of_the_fixtures(sandbox: SandboxClient) -> None:
    put = sandbox.put_user("kyon777", uid=77)
    assert put == UserAnswer("kyon777", 77, None, verified=True, token=None, scenario=None)
    assert sandbox.put_user("kyon777", password=PASSWORD, verified=False).verified is False
    assert not hasattr(sandbox.user("kyon777"), "password")
    sandbox.put_user("kyon777")
    with pytest.raises(LoginError):
        sandbox.log_in("kyon777", PASSWORD)


def test_a_session_has_a_ttl(sandbox: SandboxClient) -> None:
    session = sandbox.new_session("alice", ttl="1h")
    assert session.cookie_header == f"animeloop.auth.sid={session.cookie}"
    cookies = {"animeloop.auth.sid": session.cookie}
    sandbox.clock.advance("2h")
    assert post(sandbox.url("/auth/token"), {}, cookies) == 1940103


def test_the_fixture_of_pytest_has_them_too(animeloop_mock: SandboxClient) -> None:
    animeloop_mock.put_user("kyon777", password=PASSWORD, email=MAIL, verified=False)
    cookies = animeloop_mock.log_in("kyon777", PASSWORD)
    fields = {"username": "kyon777", "password": PASSWORD}
    assert post(animeloop_mock.url("/auth/verify/sendemail"), fields, cookies) == 1420002
    assert [mail.to for mail in animeloop_mock.outbox(username="kyon777", wait="2s")] == [MAIL]
