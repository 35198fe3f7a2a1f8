"""How a mistake is shown: its line, and a caret under its place."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from mockserver.cli import findings
from mockserver.errors import FixtureError
from mockserver.fixtures import load_fixtures
from mockserver.fixtures.mistakes import Lines, key_of


def test_the_caret_stands_under_the_place() -> None:
    assert Lines("a\nusers: [5]\nb").excerpt(2, 9) == "users: [5]\n        ^"


@pytest.mark.parametrize(
    ("text", "column", "shown"),
    [
        ("日本: x", 5, "日本: x\n      ^"),  # two columns each
        ("e\u0301: x", 5, "e\u0301: x\n   ^"),  # an accent takes none
        ("a\tb: x", 6, "a       b: x\n           ^"),
        ("\tb", 2, "        b\n        ^"),
        ("a\u202e: \x1b[x", 5, None),
        ("a:", 3, "a:\n  ^"),
    ],
)
def test_the_caret_counts_the_columns_of_a_terminal(
    text: str, column: int, shown: str | None
) -> None:
    excerpt = Lines(text).excerpt(1, column)
    if shown is None:
        assert "\x1b" not in excerpt
    else:
        assert excerpt == shown


def test_a_long_line_is_cut_around_the_place() -> None:
    text = "x" * 1_000_000
    line, caret = Lines(text).excerpt(1, 500_000).split("\n")
    assert len(line) < 170
    assert line[0] == line[-1] == "…"
    assert line[caret.index("^")] == "x"


def test_there_is_nothing_to_show_of_an_empty_file() -> None:
    assert Lines("").excerpt(1, 1) == ""
    assert Lines("a").excerpt(9, 1) == ""


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ((), "file"),
        (("users", 3), "users"),
        (("users", 3, "uid"), "uid"),
        (("scenarios", "a b"), "'a b'"),
        (("scenarios", "a: b"), "'a\\x3a b'"),
        (("scenarios", "x" * 100), repr("x" * 57 + "...")),
    ],
)
def test_the_key_is_the_innermost_and_never_breaks_the_line(
    path: tuple[str | int, ...], key: str
) -> None:
    assert key_of(path) == key


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_lines_are_shown_on_a_terminal_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("users: [{username: a, uid: x},\n  {username: 5}]\n")
    with pytest.raises(FixtureError) as caught:
        load_fixtures(path)
    first, second = caught.value.problems
    monkeypatch.setattr("sys.stderr", io.StringIO())
    assert findings.mistakes(caught.value).split("\n") == [first, second]
    monkeypatch.setattr("sys.stderr", Terminal())
    assert findings.mistakes(caught.value).split("\n") == [
        first,
        "users: [{username: a, uid: x},",
        "                           ^",
        second,
        "  {username: 5}]",
        "             ^",
    ]
    path.write_text("sessions: [{sid: s, username: a}]")
    (warning,) = load_fixtures(path).warnings
    assert list(findings.warnings(load_fixtures(path))) == [
        f"{warning}\nsessions: [{{sid: s, username: a}}]\n                              ^"
    ]
    monkeypatch.setattr("sys.stderr", None)
    assert list(findings.warnings(load_fixtures(path))) == [str(warning)]
