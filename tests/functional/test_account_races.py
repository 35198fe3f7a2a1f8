"""Concurrent calls of accounts in process: some sequential order explains all replies."""

from __future__ import annotations

import io
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

from mockserver import create_app
from mockserver.api.common import BASE_PATH
from mockserver.call_types import ProfileName
from mockserver.http.wsgi import WsgiApp
from mockserver.sandbox import steps
from soak.account_calls import FIXTURES, SID, Exchange, Got, Sent
from soak.account_races import REFUSALS, Racer, codes, failures, race
from soak.accounts import code_of
from tests.helpers.text import cookie

pytestmark = pytest.mark.usefixtures("state_kind")

PROFILES = list(REFUSALS)


@contextmanager
def called(app: WsgiApp) -> Iterator[Exchange]:
    def exchange(sent: Sent) -> Got:
        path = sent.path if sent.path.startswith("/__admin") else BASE_PATH + sent.path
        path, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": sent.method, "PATH_INFO": path, "SCRIPT_NAME": "",
            "QUERY_STRING": query, "SERVER_NAME": "localhost", "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost",
            "CONTENT_LENGTH": str(len(sent.body)), "wsgi.input": io.BytesIO(sent.body),
            "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr, "wsgi.version": (1, 0),
        }  # fmt: skip
        if sent.kind:
            environ["CONTENT_TYPE"] = sent.kind
        if sent.has_cookie:
            environ["HTTP_COOKIE"] = cookie(SID)
        started: list[tuple[str, list[tuple[str, str]]]] = []
        body = b"".join(app(environ, lambda *given: started.append(given)))
        ((status, headers),) = started
        lowered = {name.lower(): value for name, value in headers}
        return Got(int(status[:3]), body, lowered.get("set-cookie", ""))

    yield exchange


def raced(path: Path, profile: ProfileName, seed: int, calls: int = 150) -> list[Racer]:
    """Let four callers race whose delayed requests hand over to the others."""
    path.write_text(FIXTURES)
    app = create_app(path, profile=profile, seed=seed, sleep=lambda _seconds: time.sleep(0))
    rngs = [Random(f"{seed}:{number}") for number in range(4)]
    racers = [Racer(lambda: called(app), rng, calls, REFUSALS[profile], code_of) for rng in rngs]
    race(racers)
    return racers


@pytest.mark.parametrize("profile", PROFILES)
def test_a_sequential_order_explains_all_replies(profile: ProfileName, tmp_path: Path) -> None:
    racers = raced(tmp_path / "fixtures.yaml", profile, seed=1)
    assert failures(racers) == []
    assert codes(racers).keys() >= {
        1120001, 1140901, 1220001, 1220002, 1320001, 1320002, 1320003, 1340401, 1420001, 1420002,
        1420003, 1940102, 1940106, 200, 201, 204, 404,
    }  # fmt: skip


def commit_whatever_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "_is_current", lambda *_: True)


def lose_some_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    apply = steps._apply
    calls = iter(range(10**6))

    def forgetful(*given: Any) -> None:
        if next(calls) % 20:
            apply(*given)

    monkeypatch.setattr(steps, "_apply", forgetful)


@pytest.mark.parametrize("breaking", [commit_whatever_has_changed, lose_some_writes])
def test_a_broken_mock_is_caught(
    breaking: Callable[[pytest.MonkeyPatch], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking(monkeypatch)
    found = [raced(tmp_path / "fixtures.yaml", "documented", seed) for seed in range(5)]
    assert any("no sequential order explains" in text for one in found for text in failures(one))


@pytest.mark.parametrize("profile", PROFILES)
def test_of_concurrent_registrations_of_one_name_exactly_one_succeeds(
    profile: ProfileName, tmp_path: Path
) -> None:
    path = tmp_path / "fixtures.yaml"
    path.write_text(FIXTURES)
    together = threading.Barrier(8)
    waiting = threading.local()

    def meet(_seconds: float) -> None:
        if not getattr(waiting, "done", False):  # a request may be delayed more than once
            waiting.done = True
            together.wait(30)

    app = create_app(path, profile=profile, sleep=meet)
    body = b"username=kyon777&password=haruhi_s&email=k@example.org&g-recaptcha-response=ok"
    kind = "application/x-www-form-urlencoded"
    replies: list[Got] = []

    def register() -> None:
        with called(app) as exchange:
            replies.append(exchange(Sent("POST", "/auth/register", body, kind)))

    with called(app) as exchange:
        fault = b'{"operation":"find_user","delay":"1s"}'
        added = exchange(Sent("POST", "/__admin/faults", fault, "application/json"))
        assert added.status == 201
        threads = [threading.Thread(target=register) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        bodies = sorted(reply.body[:32] for reply in replies)
        assert bodies == [b'{"status":"error","code":1140901'] * 7 + [
            b'{"status":"success","code":11200'
        ]
        assert exchange(Sent("GET", "/__admin/outbox")).body.count(b'"delivered":true') == 1
        journal = exchange(Sent("GET", "/__admin/requests/count?endpoint=/auth/register"))
        assert b'"count":8' in journal.body
