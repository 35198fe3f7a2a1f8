"""Test suites of others, in which the plugin of pytest is used."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.helpers import warm
from tests.helpers.eventually import PATIENCE_S
from tests.helpers.warm import PYTEST

# Plugins that are installed here. A suite loads those that it names.
_INSTALLED: Final = (
    "schemathesis", "anyio", "hypothesispytest", "asyncio", "randomly", "time_machine",
)  # fmt: skip
CALL: Final = """
import json
import urllib.error
import urllib.request


def call(mock, path="/auth/token", user="alice", method="POST", body=b"", **headers):
    cookie = "; ".join(f"{name}={value}" for name, value in mock.cookies(user).items())
    sent = {"Cookie": cookie, **{k.replace("_", "-"): v for k, v in headers.items()}}
    data = None if method == "GET" else body
    request = urllib.request.Request(mock.api_url + path, data, sent, method=method)
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)["code"]
"""


class Suite:
    """A project with a test suite, in a folder of its own."""

    def __init__(self, folder: Path, ini: str = "") -> None:
        self.folder = folder
        self.write("pytest.ini", f"[pytest]\n{ini}")
        self.write("calling.py", CALL)

    def write(self, name: str, text: str) -> None:
        """Write a file. Its folders are made."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run(
        self,
        *arguments: str,
        plugins: tuple[str, ...] = (),
        environment: Mapping[str, str] | None = None,
        command: tuple[str, ...] = PYTEST,
    ) -> Ended:
        """Run pytest to its end."""
        out = [f"-pno:{name}" for name in _INSTALLED if name not in plugins]
        # With CI, pytest repeats messages in its summary.
        others = ("ANIMELOOP_", "PYTEST_", "CI", "BUILD_NUMBER")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(others)}
        done = warm.run(
            "-p", "no:cacheprovider", *out, *arguments, program=command, cwd=self.folder,
            env={**kept, **(environment or {})}, timeout_s=2 * PATIENCE_S,
        )  # fmt: skip
        return Ended(done.returncode, done.stdout, done.stderr)


class Ended:
    """How a run of pytest has ended."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status = status
        self.out = out
        self.err = err

    @property
    def text(self) -> str:
        """Both outputs."""
        return self.out + self.err

    @property
    def counts(self) -> dict[str, int]:
        """The numbers of the last line, such as `{"passed": 2}`."""
        last = [line for line in self.out.splitlines() if re.search(r" in [\d.]+s", line)]
        found = re.findall(r"(\d+) (passed|failed|error|skipped|warning)", last[-1]) if last else []
        return {word: int(number) for number, word in found}

    def expect(self, status: int = 0, **counts: int) -> Ended:
        """Assert exit status and numbers."""
        assert (self.status, self.counts) == (status, counts), self.text
        return self
