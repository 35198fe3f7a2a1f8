"""Schemathesis finds no reply that the OpenAPI document does not describe.

It runs as a process of its own: its pytest plugin would slow every other test.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from mockserver.api.catalog import endpoints_of
from mockserver.api.profiles import PROFILES
from mockserver.server.settings import HTTP_STATUS_MODES
from tests.helpers import warm
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.examples import examples
from tests.helpers.process import Server
from tests.helpers.text import DOCUMENTED_COOKIE, ROOT
from tests.helpers.warm import SCHEMATHESIS

HERE = Path(__file__).parent

ALL = tuple(PROFILES)
OF_SOURCE = ("server", "dashboard")

# All checks are on but these, in these modes and profiles. schemathesis_checks.py has one of ours
# in place of each, but for the last.
EXCLUDED: dict[str, dict[str, tuple[str, ...]]] = {
    # It wants 405 for other methods. The API answers 400, and the profile `documented` takes GET
    # for POST, because the documentation's samples send it.
    "unsupported_method": dict.fromkeys(HTTP_STATUS_MODES, ALL),
    # These want 401 and 4xx without a good cookie or good fields. Every documented code travels in
    # an HTTP 200, unless --http-status from-code says otherwise. The real server takes numbers for
    # text.
    "ignored_auth": {"200": ALL},
    "negative_data_rejection": {"200": ALL, "from-code": OF_SOURCE},
    # The real server sends a page with 500 for a code that it cannot read, and dies of some values.
    "not_a_server_error": dict.fromkeys(HTTP_STATUS_MODES, OF_SOURCE),
    # It wants every text to be accepted. No schema can say which usernames and codes are.
    "positive_data_acceptance": {"from-code": ALL},
}


def schemathesis(
    server: Server, profile: str, mode: str, cwd: Path, *flags: str
) -> subprocess.CompletedProcess[str]:
    excluded = [check for check, where in EXCLUDED.items() if profile in where.get(mode, ())]
    return warm.run(
        "--config-file", str(HERE / "schemathesis.toml"), "run",
        f"http://127.0.0.1:{server.port}/__admin/openapi.json", "--no-color",
        "--max-examples", str(examples(400)), "--exclude-checks", ",".join(excluded), *flags,
        program=SCHEMATHESIS,
        cwd=cwd,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SCHEMATHESIS_HOOKS": str(HERE / "schemathesis_checks.py"),
            "ANIMELOOP_MOCK_COOKIE": DOCUMENTED_COOKIE,
            "ANIMELOOP_MOCK_PROFILE": profile,
            "ANIMELOOP_MOCK_URL": f"http://127.0.0.1:{server.port}",
        },
        timeout_s=10 * PATIENCE_S,
    )  # fmt: skip


@pytest.mark.hypothesis
@pytest.mark.parametrize("mode", HTTP_STATUS_MODES)
@pytest.mark.parametrize("profile", PROFILES)
def test_every_reply_is_as_the_document_says(profile: str, mode: str, tmp_path: Path) -> None:
    with Server("--quiet", "--profile", profile, "--http-status", mode) as server:
        result = schemathesis(server, profile, mode, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"Tested: {len(endpoints_of(profile))}" in result.stdout
    assert re.search(r"(\d\d+) generated, \1 passed", result.stdout), result.stdout


@pytest.mark.parametrize(
    ("mode", "scenario", "failure"),
    [
        ("200", "malformed-json", "JSON deserialization error"),
        ("from-code", "db-down", "Server error"),
    ],
)
def test_it_would_notice(mode: str, scenario: str, failure: str, tmp_path: Path) -> None:
    with Server("--quiet", "--http-status", mode, "--scenario", scenario) as server:
        result = schemathesis(server, "documented", mode, tmp_path, "--phases", "coverage")
    assert result.returncode == 1, result.stdout + result.stderr
    assert failure in result.stdout
