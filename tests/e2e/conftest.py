"""What the tests on real sockets share."""

from __future__ import annotations

import pytest

from mockserver.servers import SERVERS


@pytest.fixture(params=SERVERS)
def each_server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every server that a test starts is of this kind; the test runs once with each."""
    monkeypatch.setenv("ANIMELOOP_MOCK_SERVER", request.param)
    return str(request.param)
