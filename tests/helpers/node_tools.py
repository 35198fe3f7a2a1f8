"""Files of the packages in `tests/node/`, which `make lint` installs from npm."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

from tests.helpers.text import ROOT

# Set in CI: an absent package is then a failure.
REQUIRED: Final = "TEST_NODE_REQUIRED"
FOLDER: Final = ROOT / "tests" / "node" / "node_modules"


def installed(package: str) -> Path:
    """The folder of a package. Skips the test if it is absent, or fails it where it is required."""
    folder = FOLDER / package
    if not folder.is_dir():
        reason = f"{package} is not installed; `make lint` installs it where Node is"
        (pytest.fail if os.environ.get(REQUIRED) else pytest.skip)(reason)
    return folder
