from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from mockserver.credentials.jwt import TokenIssuer
from mockserver.state.catalog import Bulk, Catalog, Template
from mockserver.state.memory import MemoryStore
from mockserver.state.model import Session, User
from tests.support import NOON_MS, ManualClock

HOUR_MS = 3_600_000


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(clock: ManualClock) -> MemoryStore:
    users = {
        "anna": User("anna", 1, token="literal"),
        "ben": User("ben", 2, issue_at_load=True),
        "carl": User("carl", 3),
    }
    sessions = {
        "rolling": Session("rolling", "anna", HOUR_MS),
        "fixed": Session("fixed", "anna", None, NOON_MS + HOUR_MS, "pin"),
    }
    bulk = Bulk(Template("u{n}"), 10, lambda n: User(f"u{n}", n, issue_at_load=True))
    issuer = TokenIssuer("secret")
    return MemoryStore(Catalog(users, [bulk]), Catalog(sessions), issuer, clock)


def token(store: MemoryStore, name: str) -> str | None:
    user = store.find_user(name)
    assert user is not None
    return user.token


def test_tokens_are_literal_absent_or_issued_at_the_start(
    store: MemoryStore, clock: ManualClock
) -> None:
    issued = TokenIssuer("secret").issue(User("ben", 2), NOON_MS)
    clock.advance(HOUR_MS)
    assert token(store, "anna") == "literal"
    assert token(store, "carl") is None
    assert token(store, "ben") == issued, "dated at the start, whenever it is first read"


def test_a_saved_token_replaces_the_first_one_for_that_user_alone(store: MemoryStore) -> None:
    untouched = token(store, "u2")
    store.save_token("u1", "other")
    store.save_token("ben", None)
    assert token(store, "u1") == "other"
    assert token(store, "ben") is None
    assert token(store, "u2") == untouched


def test_dates_for_one_user_are_never_equal_while_the_clock_stands_still(
    store: MemoryStore,
) -> None:
    assert [store.next_token_date("carl") for _ in range(3)] == [NOON_MS, NOON_MS + 1, NOON_MS + 2]
    assert store.next_token_date("anna") == NOON_MS, "users do not push each other's dates"


def test_the_token_issued_at_the_start_has_taken_its_date(store: MemoryStore) -> None:
    store.find_user("ben")
    assert store.next_token_date("ben") == NOON_MS + 1


def test_dates_stay_unique_under_threads(store: MemoryStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        dates = list(pool.map(lambda _: store.next_token_date("carl"), range(400)))
    assert len(set(dates)) == 400


def test_a_ttl_begins_at_the_start_and_again_at_each_use(
    store: MemoryStore, clock: ManualClock
) -> None:
    live = store.load_session("rolling")
    assert live is not None
    assert live.expires_ms == NOON_MS + HOUR_MS
    clock.advance(HOUR_MS // 2)
    store.touch_session(live.session, clock.now_ms())
    touched = store.load_session("rolling")
    assert touched is not None
    assert touched.expires_ms == NOON_MS + HOUR_MS * 3 // 2
    assert not touched.is_expired(touched.expires_ms - 1)
    assert touched.is_expired(touched.expires_ms)


def test_a_fixed_expiry_is_not_moved_by_use(store: MemoryStore, clock: ManualClock) -> None:
    live = store.load_session("fixed")
    assert live is not None
    clock.advance(1)
    store.touch_session(live.session, clock.now_ms())
    assert store.load_session("fixed") == live


def test_unknown_names_are_none(store: MemoryStore) -> None:
    assert store.load_session("x") is None
    assert store.find_user("x") is None
    assert store.pinned_signature("x") is None
    assert store.pinned_signature("fixed") == "pin"


def test_a_hidden_session_is_pinned_by_no_fixture(clock: ManualClock) -> None:
    sid = "default~!expired"
    sessions = Catalog({sid: Session(sid, "bob", None, NOON_MS, "pin")})
    store = MemoryStore(Catalog({}), sessions, TokenIssuer("key"), clock)
    assert store.pinned_signature(sid) is None
