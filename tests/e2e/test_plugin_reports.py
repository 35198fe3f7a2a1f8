"""What the plugin of pytest says: of failed tests, of warnings, of its own troubles."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver import MockServer
from tests.helpers.projects import Suite

SECTION = "requests to animeloop-mock"


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    return Suite(tmp_path)


PLAIN = """
from calling import call

def test_plain(animeloop_mock):
    animeloop_mock.scenario("db-down")
    for _ in range(3):
        code = call(animeloop_mock)
    assert code == 1320001
"""


@pytest.mark.parametrize("workers", [(), ("-n", "1")])
def test_a_failed_test_shows_the_journal(suite: Suite, workers: tuple[str, ...]) -> None:
    suite.write("test_it.py", PLAIN)
    out = suite.run("-q", *workers).expect(1, failed=1).out
    assert out.count(SECTION) == 1
    (line,) = [line for line in out.splitlines() if "/auth/token -> " in line]
    assert line.startswith("POST /api/v2/auth/token -> 200 1950301 alice: ")
    assert "db-down: find_user failed" in line
    assert line.endswith(" (3 times)")


def test_a_long_journal_is_shortened(suite: Suite) -> None:
    body = "for n in range(60): call(animeloop_mock, user=['alice', 'bob'][n % 2])\n    assert 0"
    test = f"from calling import call\n\ndef test_it(animeloop_mock):\n    {body}\n"
    suite.write("test_it.py", test)
    out = suite.run("-q").expect(1, failed=1).out
    assert "\n… 40 earlier requests\n" in out
    assert out.count("/auth/token -> ") == 20


def test_an_assertion_that_has_the_journal_in_its_message_does_not_repeat_it(suite: Suite) -> None:
    suite.write(
        "test_it.py",
        "from calling import call\n\ndef test_it(animeloop_mock):\n    call(animeloop_mock)\n"
        "    animeloop_mock.assert_requested('/auth/token/new', code=1320002)\n",
    )
    out = suite.run("-q").expect(1, failed=1).out
    assert SECTION not in out
    assert out.count("/auth/token -> ") == 1
    assert "mockserver/testing" not in out


def test_a_passed_test_shows_nothing(suite: Suite) -> None:
    suite.write("test_it.py", PLAIN.replace("== 1320001", "== 1950301"))
    ended = suite.run("-q", "-rA").expect(passed=1)
    assert SECTION not in ended.out


UNTIDY = """
from calling import call

def test_untidy(animeloop_mock):
    call(animeloop_mock, method="GET")
    call(animeloop_mock, path="/auth/token?a=b")
    call(animeloop_mock, body=b"{}")
    call(animeloop_mock, body=b"{}")
"""
WARNINGS = (
    "GET /auth/token: GET is answered like POST here; the real server refuses it",
    "POST /auth/token: the query was not read: none is documented here",
    "POST /auth/token: the body was not read: none is documented here (2 times)",
)


def test_warnings_in_the_journal_are_warnings_of_pytest(suite: Suite) -> None:
    suite.write("test_it.py", UNTIDY)
    out = suite.run("-q").expect(passed=1, warning=3).out
    assert [text for text in WARNINGS if f"AnimeloopMockWarning: {text}" not in out] == []
    suite.run("-q", "-W", "ignore::animeloop_mock_pytest.AnimeloopMockWarning").expect(passed=1)


@pytest.mark.parametrize("how", ["option", "ini", "warnings"])
def test_they_can_fail_the_test(suite: Suite, how: str) -> None:
    suite.write("test_it.py", UNTIDY)
    if how == "ini":
        suite.write("pytest.ini", "[pytest]\nanimeloop_mock_strict = true\n")
    options = {"option": ["--animeloop-mock-strict"], "ini": [], "warnings": ["-W", "error"]}[how]
    out = suite.run("-q", *options).expect(1, failed=1).out
    assert WARNINGS[0] in out
    assert SECTION in out
    assert "per_test.py" not in out
    assert "Traceback" not in out


def test_strict_needs_a_journal(suite: Suite) -> None:
    suite.write(
        "test_it.py", "def test_a(animeloop_mock): pass\n\ndef test_b(animeloop_mock): pass\n"
    )
    with MockServer(no_request_journal=True) as server:
        given = f"--animeloop-mock-url={server.url}"
        suite.run("-q", given).expect(passed=2)
        out = suite.run("-q", given, "--animeloop-mock-strict").expect(1, error=2).out
    assert out.count("has no journal, whose warnings would fail a test") >= 1
    assert "Traceback" not in out


def test_numbers_in_toml_need_no_quotes(suite: Suite) -> None:
    if pytest.version_tuple < (9, 2):
        pytest.skip(f"pytest {pytest.__version__} takes text only")
    (suite.folder / "pytest.ini").unlink()
    suite.write(
        "pyproject.toml",
        "[tool.pytest]\nanimeloop_mock_seed = 0\nanimeloop_mock_http_status = 200\n"
        "animeloop_mock_require_coverage = 90.5\nanimeloop_mock_profile = 'server'\n",
    )
    suite.write(
        "test_it.py",
        "def test_it(animeloop_mock):\n    assert animeloop_mock.health().profile == 'server'\n",
    )
    out = suite.run("-q").expect(1, passed=1).out
    assert "90.5 % are required" in out


MISUSED = """
import pytest

def test_url(animeloop_mock):
    for path, words in {
        "auth/token": "a path that begins with a slash, such as '/auth/token'",
        "/api/v2/auth/token": "a path without /api/v2, such as '/auth/token'",
    }.items():
        with pytest.raises(Exception, match=words):
            animeloop_mock.url(path)

@pytest.mark.animeloop_scenario("db-down")
def test_marker_alone():
    pass

@pytest.mark.animeloop_scenario("db-down")
def test_marker_and_request(request):
    pass

@pytest.mark.animeloop_scenario("db-down")
def test_marker_and_dynamic_fixture(request):
    assert request.getfixturevalue("animeloop_mock").scenarios().active == "db-down"

@pytest.mark.animeloop_scenario("db-dwn")
def test_unknown(animeloop_mock):
    pass

@pytest.mark.animeloop_scenario("db-down", "normal")
def test_two(animeloop_mock):
    pass
"""


def test_misuse_is_one_error_each(suite: Suite) -> None:
    suite.write("test_it.py", MISUSED)
    out = suite.run("-q", "-rN").expect(1, passed=2, failed=2, error=2).out
    unused = "@pytest.mark.animeloop_scenario has no effect without the fixture animeloop_mock"
    assert out.count(unused) == 2
    assert "the sandbox of test_unknown: POST /__admin/sandboxes: " in out
    assert "did you mean 'db-down'?" in out
    assert "expected @pytest.mark.animeloop_scenario(name), got Mark(" in out
    assert "mockserver/testing" not in out
    assert "animeloop_mock_pytest/" not in out


THREE = "".join(f"def test_{number}(animeloop_mock): pass\n\n" for number in range(3))


def one_full_error(out: str, words: str) -> None:
    """The whole reason stands once, and no traceback of ours."""
    assert out.count(words) == 1, out
    assert "animeloop_mock_pytest/" not in out
    assert "mockserver/" not in out
    assert "Traceback" not in out
    assert out.count("the mock could not be used, see the first error of animeloop-mock") >= 2


def test_bad_fixtures_are_one_error_of_the_session(suite: Suite) -> None:
    suite.write("bad.yaml", "users: [{usrname: a}]\n")
    suite.write("test_it.py", THREE + "def test_without(): pass\n")
    ended = suite.run("-q", "-rN", "--animeloop-mock-fixtures=bad.yaml")
    ended.expect(1, passed=1, error=3)
    one_full_error(ended.out, "bad.yaml:1:10: usrname: ")
    assert "did you mean 'username'?" in ended.out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--animeloop-mock-url=127.0.0.1:1"],
         "--animeloop-mock-url: no mock answers at 127.0.0.1:1: Connection refused"),
        (["--animeloop-mock-url=https://127.0.0.1:1"], "no mock answers at https://127.0.0.1:1: "),
        (["--animeloop-mock-url=mock"], "expected a URL such as http://127.0.0.1:7775, got 'mock'"),
        (["--animeloop-mock-scenario=db-dwn"], "unknown scenario 'db-dwn'; did you mean 'db-"),
        (["--animeloop-mock-profile=serve"], "--profile: expected documented or server"),
        (["--animeloop-mock-seed=x"], "--seed: expected an integer"),
    ],
)  # fmt: skip
def test_a_mock_that_cannot_be_used_is_one_error_of_the_session(
    suite: Suite, options: list[str], words: str
) -> None:
    suite.write("test_it.py", THREE)
    ended = suite.run("-q", "-rN", *options).expect(1, error=3)
    one_full_error(ended.out, words)


def test_what_answers_but_is_no_mock_or_wants_a_token_is_one_error_too(suite: Suite) -> None:
    suite.write("test_it.py", THREE)
    with MockServer(admin_token="sesame") as server:
        at = f"--animeloop-mock-url={server.url}"
        one_full_error(suite.run("-q", "-rN", at).expect(1, error=3).out, "admin token")
        unknown = [at, "--animeloop-mock-admin-token=sesame", "--animeloop-mock-scenario=db-dwn"]
        one_full_error(suite.run("-q", "-rN", *unknown).out, "unknown scenario 'db-dwn'")
        of_sandbox = f"{at}/__sandbox/x/api/v2"
        one_full_error(suite.run("-q", "-rN", of_sandbox).out, "expected a mock's origin")
        short = f"--animeloop-mock-url=127.0.0.1:{server.port}/api/v2"
        suite.run("-q", short, "--animeloop-mock-admin-token=sesame").expect(passed=3)


def test_a_mock_that_dies_says_so(suite: Suite) -> None:
    suite.write(
        "test_it.py",
        "def test_kill(animeloop_mock_server):\n    animeloop_mock_server._launch._process.kill()\n"
        "    animeloop_mock_server._launch._process.wait()\n\n"
        "def test_after(animeloop_mock): pass\n",
    )
    ended = suite.run("-q").expect(1, passed=1, error=1)
    assert "the mock's process has ended with status -9" in ended.out
    assert "Traceback" not in ended.out


def test_a_call_that_is_refused_shows_no_code_of_the_client(suite: Suite) -> None:
    suite.write(
        "test_it.py",
        "def test_refused(animeloop_mock):\n    animeloop_mock.scenario('db-dwn')\n\n"
        "def test_unreachable(animeloop_mock, animeloop_mock_server):\n"
        "    animeloop_mock_server.stop()\n    animeloop_mock.health()\n",
    )
    out = suite.run("-q").out
    assert "did you mean 'db-down'?" in out
    assert "ConnectionRefusedError" in out
    assert "mockserver/testing" not in out
    assert "http/client.py" not in out
    assert "During handling" not in out
