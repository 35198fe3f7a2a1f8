"""`make run` sets up what running needs, and no more. `make -n` prints it; nothing is done here."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.helpers.eventually import PATIENCE_S
from tests.helpers.text import ROOT

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="this machine has no make")
START = ".venv{}/bin/python run_mock.py --port 0"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A fresh clone, as far as make looks at it, and an empty folder `bin` for commands."""
    for name in ("Makefile", "requirements.txt", "requirements-dev.lock", "pyproject.toml"):
        shutil.copyfile(ROOT / name, tmp_path / name)
        os.utime(tmp_path / name, (1000, 1000))
    (tmp_path / "bin").mkdir()
    for name in ("make", "sh"):
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name)))
    return tmp_path


def planned(checkout: Path, *goals: str) -> list[str]:
    """The commands that make would run, without uv unless `bin` has it."""
    result = subprocess.run(
        ["make", "-n", *goals, "ARGS=--port 0"], cwd=checkout, env={"PATH": str(checkout / "bin")},
        capture_output=True, text=True, check=True, timeout=PATIENCE_S,
    )  # fmt: skip
    return result.stdout.splitlines()


def set_up(checkout: Path, environment: str, time: int) -> None:
    ready = checkout / environment / ".ready"
    ready.parent.mkdir()
    ready.touch()
    os.utime(ready, (time, time))


def test_a_fresh_clone_installs_what_running_needs(checkout: Path) -> None:
    plan = planned(checkout, "run")
    assert "-r requirements.txt" in "\n".join(plan)
    assert not any("requirements-dev" in line or "npm" in line for line in plan)
    assert plan[-1] == START.format("-run")


def test_uv_is_used_where_it_is_there(checkout: Path) -> None:
    assert not any(line.startswith("uv ") for line in planned(checkout, "run"))
    (checkout / "bin" / "uv").write_text("")
    (checkout / "bin" / "uv").chmod(0o755)
    assert any(line.startswith("uv pip install") for line in planned(checkout, "run"))


def test_a_second_time_nothing_is_installed(checkout: Path) -> None:
    set_up(checkout, ".venv-run", 2000)
    assert planned(checkout, "run") == [START.format("-run")]


def test_an_environment_for_development_is_used_where_it_is_there(checkout: Path) -> None:
    set_up(checkout, ".venv", 2000)
    assert planned(checkout, "run") == [START.format("")]


def test_one_that_is_older_than_the_requirements_is_not(checkout: Path) -> None:
    set_up(checkout, ".venv", 500)
    plan = planned(checkout, "run")
    assert plan[-1] == START.format("-run")
    assert not any("requirements-dev" in line for line in plan)


def test_development_installs_what_is_locked(checkout: Path) -> None:
    plan = planned(checkout, "setup")
    assert any("--require-hashes -r requirements-dev.lock" in line for line in plan)


def test_both_together_set_up_both(checkout: Path) -> None:
    plan = "\n".join(planned(checkout, "run", "setup"))
    assert "-r requirements.txt" in plan
    assert "-r requirements-dev.lock" in plan
