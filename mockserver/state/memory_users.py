"""The users of a store in memory: the changes of one sandbox on top of shared fixtures."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import chain

from msgspec.structs import replace

from mockserver.credentials.jwt import TokenIssuer
from mockserver.errors import NotFoundError
from mockserver.state.budget import Share, StateBudget, size_of_user
from mockserver.state.catalog import Catalog
from mockserver.state.clock import Clock
from mockserver.state.listing import Listing
from mockserver.state.model import User, UserEdits, UserToken
from mockserver.state.times import iso
from mockserver.state.token_dates import TokenDates, date_of
from mockserver.state.token_index import TokenIndex
from mockserver.state.user_tokens import (
    awaits_token,
    has_listed,
    issued,
    numbered,
    refuse_taken,
    with_listed,
    with_token,
    without_listed,
)


class MemoryUsers:
    """Users that are kept as differences from the fixtures.

    None marks a deleted user of the fixtures. Other deleted users leave no trace. Every
    read-modify-write takes the lock.
    """

    def __init__(  # noqa: PLR0917  all from the store
        self,
        users: Catalog[User],
        issuer: TokenIssuer,
        clock: Clock,
        start_ms: int,
        dates: TokenDates,
        lock: threading.RLock,
        budget: StateBudget,
    ) -> None:
        self._base_users = users
        self._issuer = issuer
        self._clock = clock
        self._start_ms = start_ms
        self.lock = lock
        self._dates = dates
        self._dates.keep(self._is_base_user)
        # The dates of the fixtures' users must not depend on users who are deleted later.
        self._dates_after_ms = dates.latest_gone_ms
        self._user_share = Share(budget)
        self._added_users = 0
        self._users: dict[str, User | None] = {}
        self._greatest_uid: int | None = None
        self._tokens = TokenIndex(users)

    def find_user(self, username: str) -> User | None:
        if username in self._users:
            return self._users[username]
        user = self._base_users.find(username)
        if user is not None and (user.issue_at_load or user.tokens) and awaits_token(user):
            user = self._with_first_tokens(user)
        return user

    def _with_first_tokens(self, user: User) -> User | None:
        """Issue the tokens that the fixtures ask for, the first at the start of the store."""
        with self.lock:
            if user.username in self._users:
                return self._users[user.username]
            name, start_ms, after_ms = user.username, self._start_ms, self._dates_after_ms
            made = issued(user, self._issuer, lambda: self._dates.next(name, start_ms, after_ms))
            self._users[name] = made
            self._tokens.replaced(None, made)
            return made

    def issue_first_tokens(self) -> None:
        """Issue the tokens that the fixtures ask for, except those of bulk entries."""
        for user in self._base_users.singles():
            if awaits_token(user):
                self.find_user(user.username)

    def save_token(self, username: str, token: str | None) -> None:
        with self.lock:
            user = self.find_user(username)
            if user is not None:
                self._users[username] = with_token(user, token)

    def take_token_id(self) -> int:
        """Return an id for a new token of a list. No other token of this store has had it."""
        with self.lock:
            return self._tokens.take()

    def token_owner(self, token_id: int) -> str | None:
        """Return the user who has a token of this id, or None."""
        with self.lock:
            username = self._tokens.probable_owner(token_id)
            user = None if username is None else self.find_user(username)
            has_it = user is not None and has_listed(user, token_id)
            return username if has_it else None

    def add_token(self, username: str, token: UserToken) -> None:
        """Append a token to the list of a user. Raises FullError if the budget is exhausted."""
        with self.lock:
            user = self.find_user(username)
            if user is not None:
                self._replace(user, with_listed(user, token))

    def put_token(self, username: str, token: UserToken) -> bool:
        """Add a token to the list of a user, or replace the one with its id.

        Returns whether it is new. Raises NotFoundError if there is no such user, ConflictError if
        another user has a token of this id, FullError if the state budget is exhausted.
        """
        with self.lock:
            user = self.find_user(username)
            if user is None:
                raise NotFoundError(f"there is no user {username!r}")
            refuse_taken(username, token.id, self.token_owner(token.id))
            if token.token is None:
                date_ms = self.next_token_date(username)
                made = self._issuer.issue(user.uid, username, iso(date_ms))
                token = UserToken(token.id, made, token.name)
            self._replace(user, with_listed(user, token))
            return not has_listed(user, token.id)

    def remove_token(self, token_id: int) -> bool:
        """Remove a token from the list of whoever has it. Returns whether anybody had it."""
        with self.lock:
            username = self.token_owner(token_id)
            user = None if username is None else self.find_user(username)
            if user is None:
                return False
            self._replace(user, without_listed(user, (token_id,)))
            return True

    def edit_user(self, username: str, edits: UserEdits) -> None:
        """Replace fields of a user. Raises FullError if the state budget is exhausted."""
        with self.lock:
            user = self.find_user(username)
            if user is not None:
                self._replace(user, edits.of(user))

    def _replace(self, before: User, after: User) -> None:
        self._user_share.take(after.username, size_of_user(after))
        self._users[after.username] = after
        self._tokens.replaced(before, after)

    def set_verified(self, username: str) -> None:
        """Mark a user as verified, if there is one."""
        with self.lock:
            user = self.find_user(username)
            if user is not None and not user.verified:
                self._users[username] = replace(user, verified=True)

    def add_user(self, user: User) -> None:
        """Add a new user with the greatest uid so far + 1.

        Raises FullError if the state budget is exhausted.
        """
        with self.lock:
            self._put_user(replace(user, uid=self._last_uid() + 1))

    def _last_uid(self) -> int:
        """Return the greatest uid so far, also of deleted users, or -1."""
        if self._greatest_uid is None:
            self._greatest_uid = greatest_uid(self._base_users)
        return self._greatest_uid

    def next_token_date(self, username: str) -> int:
        now_ms = self._clock.now_ms()
        with self.lock:
            user = self._base_users.find(username)
            if user is not None:
                # A token in the fixtures may be one that a mock has issued, at a later time.
                after_ms = max(self._dates_after_ms, date_of(user.token))
                return self._dates.next(username, now_ms, after_ms)
            if username in self._users:
                return self._dates.next(username, now_ms)
            return self._dates.next_of_nobody(now_ms)

    def put_user(self, user: User) -> bool:
        """Create or replace a user, and issue a token if the user asks for one.

        Returns whether the user is new. Raises FullError if the state budget is exhausted.
        """
        with self.lock:
            return self._put_user(user)

    def _put_user(self, user: User) -> bool:
        name = user.username
        before = self.find_user(name)
        created = before is None
        for one in user.tokens:
            refuse_taken(name, one.id, self.token_owner(one.id))
        self._user_share.take(name, size_of_user(user))
        self._users[name] = user
        if user.uid is not None:
            self._greatest_uid = max(self._last_uid(), user.uid)
        for one in user.tokens:
            self._tokens.skip(one.id)
        user = numbered(user, self._tokens.take)
        self._users[name] = user = issued(user, self._issuer, lambda: self.next_token_date(name))
        self._tokens.replaced(before, user)
        self._added_users += created
        return created

    def delete_user(self, username: str) -> bool:
        """Remove a user but not the sessions. Returns whether the user existed."""
        with self.lock:
            before = self.find_user(username)
            existed = before is not None
            self._tokens.replaced(before, None)
            self._user_share.give_back(username)
            if self._is_base_user(username):
                self._users[username] = None
            else:
                self._users.pop(username, None)
                self._dates.forget(username)
            self._added_users -= existed
            return existed

    def usernames(self, after: str | None = None) -> Iterator[str]:
        """Iterate over the usernames: those of the fixtures in order, then added ones.

        `after` skips all users up to this one. Raises NotFoundError if there is no such user.
        """
        return Listing(self._base_users, self._users).names(after)

    def _is_base_user(self, username: str) -> bool:
        return self._base_users.find(username) is not None


def greatest_uid(users: Catalog[User]) -> int:
    """Return the greatest uid of these users, or -1. In bulk entries, uids do not decrease."""
    last = (bulk.make(bulk.number_at(len(bulk) - 1)) for bulk in users.bulks)
    return max(
        (user.uid for user in chain(users.singles(), last) if user.uid is not None), default=-1
    )
