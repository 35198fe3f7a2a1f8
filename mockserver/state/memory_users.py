"""The users of a store in memory: the changes of one sandbox on top of shared fixtures."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final

from msgspec.structs import replace

from mockserver.credentials.jwt import TokenIssuer
from mockserver.errors import ConflictError, NotFoundError
from mockserver.state.budget import Share, StateBudget, size_of_user
from mockserver.state.catalog import Catalog
from mockserver.state.clock import Clock
from mockserver.state.listing import Listing
from mockserver.state.model import User, UserEdits, UserToken
from mockserver.state.times import iso
from mockserver.state.token_dates import TokenDates, date_of
from mockserver.state.token_index import TokenIndex

# A token that is put without an id.
NEW_ID: Final = -1


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
        if user is not None and (user.issue_at_load or user.tokens) and _awaits_token(user):
            user = self._with_first_tokens(user)
        return user

    def _with_first_tokens(self, user: User) -> User | None:
        """Issue the tokens that the fixtures ask for. The date of the first is the store's start.

        Those of profile `dashboard` come last, so that they change no other token.
        """
        with self.lock:
            if user.username in self._users:
                return self._users[user.username]
            after_ms = self._dates_after_ms
            issued = self._issued(
                user, lambda: self._dates.next(user.username, self._start_ms, after_ms)
            )
            self._users[user.username] = issued
            self._tokens.replaced(None, issued)
            return issued

    def _issued(self, user: User, date: Callable[[], int]) -> User:
        """Return the user with the tokens that are to be issued. `date` returns their dates."""

        def token() -> str:
            return self._issuer.issue(user.uid, user.username, iso(date()))

        if user.issue_at_load:
            user = with_token(user, token())
        if any(one.token is None for one in user.tokens):
            tokens = tuple(
                one if one.token is not None else UserToken(one.id, token(), one.name)
                for one in user.tokens
            )
            user = replace(user, tokens=tokens)
        return user

    def issue_first_tokens(self) -> None:
        """Issue the tokens that the fixtures ask for, except those of bulk entries."""
        for user in self._base_users.singles():
            if _awaits_token(user):
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
            has_it = user is not None and any(one.id == token_id for one in user.tokens)
            return username if has_it else None

    def add_token(self, username: str, token: UserToken) -> None:
        """Append a token to the list of a user. Raises FullError if the budget is exhausted."""
        with self.lock:
            user = self.find_user(username)
            if user is not None:
                self._replace(user, replace(user, tokens=(*user.tokens, token)))

    def put_token(self, username: str, token: UserToken) -> bool:
        """Add a token to the list of a user, or replace the one with its id.

        Returns whether it is new. Raises NotFoundError if there is no such user, ConflictError if
        another user has a token of this id, FullError if the state budget is exhausted.
        """
        with self.lock:
            user = self.find_user(username)
            if user is None:
                raise NotFoundError(f"there is no user {username!r}")
            self._refuse_taken(username, token.id)
            if token.token is None:
                date_ms = self.next_token_date(username)
                issued = self._issuer.issue(user.uid, username, iso(date_ms))
                token = UserToken(token.id, issued, token.name)
            ids = [one.id for one in user.tokens]
            tokens = list(user.tokens)
            if token.id in ids:
                tokens[ids.index(token.id)] = token
            else:
                tokens.append(token)
            self._replace(user, replace(user, tokens=tuple(tokens)))
            return token.id not in ids

    def _refuse_taken(self, username: str, token_id: int) -> None:
        owner = self.token_owner(token_id)
        if owner not in (None, username):
            raise ConflictError(f"token {token_id} belongs to user {owner!r}")

    def remove_token(self, token_id: int) -> bool:
        """Remove a token from the list of whoever has it. Returns whether anybody had it."""
        with self.lock:
            username = self.token_owner(token_id)
            user = None if username is None else self.find_user(username)
            if user is None:
                return False
            left = tuple(one for one in user.tokens if one.id != token_id)
            self._replace(user, replace(user, tokens=left))
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
            self._refuse_taken(name, one.id)
        self._user_share.take(name, size_of_user(user))
        self._users[name] = user
        if user.uid is not None:
            self._greatest_uid = max(self._last_uid(), user.uid)
        if any(one.id == NEW_ID for one in user.tokens):
            self._users[name] = user = replace(user, tokens=self._numbered(user.tokens))
        if _awaits_token(user):
            self._users[name] = user = self._issued(user, lambda: self.next_token_date(name))
        self._tokens.replaced(before, user)
        self._added_users += created
        return created

    def _numbered(self, tokens: tuple[UserToken, ...]) -> tuple[UserToken, ...]:
        """Return the tokens, with ids for those that have none."""
        for one in tokens:
            self._tokens.skip(one.id)
        return tuple(
            one if one.id != NEW_ID else UserToken(self._tokens.take(), one.token, one.name)
            for one in tokens
        )

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


def _awaits_token(user: User) -> bool:
    """Whether a token of the user is to be issued."""
    return user.issue_at_load or any(one.token is None for one in user.tokens)


def with_token(user: User, token: str | None) -> User:
    """Return a copy of the user with another token."""
    return User(
        user.username, user.uid, user.email, token, False, user.scenario, user.password,
        user.verified, user.admin, user.avatar, user.tokens,
    )  # fmt: skip
