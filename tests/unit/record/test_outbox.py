"""The bounds of the outbox."""

from __future__ import annotations

from sys import getsizeof

import pytest

from mockserver.record.bounded_log import LogBudget
from mockserver.record.outbox import MAX_BYTES, MAX_MAILS, Mail, Outbox, OutboxQuery
from tests.helpers.app import ManualClock

LONG = "a" * 2**20 + "@example.org"


@pytest.mark.parametrize(("username", "to"), [("kyon", LONG), (LONG, "kyon@example.org")])
def test_all_mails_are_bounded_in_bytes(username: str, to: str) -> None:
    budget = LogBudget(MAX_MAILS, MAX_BYTES)
    logs = [Outbox(ManualClock(), budget) for _ in range(2)]
    for number in range(40):
        logs[number % 2].record(Mail(username, to, 0, "key"))
    held = [sent.mail for log in logs for sent in log.find(OutboxQuery())[0]]
    assert 8 < len(held) < 16
    assert sum(getsizeof(mail.username) + getsizeof(mail.to) for mail in held) <= MAX_BYTES
