"""What start-up leaves for later, so that the first answer comes sooner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

# If nobody has sent a request for so long.
_UNASKED_S: Final = 0.1
# Importing needs file descriptors, of which connections may leave none.
_FEW_CONNECTIONS: Final = 8


class Leftover:
    """Work of the start that is done after the first answer, or when none is asked for.

    The thread that leads does it. Another thread would compete with it for the GIL, and the first
    answer would come later again.
    """

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self._due_at: float | None = None
        self._is_asked = False

    def look(self, now: float, connections: int, is_asked: bool) -> bool:
        """Do the work if its time has come. Returns whether it is done.

        Called once a turn, with the number of connections that were accepted, and whether requests
        are about to be answered. Raises what the work raises.
        """
        if self._due_at is None:
            self._due_at = now + _UNASKED_S
        if not (self._is_asked or connections >= _FEW_CONNECTIONS or now >= self._due_at):
            self._is_asked = is_asked
            return False
        self._work()
        return True

    @property
    def patience_s(self) -> float:
        """How long the next turn may wait for clients."""
        return 0.0 if self._is_asked else _UNASKED_S
