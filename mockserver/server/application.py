"""The Python API: the mock in this process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from mockserver.api.profiles import PROFILES
from mockserver.errors import UsageError
from mockserver.faults.servers import ANY_WSGI, ServerKind
from mockserver.fixtures import Fixtures, load_fixtures
from mockserver.http.admin.gate import AdminPolicy
from mockserver.http.app import WsgiApp, make_app, unobserved
from mockserver.record.exchange import Observer
from mockserver.record.journal import JournalBudget
from mockserver.sandbox.memory import MemoryBackend
from mockserver.sandbox.rules import DEFAULT_SCENARIO, Rules
from mockserver.server.settings import (
    HTTP_STATUS_MODES,
    ServeSettings,
    default_fixtures,
    from_keywords,
)
from mockserver.state.clock import Clock, SystemClock
from mockserver.state.waits import Delays, Pause, Wait


def create_app(
    fixtures: Path | str | None = None,
    *,
    scenario: str = DEFAULT_SCENARIO,
    profile: str = "documented",
    http_status: str = "200",
    seed: int | None = None,
    clock: Clock | None = None,
    sleep: Callable[[float], object] | None = None,
    observe: Observer = unobserved,
    admin: AdminPolicy | None = None,
    cors_allow_header: Sequence[str] | str = (),
) -> WsgiApp:
    """The mock as a WSGI application, for any server or in-process client.

    `fixtures` is a file or directory (default: the shipped ones). `observe` is told every exchange
    with the API and every write to the control plane. `sleep` takes the delays of faults, in
    seconds, in the place of real waiting; it is called once with the whole delay, even where the
    fault's `ttl` or window would end it earlier. `admin` says who may call the control plane
    (default: whoever sends a Host of loopback). `cors_allow_header` names further request headers
    that pages of other origins may send. Raises FixtureError with every mistake in the
    fixtures, UnknownNameError for an unknown scenario, ImpossibleError where that one, or a user's,
    needs the socket, UsageError for an unknown profile or HTTP status mode, and for what is no name
    of a header.
    """
    if profile not in PROFILES:
        raise UsageError(f"unknown profile {profile!r}; expected " + " or ".join(PROFILES))
    if http_status not in HTTP_STATUS_MODES:
        expected = " or ".join(HTTP_STATUS_MODES)
        raise UsageError(f"unknown HTTP status mode {http_status!r}; expected {expected}")
    loaded = load_fixtures(default_fixtures() if fixtures is None else Path(fixtures))
    settings = ServeSettings(scenario=scenario, profile=profile, seed=seed)
    pause: Pause = Wait.sleep
    if sleep is not None:

        def pause(wait: Wait, seconds: float) -> None:
            sleep(seconds)
            wait.end("")  # no reason to tell: it has taken its time

    delays = Delays(pause, reviews=sleep is None)
    backend = make_backend(settings, loaded, clock or SystemClock(), delays, ANY_WSGI)
    names = from_keywords({"cors_allow_header": cors_allow_header}).cors_allow_header
    return make_app(backend, http_status, observe, admin, delays=delays, cors_allow_header=names)


def make_backend(
    settings: ServeSettings, fixtures: Fixtures, clock: Clock, delays: Delays, server: ServerKind
) -> MemoryBackend:
    """The sandboxes as the settings want them; `server` is what will carry them, `delays` its
    delayed requests.

    Raises UnknownNameError for the scenario, ImpossibleError where that one, or a user's, is more
    than the server can do.
    """
    budget = None
    if not settings.no_request_journal:
        budget = JournalBudget(settings.max_request_journal_entries)
    rules = Rules(
        clock,
        PROFILES[settings.profile],
        scenario=settings.scenario,
        seed=settings.seed,
        journal=budget,
        server=server,
        on_change=delays.review,
    )
    return MemoryBackend(fixtures, rules, settings.max_sandboxes)
