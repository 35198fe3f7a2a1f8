"""Sequences of requests against a small model of the state; hostile requests against nothing."""

from __future__ import annotations

import tempfile
from pathlib import Path

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from mockserver.api.catalog import CODES
from tests.helpers.app import Mock
from tests.helpers.examples import examples
from tests.helpers.text import DOCUMENTED_TOKEN, GET, NEW, REVOKE, SHIPPED, cookie

pytestmark = pytest.mark.usefixtures("state_kind")

HOUR_MS = 3_600_000
FIXTURES = """
users:
  - {username: anna, uid: 1, token: first}
  - {username: ben, uid: 2}
sessions:
  - {sid: anna-1, username: anna, ttl: 1h}
  - {sid: anna-2, username: anna, ttl: 2h}
  - {sid: ben, username: ben, ttl: 3h}
"""
OWNERS = {"anna-1": "anna", "anna-2": "anna", "ben": "ben"}
TTL_MS = {"anna-1": HOUR_MS, "anna-2": 2 * HOUR_MS, "ben": 3 * HOUR_MS}
SIDS = st.sampled_from(sorted(OWNERS))
FAILING_WRITES = st.sampled_from(["", "db-write-error", "db-write-lost"])


class TokensAndSessions(RuleBasedStateMachine):
    """The model: a token for each user, a time of expiry for each session."""

    @initialize()
    def start(self) -> None:
        path = Path(tempfile.mkdtemp()) / "fixtures.yaml"
        path.write_text(FIXTURES)
        self.app = Mock(path)
        self.tokens: dict[str, str | None] = {"anna": "first", "ben": None}
        now = self.app.clock.now_ms()
        self.expires = {sid: now + ttl for sid, ttl in TTL_MS.items()}
        self.seen: set[str] = {"first"}

    def use(self, sid: str) -> bool:
        """Whether the session is alive; if so its ttl begins anew."""
        now = self.app.clock.now_ms()
        alive = now < self.expires[sid]
        if alive:
            self.expires[sid] = now + TTL_MS[sid]
        return alive

    @rule(sid=SIDS)
    def get(self, sid: str) -> None:
        answer = self.app.call(GET, cookie(sid))
        token = self.tokens[OWNERS[sid]]
        if not self.use(sid):
            assert answer.code == 1940103
        elif token is None:
            assert answer.code == 1340401
        else:
            assert (answer.code, answer.token) == (1320001, token)

    @rule(sid=SIDS, scenario=FAILING_WRITES)
    def issue(self, sid: str, scenario: str) -> None:
        answer = self.app.call(NEW, cookie(sid), prefer=f"scenario={scenario or 'normal'}")
        if not self.use(sid):
            assert answer.code == 1940103
        elif scenario:
            assert answer.code == 1950301
            if scenario == "db-write-lost":
                self.tokens[OWNERS[sid]] = self.app.call(GET, cookie(sid)).token
        else:
            assert answer.code == 1320002
            assert answer.token not in self.seen
            self.seen.add(answer.token)
            self.tokens[OWNERS[sid]] = answer.token

    @rule(sid=SIDS, scenario=FAILING_WRITES)
    def revoke(self, sid: str, scenario: str) -> None:
        answer = self.app.call(REVOKE, cookie(sid), prefer=f"scenario={scenario or 'normal'}")
        if not self.use(sid):
            assert answer.code == 1940103
            return
        assert answer.code == (1950301 if scenario else 1320003)
        if scenario != "db-write-error":
            self.tokens[OWNERS[sid]] = None

    @rule(path=st.sampled_from([GET, NEW, REVOKE]), sid=SIDS)
    def ask_without_effect(self, path: str, sid: str) -> None:
        assert self.app.call(path, cookie(sid, "wrong secret")).code == 1940102
        assert self.app.call(path, cookie("unknown")).code == 1940103
        assert self.app.call(path, cookie(sid), prefer="code=1950301").code == 1950301

    @rule(path=st.sampled_from([GET, "/auth/nothing"]), sid=SIDS)
    def ask_what_is_no_endpoint(self, path: str, sid: str) -> None:
        assert self.app.call(path, cookie(sid), "PUT").status == 400
        self.use(sid)

    @rule(ms=st.integers(1, 2 * HOUR_MS))
    def time_passes(self, ms: int) -> None:
        self.app.clock.advance(ms)

    @invariant()
    def issued_tokens_name_their_user(self) -> None:
        for username, token in self.tokens.items():
            if token is not None and token != "first":
                claims = jwt.decode(token, options={"verify_signature": False})
                assert claims["username"] == username


@pytest.mark.hypothesis
def test_tokens_and_sessions_are_what_the_requests_have_left(state_kind: str) -> None:
    tried = examples(1000 if state_kind == "memory" else 200)
    run_state_machine_as_test(TokensAndSessions, settings=settings(max_examples=tried))


DOCUMENTED_CODES = {code.number for code in CODES}
SHIPPED_APP = Mock(SHIPPED)
HEADER_TEXT = st.text(
    alphabet=st.characters(max_codepoint=255, exclude_characters="\r\n\x00"), max_size=200
)


@given(
    st.sampled_from([GET, NEW, REVOKE, "/", "/auth/token/x"]),
    st.sampled_from(["POST", "GET", "HEAD", "OPTIONS", "DELETE"]),
    st.one_of(
        HEADER_TEXT,
        HEADER_TEXT.map(lambda text: "animeloop.auth.sid=" + text),
        HEADER_TEXT.map(lambda text: "animeloop.auth.sid=s%3A" + text),
        st.text(min_size=1).map(cookie),
    ),
    st.one_of(st.none(), HEADER_TEXT),
    st.one_of(st.none(), HEADER_TEXT),
)
def test_any_headers_get_a_documented_reply_or_a_400(
    path: str, method: str, header: str, prefer: str | None, origin: str | None
) -> None:
    headers = {"prefer": prefer, "origin": origin}
    sent = {name: value for name, value in headers.items() if value is not None}
    answer = SHIPPED_APP.call(path, header, method, **sent)
    assert answer.status in (200, 400)
    if answer.status == 200:
        assert answer.code in DOCUMENTED_CODES
    assert SHIPPED_APP.why
    assert SHIPPED_APP.call(GET, None, prefer="code=1320001").token == DOCUMENTED_TOKEN
