"""The clock of a sandbox, for asyncio."""

from __future__ import annotations

from mockserver.http.admin.answers import ClockAnswer
from mockserver.testing.async_control_plane import AsyncControlPlane

# pytest leaves the frames of this module out of tracebacks.
__tracebackhide__ = True


class AsyncClockClient:
    """The clock of one sandbox. It determines session expiry, token dates and fault windows."""

    def __init__(self, control: AsyncControlPlane) -> None:
        self._control = control

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._control.address.url}>"

    @property
    async def now(self) -> str:
        """The time, ISO 8601 in UTC."""
        reading = await self.read()
        return reading.now

    @property
    async def frozen(self) -> bool:
        """Whether the clock stands still."""
        reading = await self.read()
        return reading.frozen

    async def read(self) -> ClockAnswer:
        """Return the time, and whether the clock is frozen."""
        return await self._control.ask(ClockAnswer, "GET", "/clock")

    async def freeze(self, at: str) -> ClockAnswer:
        """Freeze the clock at a time such as `2026-01-01T00:00:00Z`."""
        return await self._control.ask(ClockAnswer, "PUT", "/clock", {"now": at})

    async def advance(self, by: str) -> ClockAnswer:
        """Move the clock forward by a duration such as `31h`."""
        return await self._control.ask(ClockAnswer, "PUT", "/clock", {"advance": by})

    async def reset(self) -> None:
        """Reset the clock to its state at the start."""
        await self._control.call("DELETE", "/clock")
