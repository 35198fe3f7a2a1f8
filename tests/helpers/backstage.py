"""A backend in memory, and requests to it step by step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mockserver.api.page import Endpoint
from mockserver.api.profiles import DOCUMENTED, Profile
from mockserver.api.service import Service
from mockserver.api.trace import Trace
from mockserver.api.values import Json
from mockserver.credentials import cookies
from mockserver.fixtures import load_fixtures
from mockserver.record.bounded_log import LogBudget
from mockserver.record.exchange import Exchange
from mockserver.record.journal import Entry
from mockserver.sandbox.backend import NO_PREFERENCES, CommitResult, Content, Snapshot
from mockserver.sandbox.decide import Decider
from mockserver.sandbox.memory import MemoryBackend
from mockserver.sandbox.rules import Rules
from mockserver.state.memory import MemoryStore
from mockserver.state.waits import Delays, Wait
from tests.helpers.app import ManualClock
from tests.helpers.text import cookie

REGISTRATION: dict[str, Any] = {
    "username": "kyon777", "password": "haruhi", "email": "k@example.org",
    "g-recaptcha-response": "ok",
}  # fmt: skip
LOGIN: dict[str, Any] = {"username": "anna", "password": "haruhi", "g-recaptcha-response": "ok"}
HOUR_MS = 3_600_000
FIXTURES = """
users:
  - {username: anna, uid: 1, email: a@example.org, password: haruhi, verified: false}
  - {username: ben}
sessions: [{sid: a, username: anna, ttl: 30h}]
"""


class Backstage:
    """A backend, and requests to it step by step."""

    def __init__(self, tmp_path: Path, profile: Profile = DOCUMENTED) -> None:
        path = tmp_path / "fixtures.yaml"
        path.write_text(FIXTURES)
        self.clock = ManualClock()
        self.fixtures = load_fixtures(path)
        rules = Rules(self.clock, profile, journal=LogBudget(1000))
        self.backend = MemoryBackend(self.fixtures, rules)
        self.pauses: list[float] = []
        self.decider = Decider(self.backend, Service(profile), Delays(self._pause))

    def _pause(self, wait: Wait, seconds: float) -> None:
        self.pauses.append(seconds)
        wait.end("")

    @property
    def entries(self) -> list[Entry]:
        assert self.backend.default.journal is not None
        return list(self.backend.default.journal)

    @property
    def codes(self) -> list[int | None]:
        """The codes in the journal."""
        return [entry.exchange.code for entry in self.entries]

    @property
    def store(self) -> MemoryStore:
        return self.backend.default.store

    def request(
        self, endpoint: Endpoint, sid: str | None = "a", sandbox: str | None = None, **fields: Json
    ) -> Begun:
        header = None if sid is None else cookie(sid)
        return Begun(self, endpoint, cookies.presented(header), sandbox, fields)


class Begun:
    """One request, begun and not yet committed."""

    def __init__(
        self,
        bench: Backstage,
        endpoint: Endpoint,
        presented: cookies.Presented,
        sandbox: str | None,
        fields: dict[str, Json],
    ) -> None:
        self.bench, self.endpoint, self.presented = bench, endpoint, presented
        names = bench.decider.service.named_users(endpoint, fields)
        self.content = Content(fields, names)
        self.snapshot = self._begin(sandbox)

    def _begin(self, sandbox: str | None, again: Snapshot | None = None) -> Snapshot:
        return self.bench.backend.begin(
            self.endpoint, self.presented, NO_PREFERENCES, sandbox, self.content, again
        )

    def commit(self, before: CommitResult = CommitResult.DONE) -> tuple[CommitResult, int]:
        """Decide and commit it. Returns the verdict and the code of its reply."""
        outcome, changes = self.bench.decider.decide(
            self.snapshot, self.endpoint, self.presented, NO_PREFERENCES, Trace(), self.content,
            before,
        )  # fmt: skip
        assert outcome.reply is not None
        code = outcome.reply.code
        exchange = Exchange("POST", "/", 200, code.number, self.endpoint, outcome)
        return self.bench.backend.commit(self.snapshot, changes, exchange), code.number

    def again(self) -> None:
        """Begin anew, after a conflict."""
        self.snapshot = self._begin(None, self.snapshot)

    def finish(self) -> int:
        """Decide it until it is committed. Returns the code of its reply."""
        verdict, code = self.commit()
        while verdict is not CommitResult.DONE:
            self.again()
            verdict, code = self.commit(verdict)
        return code
