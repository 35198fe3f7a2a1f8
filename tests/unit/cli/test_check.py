"""`check`: how each pair is reached, page by page."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.api.pages import PAGES
from mockserver.cli.check import check
from mockserver.fixtures import load_fixtures
from tests.helpers.text import SHIPPED


def printed(path: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    check(path)
    return capsys.readouterr().out.splitlines()


def test_a_line_a_pair_and_a_line_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    lines = iter(printed(SHIPPED, capsys)[1:])
    columns = set()
    for page in PAGES:
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
