"""The soak's own parts: what it reads, what it sends, what it counts."""

from __future__ import annotations

import socket

import pytest

from mockserver.faults.builtin import BUILTIN_SCENARIOS
from soak import properties
from soak import vocabulary as words
from soak.figures import Findings, percentile_ms
from soak.mutations import mutated
from soak.replies import BrokenReplyError, Reply, ReplyReader

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}"


def replies(data: bytes, *, bodiless: bool | None = False) -> list[Reply]:
    """All replies of a stream that ends."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(data)
        theirs.shutdown(socket.SHUT_WR)
        reader = ReplyReader(ours)
        return list(iter(lambda: reader.next(bodiless=bodiless), None))


def test_replies_are_read_one_after_the_other() -> None:
    interim = b"HTTP/1.1 100 Continue\r\n\r\n"
    empty = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
    first, second, third = replies(OK + interim + OK + empty)
    assert (first.status, first.body, first.closes) == (200, b"{}", False)
    assert second == first
    assert (third.status, third.body, third.closes) == (204, b"", True)


def test_a_reply_to_head_has_no_body() -> None:
    head = OK.removesuffix(b"{}")
    assert [reply.body for reply in replies(head + head, bodiless=True)] == [b"", b""]


def test_whether_a_body_comes_is_guessed_where_nobody_knows() -> None:
    head = OK.removesuffix(b"{}")
    assert [reply.body for reply in replies(head + OK + head, bodiless=None)] == [b"", b"{}", b""]


@pytest.mark.parametrize(
    ("data", "words_"),
    [
        (OK[:-1], "the body of a reply is cut short"),
        (OK[:30], "the head of a reply is cut short"),
        (OK + b"{}", "the head of a reply is cut short"),
        (b"garbage\r\n\r\n", "no status line"),
        (OK.replace(b"Content-Length: 2", b"X: 2"), "a reply without Content-Length"),
        (OK.replace(b"Content-Length: 2", b"Content-Length"), "no header"),
        (OK.replace(b"{}", b"{]"), "a body that is not the JSON it says"),
        (OK.replace(b"\r\n\r\n", b"\r\nContent-Length: 2\r\n\r\n"), "stands twice"),
    ],
)
def test_what_is_no_whole_reply_is_refused(data: bytes, words_: str) -> None:
    with pytest.raises(BrokenReplyError, match=words_):
        replies(data)


def test_a_mutated_request_can_be_sent_again() -> None:
    requests = [mutated(3, number) for number in range(300)]
    assert requests == [mutated(3, number) for number in range(300)]
    assert len({request.data for request in requests}) > 250
    assert {request.due is None for request in requests} == {True, False}


def test_no_mutated_request_asks_for_a_broken_or_a_late_reply() -> None:
    harmful = [
        scenario.name.encode()
        for scenario in BUILTIN_SCENARIOS
        if any(fault.wire or fault.delay_ms for fault in scenario.faults)
    ]
    assert b"db-slow" in harmful
    pieces = b"\n".join((*words.PREFERENCES, *words.BODIES, *words.COOKIES))
    assert not [name for name in (*harmful, b"slow-network", b'"wire"') if name in pieces]


def test_a_line_of_figures_tells_how_many_failed() -> None:
    assert Findings("fuzz", {"requests": 3, "MiB": "1 -> 2"}).line == (
        "fuzz        ok        requests 3, MiB 1 -> 2"
    )
    assert Findings("fuzz", {}, ["x", "y"]).line.startswith("fuzz        2 FAILED")


def test_a_percentile_is_one_of_the_measured_times() -> None:
    assert percentile_ms([0.001 * n for n in range(1, 101)], 99) == "99.0 ms"
    assert percentile_ms([0.003, 0.001, 0.002], 50) == "2.0 ms"
    assert percentile_ms([], 50) == "-"


def test_the_hypothesis_tests_that_it_runs_are_there() -> None:
    found = properties.tests()
    assert {"tests/functional/test_fuzz.py", "tests/e2e/test_schemathesis.py"} < set(found)
    assert len(found) > 30
