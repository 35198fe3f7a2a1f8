"""The report of a run as text: a table of all statements, then the drifts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mockserver.api.common import BASE_PATH
from mockserver.api.page import Statement
from mockserver.verify.contract import DIFFERENCES, EVERY_PAIR, PAIRS, PAIRS_GROUP
from mockserver.verify.findings import Result, Verdict
from mockserver.verify.run import ContractReport

_PATH_WIDTH: Final = max(len(endpoint.path) for endpoint, _ in PAIRS.values())
_DIGITS: Final = 7
_WIDTH: Final = _PATH_WIDTH + 1 + _DIGITS


def lines(report: ContractReport) -> Iterator[str]:
    """Yield the lines of the report."""
    yield f"contract of {report.url}"
    group = ""
    for result in report.results:
        if result.check.group != group:
            group = result.check.group
            yield f"\n{group}"
        yield _row(result)
    drifted = report.of(Verdict.FAIL)
    for number, result in enumerate(drifted, 1):
        yield f"\ndrift {number} of {len(drifted)}: {result.check.name}"
        yield from _drift(result)
    yield "\n" + _summary(report)


def title_of(check: Statement) -> str:
    """Return the name of a statement. The names of pairs are aligned in columns."""
    if check not in EVERY_PAIR:
        return check.name
    endpoint, code = EVERY_PAIR[check]
    return f"{endpoint.path:<{_PATH_WIDTH}} {code.number}"


def _row(result: Result) -> str:
    check = result.check
    words = EVERY_PAIR[check][1].message if check in EVERY_PAIR else check.text
    if result.verdict is Verdict.SKIPPED:
        words = result.reason
    elif result.verdict is Verdict.ACCEPTED:
        words = in_short(result)
    return f"  {result.verdict.value:<9} {title_of(check):<{_WIDTH}} {words}"


def in_short(result: Result) -> str:
    """Describe the known differences that break a statement."""
    return "; ".join(f"{name}: {DIFFERENCES[name].instead}" for name in result.differences)


def _drift(result: Result) -> Iterator[str]:
    check, first = result.check, result.drifts[0]
    yield f"  documented  {documented(check)}"
    yield f"  sent        {first.sent}"
    yield f"  expected    {first.expected}"
    yield f"  came        {first.came}"
    if result.tried > 1:
        yield f"  how often   {len(result.drifts)} of {result.tried} times"
    if first.difference is not None:
        yield f"  known       --accept {first.difference} lets it pass"


def documented(check: Statement) -> str:
    """Return a statement and its source."""
    place = f" ({', '.join(places(check))})" if check in EVERY_PAIR else ""
    return f"{check.source}: {check.text}{place}"


def places(check: Statement) -> list[str]:
    """Return the paths of a pair."""
    return [BASE_PATH + EVERY_PAIR[check][0].path]


def _summary(report: ContractReport) -> str:
    pairs = [result for result in report.results if result.check.group == PAIRS_GROUP]
    others = [result for result in report.results if result.check.group != PAIRS_GROUP]
    text = f"{len(pairs)} pairs: {_counts(pairs)}; {len(others)} more statements: {_counts(others)}"
    if report.broken_off:
        text += f"\nthe run ended early: {report.broken_off}"
    return text


def _counts(results: list[Result]) -> str:
    counts = dict.fromkeys(Verdict, 0)
    for result in results:
        counts[result.verdict] += 1
    words = {Verdict.PASS: "passed", Verdict.FAIL: "failed"}
    return ", ".join(
        f"{count} {words.get(verdict, verdict.value)}" for verdict, count in counts.items() if count
    )
