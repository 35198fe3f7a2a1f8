"""Profile `dashboard`: the back end that the API's web application was written for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from mockserver.api.catalog import ALL_PAGES, pairs_of
from mockserver.api.dashboard.page import PAGE
from mockserver.state.budget import StateBudget
from tests.helpers.app import Answer, Mock
from tests.helpers.text import GET, NEW, REVOKE, SHIPPED, cookie

pytestmark = pytest.mark.usefixtures("state_kind")

USERINFO, UPDATE = "/profile/get-userinfo", "/profile/update-userinfo"
FORM = "application/x-www-form-urlencoded"
FIXTURES = """
recaptcha: {accept: [ok]}
users:
  - {username: haruhi, uid: 1, email: h@sos.jp, password: suzumiya1, token: own,
     tokens: [{name: one, token: T-0}, {token: T-1}]}
  - {username: "kyon-{n}", uid: 10, repeat: 3, tokens: [{name: a, token: issue}, {token: same}]}
  - {username: yuki1, uid: 2, email: y@sos.jp, tokens: [{name: yuki, token: T-8}]}
  - {username: nobody, password: secret_01}
  - {username: magic, uid: 4, scenario: one-token}
sessions:
  - {sid: haruhi, username: haruhi}
  - {sid: haruhi2, username: haruhi}
  - {sid: yuki, username: yuki1}
  - {sid: kyon, username: kyon-2}
  - {sid: nobody, username: nobody}
  - {sid: magic, username: magic}
scenarios:
  one-token:
    faults: [{operation: save_token, error: database, endpoint: /auth/token/new, skip: 1}]
"""


@pytest.fixture
def mock(tmp_path: Path) -> Mock:
    path = tmp_path / "fixtures.yaml"
    path.write_text(FIXTURES)
    return Mock(path, profile="dashboard")


def send(mock: Mock, path: str, sid: str | None, fields: Any = None, **headers: str) -> Answer:
    """Send a GET, or a POST with these fields as a form, or as JSON if they are a text."""
    sent = None if sid is None else cookie(sid)
    if fields is None:
        return mock.call(path, sent, "GET", **headers)
    if isinstance(fields, str):
        return mock.call(path, sent, body=fields, Content_Type="application/json", **headers)
    return mock.call(path, sent, body=urlencode(fields), Content_Type=FORM, **headers)


def listed(mock: Mock, sid: str = "haruhi") -> list[dict[str, Any]]:
    answer = send(mock, GET, sid)
    assert answer.code == 1320001
    data: list[dict[str, Any]] = answer.json["data"]
    return data


def ids(mock: Mock, sid: str = "haruhi") -> list[int]:
    return [one["_id"] for one in listed(mock, sid)]


def new(mock: Mock, sid: str = "haruhi", fields: Any = {"name": "bot"}) -> Any:  # noqa: B006
    answer = send(mock, NEW, sid, fields)
    return answer.json["data"] if answer.code == 1320002 else answer.code


def test_ids_count_in_the_order_of_the_fixtures(mock: Mock) -> None:
    assert listed(mock)[0] == {"_id": 0, "name": "one", "token": "T-0"}
    assert listed(mock)[1] == {"_id": 1, "token": "T-1"}
    assert ids(mock, "kyon") == [4, 5]
    assert ids(mock, "yuki") == [8]
    assert new(mock)["_id"] == 9


def test_tokens_are_listed_oldest_first_and_token_plays_no_part(mock: Mock) -> None:
    made = [new(mock, fields={"name": name}) for name in ("x", "y")]
    assert listed(mock)[2:] == made
    assert made[0]["token"] != made[1]["token"]
    assert listed(mock, "haruhi2") == listed(mock), "all sessions of a user see one list"
    assert send(mock, REVOKE, "haruhi", {"id": 9}).json["data"] == {}
    assert ids(mock) == [0, 1, 10]
    assert mock.admin("GET", "/users/haruhi").json["token"] == "own"


def test_a_failed_save_uses_an_id_up_and_a_reset_starts_again(mock: Mock) -> None:
    mock.admin("POST", "/faults", {"operation": "save_token", "error": "database", "times": 1})
    assert new(mock) == 1950301
    assert new(mock)["_id"] == 10
    mock.admin("POST", "/faults", {"operation": "find_user", "error": "database", "times": 1})
    assert new(mock) == 1950301
    assert new(mock)["_id"] == 11, "a request that ends before the save uses none"
    assert send(mock, NEW, "haruhi", '{"name": {"a": 1}}').code == 1950301
    assert new(mock)["_id"] == 12, "the library refuses an object before it takes an id"
    mock.admin("POST", "/reset")
    assert ids(mock) == [0, 1]
    assert new(mock)["_id"] == 9


def test_the_fault_of_the_branch_can_be_imitated(mock: Mock) -> None:
    assert new(mock, "magic")["_id"] == 9
    assert [new(mock, "magic"), new(mock, "magic")] == [1950301, 1950301]
    assert ids(mock, "magic") == [9]


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("{}", None), ('{"name": null}', "null"), ('{"name": ""}', ""), ('{"name": 5}', "5"),
        ('{"name": 1e21}', "1e+21"), ('{"name": true}', "true"), ('{"name": ["a", "b"]}', "a,b"),
        ('{"name": []}', ""), ('{"name": "ünï \\"x\\""}', 'ünï "x"'), ("[]", None),
    ],
)  # fmt: skip
def test_a_name_is_read_as_the_database_library_reads_it(
    mock: Mock, sent: str, stored: str | None
) -> None:
    made = new(mock, fields=sent)
    name = None if stored == "null" else stored
    assert ("name" in made) == (stored is not None)
    assert made.get("name") == name
    assert listed(mock)[-1] == made
    (of_user,) = mock.admin("GET", "/users/haruhi").json["tokens"][2:]
    assert of_user == {"id": made["_id"], "token": made["token"]} | (
        {"name": name} if "name" in made else {}
    )


@pytest.mark.parametrize(
    ("sent", "left"),
    [
        ({"id": "1"}, [0]), ({"id": "1.0"}, [0]), ({"id": " 0x1 "}, [0]), ({"id": "1e0"}, [0]),
        ({"id": "0b1"}, [0]), ({"id": " "}, [1]), ({"id": "-0"}, [1]), ('{"id": true}', [0]),
        ('{"id": 1.0}', [0]), ('{"id": [1, "0"]}', []), ({"id[]": "1"}, [0]),
        ({"id": "1.5"}, [0, 1]), ({"id": "99"}, [0, 1]), ({"id": ""}, [0, 1]), ({}, [0, 1]),
        ({"id": "Infinity"}, [0, 1]), ('{"id": null}', [0, 1]), ('{"id": []}', [0, 1]),
        ('{"id": 1e400}', [0, 1]),
    ],
    ids=str,
)  # fmt: skip
def test_an_id_is_read_as_the_database_library_reads_it(
    mock: Mock, sent: Any, left: list[int]
) -> None:
    assert send(mock, REVOKE, "haruhi", sent).code == 1320003
    assert ids(mock) == left


@pytest.mark.parametrize(
    "sent",
    [{"id": "abc"}, {"id": "1_0"}, {"id": "1 0"}, {"id": "nan"}, {"id": "1" * 5000 + "x"},
     '{"id": {}}', '{"id": [[1]]}', '{"id": ["x"]}', '{"id": {"$gt": 0}}'],
    ids=lambda sent: str(sent)[:20],
)  # fmt: skip
def test_an_id_that_is_no_number_is_a_database_error(mock: Mock, sent: Any) -> None:
    assert send(mock, REVOKE, "haruhi", sent).code == 1950301
    assert mock.why == "the database cannot convert field id"
    assert ids(mock) == [0, 1]


def test_revoke_does_not_ask_whose_token_it_is(mock: Mock) -> None:
    assert send(mock, REVOKE, "haruhi", {"id": 8}).code == 1320003
    assert ids(mock, "yuki") == []
    assert send(mock, REVOKE, "haruhi", {"id": 4}).code == 1320003
    assert (ids(mock, "kyon"), ids(mock)) == ([5], [0, 1])


def test_a_saving_error_keeps_the_list(mock: Mock) -> None:
    before = listed(mock)
    mock.admin("POST", "/faults", {"operation": "save_token", "error": "database"})
    assert send(mock, REVOKE, "haruhi", {"id": 0}).code == 1950301
    assert listed(mock) == before
    mock.admin("DELETE", "/faults")
    mock.admin(
        "POST", "/faults", {"operation": "save_token", "error": "database", "after_commit": True}
    )
    assert send(mock, REVOKE, "haruhi", {"id": 0}).code == 1950301
    assert ids(mock) == [1]
    mock.admin("POST", "/faults", {"operation": "find_token", "error": "database"})
    assert send(mock, GET, "haruhi").code == 1950301


def test_userinfo_has_what_the_user_has(mock: Mock) -> None:
    answer = send(mock, USERINFO, "haruhi")
    data = {"uid": 1, "username": "haruhi", "email": "h@sos.jp", "admin": False, "verified": True}
    assert (answer.code, list(answer.json["data"].items())) == (1520001, list(data.items()))
    mock.admin("PUT", "/users/haruhi", {"admin": True, "avatar": "/a.png", "verified": False})
    assert send(mock, USERINFO, "haruhi").json["data"] == {
        "username": "haruhi", "email": None, "avatar": "/a.png", "admin": True, "verified": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "email", "password"),
    [
        ({"email": "new@b.co", "newPassword": "haruhi_12"}, "new@b.co", "haruhi_12"),
        ({"email": "new@b.co", "newPassword": ""}, "new@b.co", "suzumiya1"),
        ({"email": "", "newPassword": "haruhi_12"}, "h@sos.jp", "haruhi_12"),
        ({"email": "x", "newPassword": "short"}, "h@sos.jp", "suzumiya1"),
        ({"email": "a@b.toolong", "newPassword": "p" * 33}, "h@sos.jp", "suzumiya1"),
        ({"email": "a@b.co\n", "newPassword": "suzumiya2\n"}, "h@sos.jp", "suzumiya1"),
        ({"email[]": "a@b.co", "newPassword": ""}, "a@b.co", "suzumiya1"),
        ('{"email": 5, "newPassword": 5}', "h@sos.jp", "suzumiya1"),
        ('{"email": {}, "newPassword": {}}', "h@sos.jp", "suzumiya1"),
        ('{"email": [], "newPassword": []}', "h@sos.jp", "suzumiya1"),
    ],
    ids=str,
)  # fmt: skip
def test_settings_change_what_is_suitable(mock: Mock, sent: Any, email: str, password: str) -> None:
    assert send(mock, UPDATE, "haruhi", sent).code == 1520002
    assert mock.admin("GET", "/users/haruhi").json["email"] == email
    fields = {"username": "haruhi", "password": password, "g-recaptcha-response": "ok"}
    answer = send(mock, "/auth/login", None, fields)
    assert answer.json["data"] == {"username": "haruhi", "email": email, "uid": 1}


@pytest.mark.parametrize(
    "sent",
    [{}, {"email": "a@b.co"}, {"newPassword": "password1"}, "{}", "[]",
     '{"email": "a@b.co", "newPassword": null}', '{"email": null, "newPassword": "password1"}',
     '{"email": "a@b.co", "newPassword": 12345678}',
     '{"email": "a@b.co", "newPassword": ["password1"]}'],
    ids=str,
)  # fmt: skip
def test_settings_that_the_branch_fails_at_get_its_page_and_change_nothing(
    mock: Mock, sent: Any
) -> None:
    before = mock.admin("GET", "/users/haruhi").json
    answer = send(mock, UPDATE, "haruhi", sent)
    assert (answer.status, "Internal Server Error" in answer.text) == (500, True)
    assert mock.admin("GET", "/users/haruhi").json == before
    fields = {"username": "haruhi", "password": "suzumiya1", "g-recaptcha-response": "ok"}
    assert send(mock, "/auth/login", None, fields).code == 1220001


def test_nothing_to_save_is_not_saved(mock: Mock) -> None:
    mock.admin("POST", "/faults", {"operation": "save_user", "error": "database"})
    assert send(mock, UPDATE, "haruhi", {"email": "", "newPassword": ""}).code == 1520002
    assert send(mock, UPDATE, "haruhi", {"email": "a@b.co", "newPassword": ""}).code == 1950301
    assert mock.admin("GET", "/users/haruhi").json["email"] == "h@sos.jp"


@pytest.mark.parametrize("path", [GET, USERINFO, NEW, REVOKE, UPDATE, "/auth/logout"])
def test_sessions_are_missing_and_users_are_invalid(mock: Mock, path: str) -> None:
    fields = None if path in (GET, USERINFO) else {"name": "x", "id": "1"}
    mock.admin("PUT", "/sessions/gone", {"username": "who"})
    mock.admin("PUT", "/sessions/empty", {"username": None})
    bad = f"{cookie('haruhi')[:-3]}AAA"
    assert send(mock, path, None, fields).code == 1940103
    assert send(mock, path, "unknown", fields).code == 1940103
    assert send(mock, path, "empty", fields).code == 1940103
    assert send(mock, path, "gone", fields).code == 1940102
    method = "GET" if fields is None else "POST"
    assert mock.call(path, bad, method).code == 1940103
    assert mock.call(path, "animeloop.auth.sid=haruhi", method).code == 1940103
    prefer = "scenario=session-store-down"
    assert send(mock, path, "haruhi", fields, Prefer=prefer).code == 1940103
    assert send(mock, path, "haruhi", fields, Prefer="scenario=db-down").code == 1950301


def test_a_magic_user_is_one_here_too() -> None:
    mock = Mock(SHIPPED, profile="dashboard")
    assert send(mock, GET, "session-of-dbdown").code == 1950301
    assert send(mock, USERINFO, "session-of-readonly").code == 1520001
    fields = {"email": "a@b.co", "newPassword": ""}
    assert send(mock, UPDATE, "session-of-readonly", fields).code == 1950301


def test_codes_can_be_forced_with_the_data_of_the_user(mock: Mock) -> None:
    mock.admin("PUT", "/users/nobody", {"avatar": "/users/uid-3/avatar.gif"})
    for endpoint in PAGE.endpoints:
        for code in endpoint.codes:
            prefer = f"code={code.number}"
            answer = mock.call(endpoint.path, None, endpoint.method, prefer=prefer)
            assert (answer.status, answer.code) == (200, code.number)
    forced = mock.call(GET, cookie("haruhi"), "GET", prefer="code=1320001").json["data"]
    assert forced == listed(mock)
    forced = mock.call(USERINFO, cookie("yuki"), "GET", prefer="code=1520001").json["data"]
    assert forced == send(mock, USERINFO, "yuki").json["data"]
    assert ids(mock) == [0, 1]
    refused = mock.call(GET, cookie("haruhi"), "GET", prefer="code=1340401")
    assert (refused.status, refused.json["valid"]) == (400, [1320001, 1940102, 1940103, 1950301])


def test_sandboxes_count_their_own_ids(mock: Mock) -> None:
    one, other = mock.sandbox(), mock.sandbox()
    for sandbox in (one, other):
        sent = sandbox["cookies"]["haruhi"]
        answer = mock.call(NEW, sent, body="name=bot", Content_Type=FORM)
        assert answer.json["data"]["_id"] == 9
        path = sandbox["path"] + GET
        assert [t["_id"] for t in mock.call(path, sent, "GET").json["data"]] == [0, 1, 9]
    assert ids(mock) == [0, 1]


def test_concurrent_requests_add_all_of_their_tokens(mock: Mock) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: new(mock, fields={"name": str(n)}), range(40)))
    assert sorted(one["_id"] for one in made) == list(range(9, 49))
    assert len({one["token"] for one in made}) == 40
    assert sorted(ids(mock)[2:]) == list(range(9, 49))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: send(mock, REVOKE, "yuki", {"id": n}), range(9, 49)))
    assert ids(mock) == [0, 1]


def slow(folder: Path, sleep: Callable[[float], object]) -> Mock:
    path = folder / "slow.yaml"
    path.write_text(FIXTURES)
    return Mock(path, profile="dashboard", sleep=sleep)


@pytest.mark.parametrize("operation", ["find_user", "save_token"])
def test_a_delayed_request_keeps_its_id(tmp_path: Path, operation: str) -> None:
    made: list[int] = []
    delayed = slow(tmp_path, lambda _: made.append(new(delayed, "yuki")["_id"]))
    fault = {"operation": operation, "delay": "5s", "endpoint": NEW, "times": 1}
    delayed.admin("POST", "/faults", fault)
    made.append(new(delayed)["_id"])
    assert made == [10, 9]
    assert (ids(delayed), ids(delayed, "yuki")) == ([0, 1, 9], [8, 10])


def test_an_id_that_is_put_during_a_delay_is_not_given_twice(tmp_path: Path) -> None:
    put = ("PUT", "/users/yuki1/tokens/9", {"token": "mine"})
    delayed = slow(tmp_path, lambda _: delayed.admin(*put))
    delayed.admin("POST", "/faults", {"operation": "find_user", "delay": "5s", "endpoint": NEW})
    assert new(delayed)["_id"] == 10
    assert (ids(delayed), ids(delayed, "yuki")) == ([0, 1, 10], [8, 9])


def test_a_full_mock_is_a_database_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.state.budget.MAX_STATE_BYTES", 3000)
    monkeypatch.setattr(StateBudget.__init__, "__defaults__", (3000,))
    path = tmp_path / "fixtures.yaml"
    path.write_text(FIXTURES)
    mock = Mock(path, profile="dashboard")
    made = [new(mock) for _ in range(20)]
    assert made[0]["_id"] == 9
    assert made[-1] == 1950301
    assert "memory" in mock.why
    assert len(ids(mock)) == 2 + sum(isinstance(one, Mapping) for one in made)
    assert send(mock, UPDATE, "yuki", {"email": "z@z.zz", "newPassword": ""}).code == 1950301
    assert send(mock, REVOKE, "haruhi", {"id": 9}).code == 1320003
    assert isinstance(new(mock), Mapping), "there is room again"


def test_the_journal_says_why_and_hides_passwords(mock: Mock) -> None:
    send(mock, UPDATE, "haruhi", {"email": "a@b.co", "newPassword": "very_secret_1"})
    send(mock, UPDATE, "haruhi", '{"email": "", "newPassword": "very_secret_1"}')
    new(mock, fields={"name": "shown"})
    listed(mock)
    document = mock.admin("GET", "/requests?order=oldest").text
    assert "very_secret_1" not in document
    assert "user haruhi: email and newPassword changed" in document
    assert "token 9 added to the list" in document
    assert "name=shown" in document
    assert "T-0" not in document
    assert "T-0" not in mock.admin("GET", "/requests.har").text


def test_coverage_has_a_page_of_its_own(mock: Mock) -> None:
    listed(mock)
    mock.call("/auth/logout")
    found = mock.admin("GET", "/coverage?page=dashboard").json
    pairs = [(pair["endpoint"], pair["code"]) for pair in found["pairs"] if pair["count"]]
    assert pairs == [(GET, 1320001), ("/auth/logout", 1940103)]
    assert found["documented"] == sum(len(endpoint.codes) for endpoint in PAGE.endpoints)
    whole = mock.admin("GET", "/coverage?page=all&scope=server").json
    assert (whole["documented"], whole["covered"]) == (len(pairs_of("dashboard")[ALL_PAGES]), 2)
    assert mock.admin("GET", "/coverage?page=account").json["documented"] == 27
    assert mock.admin("GET", "/coverage").json["covered"] == 0
    of_other = Mock(SHIPPED).admin("GET", "/coverage?page=dashboard").json
    assert (of_other["covered"], of_other["documented"]) == (0, found["documented"])


def test_requests_are_found_by_endpoint(mock: Mock) -> None:
    listed(mock)
    new(mock)
    assert mock.admin("GET", f"/requests?endpoint={GET}").json["total"] == 1
    assert mock.admin("GET", f"/requests?endpoint={USERINFO}").json["total"] == 0
    assert (
        mock.admin("GET", "/requests/count?endpoint=/auth/token/new&code=1320002").json["count"]
        == 1
    )


@pytest.mark.parametrize("path", ["/api/v2/rand/loop", "/api/v2/series/season"])
def test_the_first_page_of_the_application_gets_empty_lists(mock: Mock, path: str) -> None:
    expected = '{"status":"success","code":200,"message":"success","data":[]}'
    for asked in (path, path + "/", path.upper().replace("/API/V2", "/api/v2"), path + "?n=1"):
        answer = mock.call(asked, method="GET", Origin="http://a")
        assert (answer.status, answer.text) == (200, expected)
        assert answer.headers["access-control-allow-origin"] == "http://a"
    tag = answer.headers["etag"]
    assert mock.call(path, method="GET", If_None_Match=tag).status == 304
    assert mock.call(path, method="OPTIONS").text == "GET,HEAD"
    assert mock.call(path).status == 400
    under = mock.sandbox()["path"].removesuffix("/api/v2") + path
    assert mock.call(under, method="GET").text == expected
    for profile in ("documented", "server"):
        assert Mock(SHIPPED, profile=profile).call(path, method="GET").status == 400
