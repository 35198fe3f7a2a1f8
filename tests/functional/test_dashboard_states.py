"""Profile `dashboard` answers the same with its state in memory and in Redis."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from soak.redis_server import RedisServer
from tests.helpers.app import Mock
from tests.helpers.examples import examples
from tests.helpers.text import GET, NEW, REVOKE, cookie

FIXTURES = """
users:
  - {username: haruhi, uid: 1, password: suzumiya1, token: issue,
     tokens: [{name: one, token: T-0}, {token: issue}, {name: null, token: issue}]}
  - {username: "kyon-{n}", uid: 10, repeat: 4, without: [3],
     tokens: [{name: a, token: issue}, {token: same}]}
  - {username: late, uid: 9, email: l@sos.jp, tokens: [{id: 40, token: T-40}]}
sessions:
  - {sid: haruhi, username: haruhi}
  - {sid: kyon1, username: kyon-1}
  - {sid: kyon4, username: kyon-4}
  - {sid: late, username: late}
"""
SIDS = ("haruhi", "kyon1", "kyon4", "late")
NAMES = ("haruhi", "kyon-1", "kyon-3", "kyon-4", "late", "fresh")
_namespaces = count(1)

SID, NAME = st.sampled_from(SIDS), st.sampled_from(NAMES)
ID = st.sampled_from([0, 1, 2, 3, 4, 8, 9, 10, 40, 41, 42, 43, 50])
LISTED = st.fixed_dictionaries(
    {"token": st.sampled_from(["issue", "mine"])},
    optional={"id": ID, "name": st.sampled_from(["x", None])},
)
STEP = st.one_of(
    st.tuples(st.just("new"), SID, st.sampled_from(['{"name": "x"}', "{}", '{"name": {}}'])),
    st.tuples(st.just("revoke"), SID, st.lists(ID, min_size=1, max_size=3)),
    st.tuples(st.just("fail"), st.sampled_from(["save_token", "find_user"])),
    st.tuples(st.just("edit"), SID, st.sampled_from(["a@b.co", "late@sos.jp"])),
    st.tuples(st.just("put_user"), NAME, st.lists(LISTED, max_size=3), st.booleans()),
    st.tuples(st.just("put_token"), NAME, ID, st.sampled_from(["issue", "mine"])),
    st.tuples(st.just("delete_token"), NAME, ID),
    st.tuples(st.just("delete_user"), NAME),
    st.tuples(st.just("reset")),
)  # fmt: skip


def carry_out(mock: Mock, step: tuple[Any, ...]) -> object:
    """Carry out a step. Returns what the mock answers."""
    match step:
        case ("new", sid, body):
            return sent(mock, NEW, sid, body)
        case ("revoke", sid, ids):
            return sent(mock, REVOKE, sid, f'{{"id": {ids}}}'), mock.why
        case ("edit", sid, email):
            body = f'{{"email": "{email}", "newPassword": ""}}'
            return sent(mock, "/profile/update-userinfo", sid, body)
        case _:
            answer = mock.admin(*call_of(step))
            return answer.status, answer.text


def sent(mock: Mock, path: str, sid: str, body: str) -> str:
    return mock.call(path, cookie(sid), body=body, Content_Type="application/json").text


def call_of(step: tuple[Any, ...]) -> tuple[str, str, object]:
    """The call of the control plane that a step is."""
    match step:
        case ("fail", operation):
            return "POST", "/faults", {"operation": operation, "error": "database", "times": 1}
        case ("put_user", name, tokens, issues):
            body = {"uid": 5, "tokens": tokens, "token": "issue" if issues else None}
            return "PUT", f"/users/{name}", body
        case ("put_token", name, token_id, token):
            return "PUT", f"/users/{name}/tokens/{token_id}", {"token": token}
        case ("delete_token", name, token_id):
            return "DELETE", f"/users/{name}/tokens/{token_id}", None
        case ("delete_user", name):
            return "DELETE", f"/users/{name}", None
        case _:
            return "POST", "/reset", None


def state(mock: Mock) -> list[object]:
    """All that clients and the control plane see of the lists."""
    lists = [mock.call(GET, cookie(sid), "GET").text for sid in SIDS]
    users = mock.admin("GET", "/users").json["users"]  # which issues the tokens of all of them
    exported = yaml.safe_load(mock.admin("GET", "/fixtures.yaml").text)
    return [*lists, *(sorted(one, key=by_name) for one in (users, exported.pop("users"))), exported]


def by_name(user: dict[str, Any]) -> str:
    """The order of users of bulk entries depends on who was asked for first."""
    name: str = user["username"]
    return name


@settings(max_examples=examples(300))
@given(st.lists(STEP, max_size=8))
@example([("delete_user", "late"), ("put_token", "haruhi", 40, "mine"), ("revoke", "kyon1", [40])])
@example([("put_token", "fresh", 4, "mine"), ("put_user", "kyon-3", [{"token": "issue"}], True)])
@example([("revoke", "late", [0, 3, 40, 50]), ("put_token", "late", 0, "issue")])
def test_all_answers_are_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    redis_server: RedisServer,
    steps: list[tuple[Any, ...]],
) -> None:
    path = tmp_path_factory.mktemp("states") / "fixtures.yaml"
    path.write_text(FIXTURES, encoding="utf-8")
    shared: dict[str, Any] = {
        "state": redis_server.url,
        "state_namespace": f"states-{next(_namespaces)}",
    }
    mocks = [Mock(path, profile="dashboard"), Mock(path, profile="dashboard", **shared)]
    for step in steps:
        for mock in mocks:
            mock.clock.advance(1000)
        answers = [carry_out(mock, step) for mock in mocks]
        assert answers[0] == answers[1], step
    states = [state(mock) for mock in mocks]
    assert states[0] == states[1]
