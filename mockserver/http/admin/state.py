"""Handlers of the calls that look at and change one sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final, TypeVar

from msgspec import UNSET, UnsetType

from mockserver.credentials import cookies
from mockserver.errors import ConflictError, NotFoundError
from mockserver.fixtures.scenarios import build_fault
from mockserver.fixtures.schema import DEFAULT_TTL
from mockserver.fixtures.validate import KeyPath
from mockserver.http.admin import documents
from mockserver.http.admin.bodies import (
    ClockBody,
    FaultBody,
    NewSessionBody,
    ScenarioBody,
    SessionBody,
    UserBody,
)
from mockserver.http.admin.call import Call, Result, number, one_of, refusal, unprocessable
from mockserver.record.text import shortened
from mockserver.sandbox.reachability import NEGATIVE_KINDS, negative_cookie
from mockserver.state.model import LiveSession, Session, User
from mockserver.state.times import MAX_CLOCK_MS, parse_clock_time, parse_duration, parse_time

DEFAULT_LIMIT: Final = 100
MAX_LIMIT: Final = 1000

T = TypeVar("T")


def reset(call: Call) -> Result:
    """Put this sandbox, and no other, back to its start."""
    call.query()
    call.no_body()
    call.registry.reset(call.sandbox)
    return Result(204)


def get_scenarios(call: Call) -> Result:
    """All scenarios, which one is active, and why some are not possible here."""
    call.query()
    sandbox = call.sandbox
    listed = [
        documents.scenario(one, sandbox.obstacle(one))
        for one in sandbox.fixtures.scenarios.values()
    ]
    return Result(200, {"active": sandbox.scenario, "scenarios": listed})


def get_scenario(call: Call) -> Result:
    """The active one's name."""
    call.query()
    return Result(200, {"name": call.sandbox.scenario})


def put_scenario(call: Call) -> Result:
    """Switch."""
    call.query()
    call.sandbox.put_scenario(call.body(ScenarioBody).name)
    return Result(200, documents.scenario(call.sandbox.fixtures.scenario(call.sandbox.scenario)))


def delete_scenario(call: Call) -> Result:
    """Back to the one at the start."""
    call.query()
    call.sandbox.put_scenario(call.sandbox.start_scenario)
    return Result(204)


def get_faults(call: Call) -> Result:
    """The ad-hoc faults."""
    call.query()
    return Result(200, {"faults": [documents.ad_hoc_fault(one) for one in call.sandbox.faults()]})


def post_fault(call: Call) -> Result:
    """Add one."""
    call.query()
    body = call.body(FaultBody)
    problems: list[tuple[KeyPath, str]] = []
    fault = build_fault(body, lambda path, message: problems.append((path, message)))
    ttl_ms = _duration(body.ttl, "ttl", problems)
    if ttl_ms == 0:
        problems.append((("ttl",), "expected a duration that is longer than nothing"))
    if problems:
        raise refusal(problems)
    return Result(201, documents.ad_hoc_fault(call.sandbox.add_fault(fault, ttl_ms)))


def delete_faults(call: Call) -> Result:
    """Remove them all; that there are none is no mistake."""
    call.query()
    call.sandbox.remove_faults()
    return Result(204)


def delete_fault(call: Call) -> Result:
    """Remove one."""
    call.query()
    text = call.arguments["fault_id"]
    known = text.isascii() and text.isdigit() and len(text) < 19
    if not known or not call.sandbox.remove_faults(int(text)):
        raise NotFoundError(f"there is no fault {text!r}")
    return Result(204)


def get_clock(call: Call) -> Result:
    """The time of this sandbox."""
    call.query()
    return Result(200, documents.clock(call.sandbox))


def put_clock(call: Call) -> Result:
    """Freeze at `now`, or move by `advance`."""
    call.query()
    body = call.body(ClockBody)
    if (body.now is UNSET) == (body.advance is UNSET):
        raise refusal([((), "expected either now or advance")])
    problems: list[tuple[KeyPath, str]] = []
    clock = call.sandbox.clock
    now_ms = _parsed(parse_clock_time, body.now, "now", problems)
    advance_ms = _duration(body.advance, "advance", problems)
    if advance_ms is not None and clock.now_ms() + advance_ms > MAX_CLOCK_MS:
        problems.append((("advance",), "expected a time before the year 9000"))
    if problems:
        raise refusal(problems)
    if now_ms is not None:
        clock.freeze(now_ms)
    if advance_ms is not None:
        clock.advance(advance_ms)
    call.sandbox.review_delays()
    return Result(200, documents.clock(call.sandbox))


def delete_clock(call: Call) -> Result:
    """Let it run as at the start."""
    call.query()
    call.sandbox.clock.reset()
    call.sandbox.review_delays()
    return Result(204)


def get_users(call: Call) -> Result:
    """The users, page by page: `next` is the `after` of the next page."""
    query = call.query("limit", "after")
    store = call.sandbox.store
    names, following = _page(store.usernames(), query)
    users = [user for name in names if (user := store.find_user(name)) is not None]
    return Result(200, {"users": [documents.user(user) for user in users], "next": following})


def get_user(call: Call) -> Result:
    """One user."""
    call.query()
    return Result(200, documents.user(_user(call)))


def put_user(call: Call) -> Result:
    """Create or replace a user."""
    call.query()
    name = call.arguments["username"]
    body = call.body(UserBody)
    if body.username not in (UNSET, name):
        raise refusal([(("username",), f"expected {name!r}, as in the path, or nothing")])
    if body.scenario is not None:
        call.sandbox.check_scenario(body.scenario)
    issue = body.token == "issue"
    token = None if issue else body.token
    user = User(name, body.uid, body.email, token, issue, body.scenario)
    created = call.registry.add_user(call.sandbox, user)
    return Result(201 if created else 200, documents.user(_user(call)))


def delete_user(call: Call) -> Result:
    """Remove a user; the sessions stay, and answer 1940102."""
    call.query()
    if not call.sandbox.store.delete_user(call.arguments["username"]):
        raise NotFoundError(f"there is no user {call.arguments['username']!r}")
    return Result(204)


def get_sessions(call: Call) -> Result:
    """The sessions, of one user or of all, page by page."""
    query = call.query("username", "limit", "after")
    store, username = call.sandbox.store, query.get("username")
    owned = (
        sid
        for sid in store.sids()
        if username is None
        or ((live := store.load_session(sid)) is not None and live.session.username == username)
    )
    sids, following = _page(owned, query)
    live_sessions = [live for sid in sids if (live := store.load_session(sid)) is not None]
    listed = [documents.session(live, call.sandbox) for live in live_sessions]
    return Result(200, {"sessions": listed, "next": following})


def post_session(call: Call) -> Result:
    """Log a user in: a session with a fresh id."""
    call.query()
    body = call.body(NewSessionBody)
    store = call.sandbox.store
    if body.username is not None and store.find_user(body.username) is None:
        one_of(body.username, "user", islice(store.usernames(), MAX_LIMIT))
    sid = call.registry.fresh_sid(call.sandbox)
    return _put_session(call, sid, body)


def get_session(call: Call) -> Result:
    """One session, with its cookie."""
    call.query()
    return Result(200, documents.session(_session(call, call.arguments["sid"]), call.sandbox))


def put_session(call: Call) -> Result:
    """Create or replace a session."""
    call.query()
    sid = call.arguments["sid"]
    body = call.body(SessionBody)
    if body.sid not in (UNSET, sid):
        raise refusal([(("sid",), f"expected {sid!r}, as in the path, or nothing")])
    return _put_session(call, sid, body)


def delete_session(call: Call) -> Result:
    """Log out."""
    call.query()
    sid = _session(call, call.arguments["sid"]).session.sid
    call.registry.remove_session(call.sandbox, sid)
    return Result(204)


def get_cookie(call: Call) -> Result:
    """A cookie that must be refused, and with which code."""
    kind = call.query("kind").get("kind")
    if kind is None:
        raise unprocessable("kind is missing; expected one of " + ", ".join(NEGATIVE_KINDS))
    one_of(kind, "kind", NEGATIVE_KINDS)
    value, failure = negative_cookie(kind, call.sandbox.prefix, call.sandbox.fixtures)
    code = call.sandbox.profile.codes[failure].number
    header = cookies.header(value)
    return Result(200, {"kind": kind, "cookie": value, "cookie_header": header, "code": code})


def use(call: Call) -> Result:
    """Give a browser the cookie of a user's session."""
    username = call.query("username").get("username")
    if username is None:
        raise unprocessable("username is missing")
    store = call.sandbox.store
    if store.find_user(username) is None:
        one_of(username, "user", islice(store.usernames(), MAX_LIMIT))
    now_ms = call.sandbox.clock.now_ms()
    for sid in store.sids():
        live = store.load_session(sid)
        if live is not None and live.session.username == username and not live.is_expired(now_ms):
            value = str(documents.session(live, call.sandbox)["cookie"])
            return Result(200, html=_USE_PAGE, cookie=value)
    sessions = call.request.path.removesuffix("use") + "sessions"
    raise ConflictError(
        f"user {username!r} has no session that is alive; "
        f"expected one, which POST {sessions} with the username makes"
    )


_USE_PAGE: Final = (
    "<!doctype html><meta charset=utf-8><title>animeloop-mock</title>"
    "<p>The session cookie is set; requests of this browser to this host now carry it."
)


def _put_session(call: Call, sid: str, body: NewSessionBody) -> Result:
    problems: list[tuple[KeyPath, str]] = []
    if body.ttl is not UNSET and body.expires is not UNSET:
        problems.append((("expires",), "expected ttl or expires, not both"))
    expires_ms = _time(body.expires, "expires", problems)
    ttl_ms = _duration(body.ttl, "ttl", problems)
    if problems:
        raise refusal(problems)
    if expires_ms is None and ttl_ms is None:
        ttl_ms = parse_duration(DEFAULT_TTL)
    session = Session(sid, body.username, ttl_ms, expires_ms)
    created = call.registry.add_session(call.sandbox, session)
    live = _session(call, sid)
    return Result(201 if created else 200, documents.session(live, call.sandbox))


def _user(call: Call) -> User:
    user = call.sandbox.store.find_user(call.arguments["username"])
    if user is None:
        raise NotFoundError(f"there is no user {call.arguments['username']!r}")
    return user


def _session(call: Call, sid: str) -> LiveSession:
    live = call.sandbox.store.load_session(sid)
    if live is None or not live.session.sid:
        raise NotFoundError(f"there is no session {sid!r}")
    return live


def _page(names: Iterator[str], query: dict[str, str]) -> tuple[list[str], str | None]:
    """The names after `after`, at most `limit`; and the last of them if there are more."""
    limit = number(query.get("limit"), "limit", DEFAULT_LIMIT, most=MAX_LIMIT)
    after = query.get("after")
    if after is not None and after not in names:  # goes on behind it where it is there
        raise unprocessable(f"after: there is no {after!r}")
    page = list(islice(names, limit))
    more = next(names, None) is not None
    return page, page[-1] if more and page else None


def _duration(text: str | UnsetType, key: str, problems: list[tuple[KeyPath, str]]) -> int | None:
    return _parsed(parse_duration, text, key, problems)


def _time(text: str | UnsetType, key: str, problems: list[tuple[KeyPath, str]]) -> int | None:
    return _parsed(parse_time, text, key, problems)


def _parsed(
    parse: Callable[[str], int],
    text: str | UnsetType,
    key: str,
    problems: list[tuple[KeyPath, str]],
) -> int | None:
    if isinstance(text, UnsetType):
        return None
    try:
        return parse(text)
    except ValueError as error:
        problems.append(((key,), f"{error}, got {shortened(text)}"))
        return None
