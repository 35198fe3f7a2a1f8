"""Fixtures for all tests."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from soak.redis_server import RedisServer, missing
from tests.helpers import routes, shared_state, warm
from tests.helpers.app import MakeMock, Mock
from tests.helpers.once import Once
from tests.helpers.text import SHIPPED

# The same few inputs each time. `make soak` tries the other profile's, which are others each time.
settings.register_profile(
    "repeatable", derandomize=True, deadline=None, max_examples=25, database=None
)
settings.register_profile("soak", deadline=None, max_examples=1000, database=None)
settings.load_profile("repeatable")
routes.spare()

# A job in the background of a shell ignores SIGINT, one under `nohup` SIGHUP. The processes that
# tests start would inherit that, and rightly not stop. They do not inherit a handler.
for _name in ("SIGINT", "SIGHUP"):  # Windows has no SIGHUP
    _number = getattr(signal, _name, None)
    if _number is not None and signal.getsignal(_number) == signal.SIG_IGN:
        signal.signal(_number, lambda *_: None)


IN_MEMORY = "in_memory"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{IN_MEMORY}: looks into the state in memory")


def pytest_collection_finish() -> None:
    """Exempt what has been imported and collected from garbage collection, which it would slow."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    warm.stop()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests that use `state_kind` with the state in memory, and with the state in Redis."""
    if "state_kind" in metafunc.fixturenames:
        in_memory = metafunc.definition.get_closest_marker(IN_MEMORY) is not None
        kinds = ["memory"] if in_memory else ["memory", "redis"]
        metafunc.parametrize("state_kind", kinds, indirect=True)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis for all tests of this process."""
    why = missing()
    if why is not None:
        if os.environ.get("TEST_REDIS_REQUIRED"):
            pytest.fail(why)
        pytest.skip(why)
    with RedisServer() as server:
        yield server


@pytest.fixture
def state_kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where the mocks of the test keep their state, in this process and in others."""
    if request.param == "redis":
        server: RedisServer = request.getfixturevalue("redis_server")
        for name, value in shared_state.use(server).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("mockserver.testing.live.from_keywords", shared_state.with_state)
    yield request.param
    shared_state.forget()


@pytest.fixture(scope="module")
def once() -> Iterator[Once]:
    """Starts what the tests of a module share, see `Once`."""
    with Once() as started:
        yield started


@pytest.fixture
def shipped() -> Mock:
    """A mock on the shipped fixtures."""
    return Mock(SHIPPED)


@pytest.fixture
def mock(tmp_path: Path) -> MakeMock:
    """Makes a mock from the text of a fixture file; keyword arguments are those of create_app."""

    def make(fixtures: str = "", **options: Any) -> Mock:
        path = tmp_path / "fixtures.yaml"
        path.write_text(fixtures, encoding="utf-8")
        return Mock(path, **options)

    return make
