"""Users and sessions of one sandbox in Redis, for the control plane."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any, Final

from mockserver.sandbox.redis.access import Access, LoadedSandbox, Operations
from mockserver.sandbox.redis.commits import removals
from mockserver.sandbox.redis.exchange_records import encodable
from mockserver.sandbox.redis.link import Argument
from mockserver.sandbox.redis.records import hash_of, in_order, session_in, user_in
from mockserver.state.changes import StoreChanges
from mockserver.state.listing import Listing
from mockserver.state.memory_sessions import username_of
from mockserver.state.model import LiveSession, Session, User
from mockserver.state.user_tokens import awaits_token

_MOST_DROPPED: Final = 1000


class RedisAccounts:
    """Users and sessions of one sandbox, without faults."""

    def __init__(self, access: Access, sandbox_id: str) -> None:
        self._access = access
        self._id = sandbox_id

    def find_user(self, username: str) -> User | None:
        """Return a user, with the tokens that the fixtures ask for, which are then kept."""
        found = self._access.find(self._id, names=(username,))
        stored = found.users[0]
        view = found.sandbox.view
        user = view.user(username, stored)
        if stored is None and user is not None:
            base = view.fixtures.users.find(username)
            if base is not None and awaits_token(base):
                first: Operations = ["first", username, encodable(user)]
                status, answers = self._access.apply(self._id, first, found.sandbox.record)
                if status == "DONE" and answers[0]:
                    return user_in(answers[0])
                return self.find_user(username)
        return user

    def delete_user(self, username: str) -> bool:
        """Remove a user but not the sessions. Returns whether the user existed."""

        def deletion(sandbox: LoadedSandbox) -> Sequence[Argument]:
            return ["delete", "users", username, int(sandbox.view.is_base_user(username))]

        return bool(self._access.edit(self._id, deletion)[0])

    def usernames(self, after: str | None = None) -> Iterator[str]:
        """Iterate over the usernames, as `MemoryUsers` does."""
        sandbox = self._access.load(self._id)
        changes = {name: user_in(stored) for name, stored in self._changes("users")}
        return Listing(sandbox.fixtures.users, changes).names(after)

    def remove_token(self, token_id: int) -> bool:
        """Remove a token from the list of whoever has it. Returns whether anybody had it."""
        had: list[bool] = []

        def removal(sandbox: LoadedSandbox) -> Sequence[Argument]:
            found = self._access.find_listed(self._id, "", (token_id,))
            had.append(any(one.user(sandbox.view) is not None for one in found.holders))
            return removals(found.holders, sandbox.view)

        self._access.edit(self._id, removal)
        return had[-1]

    def load_session(self, sid: str) -> LiveSession | None:
        """Return a session, even if expired, or None."""
        found = self._access.find(self._id, sid)
        return found.sandbox.view.live_session(sid, found.session, found.expires)

    def delete_session(self, sid: str) -> bool:
        """Remove a session. Returns whether it existed."""

        def deletion(sandbox: LoadedSandbox) -> Sequence[Argument]:
            is_base = int(sandbox.view.is_base_session(sid))
            return ["delete", "sessions", sid, is_base, "disown", sid]

        return bool(self._access.edit(self._id, deletion)[0])

    def sids(self, after: str | None = None, username: str | None = None) -> Iterator[str]:
        """Iterate over the session ids, as `MemorySessions` does."""
        sandbox = self._access.load(self._id)
        changes = {sid: session_in(stored) for sid, stored in self._changes("sessions")}
        prefix = sandbox.view.prefix
        listing = Listing(sandbox.fixtures.sessions, changes, prefix, username_of)
        return listing.names(after, username)

    def counts(self) -> tuple[int, int]:
        """Return the number of users and the number of sessions."""
        sandbox = self._access.load(self._id)
        record, fixtures = sandbox.record, sandbox.fixtures
        return (
            len(fixtures.users) + record.users_added,
            len(fixtures.sessions) + record.sessions_added,
        )

    def drop_expired(self) -> bool:
        """Remove the first expired sessions that are not from the fixtures.

        Returns whether there was any. They are as many as Redis removes in a few milliseconds.
        """
        sandbox = self._access.load(self._id)
        now_ms = sandbox.record.now_ms(self._access.rules.clock.now_ms())
        key = self._access.link.key(self._id, "expiries")
        for start in count(0, _MOST_DROPPED):
            limit = ("LIMIT", start, _MOST_DROPPED)
            expired = self._access.link.command("ZRANGEBYSCORE", key, "-inf", now_ms, *limit)
            sids = [sid.decode() for sid in expired]
            dropped = [sid for sid in sids if not sandbox.view.is_base_session(sid)]
            if dropped:
                operations = [one for sid in dropped for one in ("drop", sid)]
                self._access.apply(self._id, operations, sandbox.record)
                return True
            if not sids:
                break
        return False

    def changes(self, sandbox: LoadedSandbox) -> StoreChanges:
        """Return a copy of the differences from the fixtures, and of the times."""
        users: dict[str, User | None] = {}
        for user in sandbox.fixtures.users.singles():
            if awaits_token(user):
                self.find_user(user.username)
        for name, stored in self._changes("users"):
            users[name] = user_in(stored)
        sessions: dict[str, Session | None] = {
            sid: session_in(stored) for sid, stored in self._changes("sessions")
        }
        key = self._access.link.key(self._id, "expiries")
        expiries = hash_of(self._access.link.command("ZRANGE", key, 0, -1, "WITHSCORES"))
        return StoreChanges(
            sandbox.view.prefix,
            sandbox.record.start_ms,
            sandbox.record.now_ms(self._access.rules.clock.now_ms()),
            users,
            sessions,
            {sid.decode(): int(float(ms)) for sid, ms in expiries.items()},
        )

    def _changes(self, part: str) -> list[tuple[str, Any]]:
        """Return what differs from the fixtures, in the order of creation."""
        flat = self._access.link.command("HGETALL", self._access.link.key(self._id, part))
        return in_order(hash_of(flat))
