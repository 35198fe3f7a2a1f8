"""How much a server takes from a client, and how long it waits for one. Times are real time."""

from __future__ import annotations

from types import ModuleType
from typing import Final

resource: ModuleType | None
try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None

# As Node's: the real server's HTTP stack refuses larger headers too.
MAX_HEADER_BYTES: Final = 16 * 1024
MAX_BODY_BYTES: Final = 10 * 1024 * 1024
# Of one chunk, and of all trailers; as Node's.
MAX_EXTENSION_BYTES: Final = 16 * 1024
MAX_TRAILER_BYTES: Final = 16 * 1024
# What a refused client may still send before its connection is closed all the same.
MAX_DISCARDED_BYTES: Final = 64 * 1024 * 1024
DISCARD_S: Final = 10.0
# Replies that a client has not read, beyond which its next request waits.
MAX_UNREAD_BYTES: Final = 1024 * 1024
# How long a client may read nothing of them until its connection is closed; waitress' own default.
UNREAD_S: Final = 120.0
# How long a connection without a request stays open, and how long where there are too many.
IDLE_S: Final = 120.0
CROWDED_IDLE_S: Final = 2.0
# How long a request's head, and then its body, may take to arrive.
HEAD_S: Final = 15.0
BODY_S: Final = 30.0
MAX_CONNECTIONS: Final = 1000
# Requests that wait. Each takes a thread and a connection, and others must find some left.
MAX_WAITS: Final = MAX_CONNECTIONS // 2
GRACE_S: Final = 8.0


def most_waits() -> int:
    """How many requests may wait: half of those that can be connected.

    Where the system grants fewer descriptors than connections, it is half of these.
    """
    if resource is None:
        return MAX_WAITS
    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MAX_WAITS if descriptors < 0 else min(MAX_WAITS, descriptors // 2)
