"""Signal handling from the first moment of a process to its last."""

from __future__ import annotations

import signal

TYPE_CHECKING = False  # this module is imported first, and must be fast to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import FrameType
    from typing import Any

STOP_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


class Signals:
    """Decides who handles signals while a command starts, runs and ends.

    Names that the platform does not have are skipped. A signal that was ignored when the process
    started (`nohup`, `trap ""`, a shell's background job) stays ignored, for child processes too.
    """

    def __init__(self) -> None:
        self.early: list[int] = []
        """The recorded signals that no handler has received yet, oldest first."""
        self._before: dict[int, Any] = {}

    def hold(self, names: Iterable[str] = STOP_SIGNALS) -> None:
        """Record these signals from now on, instead of handling them.

        An exception in a handler, such as KeyboardInterrupt, can crash native code that is running.
        """
        for name in names:
            number = getattr(signal, name, None)
            if number is None or number in self._before:
                continue
            before = signal.getsignal(number)
            if before in (signal.SIG_IGN, None):
                continue
            self._before[number] = before
            signal.signal(number, self._record)

    def _record(self, number: int, _frame: FrameType | None) -> None:
        self.early.append(number)

    def hand_over(self, handler: Callable[[int], None]) -> None:
        """Pass all held signals to the handler, starting with the recorded ones."""

        def handle(number: int, _frame: FrameType | None) -> None:
            handler(number)

        for number in self._before:
            signal.signal(number, handle)
        while self.early:
            handler(self.early.pop(0))

    def release(self) -> None:
        """Restore the dispositions, then raise the recorded signals again."""
        for number, before in self._before.items():
            signal.signal(number, before)
        self._before = {}
        while self.early:
            signal.raise_signal(self.early.pop(0))

    def ignore(self) -> None:
        """Ignore stop signals. Otherwise a late signal would change the exit status."""
        self.hold()
        for number in self._before:
            signal.signal(number, signal.SIG_IGN)
