"""Schemathesis and Spectral find no fault in the OpenAPI document of the control plane.

Schemathesis runs as a process of its own: its pytest plugin would slow every other test.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from mockserver.http.admin.openapi.document import document
from tests.helpers import warm
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.examples import examples
from tests.helpers.process import Server, run
from tests.helpers.text import ROOT
from tests.helpers.warm import SCHEMATHESIS

HERE = Path(__file__).parent
# Where `make node-tools` puts it.
SPECTRAL: Final = ROOT / ".venv" / "node" / "node_modules" / ".bin" / "spectral"
# Set in CI: without Spectral, tests fail instead of being skipped.
REQUIRED: Final = "TEST_SPECTRAL_REQUIRED"


def schemathesis(
    server: Server, made: Path, cwd: Path, *flags: str
) -> subprocess.CompletedProcess[str]:
    return warm.run(
        "--config-file", str(HERE / "schemathesis_control_plane.toml"), "run", str(made),
        "--url", f"http://127.0.0.1:{server.port}", "--no-color",
        "--max-examples", str(examples(80)), *flags,
        program=SCHEMATHESIS,
        cwd=cwd,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SCHEMATHESIS_HOOKS": str(HERE / "schemathesis_control_plane.py"),
        },
        timeout_s=10 * PATIENCE_S,
    )  # fmt: skip


def spectral(path: Path) -> subprocess.CompletedProcess[str]:
    node = shutil.which("node")
    if node is None or not SPECTRAL.exists():
        missing = "this machine has no node" if node is None else "'make node-tools' installs it"
        if os.environ.get(REQUIRED):
            pytest.fail(f"{REQUIRED} is set, but Spectral is missing: {missing}", pytrace=False)
        pytest.skip(f"Spectral is missing: {missing}")
    return subprocess.run(
        [node, str(SPECTRAL), "lint", "--ruleset", str(HERE / "spectral.yaml"),
         "--fail-severity", "hint", str(path)],
        capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip


def written(made: dict[str, Any], folder: Path) -> Path:
    path = folder / "control-plane.json"
    path.write_text(json.dumps(made))
    return path


def copied() -> dict[str, Any]:
    """A copy of the document, to be spoiled."""
    made: dict[str, Any] = json.loads(json.dumps(document("http://localhost")))
    return made


@pytest.mark.hypothesis
def test_every_reply_is_as_the_document_says(tmp_path: Path) -> None:
    # From a file: Schemathesis leaves out the call that it has the document from.
    made = copied()
    with Server("--quiet") as server:
        result = schemathesis(server, written(made, tmp_path), tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    operations = sum(map(len, made["paths"].values()))
    assert f"Tested: {operations}\n" in result.stdout
    assert re.search(r"(\d\d\d\d) generated, \1 passed", result.stdout), result.stdout


def test_it_would_notice(tmp_path: Path) -> None:
    made = copied()
    del made["paths"]["/__admin/users"]["get"]["responses"]["422"]
    del made["components"]["schemas"]["ClockBody"]["minProperties"]
    made["components"]["schemas"]["HealthAnswer"]["properties"]["users"]["type"] = "string"
    flags = [flag for name in ("users", "clock", "health") for flag in (
        "--include-path", f"/__admin/{name}"
    )]  # fmt: skip
    with Server("--quiet") as server:
        result = schemathesis(
            server, written(made, tmp_path), tmp_path, *flags, "--phases", "coverage,fuzzing",
            "--continue-on-failure",
        )  # fmt: skip
    assert result.returncode == 1, result.stdout + result.stderr
    assert "Undocumented status code" in result.stdout
    assert "a_valid_request_is_refused_only_for_what_no_schema_can_say" in result.stdout
    assert "expected either now or advance" in result.stdout
    assert 'is not of type "string"' in result.stdout


def test_spectral_has_neither_errors_nor_warnings(tmp_path: Path) -> None:
    result = spectral(written(document("http://127.0.0.1:7775"), tmp_path))
    assert result.returncode == 0, result.stdout + result.stderr
    assert "No results" in result.stdout


def test_spectral_would_notice(tmp_path: Path) -> None:
    made = copied()
    del made["paths"]["/__admin/users"]["get"]["operationId"]
    result = spectral(written(made, tmp_path))
    assert result.returncode == 1, result.stdout + result.stderr
    assert "operation-operationId" in result.stdout


def test_the_command_prints_the_document_of_a_mock_without_flags() -> None:
    result = run("openapi", "--control-plane")
    assert (result.returncode, result.stderr) == (0, "")
    assert json.loads(result.stdout) == document("http://127.0.0.1:7775")
