"""All sandboxes of a namespace in Redis: created, found and deleted."""

from __future__ import annotations

import logging
import random
import secrets
from base64 import b64encode
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Final

from mockserver.credentials.cookies import Presented
from mockserver.errors import ConflictError, LimitError, StateUnavailableError, UsageError
from mockserver.faults.capabilities import check_scenario, check_users
from mockserver.fixtures.model import Fixtures
from mockserver.sandbox.control import SandboxSummary
from mockserver.sandbox.redis.access import Access, Contention, LoadedSandbox, Operations, gone
from mockserver.sandbox.redis.coverage import RedisCoverage
from mockserver.sandbox.redis.leases import Leases
from mockserver.sandbox.redis.link import RedisLink
from mockserver.sandbox.redis.notices import Notices
from mockserver.sandbox.redis.records import sandbox_record
from mockserver.sandbox.redis.sandbox import RedisSandbox, new_record, remaining
from mockserver.sandbox.redis.sources import FixtureStore, packed
from mockserver.sandbox.redis.view import AccountsView, prefix_of
from mockserver.sandbox.rules import DEFAULT_ID, DEFAULT_TTL_MS, SEPARATOR, Rules

# The version of what is in Redis. It changes with what other versions cannot read.
LAYOUT: Final = "3"
_ID_BITS: Final = 48
_LOGIN_SID_BYTES: Final = 24  # 32 characters of base64
_MOST_EXPECTED: Final = 10_000
_NOT_LEASED: Final = nullcontext()
_log: Final = logging.getLogger("animeloop_mock")


class RedisSandboxes:
    """The sandbox `default` and all created ones, which processes with the same state share.

    The first process creates the state from its fixtures. Raises UsageError if the state was made
    from other fixtures or by another version, and the errors of MemorySandboxes for its scenario.
    """

    kind = "redis"

    def __init__(
        self, link: RedisLink, fixtures: Fixtures, rules: Rules, max_sandboxes: int = 1000
    ) -> None:
        check_users(fixtures.users.samples(), fixtures.scenarios, rules.server)
        self._link = link
        self._rules = rules
        self._choose(rules.scenario, fixtures)
        self._max_sandboxes = max_sandboxes
        self._store = FixtureStore(link)
        # The digests of sandboxes that were made from other fixtures than the default one.
        self._expected: dict[str, str] = {}
        self._access = Access(link, rules, self._store)
        self._start_from(fixtures)
        self._access.load(DEFAULT_ID)
        self.default = RedisSandbox(self._access, DEFAULT_ID)
        self.coverage = RedisCoverage(link, link.key("coverage"), rules.profile.name)
        self._leases = Leases(link, self._access)
        self._notices = Notices(link, self._changed)
        self._access.restore = self._restore
        link.on_return = self._returned

    def _start_from(self, fixtures: Fixtures) -> None:
        digest = self._store.add(fixtures)
        self._fixtures, self._digest = fixtures, digest
        layout, found = self._start()
        if layout != LAYOUT:
            raise UsageError(
                f"--state: the state in Redis has layout {layout}, this version reads {LAYOUT}; "
                f"{_WAYS_OUT}"
            )
        if found != digest:
            raise UsageError(
                f"--state: the state in Redis was made from other fixtures; {_WAYS_OUT}"
            )

    def _restore(self) -> None:
        """Create the state anew, because Redis has lost it or `reset --state` has removed it."""
        layout, found = self._start()
        if layout != LAYOUT:
            raise StateUnavailableError(f"the state in Redis has layout {layout} now; {_WAYS_OUT}")
        if found != self._digest:
            _log.warning("another process has made the state in Redis anew, from other fixtures")

    def _changed(self) -> None:
        """Follow a reload by another process, so that a lost state is not made from older files."""
        with suppress(StateUnavailableError):
            self._expects(self._access.load(DEFAULT_ID))
        self._rules.on_change()

    def _returned(self) -> None:
        """See to the state of a Redis that answers again, which may have lost it."""
        with suppress(StateUnavailableError):
            self._access.load(DEFAULT_ID)
        self._notices.missed_some()

    def _start(self) -> tuple[str, str]:
        """Create the state if there is none. Returns its layout and digest."""
        # It may be gone since the fixtures were reloaded.
        scenario = remaining(self._rules.scenario, self._fixtures)
        record = new_record(self._digest, scenario, self._access)
        text = packed(self._fixtures)
        layout, found = self._access.run("start", LAYOUT, self._digest, text, *record.pairs())
        return layout.decode(), found.decode()

    def _choose(self, name: str, fixtures: Fixtures) -> None:
        """Raise UnknownNameError or ImpossibleError if this scenario cannot be chosen."""
        check_scenario(fixtures.scenario(name), self._rules.server)

    def reload(self, fixtures: Fixtures) -> tuple[str, ...]:
        """Reload the default sandbox from these fixtures, in all processes.

        Does nothing if another process has reloaded them. See MemorySandboxes.
        """
        check_users(fixtures.users.samples(), fixtures.scenarios, self._rules.server)
        digest = self._store.add(fixtures)
        warnings = self.default.reload(digest, fixtures)
        self._fixtures, self._digest = fixtures, digest
        self._access.run("sweep")
        return warnings

    def create(self, scenario: str | None = None, ttl_ms: int = DEFAULT_TTL_MS) -> RedisSandbox:
        """Create a sandbox that Redis deletes when it idles for `ttl_ms`. See MemorySandboxes."""
        contention = Contention(DEFAULT_ID)
        while True:
            contention.check()
            default = self._access.load(DEFAULT_ID)
            chosen, digest = scenario or default.record.start_scenario, default.record.fixtures
            self._choose(chosen, default.fixtures)
            record = new_record(digest, chosen, self._access)
            pairs: Operations = [*record.pairs(), "ttl_ms", ttl_ms]
            sandbox_id = f"{self._chance('sandboxes', _ID_BITS):012x}"
            now_ms = self._rules.clock.now_ms()
            answer = self._access.run(
                "create", sandbox_id, self._max_sandboxes, ttl_ms, now_ms, digest, *pairs
            )
            if answer == b"STALE" and self._access.load(DEFAULT_ID).record.fixtures == digest:
                self._store.supply(digest)  # their text was lost
            if answer == b"FULL":
                raise LimitError(
                    f"there are already {self._max_sandboxes} sandboxes (--max-sandboxes); "
                    "delete one, or give them a shorter ttl"
                )
            if answer == b"CREATED":
                return RedisSandbox(self._access, sandbox_id)

    def get(self, sandbox_id: str) -> RedisSandbox:
        """Return a sandbox and restart its ttl. Raises NotFoundError if it is gone."""
        if sandbox_id == DEFAULT_ID:
            return self.default
        self._access.load(sandbox_id)
        return RedisSandbox(self._access, sandbox_id)

    def require(self, sandbox_id: str) -> None:
        """Do nothing: `begin` and `record` look for the sandbox. See Backend."""

    def in_use(self, sandbox_id: str) -> AbstractContextManager[None]:
        """Keep a sandbox from idling during a request, see Backend."""
        return _NOT_LEASED if sandbox_id == DEFAULT_ID else self._leases.lease(sandbox_id)

    def listen(self) -> None:
        """Follow what other processes change from now on, in children of this process too."""
        self._link.on_fork = self._forked
        self._notices.start()

    def _forked(self) -> None:
        self._leases.forked()
        self._notices.start()

    def hearing(self, sandbox_id: str, ring: Callable[[str], None]) -> AbstractContextManager[None]:
        """Call `ring` when a process records something in a sandbox. See Control."""
        self._leases.hold(sandbox_id)
        return self._notices.hearing(sandbox_id, ring)

    def check_health(self) -> None:
        """Raise StateUnavailableError if Redis cannot be reached."""
        self._link.command("PING")

    def delete(self, sandbox_id: str) -> None:
        """Delete a sandbox. Raises NotFoundError, or ConflictError for the default one."""
        if sandbox_id == DEFAULT_ID:
            raise ConflictError("the sandbox default cannot be deleted; POST its reset instead")
        if self._access.run("delete", sandbox_id) == b"0":
            raise gone(sandbox_id)

    def summaries(self) -> list[SandboxSummary]:
        """List all sandboxes, see Control."""
        found = []
        for sandbox_id, values in self._access.run("list"):
            record = sandbox_record(values)
            found.append(SandboxSummary(sandbox_id.decode(), record.scenario, record.ttl_ms))
        return found

    def ttl_ms(self, sandbox_id: str) -> int | None:
        """Return how long the sandbox may idle, in milliseconds, or None if it never expires."""
        if sandbox_id == DEFAULT_ID:
            return None
        return self._access.load(sandbox_id).record.ttl_ms

    def route(self, presented: Presented) -> str:
        """Return the id of the sandbox that owns the cookie's session, see Backend."""
        if presented is None:
            return DEFAULT_ID
        named = named_sandbox(presented.sid)
        try:
            found: bytes = self._access.run("route", presented.sid, named)
        except StateUnavailableError:
            return named or DEFAULT_ID
        return found.decode()

    def owned(self, sandbox_id: str, sid: str) -> bool:
        """Whether a sandbox has this session."""
        found = self._access.find(sandbox_id, sid)
        return found.sandbox.view.live_session(sid, found.session, found.expires) is not None

    def known_view(self, sandbox_id: str) -> AccountsView:
        """Return a view of a sandbox at its start, as far as this process knows it."""
        record = new_record(self._digest, self._rules.scenario, self._access)
        return AccountsView(record, self._known_fixtures(sandbox_id), prefix_of(sandbox_id))

    def _known_fixtures(self, sandbox_id: str) -> Fixtures:
        digest = self._expected.get(sandbox_id, self._digest)
        return self._store.known(digest) or self._fixtures

    def _expects(self, sandbox: LoadedSandbox) -> bool:
        """Whether a sandbox was made from the fixtures that it was thought to be made from.

        Notes the right ones.
        """
        digest = sandbox.record.fixtures
        if self._expected.get(sandbox.id, self._digest) == digest:
            return True
        if sandbox.id == DEFAULT_ID:
            self._fixtures, self._digest = sandbox.fixtures, digest
        else:
            if len(self._expected) >= _MOST_EXPECTED:
                self._expected.clear()
            self._expected[sandbox.id] = digest
        return False

    def fresh_sid(self, sandbox_id: str) -> str:
        """Return an unused session id. With a seed, runs produce the same ids."""
        sandbox = self.get(sandbox_id)
        return f"{sandbox.prefix}{self._chance('sandboxes', 128):032x}"

    def login_sid(self, serial: int) -> str:
        """Return a session id of the form that the real server makes, for the n-th login."""
        bits = _LOGIN_SID_BYTES * 8
        if self._rules.seed is None:
            number = secrets.randbits(bits)
        else:
            number = random.Random(f"{self._rules.seed}:logins:{serial}").getrandbits(bits)
        return b64encode(number.to_bytes(_LOGIN_SID_BYTES, "big"), b"-_").decode("ascii")

    def _chance(self, purpose: str, bits: int) -> int:
        """Return a random number. With a seed, runs draw the same numbers."""
        if self._rules.seed is None:
            return secrets.randbits(bits)
        count = self._link.command("HINCRBY", self._link.key("server"), purpose, 1)
        return random.Random(f"{self._rules.seed}:{purpose}:{count}").getrandbits(bits)


_WAYS_OUT: Final = (
    "choose another --state-namespace, or stop all processes and remove it with animeloop-mock "
    "reset --state URL"
)


def named_sandbox(sid: str) -> str:
    """Return the sandbox that a session id names, or ''."""
    sandbox_id, separator, _ = sid.partition(SEPARATOR)
    return sandbox_id if separator else ""
