"""The Python client reads answers as the types that the control plane declares."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mockserver.http.admin.answers import (
    ClockAnswer,
)
from mockserver.http.admin.record_answers import EntryAnswer
from mockserver.testing.control_plane import ControlPlane, ControlPlaneError, read_answer
from tests.helpers.text import ROOT

ENTRY = {
    "id": 7, "time": "2026-01-01T12:00:00.000Z", "method": "POST", "path": "/api/v2/auth/token",
    "endpoint": "/auth/token", "status": 200, "code": 1320001, "username": "anna", "sid": "a",
    "scenario": "normal", "faults": [], "explain": ["session a belongs to anna"], "warnings": [],
    "duration_ms": 0.5,
    "request": {"headers": {}, "query": "", "body": "", "truncated": False},
    "response": {"headers": {}, "body": "", "truncated": False},
}  # fmt: skip


class Canned(ControlPlane):
    """A control plane that answers with the same document whatever is asked."""

    def __init__(self, document: object) -> None:
        super().__init__("http://127.0.0.1:1/__admin")
        self._document = document

    def call(self, method: str, path: str, body: object = None, **query: object) -> object:
        return self._document


def test_an_answer_becomes_its_type_and_what_a_newer_mock_adds_is_passed_over() -> None:
    control = Canned({"now": "2026-01-01T12:00:00.000Z", "frozen": True, "zone": "UTC"})
    assert control.ask(ClockAnswer, "GET", "/clock") == ClockAnswer(
        "2026-01-01T12:00:00.000Z", frozen=True
    )


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"now": "noon"}, "missing required field `frozen`"),
        ({"now": 12, "frozen": True}, "Expected `str`, got `int` - at `$.now`"),
        (None, "Expected `object`, got `null`"),
        ([], "Expected `object`, got `array`"),
    ],
)
def test_what_is_no_such_answer_is_one_clear_error(document: object, words: str) -> None:
    with pytest.raises(ControlPlaneError) as caught:
        Canned(document).ask(ClockAnswer, "GET", "/clock")
    assert str(caught.value).startswith("GET /clock: this is no answer of animeloop-mock: ")
    assert words in str(caught.value)


def test_a_recorded_request_is_one_line_as_text() -> None:
    entry = read_answer({**ENTRY, "weather": {"headers": []}}, EntryAnswer, "GET /requests/7")
    assert str(entry) == "POST /api/v2/auth/token -> 200 1320001 anna: session a belongs to anna"


def test_the_client_needs_neither_the_server_nor_its_framework() -> None:
    program = "import sys, mockserver.testing.client; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    ).stdout.split()  # fmt: skip
    assert "mockserver.http.admin.answers" in loaded
    assert not {"falcon", "waitress", "yaml", "mockserver.fixtures"} & set(loaded)
