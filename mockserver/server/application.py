"""The Python API: creates the mock as a WSGI application in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from mockserver.api.profiles import PROFILES
from mockserver.errors import UsageError
from mockserver.faults.servers import ANY_WSGI, ServerKind
from mockserver.fixtures import Fixtures, load_fixtures
from mockserver.http.admin.policy import AdminPolicy
from mockserver.http.app import make_app, unobserved
from mockserver.http.wsgi import WsgiApp
from mockserver.record.bounded_log import LogBudget
from mockserver.record.exchange import Observer
from mockserver.sandbox.control import Control
from mockserver.sandbox.memory import MemoryBackend
from mockserver.sandbox.rules import Rules
from mockserver.server.settings import (
    HTTP_STATUS_MODES,
    ServeSettings,
    default_fixtures,
    from_keywords,
)
from mockserver.state.clock import Clock, SystemClock
from mockserver.state.waits import Delays, Pause, Wait

if TYPE_CHECKING:  # it would take 1 ms of a start
    from mockserver.call_types import FixturesPath, HttpStatusMode, ProfileName, ScenarioName


def create_app(
    fixtures: FixturesPath | None = None,
    *,
    scenario: ScenarioName = "normal",
    profile: ProfileName = "documented",
    http_status: HttpStatusMode = "200",
    seed: int | None = None,
    clock: Clock | None = None,
    sleep: Callable[[float], object] | None = None,
    observe: Observer = unobserved,
    admin: AdminPolicy | None = None,
    cors_allow_header: Sequence[str] | str = (),
    state: str | None = None,
    state_namespace: str | None = None,
) -> WsgiApp:
    """Create the mock as a WSGI application, for any server or in-process client.

    - `fixtures` is a file or a directory. Default: the shipped fixtures.
    - `observe` is called with every API exchange and every control plane write.
    - `sleep` replaces real waiting. It takes the delay of a fault, in seconds. It is called once
      with the whole delay, even if the fault's `ttl` or window would end it earlier.
    - `admin` is the access policy of the control plane. Default: a loopback `Host` is required.
    - `cors_allow_header` are further request headers that pages of other origins may send.
    - `state` is the URL of a Redis whose state several processes share, under `state_namespace`.

    Raises FixtureError with all fixture mistakes, UnknownNameError for an unknown scenario,
    ImpossibleError if the scenario or a user's scenario needs the socket, UsageError for an unknown
    profile or HTTP status mode, or for an invalid header name.
    """
    if profile not in PROFILES:
        raise UsageError(f"unknown profile {profile!r}; expected " + " or ".join(PROFILES))
    if http_status not in HTTP_STATUS_MODES:
        expected = " or ".join(HTTP_STATUS_MODES)
        raise UsageError(f"unknown HTTP status mode {http_status!r}; expected {expected}")
    path = default_fixtures() if fixtures is None else Path(fixtures)
    loaded = load_fixtures(path, keep_sources=state is not None)
    where = {"state": state, "state_namespace": state_namespace}
    shared = from_keywords({name: one for name, one in where.items() if one is not None})
    settings = replace(shared, scenario=scenario, profile=profile, seed=seed)
    pause: Pause = Wait.sleep
    if sleep is not None:

        def pause(wait: Wait, seconds: float) -> None:
            sleep(seconds)
            wait.end("")  # no reason: the delay was not interrupted

    delays = Delays(pause, reviews=sleep is None)
    backend = make_backend(settings, loaded, clock or SystemClock(), delays, ANY_WSGI)
    names = from_keywords({"cors_allow_header": cors_allow_header}).cors_allow_header
    return make_app(backend, http_status, observe, admin, delays=delays, cors_allow_header=names)


@contextmanager
def needs_redis() -> Iterator[None]:
    """Raise UsageError, with the remedy, if an import needs the package redis in vain."""
    try:
        yield
    except ImportError:
        raise UsageError(
            "--state needs the package redis: pip install 'animeloop-mock[redis]'"
        ) from None


def make_backend(
    settings: ServeSettings, fixtures: Fixtures, clock: Clock, delays: Delays, server: ServerKind
) -> Control:
    """Create the sandboxes. `server` is the kind of server that runs them.

    Raises UnknownNameError for an unknown scenario, ImpossibleError if the scenario or a user's
    scenario needs capabilities that the server lacks. With `--state`, raises NoStateError if Redis
    cannot be reached, UsageError if its state cannot be used.
    """
    budget = None
    if not settings.no_request_journal:
        budget = LogBudget(settings.max_request_journal_entries)
    rules = Rules(
        clock,
        PROFILES[settings.profile],
        scenario=settings.scenario,
        seed=settings.seed,
        journal=budget,
        server=server,
        on_change=delays.review,
    )
    if settings.state is None:
        return MemoryBackend(fixtures, rules, settings.max_sandboxes)
    with needs_redis():
        from mockserver.sandbox.redis.connect import open_backend  # noqa: PLC0415  few need it
    return open_backend(
        settings.state, settings.state_namespace, fixtures, rules, settings.max_sandboxes
    )
