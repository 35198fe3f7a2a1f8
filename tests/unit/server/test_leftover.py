"""When the server does what the start has left."""

from __future__ import annotations

import pytest

from mockserver.server.leftover import Leftover


class Work:
    """Counts how often it is done."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


@pytest.fixture
def work() -> Work:
    return Work()


def test_it_waits_for_the_first_answer(work: Work) -> None:
    leftover = Leftover(work)
    assert not leftover.look(50.0, connections=1, is_asked=False)
    assert not leftover.look(50.01, connections=1, is_asked=True)
    assert work.count == 0
    assert leftover.patience_s == 0.0
    assert leftover.look(50.02, connections=1, is_asked=False)
    assert work.count == 1


def test_it_waits_for_a_client_only_for_a_moment(work: Work) -> None:
    leftover = Leftover(work)
    assert not leftover.look(50.0, connections=0, is_asked=False)
    assert not leftover.look(50.09, connections=0, is_asked=False)
    assert leftover.patience_s <= 0.1
    assert leftover.look(50.11, connections=0, is_asked=False)
    assert work.count == 1


def test_it_waits_no_longer_than_there_are_file_descriptors(work: Work) -> None:
    leftover = Leftover(work)
    assert not leftover.look(50.0, connections=7, is_asked=False)
    assert leftover.look(50.01, connections=8, is_asked=False)
    assert work.count == 1
