"""Sequences that need a control plane: failures, expired sessions, deleted users."""

from __future__ import annotations

from typing import Final

from mockserver.api.catalog import ENDPOINTS
from mockserver.api.common import DATABASE_ERROR, SESSION_INVALID
from mockserver.api.token.page import (
    FAILURE_KEEPS,
    GET_TOKEN,
    NEW_TOKEN,
    NO_TOKEN,
    REVOKE_REMOVES,
    REVOKE_TOKEN,
    SESSIONS_SHARE,
    TOKEN_FOUND,
    TOKEN_ISSUED,
    TOKEN_REVOKED,
    USERS_APART,
)
from mockserver.api.token.page import PAGE as TOKEN_PAGE
from mockserver.call_types import CookieKind
from mockserver.verify.control import SandboxUsers
from mockserver.verify.examiner import Examiner, SentCookie
from mockserver.verify.judge import Claims
from mockserver.verify.sequences import expect_everywhere, expect_no_session

_INVALID: Final[tuple[CookieKind, ...]] = ("tampered", "unsigned", "wrong-secret")
_MISSING: Final[tuple[CookieKind, ...]] = ("unknown-session", "expired", "userless")


def cookies_of_all_kinds(examiner: Examiner, users: SandboxUsers) -> None:
    """All kinds of negative cookies are refused."""
    for kind in _INVALID:
        examiner.begin()
        expect_everywhere(examiner, examiner.terms.bad_cookie, users.refused(kind))
    for kind in _MISSING:
        examiner.begin()
        expect_no_session(examiner, users.refused(kind))


def a_user_without_uid(examiner: Examiner, users: SandboxUsers) -> None:
    """A user without uid has no token at first, and then gets one."""
    user = users.create("verify-no-uid")
    examiner.expect(GET_TOKEN, NO_TOKEN, user)
    issued = examiner.expect(NEW_TOKEN, TOKEN_ISSUED, user)
    examiner.examine_token(issued, user)


def two_users(examiner: Examiner, users: SandboxUsers) -> None:
    """The requests of one user do not affect the other."""
    one, other = users.create("verify-one", 1), users.create("verify-other", 2)
    token = examiner.expect(NEW_TOKEN, TOKEN_ISSUED, other).token
    examiner.expect(NEW_TOKEN, TOKEN_ISSUED, one)
    examiner.expect_token(other, token, USERS_APART)
    examiner.expect(REVOKE_TOKEN, TOKEN_REVOKED, one)
    examiner.expect_token(other, token, USERS_APART)


def two_sessions_of_one_user(examiner: Examiner, users: SandboxUsers) -> None:
    """Two sessions of one user share the token."""
    phone = users.create("verify-twice", 3, "one session")
    desk = users.log_in(Claims("verify-twice", 3), "another session of the same user")
    token = examiner.expect(NEW_TOKEN, TOKEN_ISSUED, phone).token
    examiner.expect_token(desk, token, SESSIONS_SHARE)
    token = examiner.expect(NEW_TOKEN, TOKEN_ISSUED, desk).token
    examiner.expect_token(phone, token, SESSIONS_SHARE)
    examiner.expect(REVOKE_TOKEN, TOKEN_REVOKED, phone)
    if not examiner.findings.broken(REVOKE_REMOVES):
        examiner.expect(GET_TOKEN, NO_TOKEN, desk, about=SESSIONS_SHARE)


def failing_database(examiner: Examiner, users: SandboxUsers) -> None:
    """When database operations fail, the stored token stays."""
    user = users.create("verify-failing", 4)
    token = examiner.expect(NEW_TOKEN, TOKEN_ISSUED, user).token
    with users.sandbox.fault(operation="database", error="database"):
        expect_everywhere(examiner, DATABASE_ERROR, user, TOKEN_PAGE.endpoints)
    with users.sandbox.fault(operation="save_token", error="database"):
        for endpoint in ENDPOINTS:
            if endpoint.saves_token:
                examiner.expect(endpoint, DATABASE_ERROR, user)
                examiner.expect_token(user, token, FAILURE_KEEPS)


def a_user_who_is_deleted(examiner: Examiner, users: SandboxUsers) -> None:
    """A session outlives its deleted user."""
    user = users.create("verify-deleted", 5)
    examiner.expect(GET_TOKEN, NO_TOKEN, user)
    users.sandbox.control.call("DELETE", "/users/verify-deleted")
    gone = SentCookie(user.cookie, "the cookie of a user who has been deleted")
    expect_everywhere(examiner, SESSION_INVALID, gone)


def a_session_that_expires(examiner: Examiner, users: SandboxUsers) -> None:
    """A session of one hour expires."""
    users.create("verify-expiring", 6)
    user = users.log_in(Claims("verify-expiring", 6), "the cookie of a session of 1 h", ttl="1h")
    examiner.expect(NEW_TOKEN, TOKEN_ISSUED, user)
    examiner.expect(GET_TOKEN, TOKEN_FOUND, user)
    users.sandbox.clock.advance("61m")
    expect_no_session(examiner, SentCookie(user.cookie, "a cookie that has expired"))


PROVOKED: Final = (
    cookies_of_all_kinds,
    a_user_without_uid,
    two_users,
    two_sessions_of_one_user,
    failing_database,
    a_user_who_is_deleted,
    a_session_that_expires,
)
