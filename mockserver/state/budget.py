"""How much may be put into the stores of a server through the control plane."""

from __future__ import annotations

import threading
from collections import deque
from sys import getsizeof
from typing import Final

from mockserver.errors import FullError
from mockserver.state.model import Session, User

MAX_STATE_BYTES: Final = 64 * 1024 * 1024
# An entry without its texts: the object, and its places in dictionaries.
_ENTRY_BYTES: Final = 350


def size_of_user(user: User) -> int:
    """Bytes of memory that the user takes, roughly; a token may be issued, with the name in it."""
    size = _ENTRY_BYTES + 3 * getsizeof(user.username)
    for text in (user.email, user.token, user.scenario, user.password):
        if text is not None:
            size += getsizeof(text)
    return size


def size_of_session(session: Session) -> int:
    """Bytes of memory that the session takes, roughly."""
    size = _ENTRY_BYTES + getsizeof(session.sid)
    for text in (session.username, session.email):
        if isinstance(text, str):
            size += getsizeof(text)
    return size


def no_room(max_bytes: int) -> FullError:
    """Return the error that says that users and sessions take all the bytes that they may."""
    return FullError(
        "there is no room for more users and sessions: those that were put take "
        f"{max_bytes >> 20} MiB; delete some, reset or delete a sandbox, or write them into the "
        "fixtures (many with repeat)"
    )


class Share:
    """What one store has of the budget; given back when the store is gone."""

    __slots__ = ("_budget", "_sizes")

    def __init__(self, budget: StateBudget) -> None:
        self._budget = budget
        self._sizes: dict[str, int] = {}

    def __del__(self) -> None:
        size = sum(self._sizes.values())
        if size:
            self._budget.returned.append(size)

    def take(self, name: str, size: int) -> None:
        """Take so many bytes for an entry, instead of those that it has.

        Raises FullError, and changes nothing, where there are not as many.
        """
        growth = size - self._sizes.get(name, 0)
        self._budget.grow(growth)
        self._sizes[name] = size

    def give_back(self, name: str) -> None:
        """The entry is gone; nothing where it has taken nothing."""
        self._budget.grow(-self._sizes.pop(name, 0))


class StateBudget:
    """Bounds the memory of all that is put into the stores of a server, fixtures left out."""

    def __init__(self, max_bytes: int = MAX_STATE_BYTES) -> None:
        self.max_bytes = max_bytes
        self._lock = threading.Lock()
        self._taken = 0
        # The garbage collector calls finalizers at any moment, also under the lock: what they give
        # back is noted here and subtracted later.
        self.returned: deque[int] = deque()

    def grow(self, by: int) -> None:
        """Take so many bytes, or give some back; raises FullError where it would be too much."""
        with self._lock:
            if by > 0 and self._sum() + by > self.max_bytes:
                raise no_room(self.max_bytes)
            self._taken += by

    @property
    def size(self) -> int:
        """Bytes that all stores have taken; roughly their memory."""
        with self._lock:
            return self._sum()

    def _sum(self) -> int:
        while self.returned:
            self._taken -= self.returned.popleft()
        return self._taken
