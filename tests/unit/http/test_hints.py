"""Hints name what was meant, and nothing where that is not plain."""

from __future__ import annotations

from time import process_time

import pytest

from mockserver.http.hints import path_hint, similar_cookie
from tests.helpers.text import DOCUMENTED_COOKIE

TOKEN = "/api/v2/auth/token"
SANDBOX = "/__sandbox/672d727bfc66"


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/api/v2/auth/Token", TOKEN),
        ("/API/V2/AUTH/TOKEN", TOKEN),
        ("/api/v2/auth/token/", TOKEN),
        ("//api/v2/auth//token", TOKEN),
        ("/auth/token", TOKEN),
        ("/Auth/Token/New/", f"{TOKEN}/new"),
        ("/api/auth/token/new", f"{TOKEN}/new"),
        ("/v2/auth/login", "/api/v2/auth/login"),
        ("/api/v2/api/v2/auth/login", "/api/v2/auth/login"),
        ("/api/v2/auth%2Ftoken", TOKEN),
        ("/api/v2/auth/tokens", TOKEN),
        ("/api/v2/auth/tkoen", TOKEN),
        ("/api/v2/auth/tken", TOKEN),
        ("/api/v2/auth/verify/send-email", "/api/v2/auth/verify/sendemail"),
        ("/auth/revoke", None),
        (f"{SANDBOX}/auth/token", f"{SANDBOX}{TOKEN}"),
        (f"{SANDBOX}{TOKEN}/", f"{SANDBOX}{TOKEN}"),
        (TOKEN, None),
        (SANDBOX, None),
        ("", None),
        ("/", None),
        ("/favicon.ico", None),
        ("/api/v2/auth", None),
        ("/api/v2/users/me", None),
    ],
)
def test_a_path_that_is_nearly_a_documented_one(path: str, meant: str | None) -> None:
    assert path_hint(path) == ("" if meant is None else f"; did you mean {meant}?")


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("connect.sid=s%3Aabc.def", "connect.sid"),
        (f"theme=dark; laravel={DOCUMENTED_COOKIE}", "laravel"),
        ('app="s:abc.def"', "app"),
        ("animeloop.sid=x", "animeloop.sid"),
        ("Animeloop.Auth.Sid=x", "Animeloop.Auth.Sid"),
        ("animeloop.auth.sdi=x", "animeloop.auth.sdi"),
        (f"{'n' * 500}=s:a.b", "n" * 60 + "…"),
        ("a\x1bb=s:a.b", r"a\x1bb"),
        ("theme=dark; lang=en", None),
        ("size=s:1", None),
        ("=s:a.b; s:a.b", None),
        ("", None),
        (None, None),
    ],
)
def test_a_cookie_that_is_probably_the_session_cookie(header: str | None, name: str | None) -> None:
    assert similar_cookie(header) == name


def test_hints_cost_little_whatever_is_sent() -> None:
    begin = process_time()
    for text in ("/" * 16384, "/api/v2/auth/toke" * 900, "%2F" * 5000, "/__sandbox/" * 1400):
        path_hint(text)
    for text in ("animeloop.auth.siz; " * 800, "x=s:" * 4000, "a=s%3A" + "b" * 16000):
        similar_cookie(text)
    assert process_time() - begin < 0.5
