"""How `verify` reads the session cookie of a login."""

from __future__ import annotations

import pytest

from mockserver.credentials import cookies
from mockserver.verify.session_cookie import set_cookie

VALUE = cookies.encode("a-session", "signature")
HEADER = f"{cookies.COOKIE_NAME}={VALUE}"


@pytest.mark.parametrize(
    "headers",
    [
        [HEADER],
        [f"{HEADER}; Path=/; HttpOnly"],
        ["theme=dark; Path=/", f"{HEADER};httponly; PATH=/"],
        [f'{cookies.COOKIE_NAME}="{VALUE}"; Path=/'],
    ],
)
def test_the_session_cookie_is_found(headers: list[str]) -> None:
    found = set_cookie(headers)
    assert found is not None
    assert (found.sid, found.header) == ("a-session", HEADER)


@pytest.mark.parametrize(
    ("header", "attributes"),
    [
        (HEADER, set()),
        (f"{HEADER}; Path=/; HttpOnly", {"path=/", "httponly"}),
        (f"{HEADER};PATH=/ ;httponly; Expires=Thu, 01 Jan 2026", {"path=/", "httponly"}),
        (f"{HEADER}; Path=/api; HttpOnly=x", set()),
    ],
)
def test_its_attributes_have_small_letters(header: str, attributes: set[str]) -> None:
    found = set_cookie([header])
    assert found is not None
    assert found.attributes & {"path=/", "httponly"} == attributes


@pytest.mark.parametrize("header", ["", "theme=dark", f"{cookies.COOKIE_NAME}=; Path=/"])
def test_there_may_be_none(header: str) -> None:
    assert set_cookie([header]) is None
