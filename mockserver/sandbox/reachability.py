"""Which of the documented (endpoint, code) pairs a set of fixtures reaches, found by asking it."""

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
    """A request that is answered with a code: its cookie value (None: none), whose it is, and the
    scenario of that user, if it has one.
    """

    cookie: str | None
    description: str
    scenario: str | None = None


def cookie_of(session: Session, fixtures: Fixtures) -> str:
    """The cookie value that this session's browser would hold."""
    secret = fixtures.session_secrets[0]
    return cookies.encode(session.sid, session.signature or cookies.sign(session.sid, secret))


def _is_steady(scenario: Scenario) -> bool:
    """Whether the same request meets the same faults at any time, and without delay."""
    plain = Fault()
    return all(
        replace(plain, **{name: getattr(fault, name) for name in _STEADY_FIELDS}) == fault
        for fault in scenario.faults
    )


def negative_cookie(kind: str, prefix: str, fixtures: Fixtures) -> tuple[str, Failure]:
    """A cookie of one of NEGATIVE_KINDS, and what is wrong with it.

    Its session id is of the sandbox whose ids have this prefix.
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
    """The same cookie value with the first character of its signature changed."""
    head, dot, signature = value.rpartition(".")
    return head + dot + ("A" if signature[:1] != "A" else "B") + signature[1:]


def ways(
    fixtures: Fixtures,
    scenario: str,
    clock: Clock,
    limit: int | None = None,
    progress: Progress = untold,
) -> Iterator[Way]:
    """Cookies that between them get every answer that sessions get, and two bad ones.

    Of the sessions (the first `limit` of them, one for each bulk) those are left out that are
    answered like one before them.
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
    """All that the answers to a session depend on, beside the faults that name its user.

    How long it still lives is taken to a power of two: one that ends in a moment may have ended
    before it is asked, so that it cannot stand for one that lives.
    """
    left_ms = (session.expires_ms or 0) - now_ms if session.ttl_ms is None else session.ttl_ms
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
    """For each pair that can be reached the first way to it.

    Each way is tried on state of its own, under the scenario given; delays are not waited for.
    A fault may strike later than the first time, or by chance, so that each is tried five times;
    with `every_time` only ways count on which chance, counting and time have no influence, and
    nothing is delayed.
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
