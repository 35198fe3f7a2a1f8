"""The findings of a run about each statement, and the verdicts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import Enum
from typing import Final

from msgspec import Struct

from mockserver.api.page import Statement
from mockserver.verify.contract import DIFFERENCES, STATEMENTS
from mockserver.verify.judge import Judgement
from mockserver.verify.target import HttpReply


class Verdict(Enum):
    """The final verdict on a statement."""

    PASS = "pass"
    FAIL = "fail"
    SKIPPED = "skipped"
    ACCEPTED = "accepted"


class Drift(Struct, frozen=True):
    """An exchange that broke a statement, without cookies and tokens.

    `difference` is the name of the known difference that explains it, or None.
    """

    sent: str
    expected: str
    came: str
    difference: str | None = None


class Result(Struct, frozen=True):
    """The verdict on one statement.

    `tried` is the number of judgements. `drifts` are those that broke the statement. `reason` says
    why a statement was skipped.
    """

    check: Statement
    verdict: Verdict
    tried: int = 0
    drifts: tuple[Drift, ...] = ()
    reason: str = ""

    @property
    def differences(self) -> list[str]:
        """The names of the known differences that explain the drifts."""
        return sorted({drift.difference for drift in self.drifts if drift.difference})


UNTRIED: Final = "no step of this run led to it"


class Findings:
    """Collects judgements about these statements."""

    def __init__(self, statements: Sequence[Statement] = STATEMENTS) -> None:
        self.statements = statements
        self._tried: dict[Statement, int] = {}
        self._drifts: dict[Statement, list[Drift]] = {}
        self._reasons: dict[Statement, str] = {}

    def broken(self, *checks: Statement) -> bool:
        """Whether any of these statements is broken."""
        return any(check in self._drifts for check in checks)

    def add(self, judgement: Judgement, reply: HttpReply | None, sent: str, came: str) -> None:
        """Add a judgement. `sent` and `came` are shown if it breaks the statement."""
        check = judgement.check
        self._tried[check] = self._tried.get(check, 0) + 1
        if not judgement.holds:
            drift = Drift(sent, judgement.expected, came, _known(check, reply))
            self._drifts.setdefault(check, []).append(drift)

    def skip(self, check: Statement, reason: str) -> None:
        """Say why a statement was not tried. The first reason counts."""
        self._reasons.setdefault(check, reason)

    def results(self, accepted: Collection[str], reasons: Mapping[Statement, str]) -> list[Result]:
        """Return the verdict on every statement.

        `accepted` are the names of accepted differences. `reasons` says why statements were
        skipped, where no step said so.
        """
        reasons = {**reasons, **self._reasons}
        return [self._result(check, accepted, reasons) for check in self.statements]

    def _result(
        self, check: Statement, accepted: Collection[str], reasons: Mapping[Statement, str]
    ) -> Result:
        tried = self._tried.get(check, 0)
        if not tried:
            return Result(check, Verdict.SKIPPED, reason=reasons.get(check, UNTRIED))
        drifts = self._drifts.get(check, [])
        verdict = Verdict.PASS
        if drifts:
            explained = all(drift.difference in accepted for drift in drifts)
            verdict = Verdict.ACCEPTED if explained else Verdict.FAIL
        # Drifts that are not accepted come first, because the report shows only the first in full.
        drifts = sorted(drifts, key=lambda drift: drift.difference in accepted)
        return Result(check, verdict, tried, tuple(drifts))


def _known(check: Statement, reply: HttpReply | None) -> str | None:
    if reply is not None:
        for name, difference in DIFFERENCES.items():
            if difference.explains(check, reply.status, reply.document):
                return name
    return None
