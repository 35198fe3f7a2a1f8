"""The documents that the control plane sends."""

from __future__ import annotations

from mockserver.api.codes import BASE_PATH, DOCUMENTED_PAIRS
from mockserver.api.trace import Step
from mockserver.credentials import cookies
from mockserver.faults.model import Fault, Operation, Scenario
from mockserver.http.paths import ADMIN_PATH, SANDBOX_PATH
from mockserver.record.coverage import TOTAL, Coverage
from mockserver.record.journal import Entry
from mockserver.record.text import redacted
from mockserver.sandbox.reachability import cookie_of
from mockserver.sandbox.sandbox import AdHocFault, Sandbox
from mockserver.state.model import LiveSession, User
from mockserver.state.times import format_duration, iso

_FAULT_STEPS = {
    Step.DELAYED: "delay",
    Step.FAILED: "error",
    Step.FAILED_AFTER_COMMIT: "error after commit",
}


def fault(of: Fault) -> dict[str, object]:
    """As in the fixtures, what is at its default left out."""
    document: dict[str, object] = {"operation": of.operation.value}
    optional: dict[str, object] = {
        "endpoint": of.endpoint,
        "username": of.username,
        "error": "database" if of.fails else None,
        "after_commit": of.after_commit or None,
        "wire": None if of.wire is None else of.wire.value,
        "delay": _delay(of.delay_ms),
        "skip": of.skip or None,
        "times": of.times,
        "probability": None if of.probability == 1 else of.probability,
        "seed": of.seed,
        "starts_after": format_duration(of.starts_after_ms) if of.starts_after_ms else None,
        "lasts": None if of.lasts_ms is None else format_duration(of.lasts_ms),
    }
    return document | {key: value for key, value in optional.items() if value is not None}


def _delay(delay_ms: tuple[int, int] | None) -> object:
    if delay_ms is None:
        return None
    least, most = map(format_duration, delay_ms)
    return least if least == most else {"min": least, "max": most}


def ad_hoc_fault(of: AdHocFault) -> dict[str, object]:
    """With its id, when it removes itself, and how often it has fired."""
    until = {} if of.until_ms is None else {"expires": iso(of.until_ms)}
    return {"id": of.id, **fault(of.fault), **until, "fired": of.run.fired}


def scenario(of: Scenario, obstacle: str | None = None) -> dict[str, object]:
    """As in the fixtures, with its name, and why it is not possible where it is not."""
    faults = [fault(one) for one in of.faults]
    unavailable = {} if obstacle is None else {"unavailable": obstacle}
    return {"name": of.name, "description": of.description, "faults": faults, **unavailable}


def user(of: User) -> dict[str, object]:
    """As in the fixtures, with the token that is current."""
    return {
        "username": of.username,
        "uid": of.uid,
        "email": of.email,
        "token": of.token,
        "scenario": of.scenario,
    }


def session(of: LiveSession, sandbox: Sandbox) -> dict[str, object]:
    """With its cookie, ready to be sent."""
    value = cookie_of(of.session, sandbox.fixtures)
    return {
        "sid": of.session.sid,
        "username": of.session.username,
        "expires": iso(of.expires_ms),
        "cookie": value,
        "cookie_header": cookies.header(value),
    }


def clock(of: Sandbox) -> dict[str, object]:
    """The sandbox's time."""
    return {"now": iso(of.clock.now_ms()), "frozen": of.clock.frozen}


def entry(of: Entry) -> dict[str, object]:
    """A journal entry; there is neither a signature nor a token in it."""
    exchange = of.exchange
    outcome = exchange.outcome
    steps = () if outcome is None else outcome.trace.steps
    return {
        "id": of.id,
        "time": iso(of.time_ms),
        "method": redacted(exchange.method),
        "path": redacted(exchange.path),
        "endpoint": None if exchange.endpoint is None else exchange.endpoint.path,
        "status": exchange.status,
        "code": exchange.code,
        "username": exchange.username,
        "sid": None if outcome is None or outcome.sid is None else redacted(outcome.sid),
        "scenario": None if outcome is None else outcome.scenario,
        "faults": [
            {"source": facts[0], "operation": facts[1], "effect": _FAULT_STEPS[step]}
            if step in _FAULT_STEPS
            else {"source": facts[0], "operation": Operation.REQUEST.value, "effect": facts[1]}
            for step, facts in steps
            if step in _FAULT_STEPS or step is Step.BROKEN
        ],
        "explain": [redacted(sentence) for sentence in exchange.explain],
        "warnings": [step.value for step, _ in steps if step is Step.GET_ACCEPTED],
        "duration_ms": round(exchange.duration_ms, 3),
    }


def coverage(of: Coverage) -> dict[str, object]:
    """Each documented pair with how often it was answered; forced answers are listed apart."""
    answered, forced = of.answered, of.forced
    return {
        "documented": TOTAL,
        "covered": TOTAL - len(of.missing),
        "percent": of.percent,
        "pairs": [
            {"endpoint": e.path, "code": c.number, "count": answered.get((e, c), 0)}
            for e, c in DOCUMENTED_PAIRS
        ],
        "forced": [
            {"endpoint": e.path, "code": c.number, "count": n} for (e, c), n in forced.items()
        ],
    }


def sandbox(of: Sandbox, base_url: str) -> dict[str, object]:
    """How to reach it, and what it is under; `admin` is relative to the mock's own URL."""
    return {
        "id": of.id,
        "admin": f"{ADMIN_PATH}/sandboxes/{of.id}",
        "api_url": f"{base_url}{SANDBOX_PATH}{of.id}{BASE_PATH}",
        "scenario": of.scenario,
    }
