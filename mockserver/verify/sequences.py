"""The sequences of requests without a session and with one.

A sequence works whether or not the user has a token at its start.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mockserver.api.common import OTHER_METHODS, OTHER_PATHS, SESSION_INVALID
from mockserver.api.page import Code, Endpoint
from mockserver.api.token.page import (
    GET_REPEATS,
    GET_TOKEN,
    NEW_DIFFERS,
    NEW_REPLACES,
    NEW_TOKEN,
    NO_TOKEN,
    REFUSAL_KEEPS,
    REVOKE_REMOVES,
    REVOKE_REPEATS,
    REVOKE_TOKEN,
    SAMPLES_SEND_GET,
    TOKEN_ISSUED,
    TOKEN_REVOKED,
)
from mockserver.api.token.page import PAGE as TOKEN_PAGE
from mockserver.credentials import cookies
from mockserver.verify.contract import pair_of
from mockserver.verify.examiner import NO_COOKIE, Examiner, SentCookie
from mockserver.verify.judge import code_of

_METHODS: Final = ("PUT", "PATCH", "DELETE")
_PATHS: Final = ("/auth", "/auth/tokens", "/auth/token/refresh")


def expect_everywhere(
    examiner: Examiner,
    code: Code,
    cookie: SentCookie,
    endpoints: Iterable[Endpoint] | None = None,
) -> None:
    """Expect this code from each of the endpoints that needs a session and may answer it.

    Default: all endpoints.
    """
    for endpoint in examiner.terms.endpoints if endpoints is None else endpoints:
        if endpoint.needs_session and code in endpoint.codes:
            examiner.expect(endpoint, code, cookie)


def expect_no_session(examiner: Examiner, cookie: SentCookie) -> None:
    """Expect the code for a missing session from each endpoint that needs one."""
    for endpoint in examiner.terms.endpoints:
        code = endpoint.session_missing or examiner.terms.session_missing
        if endpoint.needs_session and code in endpoint.codes:
            examiner.expect(endpoint, code, cookie)


def without_a_cookie(examiner: Examiner) -> None:
    """Requests without a cookie have no session."""
    expect_no_session(examiner, NO_COOKIE)


def with_made_up_cookies(examiner: Examiner) -> None:
    """Cookies that are not signed by the server are refused."""
    forged = cookies.encode(
        "made-up-by-verify", cookies.sign("made-up-by-verify", "not the secret")
    )
    for value, label in (
        (forged, "a cookie signed with another secret"),
        (cookies.encode_component("s:made-up-by-verify"), "a cookie without a signature"),
        ("made-up-by-verify", "a cookie that is not of the form s:….…"),
    ):
        examiner.begin()
        expect_everywhere(
            examiner, examiner.terms.bad_cookie, SentCookie(cookies.header(value), label)
        )


def as_the_samples_do(examiner: Examiner) -> None:
    """GET without a cookie is answered like POST, or refused."""
    for endpoint in examiner.terms.endpoints:
        if not endpoint.sample_sends_get:
            continue
        if not examiner.terms.takes_get:
            examiner.expect_refusal(endpoint.path, "GET", OTHER_METHODS)
            continue
        post = examiner.ask(endpoint.path, NO_COOKIE)
        get = examiner.ask(endpoint.path, NO_COOKIE, "GET")
        same = (get.reply.status, get.reply.body) == (post.reply.status, post.reply.body)
        examiner.note(SAMPLES_SEND_GET, same, get, "what POST gets", "")


def what_is_not_documented(examiner: Examiner) -> None:
    """Undocumented methods and paths are refused."""
    for endpoint in examiner.terms.endpoints:
        for method in _METHODS:
            examiner.expect_refusal(endpoint.path, method, OTHER_METHODS)
    for path in _PATHS:
        examiner.expect_refusal(path, "POST", OTHER_PATHS)


def life_of_a_token(examiner: Examiner, user: SentCookie) -> None:
    """The life of a token: new, get, get, new, get, revoke, get, revoke, get, new, get."""
    first = examiner.expect(NEW_TOKEN, TOKEN_ISSUED, user)
    examiner.examine_token(first, user)
    came = examiner.expect_token(user, first.token, NEW_REPLACES)
    examiner.expect_token(user, came, GET_REPEATS)
    second = examiner.expect(NEW_TOKEN, TOKEN_ISSUED, user)
    examiner.examine_token(second, user)
    if first.token and second.token:
        expected = "another token than the one before"
        differs = second.token != first.token
        examiner.note(NEW_DIFFERS, differs, second, expected, "the same token")
    examiner.expect_token(user, second.token, NEW_REPLACES)
    if examiner.expect(REVOKE_TOKEN, TOKEN_REVOKED, user).ok:
        examiner.expect(GET_TOKEN, NO_TOKEN, user, about=REVOKE_REMOVES)
        examiner.expect(REVOKE_TOKEN, TOKEN_REVOKED, user, about=REVOKE_REPEATS)
        examiner.expect(GET_TOKEN, NO_TOKEN, user, about=REVOKE_REMOVES)
    third = examiner.expect(NEW_TOKEN, TOKEN_ISSUED, user)
    examiner.expect_token(user, third.token, NEW_REPLACES)


def refused_cookies(examiner: Examiner, user: SentCookie) -> None:
    """Damaged cookies are refused and change nothing.

    They are not sent to logout, where a server that accepts them would end the user's session.
    """
    token = examiner.expect(NEW_TOKEN, TOKEN_ISSUED, user).token
    for damaged in damaged_cookies(user):
        expect_everywhere(examiner, SESSION_INVALID, damaged, TOKEN_PAGE.endpoints)
    examiner.expect_token(user, token, REFUSAL_KEEPS)


def damaged_cookies(user: SentCookie) -> list[SentCookie]:
    """Return the cookie with a changed signature, and without a signature."""
    value = cookies.find(user.cookie) or ""
    signed = cookies.split(value)
    if isinstance(signed, cookies.Malformed):
        return []
    first = "A" if signed.signature[:1] != "A" else "B"
    tampered = cookies.encode(signed.sid, first + signed.signature[1:])
    unsigned = cookies.encode_component(f"s:{signed.sid}")
    return [
        SentCookie(cookies.header(tampered), f"{user.label}, its signature changed"),
        SentCookie(cookies.header(unsigned), f"{user.label}, its signature left out"),
    ]


def samples_with_a_session(examiner: Examiner, user: SentCookie) -> None:
    """The documentation's curl samples, which send GET: new, get, revoke."""
    for endpoint in (NEW_TOKEN, GET_TOKEN, REVOKE_TOKEN):
        get_with_a_session(examiner, endpoint, user)


def get_with_a_session(examiner: Examiner, endpoint: Endpoint, user: SentCookie) -> None:
    """GET with a session is answered like POST, or refused."""
    if not examiner.terms.takes_get:
        examiner.expect_refusal(endpoint.path, "GET", OTHER_METHODS, user)
        return
    answer = examiner.ask(endpoint.path, user, "GET")
    if not examiner.findings.broken(pair_of(endpoint, endpoint.success)):  # by POST
        expected = f"code {endpoint.success.number}, as for POST"
        same = code_of(answer.reply) == endpoint.success.number
        examiner.note(SAMPLES_SEND_GET, same, answer, expected, "")


ANONYMOUS: Final = (
    without_a_cookie,
    with_made_up_cookies,
    as_the_samples_do,
    what_is_not_documented,
)
WITH_A_SESSION: Final = (life_of_a_token, refused_cookies, samples_with_a_session)
