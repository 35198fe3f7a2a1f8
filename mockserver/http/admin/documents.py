"""Converts the mock's objects to answers of the control plane."""

from __future__ import annotations

from typing import Any, Final, TypeVar

from msgspec import UNSET, UnsetType

from mockserver.api.common import BASE_PATH
from mockserver.api.trace import WARNINGS, Step, sentence
from mockserver.credentials import cookies
from mockserver.faults.model import Fault, Scenario
from mockserver.fixtures.fault_fields import fault_fields
from mockserver.http.admin.answers import (
    AdHocFaultAnswer,
    ClockAnswer,
    DelayAnswer,
    FaultAnswer,
    SandboxAnswer,
    ScenarioAnswer,
    SessionAnswer,
    TokenAnswer,
    UserAnswer,
)
from mockserver.http.admin.record_answers import (
    CoverageAnswer,
    EntryAnswer,
    GotAnswer,
    PairAnswer,
    SentAnswer,
    StruckAnswer,
)
from mockserver.http.paths import ADMIN_PATH, SANDBOX_PATH
from mockserver.record import secrets
from mockserver.record.exchange import NOT_SENT, Exchange
from mockserver.record.journal import Entry
from mockserver.record.known_fields import known_fields
from mockserver.record.text import redacted
from mockserver.sandbox.active_faults import AdHocFault
from mockserver.sandbox.control import PairCounts, SandboxControl, SandboxSummary
from mockserver.sandbox.reachability import cookie_of
from mockserver.state.model import LiveSession, User, UserToken
from mockserver.state.operations import Operation
from mockserver.state.times import format_duration, iso

V = TypeVar("V")

_FAULT_STEPS: Final = {
    Step.DELAYED: "delay",
    Step.FAILED: "error",
    Step.FAILED_AFTER_COMMIT: "error after commit",
}

# Replies with these statuses have no Content-Length.
_WITHOUT_LENGTH: Final = frozenset({204, 304})


def fault(of: Fault) -> FaultAnswer:
    """Convert a fault of a scenario."""
    return FaultAnswer(**_fault_fields(of))


def ad_hoc_fault(of: AdHocFault, warnings: list[str] | None = None) -> AdHocFaultAnswer:
    """Convert an ad-hoc fault."""
    return AdHocFaultAnswer(
        id=of.id,
        expires=UNSET if of.run.until_ms is None else iso(of.run.until_ms),
        fired=of.run.fired,
        warnings=warnings or UNSET,
        **_fault_fields(of.fault),
    )


def _fault_fields(of: Fault) -> dict[str, Any]:
    fields = fault_fields(of)
    if isinstance(fields.get("delay"), dict):
        fields["delay"] = DelayAnswer(**fields["delay"])
    return fields


def _given(value: V | None) -> V | UnsetType:
    return UNSET if value is None else value


def scenario(of: Scenario, obstacle: str | None = None) -> ScenarioAnswer:
    """Convert a scenario. `obstacle` says why the server cannot carry it out, or is None."""
    faults = [fault(one) for one in of.faults]
    return ScenarioAnswer(of.name, of.description, faults, _given(obstacle))


def user(of: User) -> UserAnswer:
    """Convert a user. Leaves out the password."""
    return UserAnswer(
        of.username, of.uid, of.email, of.verified, of.token, of.scenario, of.admin, of.avatar,
        [token(one) for one in of.tokens],
    )  # fmt: skip


def token(of: UserToken) -> TokenAnswer:
    """Convert a token of a user's list."""
    return TokenAnswer(of.id, of.token or "", of.name)


def session(of: LiveSession, sandbox: SandboxControl) -> SessionAnswer:
    """Convert a session, and add its cookie."""
    value = cookie_of(of.session, sandbox.fixtures)
    return SessionAnswer(
        sid=of.session.sid,
        username=of.session.username,
        expires=iso(of.expires_ms),
        cookie=value,
        cookie_header=cookies.header(value),
    )


def clock(of: SandboxControl) -> ClockAnswer:
    """Return the clock of a sandbox."""
    return ClockAnswer(iso(of.clock.now_ms()), of.clock.frozen)


def entry(of: Entry) -> EntryAnswer:
    """Convert a journal entry. Redacts secrets."""
    exchange = of.exchange
    outcome = exchange.outcome
    steps = () if outcome is None else outcome.trace.steps
    return EntryAnswer(
        id=of.id,
        time=iso(of.time_ms),
        method=redacted(exchange.method),
        path=redacted(exchange.path),
        endpoint=None if exchange.endpoint is None else exchange.endpoint.path,
        status=exchange.status,
        code=exchange.code,
        username=None if exchange.username is None else redacted(exchange.username),
        sid=None if outcome is None or outcome.sid is None else redacted(outcome.sid),
        scenario=None if outcome is None else outcome.scenario,
        faults=[
            StruckAnswer(str(facts[0]), str(facts[1]), _FAULT_STEPS[step])
            if step in _FAULT_STEPS
            else StruckAnswer(str(facts[0]), Operation.REQUEST.value, str(facts[1]))
            for step, facts in steps
            if step in _FAULT_STEPS or step is Step.BROKEN
        ],
        explain=[redacted(sentence) for sentence in exchange.explain],
        warnings=[redacted(sentence(step, facts)) for step, facts in steps if step in WARNINGS],
        duration_ms=round(exchange.duration_ms, 3),
        request=_sent(exchange),
        response=_got(exchange),
    )


def _sent(exchange: Exchange) -> SentAnswer:
    of = exchange.transcript
    if of is None:
        return SentAnswer({}, "", "", False)
    known = known_fields(exchange.endpoint)
    headers = secrets.headers(of.names, of.values)
    truncated = of.sent > len(of.body)
    text = of.body.decode("utf-8", "replace")
    body = secrets.body(text, headers.get("Content-Type", ""), not truncated, known)
    return SentAnswer(headers, secrets.query(of.query), body, truncated)


def _got(exchange: Exchange) -> GotAnswer:
    of = exchange.transcript
    if of is None or (exchange.outcome is not None and exchange.status == NOT_SENT):
        return GotAnswer({}, "", False)
    headers = {
        secrets.header_name(name): secrets.header_value(name, value)
        for name, value in of.reply_headers.items()
    }
    if exchange.status not in _WITHOUT_LENGTH:
        headers["Content-Length"] = str(of.got)
    if of.cookie is not None:
        headers["Set-Cookie"] = redacted(of.cookie)
    text = of.reply.decode("utf-8", "replace")
    return GotAnswer(headers, secrets.reply(text), of.got > len(of.reply))


def coverage(of: PairCounts, page: str) -> CoverageAnswer:
    """Convert the counts of answered pairs of a page, or of all pages."""
    answered, forced, found = of.answered, of.forced, of.of_page(page)
    pairs = found.documented
    return CoverageAnswer(
        documented=len(pairs),
        covered=len(pairs) - len(found.missing),
        percent=round(found.percent, 1),
        pairs=[PairAnswer(e.path, c.number, answered.get((e, c), 0)) for e, c in pairs],
        forced=[PairAnswer(e.path, c.number, n) for (e, c), n in forced.items() if (e, c) in pairs],
    )


def sandbox(of: SandboxSummary, base_url: str) -> SandboxAnswer:
    """Convert a sandbox of the server at `base_url`. `admin` is relative to that URL."""
    return SandboxAnswer(
        id=of.id,
        admin=f"{ADMIN_PATH}/sandboxes/{of.id}",
        api_url=f"{base_url}{SANDBOX_PATH}{of.id}{BASE_PATH}",
        scenario=of.scenario,
        ttl=None if of.ttl_ms is None else format_duration(of.ttl_ms),
    )
