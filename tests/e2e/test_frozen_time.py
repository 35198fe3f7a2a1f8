"""A test library that freezes Python's clocks in this process does not hold up the mock."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from mockserver import MockServer
from mockserver.errors import MockError
from tests.helpers.eventually import eventually
from tests.helpers.raw_http import ask, request
from tests.helpers.text import GET, SHIPPED, cookie

ALICE = cookie("session-of-alice")


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> Iterator[MockServer]:
    """A mock that runs while `time` stands still."""
    with MockServer(SHIPPED) as mock:
        for name in ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter"):
            now = getattr(time, name)()
            monkeypatch.setattr(time, name, lambda now=now: now)
        yield mock


def test_a_delay_takes_its_time(frozen: MockServer) -> None:
    frozen.control.call("POST", "/faults", {"operation": "find_user", "delay": "30ms"})
    (reply,) = ask(frozen.port, request(GET, ALICE))
    assert "1320001" in reply.body


def test_a_call_waits_as_long_as_it_is_asked_to(frozen: MockServer) -> None:
    found = frozen.control.call("GET", "/requests/count?at_least=1&wait=30ms")
    assert found == {"count": 0, "met": False, "complete": True}


def test_a_sandbox_that_is_not_used_goes(frozen: MockServer) -> None:
    path = "/sandboxes/" + frozen.control.call("POST", "/sandboxes", {"ttl": "1s"})["id"]

    def is_gone() -> bool:
        listed = frozen.control.call("GET", "/sandboxes")["sandboxes"]
        return path not in {"/sandboxes/" + one["id"] for one in listed}

    eventually(is_gone, "the end of the sandbox's ttl")
    with pytest.raises(MockError, match="no sandbox"):
        frozen.control.call("GET", path)
