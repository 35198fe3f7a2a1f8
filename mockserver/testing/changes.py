"""Changes of a sandbox that can be reverted, and its clock."""

from __future__ import annotations

from types import TracebackType

from mockserver.http.admin.answers import ClockAnswer
from mockserver.testing.control_plane import ControlPlane, ControlPlaneError


class Undo:
    """The result of a change. As a context manager it reverts the change on exit."""

    def __init__(self, control: ControlPlane, method: str, path: str, body: object = None) -> None:
        self._control = control
        self._call = (method, path, body)

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._control.call(*self._call)
        except ControlPlaneError:
            if error is None:  # else it would hide the original error
                raise


class ClockClient:
    """The clock of one sandbox. It determines session expiry, token dates and fault windows."""

    def __init__(self, control: ControlPlane) -> None:
        self._control = control

    @property
    def now(self) -> str:
        """The time, ISO 8601 in UTC."""
        return self._control.ask(ClockAnswer, "GET", "/clock").now

    def freeze(self, at: str) -> None:
        """Freeze the clock at a time such as `2026-01-01T00:00:00Z`."""
        self._control.call("PUT", "/clock", {"now": at})

    def advance(self, by: str) -> None:
        """Move the clock forward by a duration such as `31h`."""
        self._control.call("PUT", "/clock", {"advance": by})

    def reset(self) -> None:
        """Reset the clock to its state at the start."""
        self._control.call("DELETE", "/clock")
