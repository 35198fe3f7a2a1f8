"""The account page in process: bodies that are refused, methods, HEAD, 304 and statuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mockserver.credentials.codes import verification_code
from tests.helpers.accounts import (
    FORM,
    LOGIN,
    LOGOUT,
    PASSWORD,
    REGISTER,
    SENDEMAIL,
    VERIFY,
    Accounts,
    accounts,
    credentials,
    registration,
)
from tests.helpers.text import cookie

both = pytest.mark.parametrize("profile", ["documented", "server"])
GOOD = verification_code("mikuru", "2026-01-01T00:00:00.000Z", "mock-jwt-secret")
Make = Callable[..., Accounts]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    return lambda *given, **options: accounts(tmp_path, *given, **options)


@both
def test_a_body_of_another_type_has_no_fields(made: Make, profile: str) -> None:
    mock = made(profile)
    body = f"username=haruhi&password={PASSWORD}".encode()
    for kind in ("text/plain", "multipart/form-data; boundary=x", "a/b;;"):
        assert mock.send(SENDEMAIL, body, kind).code == 1940104
    assert mock.send(f"{SENDEMAIL}?username=haruhi&password=x", b"", FORM).code == 1940104
    for kind in (f"{FORM}; charset=utf-8", FORM.upper()):
        assert mock.send(SENDEMAIL, body, kind).code == 1420003


@pytest.mark.parametrize("path", [REGISTER, LOGIN, LOGOUT, SENDEMAIL])
@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b'"x"', "application/json", 400),
        (b"x" * 102_401, FORM, 413),
        (b"x=1&" * 1001, FORM, 413),
        (b"{}", "application/json; charset=latin1", 415),
    ],
)
def test_a_body_that_is_refused(made: Make, path: str, body: bytes, kind: str, status: int) -> None:
    for headers in ({}, {"Prefer": "respond-async"}, {"Prefer": "scenario=normal"}):
        said = made().send(path, body, kind, **headers)
        assert (said.status, said.document) == (
            400, {"status": "error", "code": 400, "message": "Bad request"},
        )  # fmt: skip
    said = made("server").send(path, body, kind)
    assert (said.status, said.headers["content-type"]) == (status, "text/html; charset=utf-8")


@both
def test_other_methods(made: Make, profile: str) -> None:
    mock = made(profile)
    for path in (REGISTER, LOGIN, SENDEMAIL):
        for method in ("GET", "PUT", "DELETE", "PATCH", "HEAD"):
            assert mock.send(path, method=method).status == 400
    for method in ("POST", "PUT", "DELETE"):
        assert mock.send(VERIFY, method=method).status == 400
    assert mock.send(VERIFY, method="HEAD").status == (200 if profile == "server" else 400)
    assert mock.send(LOGOUT, method="PUT").status == 400


def test_the_documentations_logout_by_get(made: Make) -> None:
    mock = made()
    assert mock.send(LOGOUT, method="GET", cookie=cookie("of-haruhi")).code == 1220002
    assert mock.warnings == ["warning: GET is answered like POST here; the real server refuses it"]
    assert made("server").send(LOGOUT, method="GET", cookie=cookie("of-haruhi")).status == 400


def test_head_and_304_of_verify_in_profile_server(made: Make) -> None:
    mock = made("server")
    got = mock.send(f"{VERIFY}?code=", method="GET")
    head = mock.send(f"{VERIFY}?code=", method="HEAD")
    assert (head.status, head.content, head.headers["etag"]) == (200, b"", got.headers["etag"])
    again = mock.send(f"{VERIFY}?code=", method="GET", If_None_Match=got.headers["etag"])
    assert (again.status, again.content) == (304, b"")
    fresh = mock.send(f"{VERIFY}?code=", method="GET", If_None_Match="*", Cache_Control="no-cache")
    assert fresh.status == 200
    assert mock.send(f"{VERIFY}?code={GOOD}", method="HEAD").status == 200
    assert mock.user("mikuru")["verified"] is True


@both
def test_http_statuses_from_the_code(made: Make, profile: str) -> None:
    mock = made(profile, http_status="from-code")
    assert mock.post(REGISTER, registration("haruhi")).status == 409
    assert mock.log_in("nobody").status == 401
    assert mock.post(SENDEMAIL, credentials("nameless")).status == 503
    assert mock.log_in().status == 200
