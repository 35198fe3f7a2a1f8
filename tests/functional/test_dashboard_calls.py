"""The lists of tokens in fixtures, in the control plane and in an export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mockserver.errors import FixtureError
from mockserver.fixtures import load_fixtures
from tests.helpers.app import Mock
from tests.helpers.examples import examples
from tests.helpers.text import GET, NEW, REVOKE, cookie

pytestmark = pytest.mark.usefixtures("state_kind")

FIXTURES = """
users:
  - {username: haruhi, uid: 1, tokens: [{name: one, token: T-0}, {token: issue}]}
  - {username: a/b, uid: 2, tokens: [{name: null, token: T-2}]}
  - {username: "kyon-{n}", uid: "{n}", repeat: 4, without: [3],
     tokens: [{name: a, token: issue}, {token: same}]}
  - {username: late, uid: 9, admin: true, avatar: /x.png,
     tokens: [{id: 40, token: T-40}, {token: T-41}]}
sessions:
  - {sid: haruhi, username: haruhi}
  - {sid: slash, username: a/b}
  - {sid: kyon1, username: kyon-1}
  - {sid: kyon4, username: kyon-4}
  - {sid: late, username: late}
"""
SIDS = ("haruhi", "slash", "kyon1", "kyon4", "late")


def made(path: Path, text: str = FIXTURES) -> Mock:
    path.write_text(text, encoding="utf-8")
    return Mock(path, profile="dashboard")


@pytest.fixture
def mock(tmp_path: Path) -> Mock:
    return made(tmp_path / "fixtures.yaml")


def tokens(mock: Mock, sid: str) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = mock.call(GET, cookie(sid), "GET").json["data"]
    return data


def ids(mock: Mock) -> dict[str, list[int]]:
    return {sid: [one["_id"] for one in tokens(mock, sid)] for sid in SIDS}


def test_ids_are_those_of_the_fixtures(mock: Mock) -> None:
    assert ids(mock) == {
        "haruhi": [0, 1], "slash": [2], "kyon1": [3, 4], "kyon4": [9, 10], "late": [40, 41],
    }  # fmt: skip
    assert mock.call(NEW, cookie("kyon4")).json["data"]["_id"] == 42


def test_a_user_is_read_and_put_with_all_tokens(mock: Mock) -> None:
    user = mock.admin("GET", "/users/late").json
    assert (user["admin"], user["avatar"]) == (True, "/x.png")
    assert user["tokens"] == [{"id": 40, "token": "T-40"}, {"id": 41, "token": "T-41"}]
    answer = mock.admin("PUT", "/users/late", {**user, "tokens": [*user["tokens"], {"token": "n"}]})
    assert (answer.status, answer.json["tokens"][-1]) == (200, {"id": 42, "token": "n"})
    assert mock.admin("PUT", "/users/late", {}).json["tokens"] == []
    answer = mock.admin("PUT", "/users/new", {"tokens": [{"token": "issue", "name": "x"}]})
    assert (answer.status, answer.json["tokens"][0]["id"]) == (201, 43)
    assert answer.json["tokens"][0]["token"].count(".") == 2


def test_a_token_is_put_replaced_and_deleted(mock: Mock) -> None:
    path = "/users/haruhi/tokens/"
    answer = mock.admin("PUT", path + "7", {"token": "T-7", "name": "seven"})
    assert (answer.status, answer.json) == (201, {"id": 7, "token": "T-7", "name": "seven"})
    answer = mock.admin("PUT", path + "0", {"token": "T-x"})
    assert (answer.status, answer.json) == (200, {"id": 0, "token": "T-x"})
    assert tokens(mock, "haruhi")[0] == {"_id": 0, "token": "T-x"}
    assert [one["_id"] for one in tokens(mock, "haruhi")] == [0, 1, 7]
    assert mock.admin("DELETE", path + "0").status == 204
    assert mock.admin("DELETE", path + "0").status == 404
    assert [one["_id"] for one in tokens(mock, "haruhi")] == [1, 7]
    assert mock.admin("PUT", "/users/a%2Fb/tokens/8", {"token": "x"}).status == 201
    sandbox = mock.sandbox()["id"]
    answer = mock.admin("PUT", path + "50", {"token": "issue", "name": None}, sandbox=sandbox)
    assert (answer.status, answer.json["name"]) == (201, None)
    assert mock.admin("GET", "/users/haruhi").json["tokens"][-1]["id"] == 7


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("PUT", "haruhi/tokens/2", {"token": "x"}, 409, "token 2 belongs to user 'a/b'"),
        ("PUT", "haruhi/tokens/10", {"token": "x"}, 409, "token 10 belongs to user 'kyon-4'"),
        ("PUT", "haruhi/tokens/x", {"token": "x"}, 404, "expected its id, a number"),
        ("PUT", "haruhi/tokens/-1", {"token": "x"}, 404, "expected its id, a number"),
        ("PUT", "haruhi/tokens/99999999999999999999", {"token": "x"}, 404, "expected its id"),
        ("PUT", "nobody/tokens/1", {"token": "x"}, 404, "there is no user 'nobody'"),
        ("PUT", "haruhi/tokens/1", {}, 422, "'token' is missing"),
        ("PUT", "haruhi/tokens/1", {"token": ""}, 422, "text of 1 to 4096 characters"),
        ("PUT", "haruhi/tokens/1", {"token": "x", "nam": "y"}, 422, "did you mean 'name'?"),
        ("DELETE", "haruhi/tokens/2", None, 404, "user 'haruhi' has no token 2"),
        ("DELETE", "nobody/tokens/2", None, 404, "there is no user 'nobody'"),
        ("PUT", "late", {"tokens": [{"id": 0, "token": "x"}]}, 409, "token 0 belongs to user"),
        ("PUT", "late", {"tokens": [{"id": 1, "token": "x"}] * 2}, 422, "token 1 is given twice"),
        ("PUT", "late", {"tokens": [{"id": -1, "token": "x"}]}, 422, "an integer from 0 to 2^52"),
        ("PUT", "late", {"tokens": [{"name": "x"}]}, 422, "'token' is missing"),
        ("PUT", "late", {"tokens": [{"token": "x"}] * 1001}, 422, "a list of at most 1000"),
        ("PUT", "late", {"admin": "yes"}, 422, "expected true or false"),
    ],
)  # fmt: skip
def test_what_cannot_be_put_is_refused_in_one_sentence(
    mock: Mock, method: str, path: str, body: object, status: int, words: str
) -> None:
    before = ids(mock)
    answer = mock.admin(method, f"/users/{path}", body)
    assert answer.status == status, answer.text
    assert words in answer.text
    assert ids(mock) == before


def test_get_of_a_token_is_not_a_call(mock: Mock) -> None:
    answer = mock.admin("GET", "/users/haruhi/tokens/0")
    assert (answer.status, answer.headers["allow"]) == (405, "DELETE, PUT")


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("tokens: [{name: x}]", "1:37: tokens: key 'token' is missing"),
        ("tokens: {name: x}", "tokens: expected a list of at most 1000 mappings of name and token"),
        ("tokens: [{token: 5}]", "token: expected text of 1 to 4096 characters, got the number 5"),
        ("tokens: [{token: x, nmae: y}]", "nmae: unknown key 'nmae'; did you mean 'name'?"),
        ("tokens: [{token: x, id: -1}]", "id: expected an integer from 0 to 2^52"),
        ("tokens: [{token: x, id: 3}, {token: y, id: 3}]", "tokens: token 3 is given twice"),
        ("tokens: [{token: x, id: 1}, {token: y, id: 0}, {token: z, id: 1}]", "1 is given twice"),
        ("admin: yes", "admin: expected true or false, got 'yes'"),
        ("avatar: [x]", "avatar: expected text of at most 4096 characters, or null"),
    ],
)
def test_a_mistake_in_a_list_of_tokens_is_told(tmp_path: Path, text: str, mistake: str) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("users: [{username: haruhi, " + text + "}]")
    with pytest.raises(FixtureError) as caught:
        load_fixtures(path)
    assert mistake in str(caught.value)


def test_runs_of_ids_must_not_meet(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(
        "users:\n"
        '  - {username: "a{n}", repeat: 5, tokens: [{token: x}, {token: y}]}\n'
        "  - {username: b, tokens: [{token: x, id: 9}]}\n"
        '  - {username: "c{n}", repeat: 5, tokens: [{token: x, id: 12}]}\n'
        "  - {username: d, tokens: [{token: x, id: 10}]}\n"
        "  - {username: e, tokens: [{token: x, id: 16}]}\n"
    )
    with pytest.raises(FixtureError) as caught:
        load_fixtures(path)
    assert [line.partition(": ")[2] for line in str(caught.value).splitlines()] == [
        "tokens: token 9 is given twice",
        "tokens: token 16 is given twice",
    ]


STEP = st.one_of(
    st.tuples(st.just("new"), st.sampled_from(SIDS), st.sampled_from(["x", None, ""])),
    st.tuples(st.just("revoke"), st.sampled_from(SIDS), st.sampled_from([0, 1, 2, 4, 9, 41, 42])),
    st.tuples(st.just("delete"), st.sampled_from(["haruhi", "kyon-1", "kyon-4", "late"])),
    st.tuples(st.just("avatar"), st.sampled_from(["haruhi", "kyon-1", "new"])),
    st.tuples(st.just("put"), st.sampled_from(["haruhi", "kyon-2", "late"]), st.integers(5, 60)),
)


@settings(max_examples=examples(400))
@given(st.lists(STEP, max_size=8))
@example([("delete", "late"), ("new", "kyon1", "x")])
@example([("revoke", "kyon1", 4), ("put", "kyon-2", 20)])
def test_a_mock_that_starts_from_an_export_has_the_same_tokens(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Any, ...]]
) -> None:
    folder = tmp_path_factory.mktemp("tokens")
    mock = made(folder / "fixtures.yaml")
    for step in steps:
        match step:
            case ("new", sid, name):
                body = "{}" if name is None else f'{{"name": "{name}"}}'
                mock.call(NEW, cookie(sid), body=body, Content_Type="application/json")
            case ("revoke", sid, token_id):
                kind = "application/x-www-form-urlencoded"
                mock.call(REVOKE, cookie(sid), body=f"id={token_id}", Content_Type=kind)
            case ("delete", name):
                mock.admin("DELETE", f"/users/{name}")
            case ("avatar", name):
                mock.admin("PUT", f"/users/{name}", {"avatar": "/a.png", "admin": True})
            case ("put", name, token_id):
                mock.admin("PUT", f"/users/{name}/tokens/{token_id}", {"token": "put"})
    for sid in SIDS:  # tokens of bulk entries that nobody has asked for are issued anew
        mock.call(GET, cookie(sid), "GET")
    text = mock.admin("GET", "/fixtures.yaml").text
    again = made(folder / "export.yaml", text)
    users = [one.admin("GET", "/users?limit=1000").json["users"] for one in (mock, again)]
    assert sorted(users[0], key=str) == sorted(users[1], key=str), text
    for sid in SIDS:
        replies = [one.call(GET, cookie(sid), "GET").json for one in (mock, again)]
        assert replies[0] == replies[1]
