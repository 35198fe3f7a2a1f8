"""The backend in Redis: what the control plane changes in users and sessions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import TypeAlias

from mockserver.errors import ConflictError, NotFoundError
from mockserver.sandbox.redis.access import Contention, FoundAccounts, Operations, gone
from mockserver.sandbox.redis.commits import put_session, put_user, seen_uid
from mockserver.sandbox.redis.requests import RedisRequests
from mockserver.sandbox.redis.sandboxes import named_sandbox
from mockserver.sandbox.redis.token_lists import moved, next_id, still_held, used
from mockserver.sandbox.redis.view import prefix_of
from mockserver.sandbox.rules import DEFAULT_ID
from mockserver.state.budget import no_room
from mockserver.state.model import Session, User, UserToken
from mockserver.state.store import hidden_prefix
from mockserver.state.user_tokens import (
    NEW_ID,
    awaited,
    has_listed,
    issued,
    numbered,
    refuse_taken,
    with_listed,
)

_Put: TypeAlias = Callable[[], tuple[str, bool]]
"""Writes once. Returns the status, and whether something new was written."""


class RedisBackend(RedisRequests):
    """All sandboxes, and what requests and the control plane do with them. Implements `Control`.

    Raises the errors of RedisSandboxes.
    """

    def add_user(self, sandbox_id: str, user: User) -> bool:
        """Create or replace a user of a sandbox. Returns whether the user is new.

        Raises ConflictError if another user has a token of its list.
        """
        return self._put(sandbox_id, lambda: self._add_user(sandbox_id, user))

    def _add_user(self, sandbox_id: str, user: User) -> tuple[str, bool]:
        ids = [one.id for one in user.tokens if one.id != NEW_ID]
        found = self._found(sandbox_id, user.username, ids)
        view = found.sandbox.view
        before = view.user(user.username, found.users[0])
        operations = _unchanged(user.username, found)
        free = count(max(next_id(view), max(ids, default=-1) + 1))
        user = numbered(user, lambda: next(free))
        if user.tokens:
            operations += used(max(one.id for one in user.tokens), view)
        user, dated = self._with_tokens(user, found)
        if user.uid is not None:
            operations += seen_uid(user.uid, view)
        operations += [*dated, *moved(before, user, view), *put_user(user, view, is_bounded=True)]
        status, _ = self._access.apply(sandbox_id, operations, view.record)
        return status, before is None

    def put_token(self, sandbox_id: str, username: str, token: UserToken) -> bool:
        """Add a token to the list of a user, or replace it. Returns whether it is new.

        Raises NotFoundError if there is no such user, ConflictError if another one has the token.
        """
        return self._put(sandbox_id, lambda: self._put_token(sandbox_id, username, token))

    def _put_token(self, sandbox_id: str, username: str, token: UserToken) -> tuple[str, bool]:
        found = self._access.find_listed(sandbox_id, username, (token.id,))
        view = found.sandbox.view
        before = view.user(username, found.users[0])
        if before is None:
            raise NotFoundError(f"there is no user {username!r}")
        operations = _unchanged(username, found)
        after, dated = self._with_tokens(with_listed(before, token), found)
        operations += [*used(token.id, view), *dated, *moved(before, after, view)]
        operations += put_user(after, view, is_bounded=True)
        status, _ = self._access.apply(sandbox_id, operations, view.record)
        return status, not has_listed(before, token.id)

    def _found(self, sandbox_id: str, username: str, ids: Sequence[int]) -> FoundAccounts:
        if ids:
            return self._access.find_listed(sandbox_id, username, ids)
        return self._access.find(sandbox_id, names=(username,))

    def _with_tokens(self, user: User, found: FoundAccounts) -> tuple[User, Operations]:
        """Return the user with the tokens that are to be issued, and operations on their dates."""
        number = awaited(user)
        if not number:
            return user, []
        view, (last,) = found.sandbox.view, found.dates
        now_ms = view.record.now_ms(self._rules.clock.now_ms())
        first_ms = view.next_date(user.username, last, now_ms)
        dates = count(first_ms)
        user = issued(user, view.issuer, lambda: next(dates))
        return user, [
            "expect", "dates", user.username, last or b"",
            "date", user.username, first_ms + number - 1,
        ]  # fmt: skip

    def add_session(self, sandbox_id: str, session: Session) -> bool:
        """Create or replace a session of a sandbox. Returns whether the session is new.

        Raises ConflictError if another sandbox has a session with this id, see MemoryBackend.
        """
        return self._put(sandbox_id, lambda: self._add_session(sandbox_id, session))

    def _add_session(self, sandbox_id: str, session: Session) -> tuple[str, bool]:
        self._refuse_foreign(sandbox_id, session.sid)
        sandbox, sid = self._access.load(sandbox_id), session.sid
        is_prefixed = sid.startswith(sandbox.view.prefix)  # then the prefix names the owner
        operations: Operations = ["expect_owner", sid, "disown" if is_prefixed else "own", sid]
        operations += put_session(session, sandbox.view)
        status, answers = self._access.apply(sandbox_id, operations, sandbox.record)
        return status, status == "DONE" and bool(answers[1])

    def _put(self, sandbox_id: str, put: _Put) -> bool:
        """Call `put` until it succeeds. Drops expired sessions if there is no room."""
        has_dropped = False
        contention = Contention(sandbox_id)
        while True:
            contention.check()
            status, is_new = put()
            if status == "GONE":
                raise gone(sandbox_id)
            if status == "DONE":
                return is_new
            if status == "FULL":
                if has_dropped or not self.get(sandbox_id).store.drop_expired():
                    raise no_room(self._rules.state.max_bytes)
                has_dropped = True

    def _refuse_foreign(self, sandbox_id: str, sid: str) -> None:
        prefix = prefix_of(sandbox_id)
        hint = f"; {prefix}NAME is always this sandbox's own" if prefix else ""
        if any(sid.startswith(hidden_prefix(one)) for one in ("", prefix)):
            raise ConflictError(f"session id {sid!r} is reserved for cookies that must be refused")
        named = named_sandbox(sid)
        others = [named] if named and named != sandbox_id and self._exists(named) else []
        if others:
            raise ConflictError(f"session id {sid!r} belongs to sandbox {named!r}{hint}")
        default = self._access.load(DEFAULT_ID)
        owner = self._owner(sid)
        if sandbox_id != DEFAULT_ID and default.fixtures.sessions.find(sid) is not None:
            owner = DEFAULT_ID
        if owner not in {None, sandbox_id}:
            raise ConflictError(f"session {sid!r} belongs to sandbox {owner!r}{hint}")

    def _exists(self, sandbox_id: str) -> bool:
        state = self._link.key(sandbox_id, "state")
        return sandbox_id == DEFAULT_ID or bool(self._link.command("EXISTS", state))

    def _owner(self, sid: str) -> str | None:
        """Return the sandbox that has a session of this id, or None."""
        answer: bytes = self._access.run("route", sid, named_sandbox(sid))
        owner = answer.decode()
        if not self.owned(owner, sid):
            owner = DEFAULT_ID  # which may have one whose id names another sandbox
        return owner if self.owned(owner, sid) else None

    def remove_session(self, sandbox_id: str, sid: str) -> bool:
        """Remove a session of a sandbox. Returns whether it existed."""
        return self.get(sandbox_id).store.delete_session(sid)

    def reset(self, sandbox_id: str) -> None:
        """Return a sandbox to the state at its start, with the same session ids."""
        self.get(sandbox_id).reset()


def _unchanged(username: str, found: FoundAccounts) -> Operations:
    """Return the operations that refuse the others unless everything is as it was found.

    Raises ConflictError if another user has one of the tokens.
    """
    view = found.sandbox.view
    for holder in found.holders:
        owner = holder.user(view)
        refuse_taken(username, holder.token_id, None if owner is None else owner.username)
    return ["expect", "users", username, found.users[0] or b"", *still_held(found.holders)]
