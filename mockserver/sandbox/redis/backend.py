"""The backend in Redis: what the control plane changes in users and sessions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from mockserver.errors import ConflictError
from mockserver.sandbox.redis.access import Operations, gone
from mockserver.sandbox.redis.commits import put_session, put_user, seen_uid
from mockserver.sandbox.redis.requests import RedisRequests
from mockserver.sandbox.redis.sandboxes import named_sandbox
from mockserver.sandbox.redis.view import prefix_of
from mockserver.sandbox.rules import DEFAULT_ID
from mockserver.state.budget import no_room
from mockserver.state.memory_users import with_token
from mockserver.state.model import Session, User, UserToken
from mockserver.state.store import hidden_prefix
from mockserver.state.times import iso

_Put: TypeAlias = Callable[[], tuple[str, Sequence[Any], int]]
"""Writes once. Returns the status, the answers, and the place of the answer that counts."""

_NO_TOKENS: Final = "lists of tokens are kept in memory only, not in a shared state"


class RedisBackend(RedisRequests):
    """All sandboxes, and what requests and the control plane do with them. Implements `Control`.

    Raises the errors of RedisSandboxes.
    """

    def add_user(self, sandbox_id: str, user: User) -> bool:
        """Create or replace a user of a sandbox. Returns whether the user is new.

        Raises ConflictError for a user with a list of tokens, see `put_token`.
        """
        if user.tokens:
            raise ConflictError(_NO_TOKENS)
        return self._put(sandbox_id, lambda: self._add_user(sandbox_id, user))

    def _add_user(self, sandbox_id: str, user: User) -> tuple[str, Sequence[Any], int]:
        found = self._access.find(sandbox_id, names=(user.username,))
        view, operations = found.sandbox.view, Operations()
        if user.issue_at_load:
            now_ms = view.record.now_ms(self._rules.clock.now_ms())
            date_ms = view.next_date(user.username, found.dates[0], now_ms)
            token = view.issuer.issue(user.uid, user.username, iso(date_ms))
            operations += ["expect", "dates", user.username, found.dates[0] or b""]
            operations += ["date", user.username, date_ms]
            user = with_token(user, token)
        if user.uid is not None:
            operations += seen_uid(user.uid, view)
        operations += put_user(user, view, is_bounded=True)
        status, answers = self._access.apply(sandbox_id, operations, view.record)
        return status, answers, -1

    def put_token(self, sandbox_id: str, username: str, token: UserToken) -> bool:
        """Raise ConflictError: the profile that answers lists of tokens has no shared state yet."""
        raise ConflictError(
            f"token {token.id} of user {username!r} of {sandbox_id!r}: {_NO_TOKENS}"
        )

    def add_session(self, sandbox_id: str, session: Session) -> bool:
        """Create or replace a session of a sandbox. Returns whether the session is new.

        Raises ConflictError if another sandbox has a session with this id, see MemoryBackend.
        """
        self._refuse_foreign(sandbox_id, session.sid)
        return self._put(sandbox_id, lambda: self._add_session(sandbox_id, session))

    def _add_session(self, sandbox_id: str, session: Session) -> tuple[str, Sequence[Any], int]:
        sandbox, sid = self._access.load(sandbox_id), session.sid
        is_prefixed = sid.startswith(sandbox.view.prefix)  # then the prefix names the owner
        operations: Operations = ["disown" if is_prefixed else "own", sid]
        operations += put_session(session, sandbox.view)
        status, answers = self._access.apply(sandbox_id, operations, sandbox.record)
        return status, answers, 1

    def _put(self, sandbox_id: str, put: _Put) -> bool:
        """Call `put` until it succeeds. Drops expired sessions if there is no room."""
        has_dropped = False
        while True:
            status, answers, at = put()
            if status == "GONE":
                raise gone(sandbox_id)
            if status == "DONE":
                return bool(answers[at])
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
        return owner if self.owned(owner, sid) else None

    def remove_session(self, sandbox_id: str, sid: str) -> bool:
        """Remove a session of a sandbox. Returns whether it existed."""
        return self.get(sandbox_id).store.delete_session(sid)

    def reset(self, sandbox_id: str) -> None:
        """Return a sandbox to the state at its start, with the same session ids."""
        self.get(sandbox_id).reset()
