"""Translates what a request changes into operations of the script `apply`."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from mockserver.record.exchange import Exchange
from mockserver.sandbox.backend import Changes
from mockserver.sandbox.redis.access import Operations
from mockserver.sandbox.redis.coverage import field_of
from mockserver.sandbox.redis.exchange_records import encodable, encode_exchange, kind_of
from mockserver.sandbox.redis.records import Raw, encode, user_in
from mockserver.sandbox.redis.snapshot import RedisSnapshot
from mockserver.sandbox.redis.token_lists import Holder, moved, still_held, used
from mockserver.sandbox.redis.view import AccountsView
from mockserver.sandbox.rules import Rules
from mockserver.state.memory_users import greatest_uid
from mockserver.state.model import NO_EDITS, Session, User
from mockserver.state.user_tokens import awaits_token, with_listed, with_token, without_listed


def state_operations(changes: Changes, snapshot: RedisSnapshot, rules: Rules) -> Operations:
    """Return the operations on users, sessions, mails and counters of faults."""
    view = snapshot.view
    made = [*counting(snapshot), *_first_tokens(changes, snapshot)]
    if changes.depends_on_snapshot:
        made += _expectations(changes, snapshot)
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
    for mail in changes.mails:
        made += ["mail", encodable(mail), rules.outbox.max_entries, rules.outbox.max_bytes]
    return made


def counting(snapshot: RedisSnapshot) -> Operations:
    """Return the operations that count the faults of a request, and note its id as used."""
    made: Operations = []
    drawn = snapshot.drawn
    if drawn is not None:
        made += ["expect_faults", drawn.text, "set", "faults", drawn.stored()]
    if snapshot.token_id >= 0 and not snapshot.has_id:
        made += used(snapshot.token_id, snapshot.view)
    return made


def _first_tokens(changes: Changes, snapshot: RedisSnapshot) -> Operations:
    """Return the operation that keeps the tokens of a user that the fixtures ask for."""
    user = snapshot.user
    if user is None or snapshot.stored_user is not None or changes.token is not UNSET:
        return []
    base = snapshot.view.fixtures.users.find(user.username)
    if base is None or not awaits_token(base):
        return []
    return ["first", user.username, encodable(user)]


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


def _expectations(changes: Changes, snapshot: RedisSnapshot) -> Operations:
    made: Operations = []
    if snapshot.sid is not None:
        made += ["expect", "sessions", snapshot.sid, snapshot.stored_session or b""]
    if snapshot.username is not None:
        around = None
        if changes.token is not UNSET and changes.adds_token is None and changes.edits is NO_EDITS:
            around = _around_token(snapshot.stored_user)
        if around is not None:
            # As in memory: a request that replaces the token does not depend on the one before.
            made += ["expect_account", snapshot.username, *around]
        else:
            made += ["expect", "users", snapshot.username, snapshot.stored_user or b""]
    return made


def _around_token(stored: Raw) -> tuple[bytes, bytes] | None:
    """Return what a stored user has before and behind its token. Inside of texts, quotes differ.

    Returns None if there is no user, or a token that the script could not tell from what follows.
    """
    user = user_in(stored) if stored is not None else None
    if stored is None or user is None or b"\\" in (token := encode(user.token)):
        return None
    head, name, rest = stored.partition(b'"token":')
    return head + name, rest[len(token) :]


def _writes(changes: Changes, snapshot: RedisSnapshot, view: AccountsView) -> Operations:
    made: Operations = []
    if changes.new_user is not None:
        new_user = replace(changes.new_user, uid=next_uid(view))
        made += [*seen_uid(next_uid(view), view), *put_user(new_user, view, is_bounded=True)]
    if changes.session is not None:
        made += put_session(changes.session, view)
    if changes.ends_session and snapshot.sid is not None:
        is_base = int(view.is_base_session(snapshot.sid))
        made += ["delete", "sessions", snapshot.sid, is_base]
    user = snapshot.user
    if user is not None:
        if changes.token not in {UNSET, None} or changes.adds_token is not None:
            made += ["expect_date", user.username, snapshot.token_date_ms]
            made += ["date", user.username, snapshot.token_date_ms]
        made += _edited(changes, user, view)
    if changes.removes_tokens:
        made += removals(snapshot.holders, view)
    return made


def _edited(changes: Changes, user: User, view: AccountsView) -> Operations:
    """Return the operations on the user of the request."""
    made: Operations = []
    after = user
    if not isinstance(changes.token, UnsetType):
        after = with_token(after, changes.token)
    if changes.edits is NO_EDITS and changes.adds_token is None:
        return made if after is user else put_user(after, view)
    after = changes.edits.of(after)
    if changes.adds_token is not None:
        made += ["expect", "tokens", changes.adds_token.id, b""]
        after = with_listed(after, changes.adds_token)
    return [*made, *moved(user, after, view), *put_user(after, view, is_bounded=True)]


def removals(holders: Sequence[Holder], view: AccountsView) -> Operations:
    """Return the operations that remove listed tokens, whoever has them."""
    made = still_held(holders)
    before: dict[str, User] = {}
    ids: dict[str, set[int]] = {}
    for holder in holders:
        user = holder.user(view)
        if user is not None:
            before[user.username] = user
            ids.setdefault(user.username, set()).add(holder.token_id)
    for username, user in before.items():
        after = without_listed(user, ids[username])
        made += [*moved(user, after, view), *put_user(after, view, is_bounded=True)]
    return made
