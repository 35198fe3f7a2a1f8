"""`reset`: resets a sandbox of a mock that runs, or removes a shared state."""

from __future__ import annotations

from argparse import Namespace
from typing import Final

from mockserver.cli.remote import EPILOG as REMOTE_EPILOG
from mockserver.cli.remote import RunningMock
from mockserver.errors import UsageError
from mockserver.record.text import one_line
from mockserver.server.application import needs_redis

EPILOG: Final = (
    "With --state, it removes the whole state of that namespace from Redis, whether a mock runs or "
    "not; mocks that run start anew from their fixtures. "
    f"{REMOTE_EPILOG.removesuffix('.')}, 3 no Redis answers."
)


def reset(mock: RunningMock) -> None:
    """Reset the sandbox, and say so. Raises UsageError."""
    mock.call("POST", "/reset")
    print(one_line(f"sandbox {mock.sandbox_id} is as at its start"))


def remove(arguments: Namespace, url: str, namespace: str) -> None:
    """Remove a state from Redis, and say so. Raises UsageError or NoStateError."""
    for name in ("url", "sandbox"):
        if getattr(arguments, name) is not None:
            raise UsageError(f"reset takes either --state or --{name}")
    with needs_redis():
        from mockserver.sandbox.redis.connect import remove_state
    count = remove_state(url, namespace)
    print(one_line(f"namespace {namespace} is empty: {count} keys removed"))
