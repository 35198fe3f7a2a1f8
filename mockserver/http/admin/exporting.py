"""The handler of the call that exports the state as fixtures."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Final

from mockserver.fixtures.model import CurrentState
from mockserver.http.admin.call import PlainCall
from mockserver.record.text import one_line
from mockserver.sandbox.rules import DEFAULT_SCENARIO
from mockserver.state.times import iso
from mockserver.version import __version__

_MOST_LISTED: Final = 20


def get_fixtures(call: PlainCall) -> str:
    """Return the state of this sandbox as a fixture file."""
    # Few need this, and it takes time to import.
    from mockserver.fixtures.dump import fixture_file  # noqa: PLC0415
    from mockserver.fixtures.export import export  # noqa: PLC0415

    state = call.sandbox.current_state()
    found = export(state)
    return fixture_file(_comments(state, found.left_out), found.content)


def _comments(state: CurrentState, left_out: list[str]) -> Iterator[str]:
    yield f"Exported by animeloop-mock {__version__}. It contains passwords and secrets."
    command = "animeloop-mock --fixtures FILE"
    if state.scenario != DEFAULT_SCENARIO:
        command += f" --scenario {shlex.quote(state.scenario)}"
    if state.clock_frozen:
        command += f" --freeze-clock {iso(state.changes.now_ms)}"
    yield one_line(f"Start with: {command}")
    for one in left_out[:_MOST_LISTED]:
        yield one_line(f"Left out, because fixtures cannot have it: {one}")
    if len(left_out) > _MOST_LISTED:
        yield f"Left out as well: {len(left_out) - _MOST_LISTED} more"
