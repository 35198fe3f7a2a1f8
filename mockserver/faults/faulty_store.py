"""Carries out the faults of a request, hidden behind the store that the request uses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from mockserver.api.trace import DurationFact, Step, Trace
from mockserver.errors import StoreUnavailableError
from mockserver.faults.draw import Hit, breaking
from mockserver.faults.model import Wire
from mockserver.state.model import LiveSession, Session, User, UserEdits, UserToken
from mockserver.state.operations import Operation
from mockserver.state.store import Store

Delay: TypeAlias = Callable[[float, Sequence[Hit]], str | None]
"""Waits for so many seconds because of these hits. Returns why it ended early, or None."""


class Strikes:
    """Carries out the hits of one request, each at its operation."""

    def __init__(self, hits: Sequence[Hit], trace: Trace, delay: Delay) -> None:
        self._hits = hits
        self._trace = trace
        self._delay = delay

    def at(self, operation: Operation) -> Sequence[Hit]:
        """Delay the operation as its hits demand. Returns all hits at this operation."""
        here = [hit for hit in self._hits if hit.operation is operation]
        delaying = [hit for hit in here if hit.delay_ms]
        for hit in delaying:
            duration = DurationFact(hit.delay_ms)
            self._trace.add(Step.DELAYED, hit.place, operation.value, duration)
        if delaying:
            why = self._delay(sum(hit.delay_ms for hit in delaying) / 1000, delaying)
            if why is not None:
                self._trace.add(Step.WOKEN, why)
        return here

    def fails(self, operation: Operation) -> bool:
        """Delay an operation. Returns whether a hit makes it fail."""
        failing = [hit for hit in self.at(operation) if hit.fails]
        if failing:
            self._trace.add(Step.FAILED, failing[0].place, operation.value)
        return bool(failing)

    def read(self, operation: Operation) -> None:
        """Delay a read or a service. Raises StoreUnavailableError if a hit makes it fail."""
        if self.fails(operation):
            raise StoreUnavailableError(operation.value)

    def lets_through(self, operation: Operation) -> tuple[bool, bool]:
        """Delay a write. Returns whether it is carried out, and whether it fails.

        A write that fails is carried out only if all failing hits are `after_commit`.
        """
        failing = [hit for hit in self.at(operation) if hit.fails]
        stored = all(hit.after_commit for hit in failing)
        if failing:
            step = Step.FAILED_AFTER_COMMIT if stored else Step.FAILED
            self._trace.add(step, failing[0].place, operation.value)
        return stored, bool(failing)

    def write(self, operation: Operation, commit: Callable[[], object]) -> None:
        """Delay a write, then carry it out with `commit` if the hits let it through.

        Raises StoreUnavailableError if a hit makes it fail.
        """
        stored, fails = self.lets_through(operation)
        if stored:
            commit()
        if fails:
            raise StoreUnavailableError(operation.value)

    def wire(self) -> Wire | None:
        """Delay the request, and return the wire fault that hits it, or None."""
        broken = breaking(self.at(Operation.REQUEST))
        if broken is None or broken.wire is None:
            return None
        self._trace.add(Step.BROKEN, broken.place, broken.wire.value)
        return broken.wire


class Probe(Strikes):
    """Strikes nothing, and notes the operations that a request reaches, in order."""

    def __init__(self) -> None:
        super().__init__((), Trace(), lambda _seconds, _hits: None)
        self.operations: list[Operation] = []

    def at(self, operation: Operation) -> Sequence[Hit]:
        self.operations.append(operation)
        return ()


class FaultyStore:
    """A store whose operations are hit by faults. Its interface is that of any other store."""

    def __init__(self, store: Store, strikes: Strikes) -> None:
        self._store = store
        self._strikes = strikes
        self.session_email = store.session_email
        self.fresh_sid = store.fresh_sid
        self.token_date = store.token_date
        self.token_id = store.token_id
        self.end_session = store.end_session

    def load_session(self) -> LiveSession | None:
        self._strikes.read(Operation.SESSION_STORE)
        return self._store.load_session()

    def save_session(self, session: Session) -> bool:
        # The server's session library does not tell the application that a save has failed.
        stored, _ = self._strikes.lets_through(Operation.SAVE_SESSION)
        return stored and self._store.save_session(session)

    def find_user(self) -> User | None:
        self._strikes.read(Operation.FIND_USER)
        return self._store.find_user()

    def add_user(self, user: User) -> None:
        self._strikes.write(Operation.SAVE_USER, lambda: self._store.add_user(user))

    def set_verified(self) -> User | None:
        self._strikes.write(Operation.SAVE_USER, self._store.set_verified)
        return self._store.set_verified()

    def save_token(self, token: str | None) -> None:
        self._strikes.write(Operation.SAVE_TOKEN, lambda: self._store.save_token(token))

    def find_tokens(self) -> tuple[UserToken, ...]:
        self._strikes.read(Operation.FIND_TOKEN)
        return self._store.find_tokens()

    def add_token(self, token: UserToken) -> None:
        self._strikes.write(Operation.SAVE_TOKEN, lambda: self._store.add_token(token))

    def remove_tokens(self, ids: tuple[int, ...]) -> None:
        self._strikes.write(Operation.SAVE_TOKEN, lambda: self._store.remove_tokens(ids))

    def edit_user(self, edits: UserEdits) -> None:
        self._strikes.write(Operation.SAVE_USER, lambda: self._store.edit_user(edits))

    def passes_recaptcha(self, value: str) -> bool:
        self._strikes.read(Operation.RECAPTCHA)
        return self._store.passes_recaptcha(value)

    def send_mail(self, user: User, refusal: str | None = None) -> str | None:
        try:
            self._strikes.read(Operation.SEND_MAIL)
        except StoreUnavailableError:
            self._store.send_mail(user, "the mail server is unavailable")
            raise
        return self._store.send_mail(user, refusal)
