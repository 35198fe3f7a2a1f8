"""One sandbox in memory: its state, and the two steps of each request."""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.api.page import Endpoint
from mockserver.credentials.cookies import Presented
from mockserver.faults.draw import Hit
from mockserver.record.exchange import Exchange
from mockserver.sandbox.backend import (
    NO_CONTENT,
    Changes,
    CommitResult,
    Content,
    Preferences,
    Snapshot,
)
from mockserver.sandbox.sandbox_state import SandboxState
from mockserver.sandbox.steps import (
    reached,
    read_cookie,
    read_email,
    read_user,
    stops,
    why_over,
    write,
)
from mockserver.state.model import LiveSession


class Sandbox(SandboxState):
    """One isolated sandbox. Thread-safe."""

    __slots__ = ()

    def begin(  # noqa: PLR0917  what a request consists of
        self,
        endpoint: Endpoint,
        presented: Presented,
        prefer: Preferences,
        elsewhere: tuple[str, LiveSession] | None = None,
        content: Content = NO_CONTENT,
        again: Snapshot | None = None,
        fresh_sid: str = "",
    ) -> Snapshot:
        """The read step of a request.

        `elsewhere` is another sandbox that has the session: its id and the session. `again` is an
        earlier snapshot of the request. `fresh_sid` is an unused session id.
        """
        with self._lock:
            contents, now_ms = self._contents, self.clock.now_ms()
            if again is not None and again.generation != contents.generation:
                return again  # nothing will be written
            store, fixtures = contents.store, contents.fixtures
            if prefer.scenario is not None:
                self._choose(prefer.scenario, fixtures)
            with store.lock:  # the control plane writes without the sandbox's lock
                cookie = read_cookie(presented, elsewhere, store, fixtures.session_secrets)
                username, user = read_user(cookie, content, store)
                email = read_email(cookie, store) if endpoint.opens_session else None
            snapshot = Snapshot(
                self.id,
                contents.generation,
                self._resets,
                now_ms,
                cookie.proof,
                cookie.sid,
                None if elsewhere is None else elsewhere[0],
                cookie.session,
                cookie.proves_live_session(now_ms),
                email,
                username,
                user,
                recaptcha=fixtures.recaptcha,
                cookie_secret=fixtures.session_secrets[0],
                jwt_secret=fixtures.jwt_secret,
                fresh_sid=fresh_sid,
            )
            if prefer.code is not None:
                return snapshot
            if again is None:
                own = prefer.scenario or (None if user is None else user.scenario)
                snapshot.scenario, snapshot.is_active = own or self._scenario, own is None
                scenario = fixtures.scenario(snapshot.scenario)
                if contents.faults.may_hit(scenario):
                    operations = reached(self._service, endpoint, presented, content, snapshot)
                    snapshot.hits = contents.faults.draw(
                        scenario, endpoint, username, now_ms, operations
                    )
            else:
                snapshot.scenario, snapshot.is_active = again.scenario, again.is_active
                snapshot.hits, snapshot.was_delayed = again.hits, True
            can_issue = endpoint.issues_token and snapshot.is_live and not stops(snapshot.hits)
            if can_issue and user is not None:
                snapshot.token_date_ms = store.next_token_date(user.username)
                if self._service.numbers_token(endpoint, content.fields):
                    # A save that fails uses its id up, as in the server's database.
                    again_id = -1 if again is None else again.token_id
                    is_free = again_id >= 0 and store.token_owner(again_id) is None
                    snapshot.token_id = again_id if is_free else store.take_token_id()
            return snapshot

    def commit(self, snapshot: Snapshot, changes: Changes, exchange: Exchange) -> CommitResult:
        """The write step of a request. Writes nothing if the sandbox was reset meanwhile."""
        with self._lock:
            if snapshot.resets == self._resets:
                if snapshot.generation == self._contents.generation:
                    result = self._write(snapshot, changes)
                    if result is not CommitResult.DONE:
                        return result
                self._record(exchange)
        covered = exchange.covered
        if covered is not None:
            self.coverage.whole.count(*covered)
        return CommitResult.DONE

    def _write(self, snapshot: Snapshot, changes: Changes) -> CommitResult:
        store = self._contents.store
        if changes.depends_on_snapshot:
            result = write(changes, snapshot, store)
            if result is not CommitResult.DONE:
                return result
        if changes.touched and snapshot.session is not None:
            store.touch_session(snapshot.session.session, self.clock.now_ms())
        if changes.verifies and snapshot.user is not None:
            store.set_verified(snapshot.user.username)
        for mail in changes.mails:
            self.outbox.record(mail)
        return CommitResult.DONE

    def record(self, exchange: Exchange, presented: Presented = None) -> None:
        """Record a request that reached no endpoint, before its reply is sent.

        Its cookie renews the session, as the real server's session library runs before its router.
        """
        with self._lock:
            if presented is not None:
                contents, now_ms = self._contents, self.clock.now_ms()
                secrets = contents.fixtures.session_secrets
                cookie = read_cookie(presented, None, contents.store, secrets)
                if cookie.session is not None and cookie.proves_live_session(now_ms):
                    contents.store.touch_session(cookie.session.session, now_ms)
            self._record(exchange)

    def _record(self, exchange: Exchange) -> None:
        covered = exchange.covered
        if covered is not None:
            self.coverage.count(*covered)
        if self.journal is not None:
            self.journal.record(exchange)

    def why_gone(self, snapshot: Snapshot, hits: Sequence[Hit]) -> str | None:
        """Return why these faults no longer apply, or None if they do."""
        with self._lock:
            contents, scenario = self._contents, snapshot.scenario
            if self._closed:
                return "the sandbox has gone"
            if snapshot.generation != contents.generation or scenario is None:
                return "the sandbox was reset or reloaded"
            return why_over(
                contents.faults, hits, scenario, self.clock.now_ms(),
                must_be_active=snapshot.is_active, active=self._scenario,
            )  # fmt: skip
