"""Finds the documented (endpoint, code) pairs that fixtures can reach, by sending requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from msgspec.structs import replace

from mockserver.api.catalog import endpoints_of
from mockserver.api.example import Example
from mockserver.api.page import Code, Endpoint, Pair, Reply
from mockserver.api.profiles import Failure, Profile
from mockserver.api.service import Service
from mockserver.api.trace import Trace
from mockserver.credentials import cookies
from mockserver.faults.model import Fault, Scenario
from mockserver.fixtures import Fixtures
from mockserver.fixtures.progress import Progress, counted, untold
from mockserver.record.exchange import Exchange
from mockserver.sandbox.backend import NO_PREFERENCES, Changes, Content
from mockserver.sandbox.candidates import Examples, OwnFaults, Way
from mockserver.sandbox.decide import Decider
from mockserver.sandbox.rules import DEFAULT_ID, Rules
from mockserver.sandbox.sandbox import Sandbox
from mockserver.state.clock import Clock
from mockserver.state.model import Session, User
from mockserver.state.store import HIDDEN_SESSIONS, hidden_prefix
from mockserver.state.waits import Delays

_ATTEMPTS: Final = 5
_FRESH_SID: Final = "fresh"
_STEADY_FIELDS: Final = ("operation", "endpoint", "username", "fails", "after_commit", "wire")

NEGATIVE_KINDS: Final = (
    "tampered", "unsigned", "wrong-secret", "unknown-session", *HIDDEN_SESSIONS,
)  # fmt: skip


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


def candidates(  # noqa: PLR0917  as for `reached`
    fixtures: Fixtures,
    profile: Profile,
    clock: Clock,
    scenario: str,
    endpoints: Sequence[Endpoint] | None = None,
    limit: int | None = None,
    progress: Progress = untold,
) -> Iterator[tuple[Endpoint, Way]]:
    """Yield the requests to try: to each endpoint (of the profile by default), one of each kind.

    Tries the first `limit` sessions and the first `limit` users, counting each bulk as one. Skips
    those whose replies equal those of an earlier one. A user who registers first comes last.
    """
    endpoints = endpoints_of(profile.name) if endpoints is None else endpoints
    examples = Examples(fixtures, profile, clock.now_ms())
    struck = {
        name: {fault.username for fault in one.faults} for name, one in fixtures.scenarios.items()
    }

    def own_faults(username: str | None, user: User | None) -> str | None:
        own_scenario = None if user is None else user.scenario
        return username if username in struck.get(own_scenario or scenario, ()) else None

    by_session = [endpoint for endpoint in endpoints if endpoint.needs_session]
    by_user = [endpoint for endpoint in endpoints if examples.name_users(endpoint)]
    for way in _cookies(fixtures, clock, own_faults, limit, progress) if by_session else ():
        for endpoint in by_session:
            for example in examples.of(endpoint):
                words = f"{way.description}, {example.words}".removesuffix(", ")
                yield endpoint, replace(way, description=words, fields=example.fields)
    by_fields = [endpoint for endpoint in endpoints if not endpoint.needs_session]
    new = [(endpoint, one) for endpoint in by_fields for one in examples.of(endpoint)]
    yield from _ways(None, [(endpoint, one) for endpoint, one in new if one.earlier is None])
    for user in examples.users(own_faults, limit, progress):
        named = [(endpoint, one) for endpoint in by_user for one in examples.of(endpoint, user)]
        yield from _ways(user, [*named, *_after_login(by_session, examples, user)])
    yield from _ways(None, [(endpoint, one) for endpoint, one in new if one.earlier is not None])


def _after_login(
    endpoints: Iterable[Endpoint], examples: Examples, user: User
) -> Iterator[tuple[Endpoint, Example]]:
    """Yield the requests to these endpoints with the session of a login."""
    login = examples.log_in(user)
    if login is None:
        return
    for endpoint in endpoints:
        for one in examples.of(endpoint):
            words = f"log in as {user.username} first, {one.words}".removesuffix(", ")
            yield endpoint, Example(one.fields, words, login)


def _ways(
    user: User | None, examples: Iterable[tuple[Endpoint, Example]]
) -> Iterator[tuple[Endpoint, Way]]:
    scenario = None if user is None else user.scenario
    for endpoint, one in examples:
        yield endpoint, Way(None, one.words or "no cookie", scenario, one.fields, one.earlier)


def _cookies(
    fixtures: Fixtures,
    clock: Clock,
    own_faults: OwnFaults,
    limit: int | None,
    progress: Progress,
) -> Iterator[Way]:
    """Yield one way for each kind of session, one without a cookie and one with a bad cookie."""
    samples = list(islice(fixtures.sessions.samples(), limit))
    tried: set[tuple[object, ...]] = set()
    for session in counted(samples, len(samples), "trying the sessions", progress):
        user = None if session.username is None else fixtures.users.find(session.username)
        own_scenario = None if user is None else user.scenario
        kind = (*_kind(session, user, clock.now_ms()), own_faults(session.username, user))
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
    endpoints: Sequence[Endpoint] | None = None,
    every_time: bool = False,
    progress: Progress = untold,
) -> dict[Pair, Way]:
    """Return the first way to each pair that the fixtures can reach under this scenario.

    Each way is tried on a fresh sandbox, without waiting for delays. It is tried five times,
    because a fault can skip requests or fire at random; ways that work at once come first. With
    `every_time`, only ways count that work every time, at once and with one request: their faults
    involve no chance, counters, time or delay. `limit` is that of `candidates`.
    """
    at_once: dict[Pair, Way] = {}
    repeated: dict[Pair, Way] = {}
    rules = Rules(clock, profile, scenario, seed=0)
    service = Service(profile)
    tries = candidates(fixtures, profile, clock, scenario, endpoints, limit, progress)
    for endpoint, way in tries:
        if every_time and way.earlier is not None:
            continue
        if every_time and not _is_steady(fixtures.scenario(way.scenario or scenario)):
            continue
        sandbox = Sandbox(DEFAULT_ID, fixtures, rules)
        found = at_once
        for code in _answers(sandbox, service, endpoint, way, 1 if every_time else _ATTEMPTS):
            if code in endpoint.codes:
                found.setdefault((endpoint, code), way)
            found = repeated
    for pair, way in repeated.items():
        at_once.setdefault(pair, replace(way, description=f"{way.description}, repeated"))
    return at_once


def _answers(
    sandbox: Sandbox, service: Service, endpoint: Endpoint, way: Way, times: int
) -> Iterator[Code | None]:
    """Send a request so many times, and yield the codes. None: a wire fault replaces the reply."""
    cookie, earlier = way.cookie, way.earlier
    for _ in range(times):
        if earlier is not None:
            reply, changes = _send(sandbox, service, earlier.endpoint, earlier.fields, cookie)
            lost = any(mail.refusal is not None for mail in changes.mails)
            if reply is None or reply.code is not earlier.endpoint.success or lost:
                yield None
                continue
            if reply.session is not None:
                cookie = cookie_of(reply.session, sandbox.fixtures)
            earlier = None
        reply, _ = _send(sandbox, service, endpoint, way.fields, cookie)
        yield None if reply is None else reply.code


def _send(
    sandbox: Sandbox,
    service: Service,
    endpoint: Endpoint,
    fields: Mapping[str, str],
    cookie: str | None,
) -> tuple[Reply | None, Changes]:
    """Send a request. Returns the reply, or None if a wire fault replaces it, and the changes."""
    decider = Decider(sandbox, service, Delays(lambda wait, _seconds: wait.end("")))
    presented = None if cookie is None else cookies.presented(cookies.header(cookie))
    content = Content(fields, service.named_users(endpoint, fields))
    read = sandbox.begin(endpoint, presented, NO_PREFERENCES, content=content, fresh_sid=_FRESH_SID)
    outcome, changes = decider.decide(read, endpoint, presented, NO_PREFERENCES, Trace(), content)
    sandbox.commit(read, changes, Exchange(endpoint.method, endpoint.path, 200))
    return outcome.reply, changes
