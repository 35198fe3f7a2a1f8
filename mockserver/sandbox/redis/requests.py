"""The two steps of each request in Redis."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

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
from mockserver.sandbox.redis.access import (
    MOST_CONTENDED_S,
    Contention,
    LoadedSandbox,
    Operations,
    gone,
)
from mockserver.sandbox.redis.commits import (
    counting,
    record_operations,
    state_operations,
)
from mockserver.sandbox.redis.coverage import field_of
from mockserver.sandbox.redis.link import Argument, RedisLink
from mockserver.sandbox.redis.sandboxes import RedisSandboxes, named_sandbox
from mockserver.sandbox.redis.snapshot import (
    BeginAnswer,
    RedisSnapshot,
    read_snapshot,
    remembered_email,
    unavailable,
)
from mockserver.sandbox.redis.token_lists import hints, holders, next_id
from mockserver.sandbox.redis.view import prefix_of
from mockserver.sandbox.rules import DEFAULT_ID, Rules
from mockserver.sandbox.steps import reached, stops, why_over
from mockserver.state.clock import monotonic
from mockserver.state.model import LiveSession

_log: Final = logging.getLogger("animeloop_mock")


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
        snapshot = self._unavailable(presented, prefer, sandbox_id)
        if before is not None:
            snapshot.sandbox_id, snapshot.is_contended = before.sandbox_id, before.is_contended
        return snapshot

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
        contention: Contention | None = None
        while True:
            sandbox, found = self._read(endpoint, presented, sandbox_id, content, before)
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
            snapshot.contended_s = None if before is None else before.contended_s
            if found.holders:
                removed = self._service.removed_tokens(endpoint, content.fields)
                snapshot.holders = holders(removed, found.holders)
            if endpoint.opens_session:
                snapshot.session_email = remembered_email(snapshot)
                fresh = view.prefix + self.login_sid(found.serial)
                snapshot.fresh_sid = fresh if before is None else before.fresh_sid
            if prefer.code is not None:
                return snapshot
            if before is not None and before.was_delayed:
                snapshot.scenario, snapshot.is_active = before.scenario, before.is_active
                snapshot.hits, snapshot.was_delayed = before.hits, True
            else:
                self._draw(snapshot, sandbox, endpoint, presented, prefer, content)
            self._reserve(snapshot, endpoint, content, found, before)
            if snapshot.was_delayed or self._counts_now(snapshot):
                return snapshot
            contention = contention or Contention(sandbox.id)
            contention.check()

    def _read(
        self,
        endpoint: Endpoint,
        presented: Presented,
        sandbox_id: str | None,
        content: Content,
        before: RedisSnapshot | None,
    ) -> tuple[LoadedSandbox, BeginAnswer]:
        """Read what a request may need. Returns its sandbox and the answer."""
        sid = "" if presented is None else presented.sid
        named = sandbox_id or named_sandbox(sid)
        serial = int(endpoint.opens_session and self._rules.seed is not None)
        removed = self._service.removed_tokens(endpoint, content.fields)
        expected = self._known_fixtures(named or DEFAULT_ID) if removed else self._fixtures
        while True:
            in_named, in_default = "", ""
            if sid and content.names is None:
                in_named = self._base_username(named, sid) if named else ""
                in_default = self._base_username(DEFAULT_ID, sid)
            lookup: Sequence[Argument] = ("",)
            if content.names is not None:
                lookup = ("names", *content.names)
            elif removed:
                lookup = ("tokens", "", *hints(removed, expected))
            elif before is not None and before.token_id >= 0:
                lookup = _reservation(before)
            answer = self._access.run(
                "begin", sandbox_id or "", named_sandbox(sid), sid, in_named, in_default,
                serial, *lookup,
            )  # fmt: skip
            owner = answer[0].decode()
            if len(answer) == 1:
                raise gone(owner)
            found = BeginAnswer(*answer)
            sandbox = self._access.loaded(owner, found.state)
            # The script was told whose session it is by the fixtures that were expected.
            is_expected = self._expects(sandbox)
            if removed and sandbox.fixtures is not expected:
                expected = sandbox.fixtures
            elif is_expected:
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
    ) -> None:
        """Draw the faults. The commit counts them, so that a request takes two steps."""
        user = snapshot.user
        own = prefer.scenario or (None if user is None else user.scenario)
        snapshot.scenario, snapshot.is_active = own or sandbox.record.scenario, own is None
        scenario = sandbox.fixtures.scenario(snapshot.scenario)
        if not sandbox.record.faults and not scenario.faults:
            return
        faults = self._access.faults(sandbox)
        if not faults.active.may_hit(scenario):
            return
        operations = reached(self._service, endpoint, presented, content, snapshot)
        snapshot.hits = faults.active.draw(
            scenario, endpoint, snapshot.username, snapshot.now_ms, operations
        )
        if faults.stored() != faults.text:
            snapshot.drawn = faults

    def _reserve(
        self,
        snapshot: RedisSnapshot,
        endpoint: Endpoint,
        content: Content,
        found: BeginAnswer,
        before: RedisSnapshot | None,
    ) -> None:
        """Set date and id of the token that a request may issue.

        The commit checks that they are unique. If it fails for the id, the next read step takes
        one, so that many requests at once do not take it from each other again and again.
        """
        can_issue = endpoint.issues_token and snapshot.is_live and not stops(snapshot.hits)
        if not can_issue or snapshot.user is None:
            return
        view, name, now_ms = snapshot.view, snapshot.user.username, snapshot.now_ms
        snapshot.token_date_ms = view.next_date(name, snapshot.last_date, now_ms)
        if self._service.numbers_token(endpoint, content.fields):
            snapshot.has_id = before is not None and before.token_id >= 0
            snapshot.token_id = int(found.serial) if snapshot.has_id else next_id(view)

    def _counts_now(self, snapshot: RedisSnapshot) -> bool:
        """Count hits that delay the request before the delay, and note its id.

        Returns False if others were faster, so that the request must be read again.
        """
        if not any(hit.delay_ms for hit in snapshot.hits):
            return True
        operations = counting(snapshot)
        if not operations:
            return True
        record = snapshot.view.record
        status, _ = self._access.apply(snapshot.sandbox_id, operations, record)
        snapshot.drawn, snapshot.has_id = None, True
        return status not in {"STALE", "CONFLICT"}

    def commit(self, snapshot: Snapshot, changes: Changes, exchange: Exchange) -> CommitResult:
        """The write step of a request, see Backend."""
        if not isinstance(snapshot, RedisSnapshot):
            return CommitResult.DONE
        if snapshot.is_away:
            if snapshot.is_contended:
                self._record_given_up(snapshot, exchange)
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
        if status not in {"CONFLICT", "STALE"}:
            return CommitResult.DONE
        if snapshot.contended_s is None:
            snapshot.contended_s = monotonic()
        elif monotonic() - snapshot.contended_s > MOST_CONTENDED_S:
            _log.warning(
                "others changed the same user, session or fault for %g s; a request gets the reply "
                "to a database error", MOST_CONTENDED_S,
            )  # fmt: skip
            snapshot.is_lost = snapshot.is_contended = True
        return CommitResult.CONFLICT

    def _record_given_up(self, snapshot: RedisSnapshot, exchange: Exchange) -> None:
        """Record a request that gave way to others, although Redis is well."""
        operations = record_operations(exchange, snapshot.sandbox_id, self._rules)
        with suppress(StateUnavailableError):
            self._access.apply(snapshot.sandbox_id, operations, covered=field_of(exchange))

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
            self._leases.hold(snapshot.sandbox_id)
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


def _reservation(before: RedisSnapshot) -> Sequence[Argument]:
    """Return what lets the script `begin` take an id for a token, in the generation of before."""
    taken = before.token_id if before.has_id else ""
    return ("id", before.generation, before.view.tokens.first_free, taken)
