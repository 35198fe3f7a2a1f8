from __future__ import annotations

import gc
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace

from mockserver.credentials.jwt import TokenIssuer
from mockserver.errors import FullError
from mockserver.state.budget import Share, StateBudget, size_of_session, size_of_user
from mockserver.state.catalog import Bulk, Catalog, Template
from mockserver.state.memory import MemoryStore
from mockserver.state.model import Session, User
from mockserver.state.times import iso
from mockserver.state.token_dates import TokenDates
from tests.helpers.app import ManualClock
from tests.helpers.text import NOON_MS
from tests.helpers.timing import seconds

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


ISSUER = TokenIssuer("secret")


def token(store: MemoryStore, name: str) -> str | None:
    user = store.find_user(name)
    assert user is not None
    return user.token


def test_tokens_are_literal_absent_or_issued_at_the_start(
    store: MemoryStore, clock: ManualClock
) -> None:
    issued = TokenIssuer("secret").issue(2, "ben", iso(NOON_MS))
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


def pinned(store: MemoryStore, sid: str) -> str | None:
    live = store.load_session(sid)
    return None if live is None else live.session.signature


def test_unknown_names_are_none(store: MemoryStore) -> None:
    assert store.load_session("x") is None
    assert store.find_user("x") is None
    assert pinned(store, "x") is None
    assert pinned(store, "fixed") == "pin"


def test_a_hidden_session_is_pinned_by_no_fixture(clock: ManualClock) -> None:
    sid = "default~!expired"
    sessions = Catalog({sid: Session(sid, "bob", None, NOON_MS, "pin")})
    store = MemoryStore(Catalog({}), sessions, TokenIssuer("key"), clock)
    assert pinned(store, sid) is None


def issue(store: MemoryStore, name: str) -> str | None:
    store.put_user(User(name, issue_at_load=True))
    return token(store, name)


@pytest.mark.parametrize("name", ["anna", "ben", "u1", "new"])
def test_no_token_of_a_user_who_was_deleted_is_issued_again(
    store: MemoryStore, clock: ManualClock, name: str
) -> None:
    issued = []
    for moved_ms in (0, 0, 5000, -5000, 0):
        clock.advance(moved_ms)
        issued.append(issue(store, name))
        user = User(name)
        issued.append(ISSUER.issue(user.uid, name, iso(store.next_token_date(name))))
        assert store.delete_user(name)
        store.put_user(user)
        issued.append(ISSUER.issue(user.uid, name, iso(store.next_token_date(name))))
        assert store.delete_user(name)
        issued.append(ISSUER.issue(user.uid, name, iso(store.next_token_date(name))))
    assert len(set(issued)) == len(issued) == 20


def test_who_goes_does_not_push_the_dates_of_the_fixtures_users(
    store: MemoryStore, clock: ManualClock
) -> None:
    clock.advance(5000)
    issue(store, "new")
    store.delete_user("new")
    assert token(store, "ben") == TokenIssuer("secret").issue(2, "ben", iso(NOON_MS))
    assert store.next_token_date("carl") == NOON_MS + 5000


def test_dates_outlive_a_store_that_others_follow(clock: ManualClock) -> None:
    """As at a reload: a user who was put may be one of the new fixtures."""
    dates, issuer = TokenDates(), TokenIssuer("secret")
    before = MemoryStore(Catalog({}), Catalog({}), issuer, clock, dates=dates)
    issued = {issue(before, "ben"), issue(before, "anna")}
    ben = User("ben", issue_at_load=True)
    after = MemoryStore(Catalog({"ben": ben}), Catalog({}), issuer, clock, dates=dates)
    issued |= {token(after, "ben"), issue(after, "anna")}
    assert len(issued) == 4


def test_a_request_that_is_late_leaves_nothing_of_a_session(
    store: MemoryStore, clock: ManualClock
) -> None:
    store.put_session(Session("new", "anna", HOUR_MS))
    late = store.load_session("new")
    assert late is not None
    store.delete_session("new")
    store.touch_session(late.session, clock.now_ms())
    store.put_session(Session("new", "anna", None, NOON_MS + 1))
    store.touch_session(late.session, clock.now_ms() + HOUR_MS)
    store.delete_session("new")
    store.touch_session(late.session, clock.now_ms())
    assert store.load_session("new") is None
    assert store._expires_ms == {}


def test_counts_follow_what_is_put_and_deleted(store: MemoryStore) -> None:
    assert store.counts() == (13, 2)
    for name in ("anna", "new", "u3"):
        store.put_user(User(name))
        store.put_user(User(name, 1))
    store.put_session(Session("new", "anna", HOUR_MS))
    store.put_session(Session("fixed", "anna", HOUR_MS))
    assert store.counts() == (14, 3) == (len([*store.usernames()]), len([*store.sids()]))
    for name in ("anna", "new", "u3", "u4", "nobody", "anna"):
        store.delete_user(name)
    for sid in ("new", "fixed", "rolling", "nothing"):
        store.delete_session(sid)
    assert store.counts() == (10, 0) == (len([*store.usernames()]), len([*store.sids()]))


def test_of_expired_sessions_only_those_that_were_put_are_dropped(
    store: MemoryStore, clock: ManualClock
) -> None:
    store.put_session(Session("short", "anna", 1000))
    store.put_session(Session("used", "anna", 1000))
    store.put_session(Session("long", "anna", HOUR_MS))
    assert store.drop_expired() == []
    clock.advance(999)
    used = store.load_session("used")
    assert used is not None
    store.touch_session(used.session, clock.now_ms())
    clock.advance(1)
    assert store.drop_expired() == ["short"]
    clock.advance(2 * HOUR_MS)
    assert sorted(store.drop_expired()) == ["long", "used"]
    assert list(store.sids()) == ["rolling", "fixed"]
    assert store.drop_expired() == []


def test_a_put_that_is_refused_changes_nothing(clock: ManualClock) -> None:
    issuer, budget = TokenIssuer("secret"), StateBudget(2000)
    store = MemoryStore(Catalog({}), Catalog({}), issuer, clock, budget=budget)
    store.put_user(User("anna", token="short"))
    with pytest.raises(FullError):
        store.put_user(User("anna", token="x" * 2000))
    with pytest.raises(FullError):
        store.put_session(Session("s", "x" * 2000, HOUR_MS))
    assert token(store, "anna") == "short"
    assert store.counts() == (1, 0)
    assert store.load_session("s") is None
    store.delete_user("anna")
    assert budget.size == 0


def test_the_budget_counts_every_text() -> None:
    text = "x" * 4096
    user, session = User("a"), Session("s", "a", HOUR_MS)
    for field in ("email", "token", "scenario", "password"):
        assert size_of_user(replace(user, **{field: text})) - size_of_user(user) >= 4096
    assert size_of_session(replace(session, email=text)) - size_of_session(session) >= 4096
    assert size_of_session(replace(session, email=None)) == size_of_session(session)


def test_the_budget_of_a_store_that_is_gone_is_free_again(clock: ManualClock) -> None:
    budget = StateBudget()
    store = MemoryStore(Catalog({}), Catalog({}), TokenIssuer("secret"), clock, budget=budget)
    store.put_user(User("anna"))
    assert budget.size > 0
    del store
    gc.collect()
    assert budget.size == 0


def test_a_store_may_go_while_the_budget_is_in_use() -> None:
    """As the garbage collector decides."""
    budget = StateBudget(100)
    share = Share(budget)
    share.take("a", 100)
    with budget._lock:
        del share
        gc.collect()
    Share(budget).take("b", 100)


def test_a_put_takes_no_longer_where_there_are_many_stores() -> None:
    def of_puts(stores: int) -> float:
        budget = StateBudget()
        shares = [Share(budget) for _ in range(stores)]
        for share in shares:
            share.take("a", 1)

        def put() -> None:
            for size in range(1000):
                shares[0].take("b", size)

        return seconds(put)

    assert of_puts(20_000) < 50 * of_puts(1)


def test_what_is_taken_is_about_what_is_held(clock: ManualClock) -> None:
    budget = StateBudget()
    store = MemoryStore(Catalog({}), Catalog({}), TokenIssuer("secret"), clock, budget=budget)
    for length in (5, 1000):
        before = budget.size
        tracemalloc.start()
        for number in range(300):
            name = f"{number:0{length}}"
            store.put_user(User(name, number, "x" * length + name, issue_at_load=True))
            store.put_session(Session(f"s{name}", f"u{name}", HOUR_MS))
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert 0.7 * held < budget.size - before < 2.5 * held


def test_the_budget_is_exact_under_threads(clock: ManualClock) -> None:
    budget = StateBudget()
    stores = [
        MemoryStore(Catalog({}), Catalog({}), TokenIssuer("secret"), clock, budget=budget)
        for _ in range(4)
    ]

    def put_and_delete(number: int) -> None:
        store, name = stores[number % 4], f"u{number % 10}"
        store.put_user(User(name, token="x" * (number % 50)))
        store.delete_user(name)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put_and_delete, range(800)))
    for store in stores:
        for name in list(store.usernames()):
            store.delete_user(name)
    assert budget.size == 0


def test_no_date_is_kept_for_who_is_gone(store: MemoryStore, clock: ManualClock) -> None:
    store.next_token_date("anna")
    issue(store, "new")
    store.delete_user("new")
    late = store.next_token_date("new")
    issue(store, "lost by a reload")
    assert store._dates._last_ms.keys() == {"anna", "lost by a reload"}
    users = {"anna": User("anna")}
    MemoryStore(Catalog(users), Catalog({}), TokenIssuer("key"), clock, dates=store._dates)
    assert store._dates._last_ms.keys() == {"anna"}
    assert store._dates.latest_gone_ms > late
