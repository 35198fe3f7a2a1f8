"""The two steps of each request in Redis."""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.api.page import Endpoint
from mockserver.api.service import Service
from mockserver.credentials.cookies import Presented, SignedValue
from mockserver.errors import NotFoundError, StateUnavailableError
from mockserver.faults.draw import Hit
from mockserver.fixtures.model import Fixtures
from mockserver.record.exchange import Exchange
from mockserver.sandbox.backend import (
    NO_CONTENT,
    Changes,
    CommitResult,
    Content,
    Preferences,
    Snapshot,
)
from mockserver.sandbox.redis.access import LoadedSandbox, Operations, gone
from mockserver.sandbox.redis.commits import (
    record_operations,
    state_operations,
)
from mockserver.sandbox.redis.coverage import field_of
from mockserver.sandbox.redis.link import RedisLink
from mockserver.sandbox.redis.sandboxes import RedisSandboxes, named_sandbox
from mockserver.sandbox.redis.snapshot import (
    BeginAnswer,
    RedisSnapshot,
    read_snapshot,
    remembered_email,
    unavailable,
)
from mockserver.sandbox.redis.view import prefix_of
from mockserver.sandbox.rules import DEFAULT_ID, Rules
from mockserver.sandbox.steps import reached, stops, why_over
from mockserver.state.model import LiveSession


class RedisRequests(RedisSandboxes):
    """What requests do with the sandboxes. Implements `Backend`.

    A request takes two scripts: one reads, and one writes if what was read still holds.
    """

    def __init__(
        self, link: RedisLink, fixtures: Fixtures, rules: Rules, max_sandboxes: int = 1000
    ) -> None:
        super().__init__(link, fixtures, rules, max_sandboxes)
        self._service = Service(rules.profile)

    def begin(  # noqa: PLR0917  what a request consists of
        self,
        endpoint: Endpoint,
        presented: Presented,
        prefer: Preferences,
        sandbox_id: str | None = None,
        content: Content = NO_CONTENT,
        again: Snapshot | None = None,
    ) -> Snapshot:
        """The read step of a request, see Backend. While Redis is away, its operations fail."""
        before = again if isinstance(again, RedisSnapshot) else None
        if before is None or not before.is_lost:
            try:
                return self._begin(endpoint, presented, prefer, sandbox_id, content, before)
            except StateUnavailableError:
                pass
        return self._unavailable(presented, prefer, sandbox_id)

    def _unavailable(
        self, presented: Presented, prefer: Preferences, sandbox_id: str | None
    ) -> RedisSnapshot:
        if sandbox_id is None:
            sandbox_id = "" if presented is None else named_sandbox(presented.sid)
            sandbox_id = sandbox_id or DEFAULT_ID
        if prefer.scenario is not None:
            self._choose(prefer.scenario, self._fixtures)
        view = self.known_view(sandbox_id)
        now_ms = self._rules.clock.now_ms()
        scenario = prefer.scenario or self._rules.scenario
        return unavailable(sandbox_id, view, now_ms, presented, scenario)

    def _begin(  # noqa: PLR0917  what a request consists of
        self,
        endpoint: Endpoint,
        presented: Presented,
        prefer: Preferences,
        sandbox_id: str | None,
        content: Content,
        before: RedisSnapshot | None,
    ) -> Snapshot:
        if before is not None:
            sandbox_id = before.sandbox_id
        while True:
            sandbox, found = self._read(endpoint, presented, sandbox_id, content)
            view = sandbox.view
            if before is not None and view.record.generation != before.generation:
                return before  # nothing will be written
            if prefer.scenario is not None:
                self._choose(prefer.scenario, view.fixtures)
            now_ms = view.record.now_ms(self._rules.clock.now_ms())
            snapshot = read_snapshot(
                sandbox.id, view, now_ms, presented, content, found,
                self._elsewhere(presented, sandbox_id, found),
            )  # fmt: skip
            if endpoint.opens_session:
                snapshot.session_email = remembered_email(snapshot)
                fresh = view.prefix + self.login_sid(found.serial)
                snapshot.fresh_sid = fresh if before is None else before.fresh_sid
            if prefer.code is not None:
                return snapshot
            if before is not None and before.was_delayed:
                snapshot.scenario, snapshot.is_active = before.scenario, before.is_active
                snapshot.hits, snapshot.was_delayed = before.hits, True
            elif not self._draw(snapshot, sandbox, endpoint, presented, prefer, content):
                continue
            _date_token(snapshot, endpoint)
            return snapshot

    def _read(
        self,
        endpoint: Endpoint,
        presented: Presented,
        sandbox_id: str | None,
        content: Content,
    ) -> tuple[LoadedSandbox, BeginAnswer]:
        """Read what a request may need. Returns its sandbox and the answer."""
        sid = "" if presented is None else presented.sid
        named = sandbox_id or named_sandbox(sid)
        serial = int(endpoint.opens_session and self._rules.seed is not None)
        while True:
            in_named, in_default = "", ""
            if sid and content.names is None:
                in_named = self._base_username(named, sid) if named else ""
                in_default = self._base_username(DEFAULT_ID, sid)
            answer = self._access.run(
                "begin", sandbox_id or "", named_sandbox(sid), sid, in_named, in_default,
                serial, int(content.names is not None), *(content.names or ()),
            )  # fmt: skip
            owner = answer[0].decode()
            if len(answer) == 1:
                raise gone(owner)
            found = BeginAnswer(*answer)
            sandbox = self._access.loaded(owner, found.state)
            # The script was told whose session it is by the fixtures that were expected.
            if self._expects(sandbox):
                return sandbox, found

    def _base_username(self, sandbox_id: str, sid: str) -> str:
        """Return the user of a session in the fixtures that a sandbox is expected to have."""
        prefix = prefix_of(sandbox_id)
        if not sid.startswith(prefix):
            return ""
        session = self._known_fixtures(sandbox_id).sessions.find(sid.removeprefix(prefix))
        return "" if session is None else session.username or ""

    def _elsewhere(
        self, presented: Presented, sandbox_id: str | None, found: BeginAnswer
    ) -> tuple[str, LiveSession] | None:
        """Return another sandbox that has the session, and the session."""
        if not found.other or presented is None or sandbox_id is None:
            return None
        name, values, stored, expires = found.other
        try:
            sandbox = self._access.loaded(name.decode(), values)
        except NotFoundError:
            return None
        session = sandbox.view.live_session(presented.sid, stored, expires)
        return None if session is None else (sandbox.id, session)

    def _draw(  # noqa: PLR0917  what a request consists of
        self,
        snapshot: RedisSnapshot,
        sandbox: LoadedSandbox,
        endpoint: Endpoint,
        presented: Presented,
        prefer: Preferences,
        content: Content,
    ) -> bool:
        """Draw the faults. Returns False if others have drawn meanwhile.

        The commit counts them, so that a request takes two steps. Hits that delay the request are
        counted at once.
        """
        user = snapshot.user
        own = prefer.scenario or (None if user is None else user.scenario)
        snapshot.scenario, snapshot.is_active = own or sandbox.record.scenario, own is None
        scenario = sandbox.fixtures.scenario(snapshot.scenario)
        if not sandbox.record.faults and not scenario.faults:
            return True
        faults = self._access.faults(sandbox)
        if not faults.active.may_hit(scenario):
            return True
        operations = reached(self._service, endpoint, presented, content, snapshot)
        snapshot.hits = faults.active.draw(
            scenario, endpoint, snapshot.username, snapshot.now_ms, operations
        )
        stored = faults.stored()
        if stored == faults.text:
            return True
        if not any(hit.delay_ms for hit in snapshot.hits):
            snapshot.drawn = faults
            return True
        counted = ["expect_faults", faults.text, "set", "faults", stored]
        status, _ = self._access.apply(snapshot.sandbox_id, counted, sandbox.record)
        return status != "STALE"

    def commit(self, snapshot: Snapshot, changes: Changes, exchange: Exchange) -> CommitResult:
        """The write step of a request, see Backend."""
        if not isinstance(snapshot, RedisSnapshot) or snapshot.is_away:
            return CommitResult.DONE
        if snapshot.drawn is None and any(hit.delay_ms for hit in snapshot.hits):
            snapshot.was_delayed = True
        operations = state_operations(changes, snapshot, self._rules)
        operations += record_operations(exchange, snapshot.sandbox_id, self._rules)
        try:
            status = self._committed(snapshot, operations, exchange)
        except StateUnavailableError:
            snapshot.is_lost = True
            return CommitResult.CONFLICT
        if status == "FULL":
            return CommitResult.FULL
        return CommitResult.CONFLICT if status in {"CONFLICT", "STALE"} else CommitResult.DONE

    def _committed(
        self, snapshot: RedisSnapshot, operations: Operations, exchange: Exchange
    ) -> str:
        record, covered = snapshot.view.record, field_of(exchange)
        status, _ = self._access.apply(snapshot.sandbox_id, operations, record, covered)
        if status == "FULL" and self.get(snapshot.sandbox_id).store.drop_expired():
            status, _ = self._access.apply(snapshot.sandbox_id, operations, record, covered)
        return status

    def record(self, sandbox_id: str, exchange: Exchange, presented: Presented = None) -> None:
        """Record a request that reached no endpoint, see Backend."""
        operations = record_operations(exchange, sandbox_id, self._rules)
        if isinstance(presented, SignedValue):
            operations += self._renewal(sandbox_id, presented)
        try:
            status, _ = self._access.apply(sandbox_id, operations)
        except StateUnavailableError:
            return
        if status == "GONE" and sandbox_id != DEFAULT_ID:
            raise gone(sandbox_id)

    def _renewal(self, sandbox_id: str, presented: SignedValue) -> Operations:
        """Return the operation that renews the session if its cookie proves it."""
        view = self.known_view(sandbox_id)
        by_secret = presented.verified_by(view.fixtures.session_secrets) is not None
        base = view.base_session(presented.sid)
        holds, ttl_ms, left_ms = by_secret, "", 0
        if base is not None:
            if base.signature is not None:
                holds = presented.matches(base.signature)
            if base.ttl_ms is not None:
                ttl_ms, left_ms = str(base.ttl_ms), base.expiry_ms(0)
        return [
            "renew", presented.sid, int(by_secret), presented.signature, int(holds), ttl_ms,
            left_ms,
        ]  # fmt: skip

    def why_gone(self, snapshot: Snapshot, hits: Sequence[Hit]) -> str | None:
        """Return why these faults no longer apply, see Backend."""
        try:
            self._notices.ensure()
            sandbox = self._access.load(snapshot.sandbox_id)
        except StateUnavailableError:
            return None
        except NotFoundError:
            return "the sandbox has gone"
        record, scenario = sandbox.record, snapshot.scenario
        if snapshot.generation != record.generation or scenario is None:
            return "the sandbox was reset or reloaded"
        now_ms = record.now_ms(self._rules.clock.now_ms())
        return why_over(
            self._access.faults(sandbox).active, hits, scenario, now_ms,
            must_be_active=snapshot.is_active, active=record.scenario,
        )  # fmt: skip


def _date_token(snapshot: RedisSnapshot, endpoint: Endpoint) -> None:
    """Set the date of the token that a request may issue. The commit checks that it is unique."""
    can_issue = endpoint.issues_token and snapshot.is_live and not stops(snapshot.hits)
    if can_issue and snapshot.user is not None:
        name, now_ms = snapshot.user.username, snapshot.now_ms
        snapshot.token_date_ms = snapshot.view.next_date(name, snapshot.last_date, now_ms)
