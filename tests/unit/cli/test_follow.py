"""Following a journal: each entry once, whatever happens to the mock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mockserver import MockServer
from mockserver.cli import follow
from mockserver.cli.follow import Follower
from mockserver.cli.remote import CallRefusedError, NotReachedError, RunningMock
from mockserver.http.admin.record_answers import (
    EntriesAnswer,
    EntryAnswer,
    GotAnswer,
    SentAnswer,
)
from tests.helpers.raw_http import ask

EMPTIED = "the journal was emptied, as by a reset"
LOST = "requests were lost: the journal keeps only the latest ones"


class Scripted(RunningMock):
    """A mock whose answers are given. An exception is raised."""

    def __init__(self, *answers: object) -> None:
        super().__init__("http://127.0.0.1:1", None, "default")
        self._answers = iter(answers)
        self.asked: list[dict[str, object]] = []

    def ask(self, *_call: Any, **query: object) -> Any:
        self.asked.append(query)
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return answer


def entry(number: int, time: str = "2026-01-01T12:00:00.000Z") -> EntryAnswer:
    return EntryAnswer(
        id=number, time=time, method="POST", path=f"/{number}", endpoint=None, status=400,
        code=400, username=None, sid=None, scenario=None, faults=[], explain=["no such path"],
        warnings=[], duration_ms=0, request=SentAnswer({}, "", "", False),
        response=GotAnswer({}, "", False),
    )  # fmt: skip


def found(*numbers: int, complete: bool = True, time: str = "") -> EntriesAnswer:
    entries = [entry(number, time or entry(1).time) for number in numbers]
    return EntriesAnswer(complete, len(entries), entries)


NOTHING = found()
GONE = NotReachedError("no mock")
AWAY = CallRefusedError("Redis cannot be used", 503)


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "RETRY_S", 0)
    monkeypatch.setattr(follow, "_PAUSE_S", 0)


def follower(*answers: object) -> tuple[Follower, list[str]]:
    """A follower that has seen the entry 5."""
    told: list[str] = []
    made = Follower(Scripted(found(5), *answers), told.append)
    made.latest(None)
    return made, told


def ids(entries: list[EntryAnswer]) -> list[int]:
    return [one.id for one in entries]


@pytest.mark.parametrize(
    ("answers", "new", "says"),
    [
        ((NOTHING, found(5, 6, 7)), [6, 7], []),
        ((NOTHING, found(5)), [], []),
        ((NOTHING, found(6, 7)), [6, 7], [EMPTIED]),
        ((NOTHING, NOTHING), [], [EMPTIED]),
        ((NOTHING, found(8, complete=False), found(complete=False)), [8], [LOST]),
        ((NOTHING, found(6, complete=False), found()), [6], []),
        ((CallRefusedError("too many wait", 503), found(5, 6)), [6], []),
        ((AWAY, AWAY, AWAY, found(5, 6)), [6], ["Redis cannot be used; trying", "again"]),
        ((NOTHING, AWAY, GONE, found(5, 6)), [6], ["Redis cannot be used; trying", "again"]),
        ((GONE, GONE, CallRefusedError("", 503), found(5, 6)), [6], ["any more", "again"]),
        ((NOTHING, GONE, found(1, 2)), [1, 2], ["any more", "again"]),
        ((GONE, found(4, 5, 6, time="2027")), [4, 5, 6], ["any more", "again"]),
        ((GONE, NOTHING), [], ["any more", "again"]),
    ],
)
def test_each_new_entry_comes_once_and_what_happened_is_told(
    answers: tuple[object, ...], new: list[int], says: list[str]
) -> None:
    made, told = follower(*answers)
    assert ids(made.following()) == new
    assert len(told) == len(says)
    assert all(words in line for words, line in zip(says, told, strict=True))


@pytest.mark.parametrize("answers", [(NOTHING, NOTHING), (GONE, NOTHING)])
def test_after_a_reset_or_a_restart_ids_may_begin_anew(answers: tuple[object, ...]) -> None:
    made, told = follower(*answers, NOTHING, found(1), NOTHING, found(1, 2))
    assert made.following() == []
    said = len(told)
    assert ids(made.following()) == [1]
    assert ids(made.following()) == [2]
    assert len(told) == said, "it is told once"


@pytest.mark.parametrize(
    "answers",
    [(CallRefusedError("gone", 404),), (GONE, CallRefusedError("token", 401)),
     (GONE, CallRefusedError("is no animeloop-mock", None))],
)  # fmt: skip
def test_a_refusal_ends_it(answers: tuple[object, ...]) -> None:
    made, _ = follower(*answers)
    with pytest.raises(CallRefusedError):
        made.following()


def journal(*numbers: int, complete: bool, total: int) -> EntriesAnswer:
    return EntriesAnswer(complete, total, [entry(number) for number in numbers])


@pytest.mark.parametrize(
    ("number", "answer", "shown", "says"),
    [
        (None, journal(3, 2, complete=True, total=2), [2, 3], 0),
        (None, journal(3, 2, complete=False, total=2), [2, 3], 1),
        (2, journal(3, 2, complete=False, total=9), [2, 3], 0),
        (9, journal(3, 2, complete=False, total=2), [2, 3], 1),
        (0, journal(3, complete=False, total=9), [], 0),
        (0, journal(complete=True, total=0), [], 0),
    ],
)
def test_the_latest_come_oldest_first(
    number: int | None, answer: EntriesAnswer, shown: list[int], says: int
) -> None:
    told: list[str] = []
    mock = Scripted(answer)
    assert ids(Follower(mock, told.append).latest(number)) == shown
    assert len(told) == says
    assert mock.asked[0]["limit"] == (number if number is None else max(number, 1))


@pytest.fixture
def server() -> Iterator[MockServer]:
    with MockServer(max_request_journal_entries=3) as running:
        yield running


def test_a_real_mock_that_is_reset_and_evicts(server: MockServer) -> None:
    told: list[str] = []
    made = Follower(RunningMock(server.url, None, "default"), told.append)

    def request(path: str) -> None:
        ask(server.port, f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())

    def following() -> list[str]:
        return [one.path for one in made.following()]

    request("/a")
    assert [one.path for one in made.latest(None)] == ["/a"]
    request("/b")
    assert (following(), told) == (["/b"], [])
    server.control.call("POST", "/reset")
    request("/c")
    assert (following(), told) == (["/c"], [EMPTIED])
    for path in ("/d", "/e", "/f"):
        request(path)
    assert (following(), told) == (["/d", "/e", "/f"], [EMPTIED])
    for path in ("/g", "/h", "/i", "/j"):
        request(path)
    assert (following(), told) == (["/h", "/i", "/j"], [EMPTIED, LOST])
