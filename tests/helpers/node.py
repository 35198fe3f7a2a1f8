"""Node, npm and the tools of the Node client, where the machine has them."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.helpers.eventually import PATIENCE_S
from tests.helpers.text import ROOT

CLIENT: Final = ROOT / "clients" / "node"
# Set in CI: what is missing is then a failure.
REQUIRED: Final = "TEST_NODE_REQUIRED"
COMMAND: Final = shlex.join([sys.executable, str(ROOT / "run_mock.py")])


def require_node() -> None:
    """Skip the test, or fail it where Node is required, if the machine has no Node."""
    if shutil.which("node") is None:
        _give_up("this machine has no node")


def require_tools() -> None:
    """Skip the test, or fail it where Node is required, without the tools of the Node client."""
    require_node()
    if not (CLIENT / "node_modules" / ".ready").is_file():
        _give_up("the tools of the Node client are not installed; `make test` does it where npm is")


def _give_up(reason: str) -> None:
    (pytest.fail if os.environ.get(REQUIRED) else pytest.skip)(reason)


def node(
    *words: str | Path, cwd: Path, environment: Mapping[str, str] | None = None, text: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a program of Node to its end, with this checkout's mock, and `text` as its input."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANIMELOOP_")}
    added = {"ANIMELOOP_MOCK_COMMAND": COMMAND, "NO_COLOR": "1", **(environment or {})}
    return subprocess.run(
        [str(word) for word in words], cwd=cwd, env=kept | added, input=text, capture_output=True,
        text=True, timeout=4 * PATIENCE_S, check=False,
    )  # fmt: skip
