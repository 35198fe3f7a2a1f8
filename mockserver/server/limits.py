"""How much a server takes from a client, and how long it waits for one. Times are real time."""

from __future__ import annotations

from typing import Final

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
# Requests of one connection that are read ahead while an earlier one waits.
MAX_AHEAD: Final = 8
MAX_CONNECTIONS: Final = 1000
GRACE_S: Final = 8.0
