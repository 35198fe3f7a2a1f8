"""How requests are decided and committed while others change the state."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mockserver.api.account.page import LOG_IN, LOG_OUT, REGISTER, SEND_EMAIL
from mockserver.api.token.page import GET_TOKEN, NEW_TOKEN
from mockserver.credentials import cookies
from mockserver.faults.model import Fault
from mockserver.record.outbox import OutboxQuery
from mockserver.sandbox import memory
from mockserver.sandbox.backend import CommitResult
from mockserver.sandbox.rules import DEFAULT_ID
from mockserver.state.budget import StateBudget
from mockserver.state.memory import MemoryStore
from mockserver.state.model import Session, User
from mockserver.state.operations import Operation
from tests.helpers.backstage import HOUR_MS, LOGIN, REGISTRATION, Backstage
from tests.helpers.text import cookie


@pytest.fixture
def bench(tmp_path: Path) -> Backstage:
    return Backstage(tmp_path)


def test_of_two_registrations_that_begin_together_the_second_is_decided_anew(
    bench: Backstage,
) -> None:
    first, second = (bench.request(REGISTER, None, **REGISTRATION) for _ in range(2))
    assert first.commit() == (CommitResult.DONE, 1120001)
    assert second.commit() == (CommitResult.CONFLICT, 1120001)
    second.again()
    assert second.commit(CommitResult.CONFLICT) == (CommitResult.DONE, 1140901)
    assert len(bench.backend.default.outbox.find(OutboxQuery())[0]) == 1
    assert bench.codes == [1120001, 1140901]


def test_a_token_is_not_issued_to_a_session_that_ended_meanwhile(bench: Backstage) -> None:
    issue = bench.request(NEW_TOKEN)
    assert bench.request(LOG_OUT).finish() == 1220002
    assert issue.finish() == 1940103
    anna = bench.store.find_user("anna")
    assert anna is not None
    assert anna.token is None


def test_a_login_whose_session_ended_meanwhile_makes_a_fresh_one(bench: Backstage) -> None:
    bench.backend.add_session(DEFAULT_ID, Session("a", "ben", HOUR_MS))
    login = bench.request(LOG_IN, **LOGIN)
    bench.backend.remove_session(DEFAULT_ID, "a")
    assert login.finish() == 1220001
    assert bench.store.load_session("a") is None
    assert bench.store.load_session(login.snapshot.fresh_sid) is not None


def test_a_mail_is_not_sent_to_a_user_who_is_verified_meanwhile(bench: Backstage) -> None:
    mail = bench.request(SEND_EMAIL, None, username="anna", password="haruhi")
    bench.store.set_verified("anna")
    assert mail.finish() == 1420003
    assert bench.backend.default.outbox.find(OutboxQuery())[1] == 0


def test_faults_are_drawn_once_although_a_request_is_decided_again(bench: Backstage) -> None:
    sandbox = bench.backend.default
    sandbox.add_fault(Fault(operation=Operation.SEND_MAIL, fails=True, times=3))
    sandbox.add_fault(Fault(operation=Operation.RECAPTCHA, delay_ms=(2000, 2000)))
    requests = [bench.request(REGISTER, None, **REGISTRATION) for _ in range(2)]
    assert [request.finish() for request in requests] == [1120001, 1140901]
    assert [one.run.fired for one in sandbox.faults()] == [2, 2]
    assert bench.pauses == [2, 2]
    explained = [entry.exchange.explain[0] for entry in bench.entries]
    assert explained == ["ad-hoc fault 2: recaptcha delayed by 2 s"] * 2


def test_session_and_user_are_read_at_once(
    bench: Backstage, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, free = MemoryStore.find_user, []

    def between(store: MemoryStore, username: str) -> User | None:
        with ThreadPoolExecutor(1) as others:
            free.append(others.submit(store.lock.acquire, blocking=False).result())
        return find(store, username)

    monkeypatch.setattr(MemoryStore, "find_user", between)
    bench.request(GET_TOKEN)
    assert free == [False]


def test_a_request_does_not_revive_a_session_that_has_expired_meanwhile(bench: Backstage) -> None:
    request = bench.request(GET_TOKEN)
    bench.clock.advance(31 * HOUR_MS)
    assert request.finish() == 1340401
    assert bench.request(GET_TOKEN).finish() == 1940103


def test_a_request_restarts_the_ttl_of_its_session(bench: Backstage) -> None:
    for code in (1340401, 1340401, 1340401):
        bench.clock.advance(29 * HOUR_MS)
        assert bench.request(GET_TOKEN).finish() == code


@pytest.mark.parametrize(
    ("fault", "renews"),
    [
        (Fault(operation=Operation.SESSION_STORE, fails=True, times=1), False),
        (Fault(operation=Operation.SESSION_STORE, delay_ms=(1, 1), times=1), True),
        (Fault(operation=Operation.FIND_USER, fails=True, times=1), True),
    ],
    ids=["session_store fails", "session_store is slow", "find_user fails"],
)
def test_a_broken_session_store_renews_no_ttl(bench: Backstage, fault: Fault, renews: bool) -> None:
    bench.backend.default.add_fault(fault)
    bench.clock.advance(29 * HOUR_MS)
    assert bench.request(GET_TOKEN).finish() == (1950301 if fault.fails else 1340401)
    bench.clock.advance(2 * HOUR_MS)
    assert bench.request(GET_TOKEN).finish() == (1340401 if renews else 1940103)


class ObservedLock:
    """Stands in for the lock of a store. Notes when it is taken and when it is free again."""

    def __init__(self, lock: threading.RLock, seen: list[str]) -> None:
        self._lock, self._seen, self._depth = lock, seen, 0

    def __enter__(self) -> None:
        self._lock.acquire()
        self._depth += 1
        if self._depth == 1:
            self._seen.append("lock")

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if not self._depth:
            self._seen.append("unlock")
        self._lock.release()


def test_a_commit_checks_and_writes_under_one_lock(
    bench: Backstage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So no write of the control plane comes between."""
    request = bench.request(REGISTER, None, **REGISTRATION)
    seen: list[str] = []
    store, find, add = bench.store, bench.store.find_user, bench.store.add_user
    monkeypatch.setattr(store, "lock", ObservedLock(store.lock, seen))

    def check(username: str) -> User | None:
        seen.append("check")
        return find(username)

    def write(user: User) -> None:
        seen.append("write")
        add(user)

    monkeypatch.setattr(store, "find_user", check)
    monkeypatch.setattr(store, "add_user", write)
    assert request.commit() == (CommitResult.DONE, 1120001)
    first_unlock = seen.index("unlock") + 1
    assert (seen[0], seen[first_unlock:]) == ("lock", [])
    assert seen.index("check") < seen.index("write")


@pytest.mark.parametrize("gone", ["deleted", "reset"])
def test_a_request_that_conflicts_in_a_sandbox_that_is_gone_ends_without_a_change(
    bench: Backstage, gone: str
) -> None:
    sandbox = bench.backend.create()
    first, second = (bench.request(REGISTER, None, sandbox.id, **REGISTRATION) for _ in range(2))
    assert first.finish() == 1120001
    verdict, _ = second.commit()
    assert verdict is CommitResult.CONFLICT
    if gone == "deleted":
        bench.backend.delete(sandbox.id)
    else:
        bench.backend.reset(sandbox.id)
    second.again()
    assert second.commit(verdict) == (CommitResult.DONE, 1120001)
    assert sandbox.outbox.find(OutboxQuery())[1] == 0
    assert (sandbox.store.find_user("kyon777") is None) == (gone == "reset")


def test_a_request_in_flight_changes_nothing_after_a_reload(bench: Backstage) -> None:
    login = bench.request(LOG_IN, None, **LOGIN)
    bench.backend.reload(bench.fixtures)
    assert login.finish() == 1220001
    assert bench.store.load_session(login.snapshot.fresh_sid) is None
    assert bench.codes == [1220001]


def test_a_login_after_a_logout_stays_in_the_sandbox_of_its_cookie(bench: Backstage) -> None:
    sandbox = bench.backend.create()
    bench.backend.add_session(sandbox.id, Session("own", "anna", HOUR_MS))
    assert bench.request(LOG_OUT, "own").finish() == 1220002
    login = bench.request(LOG_IN, "own", **LOGIN)
    assert login.finish() == 1220001
    assert login.snapshot.fresh_sid.startswith(f"{sandbox.id}~")


def test_who_owned_sessions_that_ended_is_forgotten_in_time(
    bench: Backstage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "_MOST_ENDED", 3)
    sandbox, other = bench.backend.create(), bench.backend.create()
    bench.backend.add_session(other.id, Session("kept", "anna", HOUR_MS))
    for number in range(2000):
        bench.backend.add_session(sandbox.id, Session(f"s{number}", "anna", HOUR_MS))
        assert bench.request(LOG_OUT, f"s{number}").finish() == 1220002
    assert len(bench.backend._added) <= 1002
    assert bench.backend.route(cookies.presented(cookie("kept"))) == other.id


def test_logins_do_not_grow_beyond_the_budget(
    bench: Backstage, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = StateBudget(1500)
    monkeypatch.setattr(bench.store._session_share, "_budget", small)
    codes = [bench.request(LOG_IN, None, **LOGIN).finish() for _ in range(5)]
    assert set(codes) == {1220001, 1950301}
    assert bench.entries[-1].exchange.explain[0].startswith("warning: nothing can be stored")
    bench.clock.advance(31 * HOUR_MS)
    assert bench.request(LOG_IN, None, **LOGIN).finish() == 1220001
    assert len(bench.entries) == 6
