"""Under a WSGI server that the mock does not know, no connection can be broken: that is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver import create_app
from mockserver.errors import ImpossibleError
from tests.helpers.app import MakeMock, Mock
from tests.helpers.text import GET, cookie

WHY = "the wire fault reset needs the socket, which WSGI does not hand over"
RESET = "scenarios: {cut: {faults: [{operation: request, wire: reset}]}}"


def test_the_start_scenario_is_refused() -> None:
    with pytest.raises(ImpossibleError, match=f"^scenario 'connection-reset' .*: {WHY}; use "):
        create_app(scenario="connection-reset")


@pytest.mark.parametrize("repeat", ["", ", repeat: 5"])
def test_a_users_scenario_is_refused(tmp_path: Path, repeat: str) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(f"users: [{{username: 'a{{n}}', scenario: cut{repeat}}}]\n{RESET}")
    with pytest.raises(ImpossibleError, match=f"^scenario 'cut' of user 'a.*: {WHY}; use "):
        create_app(path)


def test_a_scenario_that_nobody_uses_is_no_mistake_and_is_listed_as_unavailable(
    mock: MakeMock,
) -> None:
    running = mock(RESET)
    listed = {one["name"]: one for one in running.admin("GET", "/scenarios").json["scenarios"]}
    assert listed["cut"]["unavailable"].startswith(WHY)
    assert "unavailable" not in listed["bad-gateway"]


def test_a_scenario_of_the_same_name_without_the_fault_is_possible(mock: MakeMock) -> None:
    running = mock("scenarios: {connection-reset: {faults: [{error: database}]}}")
    assert running.admin("PUT", "/scenario", {"name": "connection-reset"}).status == 200


def test_a_preference_is_refused_with_400_and_recorded(shipped: Mock) -> None:
    answer = shipped.call(GET, cookie("session-of-alice"), Prefer="scenario=connection-reset")
    assert answer.status == 400
    assert "preference-applied" not in answer.headers
    assert answer.json["detail"].startswith("Prefer: scenario 'connection-reset' is not possible")
    (entry,) = shipped.admin("GET", "/requests").json["requests"]
    assert entry["status"] == 400


def test_choices_of_the_control_plane_are_refused_and_change_nothing(shipped: Mock) -> None:
    for method, path, body in (
        ("PUT", "/scenario", {"name": "connection-reset"}),
        ("POST", "/faults", {"operation": "request", "wire": "reset"}),
        ("POST", "/sandboxes", {"scenario": "connection-reset"}),
        ("PUT", "/users/alice", {"scenario": "connection-reset"}),
    ):
        answer = shipped.admin(method, path, body)
        assert (answer.status, WHY in answer.json["detail"]) == (422, True)
    assert shipped.admin("GET", "/scenarios").json["active"] == "normal"
    assert shipped.admin("GET", "/faults").json == {"faults": []}
    assert len(shipped.admin("GET", "/sandboxes").json["sandboxes"]) == 1
    assert shipped.admin("GET", "/users/alice").json["scenario"] is None
