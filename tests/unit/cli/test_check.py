"""`check`: how each pair is reached, page by page."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.api.pages import OWN_PAGES, PAGES
from mockserver.cli.check import check
from mockserver.fixtures import load_fixtures
from tests.helpers.text import SHIPPED


def printed(path: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    check(path)
    return capsys.readouterr().out.splitlines()


def test_a_line_a_pair_and_a_line_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    lines = iter(printed(SHIPPED, capsys)[1:])
    columns = set()
    for page in (*PAGES, *OWN_PAGES["dashboard"][:1]):
        total = 0
        for endpoint in page.endpoints:
            for code in endpoint.codes:
                line = next(lines)
                path, number, way = line.split(maxsplit=2)
                assert (path, int(number)) == (endpoint.path, code.number)
                assert way != "not reached"
                columns.add(line.index(number))
                total += 1
        assert next(lines).startswith(f"{page.name}: {total} of {total} ")
    assert next(lines, None) is None
    assert len(columns) == 1


_DB_DOWN = "{username: haruhi, scenario: db-down}"
_SESSION = "; sessions: [{sid: a, username: haruhi}]"
_IN_SESSION = f"{_DB_DOWN}{_SESSION}"
_PASSWORD = "{username: haruhi, password: suzumiya_haruhi}"
# The least that has what `check` says for the pair.
_TOKENS = ("/auth/token", "/auth/token/new", "/auth/token/revoke")
_PROFILE = {
    "/profile/get-userinfo": 1520001,
    "/profile/update-userinfo": 1520002,
    "/profile/upload-new-avatar": 1520003,
}
_LEAST = {
    "/auth/token 1320001": "{username: haruhi, token: issue, password: suzumiya_haruhi}",
    "/auth/token 1340401": _PASSWORD,
    "/auth/token/new 1320002": _PASSWORD,
    "/auth/token/revoke 1320003": "{username: haruhi}" + _SESSION,
    "/auth/token 1950301": _IN_SESSION,
    "/auth/token/new 1950301": _IN_SESSION,
    "/auth/token/revoke 1950301": _IN_SESSION,
    "/auth/register 1950301": _DB_DOWN,
    "/auth/login 1950301": _DB_DOWN,
    "/auth/logout 1220002": _PASSWORD,
    "/auth/logout 1950301": _IN_SESSION,
    "/auth/verify 1950301": (
        "{username: haruhi, password: suzumiya_haruhi, email: h@example.org, verified: false, "
        "scenario: db-write-error}"
    ),
    "/auth/verify/sendemail 1420003": _PASSWORD,
    "/auth/verify/sendemail 1450301": (
        "{username: haruhi, password: suzumiya_haruhi, verified: false}"
    ),
    "/auth/verify/sendemail 1950301": _DB_DOWN,
    **{f"{path} {code}": _PASSWORD for path, code in _PROFILE.items()},
    **{f"{path} 1950301": _IN_SESSION for path in _PROFILE},
    **{
        f"{path} 1940102": "{username: kyon}" + _SESSION
        for path in (*_TOKENS, "/auth/logout", *_PROFILE)
    },
}


def missing(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """What `check` says of the pairs that are not reached."""
    lines = [line for line in printed(path, capsys) if "not reached" in line]
    return {" ".join(line.split()[:2]): line.partition("not reached")[2] for line in lines}


def test_a_pair_that_is_not_reached_says_which_user_it_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "f.yaml"
    file.write_text("users: []")
    said = missing(file, capsys)
    assert set(said) == set(_LEAST)
    assert all(
        words.startswith((": needs a user ", ": needs a session of a user "))
        for words in said.values()
    )


@pytest.mark.parametrize("pair", _LEAST)
def test_the_user_that_a_pair_needs_reaches_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pair: str
) -> None:
    file = tmp_path / "f.yaml"
    user, _, sessions = _LEAST[pair].partition("; ")
    file.write_text(f"users: [{user}]\n{sessions}\n")
    assert pair not in missing(file, capsys)


def test_no_user_is_named_where_the_scenario_normal_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "f.yaml"
    file.write_text("scenarios: {normal: {faults: [{operation: database, error: database}]}}")
    assert set(missing(file, capsys).values()) == {""}


def test_a_password_is_never_printed(capsys: pytest.CaptureFixture[str]) -> None:
    text = "\n".join(printed(SHIPPED, capsys))
    for user in load_fixtures(SHIPPED).users.entries():
        assert user.password is not None
        assert user.password not in text
    assert "eyJ" not in text


def test_who_cannot_log_in_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "f.yaml"
    file.write_text('users: [{username: anna}, {username: "b{n}", repeat: 9, password: "p{n}"}]')
    assert printed(file, capsys)[1] == "  no password, so that nobody can log in: anna"
    names = ", ".join(f"{{username: user{n}}}" for n in range(9))
    file.write_text(f"users: [{names}]")
    assert printed(file, capsys)[1].endswith("user3, user4, …")


def test_without_users_what_needs_none_is_reached(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "f.yaml").write_text("users: []")
    lines = printed(tmp_path, capsys)
    reached = {tuple(line.split()[:2]) for line in lines if "not reached" not in line}
    assert ("/auth/register", "1120001") in reached
    assert ("/auth/login", "1940106") in reached
    assert ("/auth/login", "1220001") in reached, "after a registration"
    assert ("/auth/logout", "1220002") not in reached
