"""The server's limits on sizes, times and connections. Times are real time, in seconds."""

from __future__ import annotations

from types import ModuleType
from typing import Final

resource: ModuleType | None
try:
    import resource
except ImportError:  # Windows
    resource = None

# Node's limit, which the real server has too.
MAX_HEADER_BYTES: Final = 16 * 1024
MAX_BODY_BYTES: Final = 10 * 1024 * 1024
# Of one chunk, and of all trailers. Node has the same limits.
MAX_EXTENSION_BYTES: Final = 16 * 1024
MAX_TRAILER_BYTES: Final = 16 * 1024
# After a refusal the server discards at most this much input before it closes the connection.
MAX_DISCARDED_BYTES: Final = 64 * 1024 * 1024
DISCARD_S: Final = 10.0
# With more unread reply bytes than this, the next request of a slow reader waits.
MAX_UNREAD_BYTES: Final = 1024 * 1024
# A slow reader that reads nothing for so long is disconnected. waitress' default.
UNREAD_S: Final = 120.0
# The keep-alive timeout, and the one while the connection limit is reached.
IDLE_S: Final = 120.0
CROWDED_IDLE_S: Final = 2.0
# Timeouts for receiving a request's head, and then its body.
HEAD_S: Final = 15.0
BODY_S: Final = 30.0
MAX_CONNECTIONS: Final = 1000
# Waiting requests. Each occupies a thread and a connection, so half is reserved for others.
MAX_WAITS: Final = MAX_CONNECTIONS // 2
GRACE_S: Final = 8.0


def most_waits() -> int:
    """Return how many requests may wait: half of the lower of two limits.

    These are MAX_CONNECTIONS and the process' file descriptor limit.
    """
    if resource is None:
        return MAX_WAITS
    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MAX_WAITS if descriptors < 0 else min(MAX_WAITS, descriptors // 2)
