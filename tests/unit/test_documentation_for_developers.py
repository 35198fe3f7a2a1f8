"""What developers are told is so: the paths, the rooms, the decisions, the names."""

from __future__ import annotations

import ast
import re
from collections import Counter

import pytest

from tests.helpers.text import ROOT

FOR_DEVELOPERS = ("docs/design.md", "CONTRIBUTING.md")
# Within code marks: a folder or a file, from the top of the checkout or of the package.
PATH = re.compile(r"(?:[\w.-]+/)+(?:[\w.-]+)?|[\w-]+\.(?:json|md|py|toml|txt|yaml)")
# A line of the folder tree: a room is indented.
TREE_LINE = re.compile(r"^(  )?(\w+/)(?: +\S.*)?$", re.MULTILINE)


def named_paths(text: str) -> set[str]:
    """The paths that a page names in code marks or links to."""
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    marked = {mark for mark in re.findall(r"`([^`\n]+)`", prose) if PATH.fullmatch(mark)}
    linked = set(re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", prose))
    return marked | linked


def exists(path: str) -> bool:
    found = [place / path for place in (ROOT, ROOT / "mockserver") if (place / path).exists()]
    return any(one.is_dir() or not path.endswith("/") for one in found)


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def rooms() -> set[str]:
    return {f"{file.parent.name}/" for file in (ROOT / "mockserver").glob("*/__init__.py")}


@pytest.mark.parametrize("name", FOR_DEVELOPERS)
def test_every_path_that_developers_are_sent_to_exists(name: str) -> None:
    paths = named_paths(page(name))
    made = tuple((ROOT / ".gitignore").read_text(encoding="utf-8").split())
    assert len(paths) > 20
    missing = sorted(path for path in paths if not exists(path))
    assert [path for path in missing if not path.startswith(made)] == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("see `api/pages.py`, [design](docs/design.md#flow) and `.ci/run`",
         {"api/pages.py", "docs/design.md", ".ci/run"}),
        ("`pyproject.toml`, `tests/unit/`, [design](docs/design.md)",
         {"pyproject.toml", "tests/unit/", "docs/design.md"}),
        ("`/__admin`, `~/.cache/x`, `make run`, `begin`, [wrk](https://example.org/wrk)", set()),
        ("```\n`not/prose`\n```\n`prose/x`", {"prose/x"}),
    ],
)  # fmt: skip
def test_what_counts_as_a_path(text: str, named: set[str]) -> None:
    assert named_paths(text) == named


def test_the_folder_tree_has_a_line_for_each_room_and_no_other() -> None:
    block = re.compile(r"^```\n(mockserver/.*?)^```$", re.DOTALL | re.MULTILINE)
    tree = block.findall(page("CONTRIBUTING.md"))[0]
    lines = TREE_LINE.findall(tree)
    assert len(lines) == len(tree.splitlines())
    assert {folder for indent, folder in lines if indent} == rooms()
    others = {folder for indent, folder in lines if not indent}
    assert others >= {"mockserver/", "tests/", "benchmarks/", "soak/", "docs/"}
    assert all((ROOT / folder).is_dir() for folder in others)


def test_the_table_of_rooms_has_a_row_for_each_and_no_other() -> None:
    rows = re.findall(r"^\| `(\w+/)` \|", page("docs/design.md"), re.MULTILINE)
    assert set(rows) == rooms()


def test_each_question_of_a_newcomer_is_answered_with_a_file() -> None:
    table = page("CONTRIBUTING.md").partition("| question | answer |")[2].partition("\n\n")[0]
    rows = table.splitlines()[2:]
    assert len(rows) >= 10
    for row in rows:
        assert row.startswith("| Wh")
        assert [path for path in named_paths(row) if exists(path) and path.endswith(".py")]


DECISION = re.compile(
    r"20\d\d-\d\d-\d\d: \S.*\n\n"
    r"\*\*Context\.\*\*\s[^*]+\s\*\*Decision\.\*\*\s[^*]+\s\*\*Consequence\.\*\*\s[^*]+\.\n*"
)


def test_each_decision_has_a_date_a_context_and_a_consequence() -> None:
    _, *decisions = page("docs/design.md").split("\n### ")
    assert 12 <= len(decisions) <= 30
    assert [one for one in decisions if not DECISION.fullmatch(one)] == []
    dates = [one.partition(":")[0] for one in decisions]
    assert dates == sorted(dates)


def test_each_class_and_type_of_the_package_has_a_name_of_its_own() -> None:
    trees = [ast.parse(file.read_text("utf-8")) for file in (ROOT / "mockserver").rglob("*.py")]
    names = Counter(name for tree in trees for name in map(defined, tree.body) if name)
    assert len(names) > 200
    assert [name for name, number in names.items() if number > 1] == []


def defined(statement: ast.stmt) -> str | None:
    """The name of the class or the type that this statement defines."""
    match statement:
        case ast.ClassDef(name=name):
            return name
        case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id="TypeAlias")):
            return name
    return None
