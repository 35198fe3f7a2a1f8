"""What is fetched from elsewhere is pinned: actions by commit, requirements by version and hash."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from tests.helpers.text import ROOT

WORKFLOWS: Final = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
USED: Final = re.compile(r"^\s*(?:- )?uses: +(.*)$", re.MULTILINE)
PINNED: Final = re.compile(r"[\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
REQUIREMENT: Final = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def required(name: str) -> dict[str, str]:
    """The pinned requirements of a file, by normalized name."""
    found = REQUIREMENT.findall((ROOT / name).read_text("utf-8"))
    return {re.sub(r"[-_.]+", "-", package).lower(): version for package, version in found}


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_by_commit(workflow: Path) -> None:
    used = USED.findall(workflow.read_text("utf-8"))
    assert used
    assert [one for one in used if not PINNED.fullmatch(one)] == []


def test_an_action_has_one_commit_in_all_workflows() -> None:
    used = {one for path in WORKFLOWS for one in USED.findall(path.read_text("utf-8"))}
    names = [one.split("@")[0] for one in used]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("name", ["requirements-dev", "requirements-docs"])
def test_a_lock_has_what_is_required(name: str) -> None:
    wanted, locked = required(f"{name}.txt"), required(f"{name}.lock")
    missing = {one for one, version in wanted.items() if locked.get(one) != version}
    assert wanted
    assert missing == set(), "run `make lock`"


@pytest.mark.parametrize("name", ["requirements-dev", "requirements-docs"])
def test_everything_in_a_lock_has_hashes(name: str) -> None:
    text = (ROOT / f"{name}.lock").read_text("utf-8")
    entries = re.split(r"^(?=[A-Za-z])", text, flags=re.MULTILINE)[1:]
    assert len(entries) > len(required(f"{name}.txt"))
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_lock_holds_only_what_the_package_may_use() -> None:
    """Development runs on libraries within the ranges that users may have."""
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    ranges = re.findall(r'^    "([A-Za-z]+)>=([\d.]+),<(\d+)",$', project, re.MULTILINE)
    assert len(ranges) == 5
    locked = required("requirements-dev.lock")
    for name, least, below in ranges:
        version = tuple(map(int, locked[name.lower()].split(".")))
        assert tuple(map(int, least.split("."))) <= version < (int(below),)


def test_running_needs_what_the_package_declares() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    declared = re.search(r"^dependencies = \[\n(.*?)^\]", project, re.DOTALL | re.MULTILINE)
    assert declared is not None
    listed = [
        line for line in (ROOT / "requirements.txt").read_text().splitlines() if line[0] != "#"
    ]
    assert listed == re.findall(r'"([^"]+)"', declared[1])
