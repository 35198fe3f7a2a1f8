"""The backend in Redis: requests, users and sessions of all sandboxes of a namespace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockserver.api.page import Endpoint
from mockserver.api.service import Service
from mockserver.credentials.cookies import Malformed, Presented, SignedValue
from mockserver.errors import ConflictError, NotFoundError, StateUnavailableError
from mockserver.faults.capabilities import check_scenario
from mockserver.faults.draw import Hit, replaces_reply
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
    put_session,
    put_user,
    record_operations,
    seen_uid,
    state_operations,
)
from mockserver.sandbox.redis.coverage import field_of
from mockserver.sandbox.redis.link import RedisLink
from mockserver.sandbox.redis.sandboxes import RedisSandboxes, named_sandbox
from mockserver.sandbox.redis.snapshot import (
    RedisSnapshot,
    read_snapshot,
    remembered_email,
    unavailable,
)
from mockserver.sandbox.redis.view import AccountsView, prefix_of
from mockserver.sandbox.rules import DEFAULT_ID, Rules
from mockserver.sandbox.steps import reached
from mockserver.state.budget import no_room
from mockserver.state.memory_users import with_token
from mockserver.state.model import LiveSession, Session, User
from mockserver.state.operations import Operation
from mockserver.state.store import hidden_prefix
from mockserver.state.times import iso


class RedisBackend(RedisSandboxes):
    """All sandboxes, and what requests and the control plane do with them. Implements `Control`.

    A request takes two scripts: one reads, and one writes if what was read still holds. Raises the
    errors of RedisSandboxes.
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
            found = self._read(endpoint, presented, sandbox_id, content)
            owner, view = found[0], found[1]
            if before is not None and view.record.generation != before.generation:
                return before  # nothing will be written
            if prefer.scenario is not None:
                self._choose(prefer.scenario, view.fixtures)
            now_ms = view.record.now_ms(self._rules.clock.now_ms())
            snapshot = read_snapshot(
                owner, view, now_ms, presented, content, found[2],
                self._elsewhere(presented, sandbox_id, found[2]),
            )  # fmt: skip
            if endpoint.opens_session:
                snapshot.session_email = remembered_email(snapshot)
                snapshot.fresh_sid = view.prefix + self.login_sid(found[2][7])
                if before is not None:
                    snapshot.fresh_sid = before.fresh_sid
            if prefer.code is not None:
                return snapshot
            if before is not None and before.was_delayed:
                snapshot.scenario, snapshot.is_active = before.scenario, before.is_active
                snapshot.hits, snapshot.was_delayed = before.hits, True
            elif not self._draw(snapshot, endpoint, presented, prefer, content):
                continue
            can_issue = endpoint.issues_token and snapshot.is_live and not _stops(snapshot.hits)
            if can_issue and snapshot.user is not None:
                snapshot.token_date_ms = view.next_date(
                    snapshot.user.username, snapshot.last_date, now_ms
                )
            return snapshot

    def _read(
        self,
        endpoint: Endpoint,
        presented: Presented,
        sandbox_id: str | None,
        content: Content,
    ) -> tuple[str, AccountsView, Sequence[Any]]:
        """Read what a request may need. Returns its sandbox, a view of it and the answer."""
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
                if owner != DEFAULT_ID:
                    raise gone(owner)
                self._start()  # Redis has lost everything
                continue
            sandbox = self._access.loaded(owner, answer[1])
            # The script was told whose session it is by the fixtures that were expected.
            if self._expects(sandbox):
                return owner, sandbox.view, answer

    def _base_username(self, sandbox_id: str, sid: str) -> str:
        """Return the user of a session in the fixtures that a sandbox is expected to have."""
        prefix = prefix_of(sandbox_id)
        if not sid.startswith(prefix):
            return ""
        session = self._known_fixtures(sandbox_id).sessions.find(sid.removeprefix(prefix))
        return "" if session is None else session.username or ""

    def _elsewhere(
        self, presented: Presented, sandbox_id: str | None, answer: Sequence[Any]
    ) -> tuple[str, LiveSession] | None:
        """Return another sandbox that has the session, and the session."""
        other = answer[8]
        if not other or presented is None or sandbox_id is None:
            return None
        name, values, stored, expires = other
        try:
            sandbox = self._access.loaded(name.decode(), values)
        except NotFoundError:
            return None
        session = sandbox.view.live_session(presented.sid, stored, expires)
        return None if session is None else (sandbox.id, session)

    def _draw(  # noqa: PLR0917  what a request consists of
        self,
        snapshot: RedisSnapshot,
        endpoint: Endpoint,
        presented: Presented,
        prefer: Preferences,
        content: Content,
    ) -> bool:
        """Draw the faults. Returns False if others have drawn meanwhile.

        The commit counts them, so that a request takes two steps. Hits that delay the request are
        counted at once.
        """
        view, user = snapshot.view, snapshot.user
        assert view is not None
        own = prefer.scenario or (None if user is None else user.scenario)
        snapshot.scenario, snapshot.is_active = own or view.record.scenario, own is None
        scenario = view.fixtures.scenario(snapshot.scenario)
        if not view.record.faults and not scenario.faults:
            return True
        sandbox = LoadedSandbox(snapshot.sandbox_id, view.record, view.fixtures)
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
        snapshot.was_delayed = False
        status, _ = self._access.apply(snapshot.sandbox_id, counted, view.record)
        return status != "STALE"

    def commit(self, snapshot: Snapshot, changes: Changes, exchange: Exchange) -> CommitResult:
        """The write step of a request, see Backend."""
        assert isinstance(snapshot, RedisSnapshot)
        view = snapshot.view
        if view is None:
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
        view, covered = snapshot.view, field_of(exchange)
        assert view is not None
        status, _ = self._access.apply(snapshot.sandbox_id, operations, view.record, covered)
        if status == "FULL" and self.get(snapshot.sandbox_id).store.drop_expired():
            status, _ = self._access.apply(snapshot.sandbox_id, operations, view.record, covered)
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
        why = self._access.faults(sandbox).active.why_gone(hits, scenario, now_ms)
        of_scenario = any(hit.source == f"scenario {scenario}" for hit in hits)
        if why is None and of_scenario and snapshot.is_active and record.scenario != scenario:
            return f"scenario {scenario} is no longer active"
        return why

    def add_user(self, sandbox_id: str, user: User) -> bool:
        """Create or replace a user of a sandbox. Returns whether the user is new."""
        return self._put(sandbox_id, lambda: self._add_user(sandbox_id, user))

    def _add_user(self, sandbox_id: str, user: User) -> tuple[str, Sequence[Any], int]:
        found = self._access.find(sandbox_id, names=(user.username,))
        view, operations = found.sandbox.view, list[Any]()
        if user.issue_at_load:
            now_ms = view.record.now_ms(self._rules.clock.now_ms())
            date_ms = view.next_date(user.username, found.dates[0], now_ms)
            token = view.issuer.issue(user.uid, user.username, iso(date_ms))
            operations += ["expect", "dates", user.username, found.dates[0] or b""]
            operations += ["date", user.username, date_ms]
            user = with_token(user, token)
        if user.uid is not None:
            operations += seen_uid(user.uid, view)
        operations += put_user(user, view, is_bounded=True)
        status, answers = self._access.apply(sandbox_id, operations, view.record)
        return status, answers, -1

    def add_session(self, sandbox_id: str, session: Session) -> bool:
        """Create or replace a session of a sandbox. Returns whether the session is new.

        Raises ConflictError if another sandbox has a session with this id, see MemoryBackend.
        """
        self._refuse_foreign(sandbox_id, session.sid)
        return self._put(sandbox_id, lambda: self._add_session(sandbox_id, session))

    def _add_session(self, sandbox_id: str, session: Session) -> tuple[str, Sequence[Any], int]:
        sandbox, sid = self._access.load(sandbox_id), session.sid
        is_prefixed = sid.startswith(sandbox.view.prefix)  # then the prefix names the owner
        operations = ["disown" if is_prefixed else "own", sid]
        operations += put_session(session, sandbox.view)
        status, answers = self._access.apply(sandbox_id, operations, sandbox.record)
        return status, answers, 1

    def _put(self, sandbox_id: str, put: Any) -> bool:
        """Call `put` until it succeeds. Drops expired sessions if there is no room."""
        has_dropped = False
        while True:
            status, answers, at = put()
            if status == "GONE":
                raise gone(sandbox_id)
            if status == "DONE":
                return bool(answers[at])
            if status == "FULL":
                if has_dropped or not self.get(sandbox_id).store.drop_expired():
                    raise no_room(self._rules.state.max_bytes)
                has_dropped = True

    def _refuse_foreign(self, sandbox_id: str, sid: str) -> None:
        prefix = prefix_of(sandbox_id)
        hint = f"; {prefix}NAME is always this sandbox's own" if prefix else ""
        if any(sid.startswith(hidden_prefix(one)) for one in ("", prefix)):
            raise ConflictError(f"session id {sid!r} is reserved for cookies that must be refused")
        named = named_sandbox(sid)
        others = [named] if named and named != sandbox_id and self._exists(named) else []
        if others:
            raise ConflictError(f"session id {sid!r} belongs to sandbox {named!r}{hint}")
        default = self._access.load(DEFAULT_ID)
        owner = self._owner(sid)
        if sandbox_id != DEFAULT_ID and default.fixtures.sessions.find(sid) is not None:
            owner = DEFAULT_ID
        if owner not in {None, sandbox_id}:
            raise ConflictError(f"session {sid!r} belongs to sandbox {owner!r}{hint}")

    def _exists(self, sandbox_id: str) -> bool:
        state = self._link.key(sandbox_id, "state")
        return sandbox_id == DEFAULT_ID or bool(self._link.command("EXISTS", state))

    def _owner(self, sid: str) -> str | None:
        """Return the sandbox that has a session of this id, or None."""
        answer: bytes = self._access.run("route", sid, named_sandbox(sid))
        owner = answer.decode()
        return owner if self.owned(owner, sid) else None

    def remove_session(self, sandbox_id: str, sid: str) -> bool:
        """Remove a session of a sandbox. Returns whether it existed."""
        return self.get(sandbox_id).store.delete_session(sid)

    def reset(self, sandbox_id: str) -> None:
        """Return a sandbox to the state at its start, with the same session ids."""
        self.get(sandbox_id).reset()


def _stops(hits: Sequence[Hit]) -> bool:
    """Whether a hit ends the request before its last operation."""
    return replaces_reply(hits) or any(
        hit.fails and hit.operation is not Operation.SAVE_TOKEN for hit in hits
    )
