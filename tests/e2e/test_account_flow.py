"""The flow in docs/accounts.md, pasted into a shell."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from mockserver import MockServer
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.text import ROOT, SHIPPED

pytestmark = pytest.mark.usefixtures("state_kind")

FLOW = re.search(r"```sh\n(API=.*?)```", (ROOT / "docs" / "accounts.md").read_text(), re.DOTALL)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_documented_flow_answers_as_the_page_says(tmp_path: Path) -> None:
    assert FLOW is not None
    said = re.findall(r"^# (\{.*\})$", FLOW[1], re.MULTILINE)
    with MockServer(SHIPPED) as mock:
        script = FLOW[1].replace("http://127.0.0.1:7775", mock.url)
        script = re.sub(r"^(curl .*)$", r"\1; echo", script, flags=re.MULTILINE)
        done = subprocess.run(
            ["sh", "-ec", script.replace("curl ", "curl -sS ")],
            cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
        )  # fmt: skip
    assert done.stderr == ""
    answers = [json.loads(line) for line in done.stdout.split("\n") if line]
    for answer in answers:
        if "token" in answer.get("data", {}):
            answer["data"]["token"] = "eyJ0…"
    assert answers == [json.loads(line) for line in said]
