"""What a module of tests starts once for each kind of state, and stops after its last test."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager, ExitStack
from typing import Any, TypeVar

T = TypeVar("T")


class Once(ExitStack):
    """Starts something the first time that it is asked for.

    A fixture of a whole module would be made before `state_kind` says where the state is.
    """

    def __init__(self) -> None:
        super().__init__()
        self._started: dict[Hashable, Any] = {}

    def started(self, key: Hashable, start: Callable[[], AbstractContextManager[T]]) -> T:
        """Return what `start` has started for this key."""
        if key not in self._started:
            self._started[key] = self.enter_context(start())
        made: T = self._started[key]
        return made
