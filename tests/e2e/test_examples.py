"""The examples run, and the pytest plugin with them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver import MockServer
from tests.helpers import warm
from tests.helpers.browser import executable, give_up
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.text import ROOT
from tests.helpers.warm import PYTEST

EXAMPLES = ROOT / "examples"
UNUSED = ("schemathesis", "anyio", "hypothesispytest", "asyncio", "randomly", "time_machine")
SLOW_TO_IMPORT = [f"-pno:{name}" for name in UNUSED]


def pytest_run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    flags = ("-p", "no:cacheprovider", *SLOW_TO_IMPORT, *arguments)
    return warm.run(*flags, program=PYTEST, cwd=cwd, timeout_s=3 * PATIENCE_S)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The Python example in a directory of its own, without this project's configuration."""
    target = tmp_path / "project"
    shutil.copytree(EXAMPLES / "python", target, ignore=shutil.ignore_patterns("__pycache__"))
    (target / "pytest.ini").write_text("[pytest]\n")
    return target


def test_the_python_example_passes(project: Path) -> None:
    result = pytest_run("-q", cwd=project)
    assert result.returncode == 0, result.stdout
    assert "20 passed" in result.stdout


def test_the_unittest_example_passes_without_pytest(project: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "unittest", "test_with_unittest"],
        cwd=project, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "Ran 4 tests" in result.stderr


def copied(name: str, tmp_path: Path) -> Path:
    """An example in a directory of its own, without this project's configuration."""
    target = tmp_path / name
    shutil.copytree(EXAMPLES / name, target, ignore=shutil.ignore_patterns("__pycache__"))
    (target / "pytest.ini").write_text("[pytest]\n")
    return target


def test_the_django_example_passes(tmp_path: Path) -> None:
    pytest.importorskip("django")
    result = subprocess.run(
        [sys.executable, "-m", "django", "test", "--settings", "settings", "--pythonpath", "."],
        cwd=copied("django", tmp_path),
        capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "Ran 3 tests" in result.stderr


def test_the_flask_example_passes(tmp_path: Path) -> None:
    pytest.importorskip("flask")
    result = pytest_run("-q", cwd=copied("flask", tmp_path))
    assert result.returncode == 0, result.stdout
    assert "4 passed" in result.stdout


def test_the_playwright_example_passes(tmp_path: Path) -> None:
    if executable() is None:
        give_up("this machine has no browser")
    pytest.importorskip("playwright")
    copied("browser", tmp_path)
    result = pytest_run("-q", cwd=copied("playwright", tmp_path))
    assert result.returncode == 0, result.stdout
    assert "2 passed" in result.stdout


def test_workers_share_a_running_server_and_never_meet(project: Path) -> None:
    pytest.importorskip("xdist")
    with MockServer() as server:
        url = f"--animeloop-mock-url={server.url}"
        result = pytest_run("-q", "-n", "4", url, cwd=project)
        assert result.returncode == 0, result.stdout
        assert len(server.control.call("GET", "/sandboxes")["sandboxes"]) == 1, "all are closed"


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_coverage_is_required_and_summed_over_workers(
    project: Path, workers: tuple[str, ...]
) -> None:
    if workers:
        pytest.importorskip("xdist")
    enough = pytest_run("-q", *workers, "--animeloop-mock-require-coverage=40", cwd=project)
    assert enough.returncode == 0, enough.stdout
    short = pytest_run("-q", *workers, "--animeloop-mock-require-coverage=90", cwd=project)
    assert short.returncode == 1
    told = "% of the documented pairs of the token page were answered, 90 % are required; missing:"
    assert told in short.stdout
    assert "  /auth/token/revoke 1320003" in short.stdout


LOGIN_TEST = """
from urllib.request import urlopen

def test_login(animeloop_mock):
    fields = b"username=alice&password=wonderland&g-recaptcha-response=x"
    assert b"1220001" in urlopen(animeloop_mock.url("/auth/login"), fields).read()
    assert animeloop_mock.coverage("account")["covered"] == 1
    assert animeloop_mock.coverage()["covered"] == 0
"""


@pytest.mark.parametrize(("page", "words"), [("account", None), ("all", "all pages")])
def test_the_coverage_that_is_required_is_that_of_a_page(
    tmp_path: Path, page: str, words: str | None
) -> None:
    (tmp_path / "test_login.py").write_text(LOGIN_TEST)
    options = ["--animeloop-mock-require-coverage=3", f"--animeloop-mock-coverage-page={page}"]
    result = pytest_run("-q", *options, cwd=tmp_path)
    assert result.returncode == (words is not None), result.stdout
    if words is not None:
        assert f"2.3 % of the documented pairs of {words} were answered, 3 %" in result.stdout


def test_an_unknown_page_is_refused(tmp_path: Path) -> None:
    result = pytest_run("--animeloop-mock-coverage-page=acount", cwd=tmp_path)
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert "unknown page 'acount'; did you mean 'account'?" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_failed_assertion_shows_what_came_instead_and_why(project: Path) -> None:
    (project / "test_failing.py").write_text(
        "from animeloop_client import *\n"
        "def test_it(animeloop_mock):\n"
        "    TokenClient(animeloop_mock.url(), animeloop_mock.cookies('alice')).token()\n"
        "    animeloop_mock.assert_requested('/auth/token/revoke', code=1320003)\n"
    )
    result = pytest_run("-q", "test_failing.py", cwd=project)
    assert result.returncode == 1
    assert "expected /auth/token/revoke answered with 1320003 at least once" in result.stdout
    assert "session-of-alice belongs to alice; token returned" in result.stdout


def test_the_fixtures_and_the_scenario_of_a_test_can_be_chosen(project: Path) -> None:
    (project / "f.yaml").write_text("users: [{username: zoe, token: t}]")
    (project / "test_zoe.py").write_text(
        "import pytest\n"
        "def test_zoe(animeloop_mock):\n"
        "    assert animeloop_mock.user('zoe').token == 't'\n"
        "    assert animeloop_mock.cookies('zoe')['animeloop.auth.sid']\n"
        "@pytest.mark.animeloop_scenario('nope')\n"
        "def test_nope(animeloop_mock): pass\n"
    )
    result = pytest_run("-q", "test_zoe.py", "--animeloop-mock-fixtures=f.yaml", cwd=project)
    assert "1 passed, 1 error" in result.stdout
    assert "unknown scenario 'nope'" in result.stdout
