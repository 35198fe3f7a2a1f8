"""Translates what a request changes into operations of the script `apply`."""

from __future__ import annotations

from msgspec import UnsetType
from msgspec.structs import replace

from mockserver.record.exchange import Exchange
from mockserver.sandbox.backend import Changes
from mockserver.sandbox.redis.access import Operations
from mockserver.sandbox.redis.coverage import field_of
from mockserver.sandbox.redis.exchange_records import encodable, encode_exchange, kind_of
from mockserver.sandbox.redis.snapshot import RedisSnapshot
from mockserver.sandbox.redis.view import AccountsView
from mockserver.sandbox.rules import Rules
from mockserver.state.memory_users import greatest_uid, with_token
from mockserver.state.model import Session, User


def state_operations(changes: Changes, snapshot: RedisSnapshot, rules: Rules) -> Operations:
    """Return the operations on users, sessions, mails and counters of faults."""
    view = snapshot.view
    made: Operations = []
    drawn = snapshot.drawn
    if drawn is not None:
        made += ["expect_faults", drawn.text, "set", "faults", drawn.stored()]
    if changes.depends_on_snapshot:
        made += _expectations(snapshot)
        made += _writes(changes, snapshot, view)
    session = snapshot.session
    if changes.touched and session is not None and session.session.ttl_ms is not None:
        stored = snapshot.stored_session or b""
        ttl_ms, expires_ms = session.session.ttl_ms, session.expires_ms
        made += ["touch", session.session.sid, stored, ttl_ms, expires_ms]
    user = snapshot.user
    if user is not None and (changes.verifies and not user.verified):
        made += ["expect", "users", user.username, snapshot.stored_user or b""]
        made += put_user(replace(user, verified=True), view)
    elif user is not None and snapshot.stored_user is None and isinstance(changes.token, UnsetType):
        base = view.fixtures.users.find(user.username)
        if base is not None and base.issue_at_load:
            made += ["first", user.username, encodable(user)]
    for mail in changes.mails:
        made += ["mail", encodable(mail), rules.outbox.max_entries, rules.outbox.max_bytes]
    return made


def record_operations(exchange: Exchange, sandbox_id: str, rules: Rules) -> Operations:
    """Return the operations on journal and coverage."""
    made: Operations = []
    covered = field_of(exchange)
    if covered:
        made += ["cover", covered]
    if rules.journal is not None:
        limits = (rules.journal.max_entries, rules.journal.max_bytes)
        made += ["entry", encode_exchange(exchange), kind_of(exchange), *limits]
    return [*made, "publish", "bell", sandbox_id]


def put_user(user: User, view: AccountsView, *, is_bounded: bool = False) -> Operations:
    """Return the operation that creates or replaces a user."""
    is_base = int(view.is_base_user(user.username))
    return ["put", "users", user.username, encodable(user), is_base, int(is_bounded)]


def put_session(session: Session, view: AccountsView) -> Operations:
    """Return the operations that create or replace a session. Its ttl starts now."""
    is_base = int(view.is_base_session(session.sid))
    ttl_ms = "" if session.ttl_ms is None else session.ttl_ms
    at_ms = (session.expires_ms or 0) if session.ttl_ms is None else ""
    return [
        "put", "sessions", session.sid, encodable(session), is_base, 1,
        "expire", session.sid, ttl_ms, at_ms,
    ]  # fmt: skip


def next_uid(view: AccountsView) -> int:
    """Return the greatest uid so far + 1."""
    greatest = view.record.greatest_uid
    if greatest is None:
        greatest = greatest_uid(view.fixtures.users)
    return greatest + 1


def seen_uid(uid: int, view: AccountsView) -> Operations:
    """Return the operations that note a uid, unless a greater one was seen."""
    if uid < next_uid(view):
        return []
    before = "" if view.record.greatest_uid is None else view.record.greatest_uid
    return ["expect_state", "greatest_uid", before, "set", "greatest_uid", uid]


def _expectations(snapshot: RedisSnapshot) -> Operations:
    made: Operations = []
    if snapshot.sid is not None:
        made += ["expect", "sessions", snapshot.sid, snapshot.stored_session or b""]
    if snapshot.username is not None:
        made += ["expect", "users", snapshot.username, snapshot.stored_user or b""]
    return made


def _writes(changes: Changes, snapshot: RedisSnapshot, view: AccountsView) -> Operations:
    made: Operations = []
    if changes.new_user is not None:
        user = replace(changes.new_user, uid=next_uid(view))
        made += [*seen_uid(next_uid(view), view), *put_user(user, view, is_bounded=True)]
    if changes.session is not None:
        made += put_session(changes.session, view)
    if changes.ends_session and snapshot.sid is not None:
        is_base = int(view.is_base_session(snapshot.sid))
        made += ["delete", "sessions", snapshot.sid, is_base]
    if not isinstance(changes.token, UnsetType) and snapshot.user is not None:
        name = snapshot.user.username
        if changes.token is not None:
            made += ["expect", "dates", name, snapshot.last_date or b""]
            made += ["date", name, snapshot.token_date_ms]
        made += put_user(with_token(snapshot.user, changes.token), view)
    return made
