"""`--version` tells what a report of a bug needs."""

from __future__ import annotations

import platform
import re

import falcon
import pytest

from mockserver.cli.main import main
from mockserver.version import __version__


def test_the_first_line_is_the_version_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    first, python, libraries = capsys.readouterr().out.splitlines()
    assert first == f"animeloop-mock {__version__}"
    assert f" {platform.python_version()} on {platform.system()} " in python
    assert f"falcon {falcon.__version__}, msgspec " in libraries
    assert re.search(r"PyJWT \S+, PyYAML \S+, waitress \S+", libraries)


def test_a_library_that_is_not_installed_is_left_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockserver.cli.versions._LIBRARIES", ("no-such-library", "waitress"))
    main(["--version"])
    assert re.fullmatch(r"waitress \S+", capsys.readouterr().out.splitlines()[2])
