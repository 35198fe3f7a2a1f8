"""Handlers of the calls about scenarios, ad-hoc faults and the clock."""

from __future__ import annotations

from msgspec import UNSET

from mockserver.errors import NotFoundError
from mockserver.fixtures.fault_warnings import idle_parts
from mockserver.fixtures.scenarios import build_fault
from mockserver.http.admin import documents
from mockserver.http.admin.answers import (
    ActiveScenarioAnswer,
    AdHocFaultAnswer,
    ClockAnswer,
    FaultsAnswer,
    ScenarioAnswer,
    ScenariosAnswer,
)
from mockserver.http.admin.bodies import ClockBody, FaultBody, ScenarioBody
from mockserver.http.admin.call import Call, PlainCall
from mockserver.http.admin.members import BodyProblems, duration, parsed, ttl
from mockserver.http.admin.queries import NoQuery
from mockserver.http.admin.reading import digits
from mockserver.http.admin.unprocessable import invalid_body
from mockserver.state.times import MAX_CLOCK_MS, parse_clock_time


def reset(call: PlainCall) -> None:
    """Reset this sandbox, and no other."""
    call.backend.reset(call.sandbox.id)


def get_scenarios(call: PlainCall) -> ScenariosAnswer:
    """List all scenarios."""
    sandbox = call.sandbox
    listed = [
        documents.scenario(one, sandbox.obstacle(one))
        for one in sandbox.fixtures.scenarios.values()
    ]
    return ScenariosAnswer(sandbox.scenario, listed)


def get_scenario(call: PlainCall) -> ActiveScenarioAnswer:
    """Return the name of the active scenario."""
    return ActiveScenarioAnswer(call.sandbox.scenario)


def put_scenario(call: Call[NoQuery, ScenarioBody]) -> ScenarioAnswer:
    """Switch the scenario."""
    call.sandbox.put_scenario(call.body.name)
    return documents.scenario(call.sandbox.fixtures.scenario(call.sandbox.scenario))


def delete_scenario(call: PlainCall) -> None:
    """Switch back to the start scenario."""
    call.sandbox.put_scenario(call.sandbox.start_scenario)


def get_faults(call: PlainCall) -> FaultsAnswer:
    """List the ad-hoc faults."""
    return FaultsAnswer([documents.ad_hoc_fault(one) for one in call.sandbox.faults()])


def post_fault(call: Call[NoQuery, FaultBody]) -> AdHocFaultAnswer:
    """Add an ad-hoc fault."""
    problems: BodyProblems = []
    fault = build_fault(call.body, lambda path, message: problems.append((path, message)))
    ttl_ms = ttl(call.body.ttl, problems)
    if problems:
        raise invalid_body(problems)
    warnings = [f"{key}: {message}" for key, message in idle_parts(call.body)]
    return documents.ad_hoc_fault(call.sandbox.add_fault(fault, ttl_ms), warnings)


def delete_faults(call: PlainCall) -> None:
    """Remove all ad-hoc faults, if there are any."""
    call.sandbox.remove_faults()


def delete_fault(call: PlainCall) -> None:
    """Remove an ad-hoc fault."""
    text = call.arguments["fault_id"]
    number = digits(text)
    if number is None or not call.sandbox.remove_faults(number):
        raise NotFoundError(f"there is no fault {text!r}")


def get_clock(call: PlainCall) -> ClockAnswer:
    """Return the time of this sandbox."""
    return documents.clock(call.sandbox)


def put_clock(call: Call[NoQuery, ClockBody]) -> ClockAnswer:
    """Freeze the clock at `now`, or advance it by `advance`."""
    body = call.body
    if (body.now is UNSET) == (body.advance is UNSET):
        raise invalid_body([((), "expected either now or advance")])
    problems: BodyProblems = []
    clock = call.sandbox.clock
    now_ms = parsed(parse_clock_time, body.now, "now", problems)
    advance_ms = duration(body.advance, "advance", problems)
    if advance_ms is not None and clock.now_ms() + advance_ms > MAX_CLOCK_MS:
        problems.append((("advance",), "expected a time before the year 9000"))
    if problems:
        raise invalid_body(problems)
    if now_ms is not None:
        clock.freeze(now_ms)
    if advance_ms is not None:
        clock.advance(advance_ms)
    call.sandbox.clock_changed()
    return documents.clock(call.sandbox)


def delete_clock(call: PlainCall) -> None:
    """Reset the clock to its state at the start."""
    call.sandbox.clock.reset()
    call.sandbox.clock_changed()
