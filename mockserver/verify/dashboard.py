"""The sequences of page `dashboard`: lists of tokens, settings and the avatar."""

from __future__ import annotations

from typing import Any, Final

from mockserver.api.common import DATABASE_ERROR, SESSION_INVALID
from mockserver.api.dashboard.page import (
    AVATAR_IS_SHOWN,
    AVATAR_UPLOADED,
    CREATE_TOKEN,
    GET_USERINFO,
    LIST_TOKENS,
    NEW_IS_LISTED,
    REMOVE_TOKEN,
    REVOKE_MALFORMED,
    REVOKE_UNKNOWN,
    REVOKE_UNLISTS,
    TOKEN_CREATED,
    TOKEN_REMOVED,
    TOKENS_LISTED,
    UPDATE_CHANGES,
    UPDATE_IGNORES,
    UPDATE_USERINFO,
    UPLOAD_AVATAR,
    USER_FETCHED,
    USER_UPDATED,
)
from mockserver.api.dashboard.page import PAGE as DASHBOARD_PAGE
from mockserver.verify.control import SandboxUsers
from mockserver.verify.examiner import Answer, Examiner, Form, SentCookie
from mockserver.verify.judge import Claims
from mockserver.verify.provoked import cookies_of_all_kinds
from mockserver.verify.sequences import damaged_cookies, expect_everywhere, expect_no_session
from mockserver.verify.target import FileFields

_NAME: Final = "animeloop-mock verify"
# No database has as many tokens.
_UNKNOWN_ID: Final = 2**52
_KEEPING: Final = (
    ({"email": "", "newPassword": ""}, "empty fields"),
    ({"email": "verify.example.org", "newPassword": "short"}, "unsuitable fields"),
)


def _data(answer: Answer) -> Any:
    return answer.reply.document.get("data") if answer.ok else None


def _listed(examiner: Examiner, user: SentCookie) -> list[Any] | None:
    data = _data(examiner.expect(LIST_TOKENS, TOKENS_LISTED, user))
    return data if isinstance(data, list) else None


def _created(examiner: Examiner, user: SentCookie) -> tuple[Answer, Any]:
    form = Form({"name": _NAME}, f"name {_NAME!r}")
    answer = examiner.expect(CREATE_TOKEN, TOKEN_CREATED, user, form=form)
    examiner.examine_token(answer, user)
    data = _data(answer)
    return answer, data if isinstance(data, dict) else {}


def _revoked(examiner: Examiner, user: SentCookie, token_id: object, about: Any = None) -> Answer:
    form = Form({"id": str(token_id)}, f"id {token_id}")
    return examiner.expect(REMOVE_TOKEN, TOKEN_REMOVED, user, about=about, form=form)


def life_of_a_list(examiner: Examiner, user: SentCookie) -> None:
    """The life of tokens: list, new, list, revoke, list, and what revoke makes of odd ids."""
    before = _listed(examiner, user)
    answer, token = _created(examiner, user)
    after = _listed(examiner, user)
    grown = False
    if before is not None and after is not None and token:
        grown = after == [*before, token]
        examiner.note(NEW_IS_LISTED, grown, answer, "the list with this token", "another list")
    if "_id" in token:
        answer = _revoked(examiner, user, token["_id"])
        left = _listed(examiner, user)
        if answer.ok and grown and left is not None and after is not None:
            rest = [one for one in after if one != token]
            examiner.note(REVOKE_UNLISTS, left == rest, answer, "the others", "another list")
    _revoked(examiner, user, _UNKNOWN_ID, REVOKE_UNKNOWN)
    form = Form({"id": "abc"}, "id 'abc'")
    examiner.expect(REMOVE_TOKEN, DATABASE_ERROR, user, about=REVOKE_MALFORMED, form=form)


def settings_that_keep(examiner: Examiner, user: SentCookie) -> None:
    """Settings that are empty or unsuitable, which succeed and change nothing."""
    before = _data(examiner.expect(GET_USERINFO, USER_FETCHED, user))
    for fields, label in _KEEPING:
        answer = examiner.expect(
            UPDATE_USERINFO, USER_UPDATED, user, about=UPDATE_IGNORES, form=Form(fields, label)
        )
        after = _data(examiner.expect(GET_USERINFO, USER_FETCHED, user))
        if answer.ok and before is not None and after is not None:
            examiner.note(UPDATE_IGNORES, after == before, answer, "the same user", "another")


def refused_cookies_of_lists(examiner: Examiner, user: SentCookie) -> None:
    """Damaged cookies are refused. They are not sent to logout."""
    for damaged in damaged_cookies(user):
        endpoints = [one for one in DASHBOARD_PAGE.endpoints if one.path.startswith("/auth/token")]
        expect_everywhere(examiner, examiner.terms.bad_cookie, damaged, endpoints)


def settings_that_change(examiner: Examiner, users: SandboxUsers) -> None:
    """A new address, and a new picture."""
    user = users.create("verify-settings", 11)
    email = "verify-settings@example.org"
    form = Form({"email": email, "newPassword": ""}, f"email {email!r}")
    answer = examiner.expect(UPDATE_USERINFO, USER_UPDATED, user, form=form)
    shown = _data(examiner.expect(GET_USERINFO, USER_FETCHED, user))
    if answer.ok and isinstance(shown, dict):
        same = shown.get("email") == email
        examiner.note(UPDATE_CHANGES, same, answer, "the new address", "another address")
    form = Form(FileFields(avatar="verify.png"), "a picture")
    answer = examiner.expect(UPLOAD_AVATAR, AVATAR_UPLOADED, user, form=form)
    uploaded = _data(answer)
    shown = _data(examiner.expect(GET_USERINFO, USER_FETCHED, user))
    if isinstance(uploaded, dict) and isinstance(shown, dict):
        same = shown.get("avatar") == uploaded.get("avatar")
        examiner.note(AVATAR_IS_SHOWN, same, answer, "the new path", "another path")


def a_failing_database_of_lists(examiner: Examiner, users: SandboxUsers) -> None:
    """The database fails at reads and at saves."""
    user = users.create("verify-failing", 12)
    before = _listed(examiner, user)
    with users.sandbox.fault(operation="database", error="database"):
        expect_everywhere(examiner, DATABASE_ERROR, user, DASHBOARD_PAGE.endpoints)
    with users.sandbox.fault(operation="save_token", error="database"):
        form = Form({"name": _NAME}, f"name {_NAME!r}")
        answer = examiner.expect(CREATE_TOKEN, DATABASE_ERROR, user, form=form)
    after = _listed(examiner, user)
    if answer.ok and before is not None and after is not None:
        examiner.note(NEW_IS_LISTED, after == before, answer, "the same list", "another list")


def a_deleted_user_of_lists(examiner: Examiner, users: SandboxUsers) -> None:
    """A session outlives its deleted user."""
    user = users.create("verify-deleted", 13)
    _listed(examiner, user)
    users.sandbox.control.call("DELETE", "/users/verify-deleted")
    gone = SentCookie(user.cookie, "the cookie of a user who has been deleted")
    expect_everywhere(examiner, SESSION_INVALID, gone)


def an_expiring_session_of_lists(examiner: Examiner, users: SandboxUsers) -> None:
    """A session of one hour expires."""
    users.create("verify-expiring", 14)
    claims = Claims("verify-expiring", 14)
    user = users.log_in(claims, "the cookie of a session of 1 h", ttl="1h")
    _listed(examiner, user)
    users.sandbox.clock.advance("61m")
    expect_no_session(examiner, SentCookie(user.cookie, "a cookie that has expired"))


def a_user_without_uid_and_list(examiner: Examiner, users: SandboxUsers) -> None:
    """A user without uid gets a token without that claim."""
    _created(examiner, users.create("verify-no-uid"))


DASHBOARD_SEQUENCES: Final = (life_of_a_list, settings_that_keep, refused_cookies_of_lists)
PROVOKED_DASHBOARD: Final = (
    cookies_of_all_kinds,
    a_user_without_uid_and_list,
    settings_that_change,
    a_failing_database_of_lists,
    a_deleted_user_of_lists,
    an_expiring_session_of_lists,
)
