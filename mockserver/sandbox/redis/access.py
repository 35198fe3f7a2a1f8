"""Reads and changes one sandbox in Redis, each in one atomic step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final, TypeAlias

from msgspec import Struct

from mockserver.errors import NotFoundError, StateUnavailableError
from mockserver.fixtures.model import Fixtures
from mockserver.sandbox.redis.fault_records import LoadedFaults, load_faults
from mockserver.sandbox.redis.link import Argument, RedisLink, Script
from mockserver.sandbox.redis.records import FIELDS, PARTS, Raw, SandboxRecord, sandbox_record
from mockserver.sandbox.redis.sources import FixtureStore
from mockserver.sandbox.redis.token_lists import Holder, hints, holders
from mockserver.sandbox.redis.view import AccountsView, prefix_of
from mockserver.sandbox.rules import Rules
from mockserver.state.budget import no_room
from mockserver.state.clock import monotonic

Operations: TypeAlias = list[Argument]
"""Operations of the script `apply`, each followed by its arguments."""

SCRIPTS: Final = {
    name: Script(name, {"FIELDS": FIELDS, "PARTS": PARTS})
    for name in (
        "apply", "begin", "create", "delete", "get", "list", "log", "route", "start", "sweep",
        "trim",
    )
}  # fmt: skip


# What scripts return that find no state of the server, or no default sandbox. What they find has
# other forms: lists, or a text with zero bytes in it.
_LOST: Final = b"LOST"
# How long a request or a call tries to be faster than others.
MOST_CONTENDED_S: Final = 1.0


class LoadedSandbox(Struct, gc=False):
    """The record of a sandbox, with the fixtures that it was made from."""

    id: str
    record: SandboxRecord
    fixtures: Fixtures

    @property
    def view(self) -> AccountsView:
        """Its users and sessions."""
        return AccountsView(self.record, self.fixtures, prefix_of(self.id))


class FoundAccounts(Struct, gc=False):
    """A session, users with their last token dates, and who has tokens, as Redis has them."""

    sandbox: LoadedSandbox
    session: Raw
    expires: Raw
    users: Sequence[Raw]
    dates: Sequence[Raw]
    holders: Sequence[Holder] = ()


class Contention:
    """How long a call has tried to be faster than others."""

    def __init__(self, sandbox_id: str) -> None:
        self._sandbox_id = sandbox_id
        self._deadline = monotonic() + MOST_CONTENDED_S

    def check(self) -> None:
        """Raise StateUnavailableError if it was too long."""
        if monotonic() > self._deadline:
            raise StateUnavailableError(
                f"others have changed sandbox {self._sandbox_id!r} for {MOST_CONTENDED_S:g} s "
                "without a pause; try again"
            )


class Access:
    """Reads and changes sandboxes. Raises NotFoundError where a sandbox is gone.

    `restore` makes the server's state with the default sandbox again. It is called when Redis has
    lost them.
    """

    def __init__(self, link: RedisLink, rules: Rules, fixtures: FixtureStore) -> None:
        self.link = link
        self.rules = rules
        self.fixtures = fixtures
        self.restore: Callable[[], None] = lambda: None

    def run(self, name: str, *arguments: Argument) -> Any:
        """Run a script of this package. If Redis has lost the state, restore it once."""
        answer = self.link.run(SCRIPTS[name], *arguments)
        if answer != _LOST:
            return answer
        self.restore()
        answer = self.link.run(SCRIPTS[name], *arguments)
        if answer == _LOST:
            raise StateUnavailableError("Redis cannot be used: it loses what is written to it")
        return answer

    def load(self, sandbox_id: str) -> LoadedSandbox:
        """Read the record of a sandbox, which restarts its ttl."""
        return self.loaded(sandbox_id, self.run("get", sandbox_id))

    def loaded(self, sandbox_id: str, values: Raw) -> LoadedSandbox:
        """Return a sandbox from the values of its record."""
        if values is None:
            raise gone(sandbox_id)
        record = sandbox_record(values)
        return LoadedSandbox(sandbox_id, record, self.fixtures.get(record.fixtures))

    def faults(self, sandbox: LoadedSandbox) -> LoadedFaults:
        """Read the faults of a sandbox."""
        return load_faults(sandbox.record.faults, sandbox.fixtures, self.rules.seed)

    def find(self, sandbox_id: str, sid: str = "", names: Sequence[str] = ()) -> FoundAccounts:
        """Look up a session and users of a sandbox."""
        answer = self.run("begin", sandbox_id, "", sid, "", "", "", "names", *names)
        if len(answer) == 1:
            raise gone(sandbox_id)
        sandbox = self.loaded(sandbox_id, answer[1])
        return FoundAccounts(sandbox, answer[2], answer[3], answer[5], answer[6])

    def find_listed(self, sandbox_id: str, username: str, ids: Sequence[int]) -> FoundAccounts:
        """Look up a user of a sandbox, and who has the listed tokens of these ids."""
        expected = self.load(sandbox_id)
        while True:
            known = hints(ids, expected.fixtures)
            answer = self.run("begin", sandbox_id, "", "", "", "", "", "tokens", username, *known)
            if len(answer) == 1:
                raise gone(sandbox_id)
            sandbox = self.loaded(sandbox_id, answer[1])
            if sandbox.record.fixtures == expected.record.fixtures:
                found = holders(ids, answer[9])
                return FoundAccounts(sandbox, None, None, answer[5], answer[6], found)
            expected = sandbox

    def apply(
        self,
        sandbox_id: str,
        operations: Sequence[Argument],
        seen: SandboxRecord | None = None,
        covered: str = "",
    ) -> tuple[str, Sequence[Any]]:
        """Carry out operations. Returns the status and the answers of the script `apply`.

        They are refused or left out if the sandbox is no longer of the generation `seen`.
        """
        answers = self.run(
            "apply",
            sandbox_id,
            "" if seen is None else seen.generation,
            "" if seen is None else seen.resets,
            self.rules.clock.now_ms(),
            self.rules.state.max_bytes,
            covered,
            *operations,
        )
        status = answers[0].decode()
        if len(answers) > 1 and answers[-1] == 1:
            self._make_room()
        return status, answers[1:-1]

    def _make_room(self) -> None:
        """Evict entries of the largest logs, if the logs are over their budgets.

        What has been written before is not undone by a failure: the next one makes room.
        """
        budgets = {"journal": self.rules.journal, "outbox": self.rules.outbox}
        with suppress(StateUnavailableError):
            for part, budget in budgets.items():
                if budget is not None:
                    self.run("trim", part, budget.max_bytes)

    def edit(
        self, sandbox_id: str, change: Callable[[LoadedSandbox], Sequence[Argument]]
    ) -> Sequence[Any]:
        """Carry out the operations that `change` returns for the sandbox as it is.

        Asks `change` again if somebody else was faster. Returns the answers of the operations.
        Raises StateUnavailableError if somebody else always is.
        """
        contention = Contention(sandbox_id)
        while True:
            contention.check()
            sandbox = self.load(sandbox_id)
            status, answers = self.apply(sandbox_id, change(sandbox), sandbox.record)
            if status == "GONE":
                raise gone(sandbox_id)
            if status == "FULL":
                raise no_room(self.rules.state.max_bytes)
            if status == "DONE":
                return answers


def gone(sandbox_id: str) -> NotFoundError:
    """Return the error that says that there is no such sandbox."""
    return NotFoundError(f"there is no sandbox {sandbox_id!r}; it may have expired")
