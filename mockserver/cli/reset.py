"""`reset`: resets a sandbox of a mock that runs."""

from __future__ import annotations

from mockserver.cli.remote import RunningMock
from mockserver.record.text import one_line


def reset(mock: RunningMock) -> None:
    """Reset the sandbox, and say so. Raises UsageError."""
    mock.call("POST", "/reset")
    print(one_line(f"sandbox {mock.sandbox_id} is as at its start"))
