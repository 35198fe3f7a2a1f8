"""Bounds the memory of the users and sessions that clients add to a server.

The control plane, registrations and logins add them.
"""

from __future__ import annotations

import threading
from collections import deque
from sys import getsizeof
from typing import Final

from mockserver.errors import FullError
from mockserver.state.model import Session, User

MAX_STATE_BYTES: Final = 64 * 1024 * 1024
# An entry without its texts: the object and its dictionary slots.
_ENTRY_BYTES: Final = 350
# A token in a user's list without its texts: the object, and its place in an index.
_TOKEN_BYTES: Final = 150


def size_of_user(user: User) -> int:
    """Return the approximate memory of a user in bytes. Allows for a token, which has the name."""
    size = _ENTRY_BYTES + 3 * getsizeof(user.username)
    for text in (user.email, user.token, user.scenario, user.password, user.avatar):
        if text is not None:
            size += getsizeof(text)
    for one in user.tokens:
        size += _TOKEN_BYTES + getsizeof(one.token or "")
        if isinstance(one.name, str):
            size += getsizeof(one.name)
    return size


def size_of_session(session: Session) -> int:
    """Return the approximate memory of a session in bytes."""
    size = _ENTRY_BYTES + getsizeof(session.sid)
    for text in (session.username, session.email):
        if isinstance(text, str):
            size += getsizeof(text)
    return size


def no_room(max_bytes: int) -> FullError:
    """Return the error that says that users and sessions take all the bytes that they may."""
    return FullError(
        "there is no room for more users and sessions: those added since the start may take "
        f"{max_bytes >> 20} MiB; delete some, reset or delete a sandbox, or write them into the "
        "fixtures (many with repeat)"
    )


class Share:
    """The part of the budget that one store uses. It is freed with the store."""

    __slots__ = ("_budget", "_sizes")

    def __init__(self, budget: StateBudget) -> None:
        self._budget = budget
        self._sizes: dict[str, int] = {}

    def __del__(self) -> None:
        size = sum(self._sizes.values())
        if size:
            self._budget.returned.append(size)

    def take(self, name: str, size: int) -> None:
        """Set the size of an entry to `size` bytes.

        Raises FullError, without any change, if that exceeds the budget.
        """
        growth = size - self._sizes.get(name, 0)
        self._budget.grow(growth)
        self._sizes[name] = size

    def give_back(self, name: str) -> None:
        """Free the bytes of an entry. Does nothing if it has none."""
        self._budget.grow(-self._sizes.pop(name, 0))


class StateBudget:
    """Bounds the memory of all users and sessions of a server that are not from the fixtures."""

    def __init__(self, max_bytes: int = MAX_STATE_BYTES) -> None:
        self.max_bytes = max_bytes
        self._lock = threading.Lock()
        self._taken = 0
        # The garbage collector may run a finalizer while this thread holds the lock. So finalizers
        # only append the bytes that they free, and `_sum` subtracts them later.
        self.returned: deque[int] = deque()

    def grow(self, by: int) -> None:
        """Take `by` bytes, negative to free them. Raises FullError if that exceeds the budget."""
        with self._lock:
            if by > 0 and self._sum() + by > self.max_bytes:
                raise no_room(self.max_bytes)
            self._taken += by

    @property
    def size(self) -> int:
        """The approximate memory in bytes that all stores use."""
        with self._lock:
            return self._sum()

    def _sum(self) -> int:
        while self.returned:
            self._taken -= self.returned.popleft()
        return self._taken
