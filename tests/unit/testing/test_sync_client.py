"""The two clients are one: what one can do the other can, in the same words."""

from __future__ import annotations

import inspect

import pytest

from mockserver.testing.async_client import AsyncSandboxClient
from mockserver.testing.async_clock import AsyncClockClient
from mockserver.testing.client import SandboxClient
from mockserver.testing.clock import ClockClient
from tests.helpers import sync_client

PAIRS = [(SandboxClient, AsyncSandboxClient), (ClockClient, AsyncClockClient)]


def test_the_client_without_asyncio_is_made_from_the_other_one() -> None:
    for path, text in sync_client.files().items():
        assert path.read_text(encoding="utf-8") == text, "run python -m tests.helpers.sync_client"


@pytest.mark.parametrize(("sync", "other"), PAIRS)
def test_both_have_the_same_methods_with_the_same_arguments(sync: type, other: type) -> None:
    names = {name for name in vars(sync) if not name.startswith("_")}
    assert names == {name for name in vars(other) if not name.startswith("_")}
    assert len(names) >= 5
    for name in names:
        one, another = getattr(sync, name), getattr(other, name)
        assert one.__doc__, name
        assert one.__doc__ == another.__doc__
        if callable(one):
            ours = inspect.signature(one).parameters
            assert ours == inspect.signature(another).parameters
