"""The stored form of journal entries and mails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from mockserver.api.trace import DurationFact, Fact, Step, Trace
from mockserver.faults.model import Wire
from mockserver.record.exchange import Exchange, Outcome
from mockserver.record.journal import Entry
from mockserver.record.outbox import Mail, SentMail
from mockserver.record.transcript import Transcript
from mockserver.sandbox.redis.endpoints import NAMED, NAMES


class StoredOutcome(Struct, frozen=True, omit_defaults=True, gc=False):
    """An outcome without its reply, whose code and body the exchange has.

    `steps` are the names of the steps with their facts. A duration is a list of one number.
    """

    steps: list[list[Any]]
    username: str | None = None
    sid: str | None = None
    scenario: str | None = None
    wire: Wire | None = None


class StoredExchange(Struct, frozen=True, omit_defaults=True, gc=False):
    """An exchange in the journal. `endpoint` is its name in `NAMES`."""

    method: str
    path: str
    status: int
    code: int | None = None
    endpoint: str | None = None
    outcome: StoredOutcome | None = None
    note: str = ""
    duration_ms: float = 0.0
    transcript: Transcript | None = None
    sandbox_id: str | None = None


_EXCHANGE: Final = msgspec.json.Decoder(StoredExchange)
_MAIL: Final = msgspec.json.Decoder(Mail)
_encode: Final = msgspec.json.Encoder().encode


def encode_exchange(exchange: Exchange) -> bytes:
    """Return the stored form of an exchange."""
    outcome = exchange.outcome
    stored = StoredExchange(
        exchange.method,
        exchange.path,
        exchange.status,
        exchange.code,
        None if exchange.endpoint is None else NAMES[exchange.endpoint],
        None if outcome is None else _stored(outcome),
        exchange.note,
        exchange.duration_ms,
        exchange.transcript,
        exchange.sandbox_id,
    )
    return encodable(stored)


def encodable(record: Struct) -> bytes:
    """Encode a record. Texts that are no Unicode, from hostile clients, lose what is not."""
    try:
        return _encode(record)
    except UnicodeEncodeError:
        return _encode(_cleaned(msgspec.to_builtins(record)))


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(item) for item in value]
    return value


def kind_of(exchange: Exchange) -> str:
    """Return the kind of an entry, as evicted entries are remembered by."""
    name = "" if exchange.endpoint is None else NAMES[exchange.endpoint]
    return f"{name}|{'' if exchange.code is None else exchange.code}"


def read_kind(kind: str) -> object:
    """Return the kind of journal entries that JournalQuery understands."""
    name, _, code = kind.partition("|")
    return NAMED.get(name), int(code) if code else None


def read_entry(number: int, time_ms: int, text: bytes) -> Entry:
    """Read a journal entry."""
    stored = _EXCHANGE.decode(text)
    exchange = Exchange(
        stored.method,
        stored.path,
        stored.status,
        stored.code,
        None if stored.endpoint is None else NAMED.get(stored.endpoint),
        None if stored.outcome is None else _outcome(stored.outcome),
        stored.note,
        stored.duration_ms,
        stored.transcript,
        stored.sandbox_id,
    )
    return Entry(number, time_ms, exchange, len(text))


def read_mail(number: int, time_ms: int, text: bytes) -> SentMail:
    """Read a mail of the outbox."""
    return SentMail(number, time_ms, _MAIL.decode(text), len(text))


def _stored(outcome: Outcome) -> StoredOutcome:
    steps = [[step.name, *map(_stored_fact, facts)] for step, facts in outcome.trace.steps]
    return StoredOutcome(steps, outcome.username, outcome.sid, outcome.scenario, outcome.wire)


def _outcome(stored: StoredOutcome) -> Outcome:
    trace = Trace()
    for name, *facts in stored.steps:
        trace.add(Step[name], *map(_fact, facts))
    return Outcome(None, stored.username, stored.sid, stored.scenario, trace, stored.wire)


def _stored_fact(fact: Fact) -> Fact | Sequence[int]:
    return [int(fact)] if isinstance(fact, DurationFact) else fact


def _fact(fact: Any) -> Fact:
    return DurationFact(fact[0]) if isinstance(fact, list) else fact
