"""What the tests on real sockets share."""

from __future__ import annotations

import pytest


@pytest.fixture
def each_server() -> str:
    """There is one kind of server."""
    return "waitress"
