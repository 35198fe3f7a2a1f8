"""Changes of a sandbox that can be reverted, for asyncio."""

from __future__ import annotations

from collections.abc import Coroutine, Generator
from types import TracebackType
from typing import Any, Generic

from mockserver.testing.async_control_plane import AsyncControlPlane
from mockserver.testing.calling import ControlPlaneError
from mockserver.testing.changes import Applied, T, is_over

# pytest leaves the frames of this module out of tracebacks.
__tracebackhide__ = True


class AsyncChange(Generic[T]):
    """A change to await, which gives the control plane's answer.

    As an asynchronous context manager it makes the change, and reverts it on exit.
    """

    def __init__(
        self, control: AsyncControlPlane, pending: Coroutine[Any, Any, Applied[T]]
    ) -> None:
        self._control = control
        self._pending = pending
        self._applied: Applied[T] | None = None

    def __repr__(self) -> str:
        state = "not awaited yet" if self._applied is None else repr(self._applied.answer)
        return f"<{type(self).__name__} {state}>"

    def __await__(self) -> Generator[Any, None, T]:
        return self.__aenter__().__await__()

    async def __aenter__(self) -> T:
        self._applied = await self._pending
        return self._applied.answer

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        undo = self._applied
        if undo is None:
            return
        try:
            await self._control.call(undo.method, undo.path, undo.body)
        except (ControlPlaneError, OSError) as failed:
            if not is_over(failed, error):
                raise
