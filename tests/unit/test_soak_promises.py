"""What the soak holds every reply to, and what it sends to break that."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from mockserver.api.profiles import DOCUMENTED, SERVER
from soak import attacks, hostile, shortened
from soak import vocabulary as words
from soak.gate import is_slashless
from soak.mutations import mutated
from soak.promises import Due, broken, is_behind_gate
from soak.replies import Reply

BAD_REQUEST = {"status": "error", "code": 400, "message": "Bad request"}
FOUND = {"status": "success", "code": 1320001, "message": "x", "data": {"token": "t"}}
PROBLEM = {"title": "x", "status": 401}
USERS: dict[str, Any] = {"users": []}


def reply(
    status: int, document: object = None, kind: str = "application/json", **headers: str
) -> Reply:
    body = b"" if document is None else json.dumps(document).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, {"content-type": kind, **named}, body)


@pytest.mark.parametrize(
    "answer",
    [
        reply(200, USERS),
        reply(200, {"status": "ok", "version": "1"}),
        reply(200, []),
        reply(201, {"id": "x"}),
        reply(204),
        reply(200, kind="text/html", set_cookie="a=b; Path=/; HttpOnly; SameSite=Lax"),
        reply(409, {"title": "x"}, "application/problem+json"),
    ],
)
def test_what_only_the_control_plane_answers_is_behind_its_gate(answer: Reply) -> None:
    assert is_behind_gate(answer)


@pytest.mark.parametrize(
    "answer",
    [
        reply(200, FOUND),
        reply(400, BAD_REQUEST),
        reply(200, {"status": "ok"}),  # health, for everybody
        reply(401, PROBLEM, "application/problem+json"),
        reply(403, PROBLEM, "application/problem+json"),
        reply(404, PROBLEM, "application/problem+json"),
        reply(204, access_control_allow_methods="POST"),
        reply(304),
        reply(200, kind="application/json"),  # to a HEAD
        reply(415, kind="text/html"),
        reply(200, "POST", "text/html"),
    ],
)
def test_what_strangers_may_be_answered_is_not(answer: Reply) -> None:
    assert not is_behind_gate(answer)


SLASHLESS = Due(slashless=True)
PROBLEM_JSON = "application/problem+json"


@pytest.mark.parametrize(
    ("due", "answer", "documented", "server"),
    [
        (SLASHLESS, reply(400, BAD_REQUEST), True, True),
        (SLASHLESS, reply(400, kind=""), True, True),  # Node's bare refusal
        (SLASHLESS, reply(431, PROBLEM, PROBLEM_JSON), True, True),  # of the HTTP server
        (SLASHLESS, reply(200, FOUND), False, False),
        (SLASHLESS, reply(401, PROBLEM, PROBLEM_JSON), False, False),
        (SLASHLESS, reply(400, PROBLEM, PROBLEM_JSON), False, False),
        (Due(no_host=True), reply(200, FOUND), False, False),
        (Due(no_host=True), reply(400, BAD_REQUEST), True, True),
        (Due(bad_host=True), reply(200, FOUND), False, True),
        (Due(bad_host=True), reply(400, BAD_REQUEST), True, True),
        (Due(closes=True), reply(200, FOUND), False, False),
        (Due(closes=True), reply(200, FOUND, connection="close"), True, True),
        (Due(), reply(200, FOUND), True, True),
    ],
)
def test_a_broken_promise_is_noticed(
    due: Due, answer: Reply, documented: bool, server: bool
) -> None:
    assert (broken(due, answer, DOCUMENTED.name) is None) == documented
    assert (broken(due, answer, SERVER.name) is None) == server


def test_every_promise_is_put_to_the_test() -> None:
    alone = [m.due[0] for m in (mutated(1, n) for n in range(4000)) if m.due and len(m.due) == 1]
    counts = Counter(
        name
        for due in alone
        for name in ("head", "closes", "slashless", "no_host", "bad_host")
        if getattr(due, name)
    )
    assert min(counts.values()) > 20
    assert len(counts) == 5


def test_whether_a_connection_must_close_is_read_from_what_is_sent() -> None:
    requests = [mutated(1, number) for number in range(4000)]
    closing = {m.data for m in requests if m.due and len(m.due) == 1 and m.due[0].closes}
    assert any(b"Connection: TE, close\r\n" in data for data in closing)
    assert any(b"Connection: close, TE\r\n" in data for data in closing)
    assert any(
        b"Content-Length: " in data and b"Transfer-Encoding: chunked" in data for data in closing
    )
    odd = [
        m
        for m in requests
        if m.due
        and m.data.count(b"onnection: ") == 1
        and b"Connection: closed, x-close\r\n" in m.data
        and b"Transfer-Encoding" not in m.data
    ]
    assert odd
    assert not any(due.closes for request in odd for due in request.due or ())


def test_some_calls_of_the_control_plane_come_without_its_token() -> None:
    whole = [m for m in (mutated(1, n) for n in range(2000)) if m.due and len(m.due) == 1]
    calls = Counter(m.has_token for m in whole if b" /__admin/" in m.data)
    assert calls[True] > 100
    assert calls[False] > 20


@pytest.mark.parametrize("target", words.SLASHLESS_TARGETS)
def test_a_target_without_a_slash_is_told_from_an_address(target: bytes) -> None:
    assert is_slashless(target.decode())


@pytest.mark.parametrize(
    "target", ["/", "//__admin", "*", "http://x/__admin", "HTTP:/x", " /__admin", "%2F__admin"]
)
def test_an_address_is_not_taken_for_one_without_a_slash(target: str) -> None:
    assert not is_slashless(target)


def test_every_head_that_is_swept_is_within_what_a_head_may_have() -> None:
    every = list(attacks.sweep())
    assert len({attack.name for attack in every}) == len(every) > 500
    assert max(len(attack.data) for attack in every) < 16 * 1024
    assert min(len(attack.data) for attack in every) > 15 * 1000


def test_slow_calls_beside_attacks_are_failures() -> None:
    assert hostile.judged([0.001] * 1000) == []
    assert "p99" in hostile.judged([0.001] * 980 + [0.5] * 20)[0]
    assert hostile.judged([0.001] * 1000 + [25.0]) == ["calls beside them took up to 25.0 s"]
    assert hostile.judged([]) == ["no call beside them was answered"]


def test_only_a_limit_that_there_is_can_be_made_shorter(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert shortened.main(["NO_SUCH_LIMIT=1", "--"]) == 2
    assert "limits.py has no NO_SUCH_LIMIT" in capsys.readouterr().err
