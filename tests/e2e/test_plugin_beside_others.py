"""The plugin of pytest in projects that have another package called `mockserver`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.helpers.projects import Suite
from tests.helpers.text import ROOT

# `make` installs it there, because it cannot be installed beside this package.
BESIDE = ROOT / ".venv" / "beside"
OWN_TEST = """
import mockserver

def test_our_own():
    assert mockserver.OURS == 1
"""
OTHER = "because another package is called mockserver: "


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    return Suite(tmp_path / "project")


@pytest.fixture
def client() -> Path:
    """Where the distribution mockserver-client is."""
    if not (BESIDE / "mockserver" / "client.py").is_file():
        pytest.skip("mockserver-client is not installed in .venv/beside; `make setup` does it")
    return BESIDE


@pytest.mark.parametrize("name", ["mockserver.py", "mockserver/__init__.py"])
@pytest.mark.parametrize("arguments", [(), ("-n", "2"), ("-W", "error")])
def test_a_project_with_a_mockserver_of_its_own_is_left_alone(
    suite: Suite, name: str, arguments: tuple[str, ...]
) -> None:
    suite.write(name, "OURS = 1\n")
    suite.write("test_it.py", OWN_TEST)
    ended = suite.run("-q", *arguments)
    assert (ended.status, ended.counts["passed"]) == (0, 1), ended.text
    assert ended.out.count(OTHER) == 1
    assert ended.counts.get("warning", 0) == ("error" not in arguments)
    assert str(suite.folder / name) in ended.out


def test_its_fixtures_say_in_the_test_why_they_are_not_available(suite: Suite) -> None:
    suite.write("mockserver.py", "OURS = 1\n")
    suite.write("test_it.py", OWN_TEST + "\n\ndef test_mock(animeloop_mock): pass\n")
    ended = suite.run("-q")
    assert (ended.status, ended.counts["passed"], ended.counts["error"]) == (1, 1, 1), ended.text
    assert "the fixture animeloop_mock_server is not available" in ended.out
    assert "Traceback" not in ended.text
    ended = suite.run("-q", "--animeloop-mock-require-coverage=50")
    assert ended.status == pytest.ExitCode.USAGE_ERROR
    assert "the coverage of animeloop-mock is not available" in ended.text


@pytest.mark.parametrize("arguments", [(), ("-n", "2")])
def test_a_mockserver_that_is_found_later_is_not_hidden_by_the_gate(
    suite: Suite, arguments: tuple[str, ...]
) -> None:
    suite.write("checks/mockserver.py", "OURS = 1\n")
    suite.write("checks/test_it.py", OWN_TEST)
    ended = suite.run(
        "-q", *arguments, "--animeloop-mock-coverage-page=dashboard",
        "--animeloop-mock-require-coverage=50",
    )  # fmt: skip
    assert (ended.status, ended.counts["passed"]) == (1, 1), ended.text
    # The controller of xdist collects nothing, so that ours is the one it finds.
    reason = "is too low" if arguments else "is not available, because another package"
    assert f"animeloop-mock: FAILED, the coverage {reason}" in ended.out


def test_the_api_under_its_own_name_says_it_too(suite: Suite) -> None:
    suite.write("mockserver.py", "OURS = 1\n")
    suite.write("test_it.py", "from animeloop_mock_pytest import MockServer\n")
    ended = suite.run("-q")
    assert "ImportError: animeloop_mock_pytest.MockServer is not available" in ended.out


def test_mockserver_client_in_another_folder_stays_usable(suite: Suite, client: Path) -> None:
    suite.write(
        "test_it.py",
        "from mockserver import MockServerClient\n\ndef test_it(): assert MockServerClient\n",
    )
    ended = suite.run("-q", environment={"PYTHONPATH": str(client)})
    assert (ended.status, ended.counts["passed"]) == (0, 1), ended.text
    assert OTHER + str(client / "mockserver" / "__init__.py") in ended.out


BOTH = """
from animeloop_mock_pytest import MockServer, UnknownNameError
from calling import call

def test_ours(animeloop_mock):
    assert call(animeloop_mock) == 1320001

def test_ours_in_this_process():
    with MockServer(scenario="normal") as server, server.sandbox() as mock:
        assert call(mock) == 1320001
"""
THEIRS = """
def test_theirs():
    from mockserver.client import MockServerClient
    assert MockServerClient.__module__ == "mockserver.client"
"""
THEIRS_BY_ITS_NAME = """
def test_theirs_by_its_name():
    from mockserver import MockServerClient
    assert MockServerClient.__module__ == "mockserver.client"
"""


@pytest.mark.parametrize("last", ["ours", "theirs"])
def test_both_in_one_folder_are_both_usable(
    suite: Suite, client: Path, tmp_path: Path, last: str
) -> None:
    site = tmp_path / "site"
    orders = {"ours": (client, ROOT), "theirs": (ROOT, client)}
    for place in orders[last]:
        for name in ("mockserver", "animeloop_mock_pytest", "fixtures", "websockets"):
            if (place / name).is_dir():
                kept = shutil.ignore_patterns("__pycache__")
                shutil.copytree(place / name, site / name, dirs_exist_ok=True, ignore=kept)
    suite.write("test_it.py", BOTH + THEIRS + THEIRS_BY_ITS_NAME * (last == "theirs"))
    ended = suite.run("-q", environment={"PYTHONPATH": str(site)})
    ended.expect(passed=4 if last == "theirs" else 3)
