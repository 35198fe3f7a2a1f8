"""The coverage gate of the plugin of pytest, and of `exec`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.process import run
from tests.helpers.projects import Suite

REQUIRE = "--animeloop-mock-require-coverage"
TEST = "from calling import call\n\ndef test_it(animeloop_mock):\n    call(animeloop_mock)\n"
FAILED = "animeloop-mock: FAILED, the coverage is too low"


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    made = Suite(tmp_path)
    made.write("test_it.py", TEST)
    return made


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
@pytest.mark.parametrize(
    "mode", ["--collect-only", "--setup-plan", "--setup-only", "--fixtures", "--fixtures-per-test"]
)
def test_it_is_silent_where_no_test_runs(suite: Suite, mode: str, workers: tuple[str, ...]) -> None:
    ended = suite.run("-q", mode, *workers, f"{REQUIRE}=90")
    assert ended.status == 0, ended.text
    assert "% are required" not in ended.text


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
@pytest.mark.parametrize("quiet", ["-q", "-qq", "-v"])
def test_it_speaks_last(suite: Suite, workers: tuple[str, ...], quiet: str) -> None:
    ended = suite.run(quiet, *workers, f"{REQUIRE}=90")
    assert ended.status == 1, ended.text
    lines = ended.out.splitlines()
    assert lines[-1] == FAILED
    assert lines.count(FAILED) == 1
    head = "animeloop-mock: 7.7 % of the documented pairs of the token page were answered, 90 % "
    assert [line for line in lines if line.startswith(head)]
    assert "  /auth/token/revoke 1320003" in lines
    assert "  /auth/token 1320001" not in lines


def test_pairs_that_a_profile_never_sends_are_marked(suite: Suite) -> None:
    ended = suite.run("-q", "--animeloop-mock-profile=server", f"{REQUIRE}=90")
    assert "  /auth/token 1940103 (profile server never sends it)" in ended.out


@pytest.mark.parametrize("text", ["nan", "-5", "101", "1e1", "inf", "", " 7", "7_0", "seven"])
def test_only_a_number_from_0_to_100_is_taken(suite: Suite, text: str) -> None:
    ended = suite.run("-q", f"{REQUIRE}={text}")
    assert ended.status == pytest.ExitCode.USAGE_ERROR
    assert f"expected a number from 0 to 100, got {text!r}" in ended.err
    assert "Traceback" not in ended.text
    of_exec = run("exec", f"--require-coverage={text}", "--", "true")
    assert of_exec.returncode == 2
    assert "--require-coverage: expected a number from 0 to 100" in of_exec.stderr


@pytest.mark.parametrize("text", ["nan", "101"])
def test_so_is_an_ini_value(suite: Suite, text: str) -> None:
    suite.write("pytest.ini", f"[pytest]\nanimeloop_mock_require_coverage = {text}\n")
    ended = suite.run("-q")
    assert ended.status == pytest.ExitCode.USAGE_ERROR
    expected = "the ini value animeloop_mock_require_coverage: expected a number from 0 to 100"
    assert expected in ended.err


@pytest.mark.parametrize("text", ["0", "7.69", "7"])
def test_enough_is_enough(suite: Suite, text: str) -> None:
    suite.run("-q", f"{REQUIRE}={text}").expect(passed=1)


TEST_CASE = """
from unittest import TestCase
from calling import call
from mockserver import MockServer

class TokenTest(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(MockServer())

    def test_it(self):
        with self.server.sandbox() as mock:
            self.assertEqual(call(mock), 1320001)

left_running = MockServer().__enter__()

def test_with_a_server_that_is_never_stopped():
    with left_running.sandbox() as mock:
        assert call(mock, path="/auth/token/new") == 1320002
"""


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_it_counts_what_a_server_in_a_test_case_has_served(
    suite: Suite, workers: tuple[str, ...]
) -> None:
    suite.write("test_it.py", TEST_CASE)
    suite.run("-q", *workers, f"{REQUIRE}=15").expect(passed=2)
    ended = suite.run("-q", *workers, f"{REQUIRE}=16").expect(1, passed=2)
    assert "15.4 % of the documented pairs" in ended.out


PROCESS = """
from calling import call
from mockserver import MockProcess

def test_it():
    with MockProcess() as server, server.sandbox() as mock:
        call(mock)

left_running = MockProcess()

def test_with_a_process_that_is_never_stopped():
    with left_running.sandbox() as mock:
        call(mock, path="/auth/token/new")
"""


def test_it_counts_what_a_process_has_served(suite: Suite) -> None:
    suite.write("test_it.py", PROCESS)
    suite.run("-q", f"{REQUIRE}=15").expect(passed=2)
    suite.run("-q", f"{REQUIRE}=16").expect(1, passed=2)


def test_a_failed_test_is_reported_without_the_gate(suite: Suite) -> None:
    suite.write("test_it.py", TEST + "    assert 0\n")
    ended = suite.run("-q", f"{REQUIRE}=90").expect(1, failed=1)
    assert "% are required" not in ended.out
