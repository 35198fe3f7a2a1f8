"""The outbox: the mails of a sandbox, which are never sent."""

from __future__ import annotations

import re
from sys import getsizeof
from typing import Final

from msgspec import Struct

from mockserver.credentials.codes import verification_code
from mockserver.record.bounded_log import BoundedLog, LogBudget
from mockserver.state.clock import Clock
from mockserver.state.times import iso

MAX_BYTES: Final = 16 * 1024 * 1024
MAX_MAILS: Final = 1000
_MAIL_BYTES: Final = 300
# One letter each side is enough, and takes linear time.
_ADDRESS: Final = r"[^\s@<>,;]@[^\s@<>,;]"


class Mail(Struct, frozen=True, gc=False):
    """A verification mail. `to` is the address as given. `refusal` says why it was refused.

    `signed_ms` and `key` make its code. Most codes are never read, so they are signed on demand.
    """

    username: str
    to: str
    signed_ms: int
    key: str
    refusal: str | None = None

    @property
    def code(self) -> str:
        """The code in its link."""
        return verification_code(self.username, iso(self.signed_ms), self.key)


class SentMail(Struct, frozen=True, gc=False):
    """A mail in the outbox. Ids increase over the whole server. `size` is in bytes."""

    id: int
    time_ms: int
    mail: Mail
    size: int


class OutboxQuery(Struct, frozen=True):
    """A filter for mails. None matches any value."""

    to: str | None = None
    username: str | None = None
    after: int = 0

    def matches(self, sent: SentMail) -> bool:
        return (
            sent.id > self.after
            and self.to in (None, sent.mail.to)
            and self.username in (None, sent.mail.username)
        )

    def may_match(self, _kind: object, last_id: int) -> bool:
        """Whether an evicted mail could have matched. All could that the client has not seen."""
        return last_id > self.after


def refusal_of(address: str | None) -> str | None:
    """Return why the mail server refuses this address, or None if it does not."""
    if not address:
        return "the user has no address"
    return None if re.search(_ADDRESS, address) else "no recipient in the address"


class Outbox(BoundedLog[SentMail]):
    """The latest mails of one sandbox. Thread-safe."""

    __slots__ = ()

    def __init__(self, clock: Clock, budget: LogBudget) -> None:
        super().__init__(clock, budget, lambda _sent: None)

    def record(self, mail: Mail) -> None:
        """Append a mail. Call it before the reply is sent."""
        size = _MAIL_BYTES + getsizeof(mail.username) + getsizeof(mail.to)
        self._append(lambda number, now_ms: SentMail(number, now_ms, mail, size))
