"""Any request with the cookie of a live session renews it, also one that reaches no endpoint."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.accounts import FORM, LOGIN, Accounts, accounts
from tests.helpers.text import GET, cookie

pytestmark = pytest.mark.usefixtures("state_kind")

both = pytest.mark.parametrize("profile", ["documented", "server"])
HOUR_MS = 3_600_000
Make = Callable[..., Accounts]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    return lambda *given, **options: accounts(tmp_path, *given, **options)


def renewed(mock: Accounts, send: Callable[[], object]) -> bool:
    """Whether a session of 30 h lives 40 h after its last use, if this is sent half-way."""
    assert mock.call(GET, cookie("of-haruhi")).code == 1340401
    mock.clock.advance(20 * HOUR_MS)
    send()
    mock.clock.advance(20 * HOUR_MS)
    return mock.call(GET, cookie("of-haruhi")).code == 1340401


REQUESTS: dict[str, Callable[[Accounts], object]] = {
    "unknown path": lambda mock: mock.call("/nowhere", cookie("of-haruhi")),
    "other method": lambda mock: mock.call(GET, cookie("of-haruhi"), "PUT"),
    "HEAD": lambda mock: mock.call(GET, cookie("of-haruhi"), "HEAD"),
    "HEAD of a GET": lambda mock: mock.call("/auth/verify?code=x", cookie("of-haruhi"), "HEAD"),
    "OPTIONS": lambda mock: mock.call(GET, cookie("of-haruhi"), "OPTIONS"),
    "preflight": lambda mock: mock.call(
        GET, cookie("of-haruhi"), "OPTIONS", Access_Control_Request_Method="POST"
    ),
    "refused body": lambda mock: mock.send(LOGIN, b"{", "application/json", cookie("of-haruhi")),
    "failed login": lambda mock: mock.send(LOGIN, b"", FORM, cookie("of-haruhi")),
    "refused preference": lambda mock: mock.call(GET, cookie("of-haruhi"), Prefer="code=1"),
}


@both
@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_any_request_renews_the_session(
    made: Make, profile: str, request_: Callable[[Accounts], object]
) -> None:
    mock = made(profile)
    assert renewed(mock, lambda: request_(mock))


@both
def test_a_forced_code_changes_nothing(made: Make, profile: str) -> None:
    mock = made(profile)
    code = "code=1340401"
    assert not renewed(mock, lambda: mock.call(GET, cookie("of-haruhi"), Prefer=code))


@both
@pytest.mark.parametrize("other", [None, cookie("of-haruhi", "another secret"), cookie("unknown")])
def test_a_cookie_that_proves_nothing_renews_nothing(
    made: Make, profile: str, other: str | None
) -> None:
    mock = made(profile)
    assert not renewed(mock, lambda: mock.call("/nowhere", other))


@both
def test_a_session_that_has_expired_stays_so(made: Make, profile: str) -> None:
    mock = made(profile)
    mock.clock.advance(31 * HOUR_MS)
    mock.call("/nowhere", cookie("of-haruhi"))
    assert mock.call(GET, cookie("of-haruhi")).code in (1940102, 1940103)


@both
def test_a_session_of_a_sandbox_is_renewed_there(made: Make, profile: str) -> None:
    mock = made(profile)
    sandbox = mock.sandbox()
    path = f"/sessions/{sandbox['id']}~of-haruhi"
    live = mock.admin("GET", path, sandbox=sandbox["id"]).json["cookie_header"]
    for call in (f"/__sandbox/{sandbox['id']}/api/v2/nowhere", "/nowhere"):
        before = mock.admin("GET", path, sandbox=sandbox["id"]).json["expires"]
        mock.clock.advance(HOUR_MS)
        mock.call(call, live)
        assert mock.admin("GET", path, sandbox=sandbox["id"]).json["expires"] > before
