"""Shells complete the command line with the script that the mock prints."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.helpers.eventually import PATIENCE_S
from tests.helpers.process import run

# The last word is to be completed.
CASES: Final = [
    ("sce", {"scenario"}),
    ("scenario db-d", {"db-down"}),
    ("scenario --ur", {"--url"}),
    ("--profile s", {"server"}),
    ("serve --disable", {"--disable-admin"}),
    ("--watc", {"--watch"}),
    ("exec --require-c", {"--require-coverage"}),
    ("exec --watc", set()),
    ("cookie alice --kind tam", {"tampered"}),
    ("help ver", {"verify"}),
    ("completion fi", {"fish"}),
]
BASH: Final = """
COMP_WORDS=(animeloop-mock "$@"); COMP_CWORD=$#
_animeloop_mock; printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("completion")
    for shell in ("bash", "zsh", "fish"):
        (directory / shell).write_text(run("completion", shell).stdout)
    return directory


def output(directory: Path, *words: str) -> str:
    if shutil.which(words[0]) is None:
        pytest.skip(f"this machine has no {words[0]}")
    environment = {"PATH": str(Path(str(shutil.which(words[0]))).parent), "HOME": str(directory)}
    result = subprocess.run(
        words, cwd=directory, env=environment, capture_output=True, text=True, check=False,
        timeout=PATIENCE_S,
    )  # fmt: skip
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


@pytest.mark.parametrize(("line", "offered"), CASES)
def test_bash_completes(scripts: Path, line: str, offered: set[str]) -> None:
    found = output(scripts, "bash", "-c", f"source ./bash{BASH}", "bash", *line.split())
    assert set(found.split()) == offered


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("--profile = se", {"server"}),  # three words, as bash splits it by default
        ("exec --color = ", {"auto", "always", "never"}),
        ("--profile=se", {"--profile=server"}),
        ("--quiet=", set()),
    ],
)
def test_bash_completes_a_value_after_an_equals_sign(
    scripts: Path, line: str, offered: set[str]
) -> None:
    found = output(scripts, "bash", "-c", f"source ./bash{BASH}", "bash", *line.split())
    assert set(found.split()) == offered


@pytest.mark.parametrize(("line", "offered"), CASES)
def test_fish_completes(scripts: Path, line: str, offered: set[str]) -> None:
    asked = f"source fish; complete -C 'animeloop-mock {line}'"
    found = output(scripts, "fish", "--no-config", "-c", asked)
    assert {one.partition("\t")[0] for one in found.splitlines()} >= offered


def test_zsh_reads_the_script(scripts: Path) -> None:
    found = output(scripts, "zsh", "-fc", "source ./zsh; print ${_comps[animeloop-mock]}")
    assert "_animeloop_mock" in found


def test_after_two_dashes_the_shell_completes_the_command_itself(scripts: Path) -> None:
    assert output(scripts, "bash", "-c", f"source ./bash{BASH}", "bash", "exec", "--", "ch") == "\n"


def test_an_unknown_shell_is_refused_with_the_nearest() -> None:
    result = run("completion", "bsh")
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert "unknown shell 'bsh'; did you mean 'bash'?" in result.stderr
