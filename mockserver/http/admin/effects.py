"""Says what a write to the control plane did, for the request log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import UNSET

from mockserver.http.admin import accounts, outbox, records, sandboxes, state
from mockserver.http.admin.answers import AdHocFaultAnswer, DelayAnswer
from mockserver.http.admin.call import Call, Put

Handler = Callable[[Call[Any, Any]], object]


def effect_of(handler: Handler, call: Call[Any, Any], answer: object) -> str:
    """Return in a few words what the call did. `answer` is what its handler returned."""
    effect = EFFECTS.get(handler)
    return "control plane" if effect is None else effect(call, answer)


def _user(call: Call[Any, Any], answer: Any) -> str:
    return f"user {call.arguments['username']} {_written(answer)}"


def _token(call: Call[Any, Any]) -> str:
    return f"token {call.arguments['token_id']} of user {call.arguments['username']}"


def _session(call: Call[Any, Any], answer: Any) -> str:
    whose = "nobody" if call.body.username is None else call.body.username
    if isinstance(answer, Put):
        return f"session {call.arguments['sid']} of {whose} {_written(answer)}"
    return f"session {answer.sid} of {whose} created"


def _written(answer: Put[Any]) -> str:
    return "created" if answer.created else "replaced"


def _clock(call: Call[Any, Any], answer: Any) -> str:
    if call.body.advance is UNSET:
        return f"clock frozen at {answer.now}"
    return f"clock advanced by {call.body.advance} to {answer.now}"


def _fault(_call: Call[Any, Any], answer: AdHocFaultAnswer) -> str:
    """Say what was added in the words of the fixtures."""
    delay = answer.delay
    if isinstance(delay, DelayAnswer):
        delay = f"{delay.min} to {delay.max}"
    shown = {
        "error": answer.error, "delay": delay, "wire": answer.wire,
        "endpoint": answer.endpoint, "username": answer.username, "times": answer.times,
    }  # fmt: skip
    parts = [f"{name} {value}" for name, value in shown.items() if value is not UNSET]
    return f"fault {answer.id} added: {answer.operation}: {', '.join(parts)}"


EFFECTS: Final[Mapping[Handler, Callable[[Call[Any, Any], Any], str]]] = {
    state.reset: lambda call, _: f"sandbox {call.sandbox.id} reset",
    state.put_scenario: lambda _, answer: f"scenario {answer.name}",
    state.delete_scenario: lambda call, _: f"scenario {call.sandbox.scenario}, as at the start",
    state.post_fault: _fault,
    state.delete_faults: lambda *_: "all ad-hoc faults removed",
    state.delete_fault: lambda call, _: f"fault {call.arguments['fault_id']} removed",
    state.put_clock: _clock,
    state.delete_clock: lambda call, _: (
        "clock as at the start" + ", frozen" * call.sandbox.clock.frozen
    ),
    accounts.put_user: _user,
    accounts.delete_user: lambda call, _: f"user {call.arguments['username']} deleted",
    accounts.put_token: lambda call, answer: f"{_token(call)} {_written(answer)}",
    accounts.delete_token: lambda call, _: f"{_token(call)} deleted",
    accounts.post_session: _session,
    accounts.put_session: _session,
    accounts.delete_session: lambda call, _: f"session {call.arguments['sid']} deleted",
    records.delete_requests: lambda *_: "journal cleared",
    outbox.delete_outbox: lambda *_: "outbox emptied",
    sandboxes.post_sandbox: lambda _, answer: (
        f"sandbox {answer.id} created, scenario {answer.scenario}"
    ),
    sandboxes.delete_sandbox: lambda call, _: f"sandbox {call.sandbox.id} deleted",
}
