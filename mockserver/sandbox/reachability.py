"""Finds the documented (endpoint, code) pairs that fixtures can reach, by sending requests."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from mockserver.api.catalog import ENDPOINTS
from mockserver.api.page import Code, Endpoint
from mockserver.api.profiles import Failure, Profile
from mockserver.api.service import Service
from mockserver.api.trace import Trace
from mockserver.credentials import cookies
from mockserver.faults.model import Fault, Scenario
from mockserver.fixtures import Fixtures
from mockserver.fixtures.progress import Progress, counted, untold
from mockserver.record.exchange import Exchange
from mockserver.sandbox.backend import NO_PREFERENCES
from mockserver.sandbox.decide import Decider
from mockserver.sandbox.rules import DEFAULT_ID, Rules
from mockserver.sandbox.sandbox import Sandbox
from mockserver.state.clock import Clock
from mockserver.state.model import Session, User
from mockserver.state.store import HIDDEN_SESSIONS, hidden_prefix
from mockserver.state.waits import Delays

_ATTEMPTS: Final = 5
_STEADY_FIELDS: Final = ("operation", "endpoint", "username", "fails", "after_commit", "wire")

NEGATIVE_KINDS: Final = (
    "tampered", "unsigned", "wrong-secret", "unknown-session", *HIDDEN_SESSIONS,
)  # fmt: skip


class Way(Struct, frozen=True):
    """A way to reach a pair: a cookie value, its description and the scenario of its user.

    `cookie` is None for a request without a cookie. `scenario` is None if the user has none.
    """

    cookie: str | None
    description: str
    scenario: str | None = None


def cookie_of(session: Session, fixtures: Fixtures) -> str:
    """Return the cookie value of a session, as its browser stores it."""
    secret = fixtures.session_secrets[0]
    return cookies.encode(session.sid, session.signature or cookies.sign(session.sid, secret))


def _is_steady(scenario: Scenario) -> bool:
    """Whether the faults of a scenario depend neither on time nor on chance, and do not delay."""
    plain = Fault()
    return all(
        replace(plain, **{name: getattr(fault, name) for name in _STEADY_FIELDS}) == fault
        for fault in scenario.faults
    )


def negative_cookie(kind: str, prefix: str, fixtures: Fixtures) -> tuple[str, Failure]:
    """Return a cookie of one of NEGATIVE_KINDS, and the failure that it provokes.

    Its session id belongs to the sandbox with this `prefix`.
    """
    secret = fixtures.session_secrets[0]
    hidden = hidden_prefix(prefix)
    sid = hidden + kind
    if kind == "unsigned":
        return cookies.encode_component(sid), Failure.BAD_COOKIE
    if kind == "wrong-secret":
        wrong = "".join(fixtures.session_secrets) + "-not"
        return cookies.encode(sid, cookies.sign(sid, wrong)), Failure.BAD_COOKIE
    value = cookies.encode(sid, cookies.sign(sid, secret))
    if kind == "tampered":
        return tampered(value), Failure.BAD_COOKIE
    return value, Failure.NO_SESSION


def tampered(value: str) -> str:
    """Return the cookie value with the first character of its signature changed."""
    head, dot, signature = value.rpartition(".")
    return head + dot + ("A" if signature[:1] != "A" else "B") + signature[1:]


def ways(
    fixtures: Fixtures,
    scenario: str,
    clock: Clock,
    limit: int | None = None,
    progress: Progress = untold,
) -> Iterator[Way]:
    """Yield one way for each kind of session, one without a cookie and one with a bad cookie.

    Tries the first `limit` sessions, counting each bulk as one. Skips sessions whose replies equal
    those of an earlier one.
    """
    samples = list(islice(fixtures.sessions.samples(), limit))
    struck = {
        name: {fault.username for fault in one.faults} for name, one in fixtures.scenarios.items()
    }
    tried: set[tuple[object, ...]] = set()
    for session in counted(samples, len(samples), "trying the sessions", progress):
        user = None if session.username is None else fixtures.users.find(session.username)
        own_scenario = None if user is None else user.scenario
        is_struck = session.username in struck.get(own_scenario or scenario, ())
        kind = (*_kind(session, user, clock.now_ms()), is_struck and session.username)
        if kind in tried:
            continue
        tried.add(kind)
        owner = "nobody" if session.username is None else session.username
        yield Way(cookie_of(session, fixtures), f"session {session.sid} of {owner}", own_scenario)
    yield Way(None, "no cookie")
    sid = samples[0].sid if samples else "no-such-session"
    forged = cookies.encode(sid, cookies.sign(sid, fixtures.session_secrets[0]))
    yield Way(tampered(forged), "a tampered cookie")


def _kind(session: Session, user: User | None, now_ms: int) -> tuple[object, ...]:
    """Return everything that determines the replies to a session, except faults for its user.

    The remaining lifetime is rounded to a power of two. A session that is about to expire may do so
    during the search, so it cannot represent one that lives longer.
    """
    left_ms = session.expiry_ms(now_ms) - now_ms
    return (
        max(left_ms, 0).bit_length(),
        session.ttl_ms is None,
        session.signature is None,
        session.username is None,
        user and (bool(user.token), user.issue_at_load, user.scenario),
    )


def reached(
    fixtures: Fixtures,
    profile: Profile,
    clock: Clock,
    scenario: str,
    limit: int | None = None,
    *,
    every_time: bool = False,
    progress: Progress = untold,
) -> dict[tuple[Endpoint, Code], Way]:
    """Return the first way to each pair that the fixtures can reach under this scenario.

    Each way is tried on a fresh sandbox, without waiting for delays. It is tried five times,
    because a fault can skip requests or fire at random. With `every_time`, only ways count that
    work every time and at once: their faults involve no chance, counters, time or delay.
    """
    found: dict[tuple[Endpoint, Code], Way] = {}
    rules = Rules(clock, profile, scenario, seed=0)
    delays = Delays(lambda wait, _seconds: wait.end(""))
    service = Service(profile)
    for way in ways(fixtures, scenario, clock, limit, progress):
        if every_time and not _is_steady(fixtures.scenario(way.scenario or scenario)):
            continue
        presented = None
        if way.cookie is not None:
            presented = cookies.presented(cookies.header(way.cookie))
        for endpoint in ENDPOINTS:
            sandbox = Sandbox(DEFAULT_ID, fixtures, rules)
            decider = Decider(sandbox, service, delays)
            for _ in range(1 if every_time else _ATTEMPTS):
                read = sandbox.begin(endpoint, presented, NO_PREFERENCES)
                outcome, changes = decider.decide(
                    read, endpoint, presented, NO_PREFERENCES, Trace()
                )
                sandbox.commit(read, changes, Exchange("POST", endpoint.path, 200))
                if outcome.reply is not None:
                    found.setdefault((endpoint, outcome.reply.code), way)
    return found
