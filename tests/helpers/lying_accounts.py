"""Servers that break one statement about accounts each, made from an honest one."""

from __future__ import annotations

from mockserver.api.account.page import (
    ALREADY_VERIFIED,
    EXAMPLE_CODE,
    LOG_IN,
    LOG_OUT,
    LOGGED_IN,
    LOGGED_OUT,
    MAIL_SENT,
    REGISTER,
    SEND_EMAIL,
    USERNAME_MALFORMED,
    VERIFIED,
    VERIFY,
    WRONG_CREDENTIALS,
)
from mockserver.api.common import DATABASE_ERROR, SESSION_MISSING
from mockserver.api.page import Code, Endpoint, Reply
from mockserver.credentials.codes import unverified_claims
from mockserver.verify.target import Fields, HttpReply, reply_of
from tests.helpers.lying_servers import code_is, every, fields, sid_of
from tests.helpers.text import GET
from tests.helpers.verifying import JSON, Ask, Lie

FORGED = "animeloop.auth.sid=s%3Anobody.made-up; Path=/; HttpOnly"


def answer(code: Code) -> HttpReply:
    return reply_of(200, JSON, Reply(code).body())


def code_of(reply: HttpReply) -> int:
    number = reply.document["code"]
    assert isinstance(number, int)
    return number


def cookies_set(*headers: str) -> Lie:
    """Every login that succeeds sets these cookies."""
    return every(lambda reply: with_cookies(reply, *headers), code_is(LOGGED_IN.number))


def with_cookies(reply: HttpReply, *headers: str) -> HttpReply:
    return reply_of(reply.status, reply.content_type, reply.body, "", headers)


def without_attribute(attribute: str) -> Lie:
    def changed(reply: HttpReply) -> HttpReply:
        return with_cookies(reply, *(one.replace(attribute, "") for one in reply.set_cookies))

    return every(changed, code_is(LOGGED_IN.number))


def replaced(endpoint: Endpoint, username: str, reply: HttpReply, times: int = 99) -> Lie:
    """Give this reply to the first requests that name a user, and do nothing."""
    count = 0

    def lie(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
        nonlocal count
        if method == "POST" and path == endpoint.path and ask.fields.get("username") == username:
            count += 1
            if count <= times:
                return reply
        return ask(method, path, cookie)

    return lie


def accepts(name: str, length: int, instead: str) -> Lie:
    """Accept a field of a registration that has this length."""

    def lie(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
        given: Fields = ask.fields
        if path == REGISTER.path and len(given.get(name, "")) == length:
            given = {**given, name: instead}
        return ask(method, path, cookie, given)

    return lie


def refuses(name: str, length: int, code: Code) -> Lie:
    def lie(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
        meant = path == REGISTER.path and len(ask.fields.get(name, "")) == length
        return answer(code) if meant else ask(method, path, cookie)

    return lie


def verifies_anybody(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
    foreign = path == VERIFY.path and ask.fields.get("code") == EXAMPLE_CODE
    return answer(VERIFIED) if foreign else ask(method, path, cookie)


def login_ignores_the_cookie(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
    return ask(method, path, None if path == LOG_IN.path else cookie)


def login_keeps_any_session_id() -> Lie:
    """Session fixation."""
    good: dict[str, tuple[str, ...]] = {}

    def lie(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
        reply = ask(method, path, cookie)
        for header in reply.set_cookies:
            sid = sid_of(cookie)
            if sid in good:
                return with_cookies(reply, *good[sid])
            good[sid_of(header)] = reply.set_cookies
        return reply

    return lie


def login_keeps_the_user() -> Lie:
    users: dict[str, str] = {}

    def lie(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
        username = ask.fields.get("username", "")
        if path == LOG_IN.path and users.get(sid_of(cookie), username) != username:
            return answer(LOGGED_IN)
        reply = ask(method, path, cookie)
        users.update((sid_of(header), username) for header in reply.set_cookies)
        return reply

    return lie


def logout_does_nothing(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
    if path == LOG_OUT.path and code_of(ask("POST", GET, cookie)) in (1320001, 1340401):
        return answer(LOGGED_OUT)
    return ask(method, path, cookie)


def logout_ends_all() -> Lie:
    sessions: dict[str, list[str]] = {}

    def lie(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
        reply = ask(method, path, cookie)
        for header in reply.set_cookies:
            sessions.setdefault(ask.fields["username"], []).append(header.partition(";")[0])
        if path == LOG_OUT.path and code_of(reply) == LOGGED_OUT.number:
            for others in sessions.values():
                if cookie in others:
                    for other in others:
                        ask("POST", path, other)
        return reply

    return lie


def failed_logout_ends_the_session() -> Lie:
    ended: set[str | None] = set()

    def lie(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
        if cookie in ended:
            return answer(SESSION_MISSING)
        reply = ask(method, path, cookie)
        if path == LOG_OUT.path and code_of(reply) == DATABASE_ERROR.number:
            ended.add(cookie)
        return reply

    return lie


def registering_again_changes_the_password() -> Lie:
    passwords: dict[str, str] = {}

    def lie(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
        reply = ask(method, path, cookie)
        username, password = ask.fields.get("username", ""), ask.fields.get("password", "")
        if path == REGISTER.path and code_of(reply) == 1140901:
            passwords[username] = password
        if path == LOG_IN.path and passwords.get(username) == password:
            return reply if code_of(reply) == LOGGED_IN.number else answer(LOGGED_IN)
        return reply

    return lie


def verify_marks_nobody(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
    claims = unverified_claims(ask.fields.get("code")) if path == VERIFY.path else None
    new = isinstance(claims, dict) and claims.get("username") == "verify-new"
    return answer(VERIFIED) if new else ask(method, path, cookie)


BROKEN_ACCOUNTS: list[tuple[str, Lie]] = [
    ("account-data", every(fields(data=None), code_is(LOGGED_OUT.number))),
    ("account-data", every(fields(data={"username": "x"}), code_is(LOGGED_IN.number))),
    ("lengths", accepts("username", 4, "verify")),
    ("lengths", accepts("username", 16, "verify")),
    ("lengths", accepts("password", 5, "verify")),
    ("lengths", refuses("username", 15, USERNAME_MALFORMED)),
    ("lengths", refuses("password", 17, USERNAME_MALFORMED)),
    ("foreign-code", verifies_anybody),
    ("login-sets-cookie", cookies_set()),
    ("login-sets-cookie", cookies_set(FORGED)),
    ("login-sets-cookie", cookies_set("theme=dark; Path=/; HttpOnly")),
    ("login-cookie-attributes", without_attribute("; HttpOnly")),
    ("login-cookie-attributes", without_attribute("; Path=/")),
    ("login-failure-sets-none", every(lambda r: with_cookies(r, FORGED), code_is(1940106))),
    ("login-failure-sets-none", every(lambda r: with_cookies(r, FORGED), code_is(1940105))),
    ("login-keeps", login_ignores_the_cookie),
    ("login-renews", login_keeps_any_session_id()),
    ("login-switches", login_keeps_the_user()),
    ("logout-ends-one", logout_does_nothing),
    ("logout-ends-one", logout_ends_all()),
    ("logout-failure-keeps", failed_logout_ends_the_session()),
    ("registered-logs-in", replaced(LOG_IN, "verify-new", answer(WRONG_CREDENTIALS))),
    ("register-refusal-keeps", registering_again_changes_the_password()),
    ("register-survives-mail", replaced(REGISTER, "verify-unsent", answer(DATABASE_ERROR))),
    ("mails-code", replaced(SEND_EMAIL, "verify-new", answer(MAIL_SENT), times=1)),
    ("verify-marks", verify_marks_nobody),
    ("verify-marks", replaced(SEND_EMAIL, "verify-new", answer(ALREADY_VERIFIED))),
]  # fmt: skip
