"""Handlers of the calls about users, sessions and their cookies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from msgspec import UNSET, UnsetType

from mockserver.credentials import cookies
from mockserver.errors import ConflictError, NotFoundError, shortened
from mockserver.fixtures.field_types import MAX_TOKEN_ID
from mockserver.fixtures.schema import TokenEntry
from mockserver.http.admin import documents
from mockserver.http.admin.answers import (
    CookieAnswer,
    SessionAnswer,
    SessionsAnswer,
    TokenAnswer,
    UserAnswer,
    UsersAnswer,
)
from mockserver.http.admin.bodies import NewSessionBody, NoBody, SessionBody, TokenBody, UserBody
from mockserver.http.admin.call import Call, HtmlPage, PlainCall, Put
from mockserver.http.admin.members import BodyProblems, duration, time
from mockserver.http.admin.queries import (
    MAX_LIMIT,
    CookieQuery,
    NoQuery,
    PageQuery,
    SessionsQuery,
    UseQuery,
)
from mockserver.http.admin.unprocessable import invalid_body, one_of, unprocessable
from mockserver.sandbox.control import SandboxControl
from mockserver.sandbox.reachability import negative_cookie
from mockserver.state.model import SESSION_TTL_MS, LiveSession, Session, User, UserToken
from mockserver.state.user_tokens import NEW_ID

_MOST_DIGITS: Final = 20
_USE_PAGE: Final = (
    "<!doctype html><meta charset=utf-8><title>animeloop-mock</title>"
    "<p>The session cookie is set. This browser now sends it with requests to this host."
)


def get_users(call: Call[PageQuery, NoBody]) -> UsersAnswer:
    """List the users, page by page."""
    store = call.sandbox.store
    names, following = _page(store.usernames, call.query)
    users = [user for name in names if (user := store.find_user(name)) is not None]
    return UsersAnswer([documents.user(user) for user in users], following)


def get_user(call: PlainCall) -> UserAnswer:
    """Return a user."""
    return documents.user(_user(call.sandbox, call.arguments["username"]))


def put_user(call: Call[NoQuery, UserBody]) -> Put[UserAnswer]:
    """Create or replace a user."""
    name, body = call.arguments["username"], call.body
    if body.username not in (UNSET, name):
        message = f"expected {shortened(name)}, as in the path, or nothing"
        raise invalid_body([(("username",), message)])
    if body.scenario is not None:
        call.sandbox.check_scenario(body.scenario)
    issue = body.token == "issue"
    token = None if issue else body.token
    user = User(
        name, body.uid, body.email, token, issue, body.scenario, body.password, body.verified,
        body.admin, body.avatar, _listed(body.tokens),
    )  # fmt: skip
    created = call.backend.add_user(call.sandbox.id, user)
    return Put(documents.user(_user(call.sandbox, name)), created)


def _listed(entries: list[TokenEntry]) -> tuple[UserToken, ...]:
    """Return the tokens of a body. Refuses an id that is there twice."""
    seen: set[int] = set()
    for number, one in enumerate(entries):
        if one.id in seen:
            message = f"token {one.id} is given twice"
            raise invalid_body([(("tokens", number, "id"), message)])
        if not isinstance(one.id, UnsetType):
            seen.add(one.id)
    return tuple(
        UserToken(
            NEW_ID if isinstance(one.id, UnsetType) else one.id,
            None if one.token == "issue" else one.token,
            one.name,
        )
        for one in entries
    )


def put_token(call: Call[NoQuery, TokenBody]) -> Put[TokenAnswer]:
    """Add a token to the list of a user, or replace it."""
    name, token_id = call.arguments["username"], _token_id(call.arguments["token_id"])
    token = None if call.body.token == "issue" else call.body.token
    made = UserToken(token_id, token, call.body.name)
    created = call.backend.put_token(call.sandbox.id, name, made)
    return Put(documents.token(_token(call.sandbox, name, token_id)), created)


def delete_token(call: PlainCall) -> None:
    """Remove a token from the list of a user."""
    name, token_id = call.arguments["username"], _token_id(call.arguments["token_id"])
    _token(call.sandbox, name, token_id)
    call.sandbox.store.remove_token(token_id)


def _token_id(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS and int(text) <= MAX_TOKEN_ID:
        return int(text)
    raise NotFoundError(f"there is no token {shortened(text)}; expected its id, a number")


def _token(sandbox: SandboxControl, username: str, token_id: int) -> UserToken:
    for one in _user(sandbox, username).tokens:
        if one.id == token_id:
            return one
    raise NotFoundError(f"user {username!r} has no token {token_id}")


def delete_user(call: PlainCall) -> None:
    """Delete a user. The user's sessions stay."""
    if not call.sandbox.store.delete_user(call.arguments["username"]):
        raise NotFoundError(f"there is no user {call.arguments['username']!r}")


def get_sessions(call: Call[SessionsQuery, NoBody]) -> SessionsAnswer:
    """List the sessions of one user or of all users, page by page."""
    store, username = call.sandbox.store, call.query.username
    sids, following = _page(lambda after: store.sids(after, username), call.query)
    live_sessions = [live for sid in sids if (live := store.load_session(sid)) is not None]
    listed = [documents.session(live, call.sandbox) for live in live_sessions]
    return SessionsAnswer(listed, following)


def post_session(call: Call[NoQuery, NewSessionBody]) -> SessionAnswer:
    """Log a user in: create a session with a fresh id."""
    if call.body.username is not None:
        _check_user(call.sandbox, call.body.username)
    sid = call.backend.fresh_sid(call.sandbox.id)
    return _put_session(call, sid).answer


def get_session(call: PlainCall) -> SessionAnswer:
    """Return a session."""
    return documents.session(_session(call.sandbox, call.arguments["sid"]), call.sandbox)


def put_session(call: Call[NoQuery, SessionBody]) -> Put[SessionAnswer]:
    """Create or replace a session."""
    sid = call.arguments["sid"]
    if call.body.sid not in (UNSET, sid):
        message = f"expected {shortened(sid)}, as in the path, or nothing"
        raise invalid_body([(("sid",), message)])
    return _put_session(call, sid)


def delete_session(call: PlainCall) -> None:
    """Delete a session, which logs its user out."""
    sid = _session(call.sandbox, call.arguments["sid"]).session.sid
    call.backend.remove_session(call.sandbox.id, sid)


def get_cookie(call: Call[CookieQuery, NoBody]) -> CookieAnswer:
    """Return a cookie that must be refused."""
    kind = call.query.kind
    value, failure = negative_cookie(kind, call.sandbox.prefix, call.sandbox.fixtures)
    code = call.sandbox.profile.codes[failure].number
    return CookieAnswer(kind, value, cookies.header(value), code)


def use(call: Call[UseQuery, NoBody]) -> HtmlPage:
    """Set the session cookie of a user in a browser."""
    username = call.query.username
    _check_user(call.sandbox, username)
    store, now_ms = call.sandbox.store, call.sandbox.clock.now_ms()
    for sid in store.sids(username=username):
        live = store.load_session(sid)
        if live is not None and not live.is_expired(now_ms):
            return HtmlPage(_USE_PAGE, documents.session(live, call.sandbox).cookie)
    sessions = call.request.path.removesuffix("use") + "sessions"
    raise ConflictError(
        f"user {username!r} has no live session; create one with POST {sessions} and the username"
    )


def _put_session(
    call: Call[NoQuery, NewSessionBody] | Call[NoQuery, SessionBody], sid: str
) -> Put[SessionAnswer]:
    body, problems = call.body, BodyProblems()
    if body.ttl is not UNSET and body.expires is not UNSET:
        problems.append((("expires",), "expected ttl or expires, not both"))
    expires_ms = time(body.expires, "expires", problems)
    ttl_ms = duration(body.ttl, "ttl", problems)
    if problems:
        raise invalid_body(problems)
    if expires_ms is None and ttl_ms is None:
        ttl_ms = SESSION_TTL_MS
    user = None if body.username is None else call.sandbox.store.find_user(body.username)
    email = None if user is None else user.email
    session = Session(sid, body.username, ttl_ms, expires_ms, email=email)
    created = call.backend.add_session(call.sandbox.id, session)
    return Put(documents.session(_session(call.sandbox, sid), call.sandbox), created)


def _check_user(sandbox: SandboxControl, username: str) -> None:
    """Raise ProblemError (422) with the nearest names if there is no such user."""
    if sandbox.store.find_user(username) is None:
        one_of(username, "user", islice(sandbox.store.usernames(), MAX_LIMIT))


def _user(sandbox: SandboxControl, username: str) -> User:
    user = sandbox.store.find_user(username)
    if user is None:
        raise NotFoundError(f"there is no user {username!r}")
    return user


def _session(sandbox: SandboxControl, sid: str) -> LiveSession:
    live = sandbox.store.load_session(sid)
    if live is None or not live.session.sid:
        raise NotFoundError(f"there is no session {sid!r}")
    return live


def _page(
    names_behind: Callable[[str | None], Iterator[str]], query: PageQuery | SessionsQuery
) -> tuple[list[str], str | None]:
    """Return at most `limit` names after `after`, and the last of them if more follow."""
    try:
        names = names_behind(query.after)
    except NotFoundError as error:
        raise unprocessable(f"after: {error}") from None
    page = list(islice(names, query.limit))
    more = next(names, None) is not None
    return page, page[-1] if more and page else None
