"""What a client sent and what it got, word for word.

A transcript is kept as it came: making it costs little, and only a reader pays for hiding secrets
(`record/secrets.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

# Of each body so many bytes are kept.
MAX_BODY_BYTES: Final = 4096
_BYTES: Final = 700


class Transcript(Struct, frozen=True, gc=False):
    """One exchange on the wire.

    `names` are the names of the request's headers in a WSGI environment. `values` are their values,
    a line each: one text costs less memory and time than a tuple. Of each body, the first
    MAX_BODY_BYTES are kept; `sent` and `got` are the lengths of the whole bodies. `cookie` is the
    value of the reply's `Set-Cookie`, or None.
    """

    names: tuple[str, ...]
    values: str
    query: str
    body: bytes
    sent: int
    reply_headers: Mapping[str, str]
    cookie: str | None
    reply: bytes
    got: int

    @property
    def size(self) -> int:
        """The approximate memory in bytes."""
        texts = len(self.values) + len(self.query)
        return _BYTES + texts + len(self.body) + len(self.reply)
