"""Changes of a sandbox that can be reverted."""

from __future__ import annotations

from types import TracebackType
from typing import Generic, TypeVar

from msgspec import Struct

from mockserver.testing.control_plane import ControlPlane, ControlPlaneError

# pytest leaves the frames of this module out of tracebacks.
__tracebackhide__ = True

T = TypeVar("T", bound=Struct)
_GONE = 404


class Applied(Struct, Generic[T], frozen=True):
    """The answer to a call that changed something, and the call that reverts it."""

    answer: T
    method: str
    path: str
    body: object = None


class Change(Generic[T]):
    """A change that has been made. As a context manager it reverts the change on exit.

    `answer` is what the control plane answered. The context manager gives it too.
    """

    def __init__(self, control: ControlPlane, applied: Applied[T]) -> None:
        self._control = control
        self._applied = applied

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.answer!r}>"

    @property
    def answer(self) -> T:
        """What the control plane answered to the change."""
        return self._applied.answer

    def __enter__(self) -> T:
        return self.answer

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        undo = self._applied
        try:
            self._control.call(undo.method, undo.path, undo.body)
        except (ControlPlaneError, OSError) as failed:
            if not is_over(failed, error):
                raise


def is_over(failed: Exception, error: BaseException | None) -> bool:
    """Whether a change that could not be reverted is no error.

    It is none if what was added is gone, or if it would hide the error that ends the context.
    """
    return error is not None or getattr(failed, "status", None) == _GONE
