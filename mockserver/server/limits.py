"""How much a server takes from a client, and how long it waits for one: the same for each."""

from __future__ import annotations

from typing import Final

# As Node's: the deployed server refuses larger headers too.
MAX_HEADER_BYTES: Final = 16 * 1024
MAX_BODY_BYTES: Final = 10 * 1024 * 1024
# What a refused client may still send before its connection is closed all the same.
MAX_DISCARDED_BYTES: Final = 64 * 1024 * 1024
# Replies that a client has not read, beyond which its next request waits.
MAX_UNREAD_BYTES: Final = 1024 * 1024
# How long a client may read nothing of them until its connection is closed; waitress' own default.
UNREAD_S: Final = 120.0
MAX_CONNECTIONS: Final = 1000
GRACE_S: Final = 8.0
