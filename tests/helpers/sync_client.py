"""Makes the client without asyncio from the one for asyncio.

`python -m tests.helpers.sync_client` writes the files anew.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.helpers.text import ROOT

TESTING = ROOT / "mockserver" / "testing"
MADE = {"async_clock.py": "clock.py", "async_client.py": "client.py"}
RULES = (
    (r"\basync (def|with|for)\b", r"\1"),
    (r"\bawait ", ""),
    (r"\bAsync(?=[A-Z])", ""),
    (r"\b__a(enter|exit)__\b", r"__\1__"),
    (r"\bmockserver\.testing\.async_", "mockserver.testing."),
    (r"\b(posted_login)_async\b", r"\1"),
    (r", for (?:tests with )?asyncio\.", "."),
    (r'"""The Python client of a running mock\.\n\n.*?"""',
     r'"""The Python client of a running mock, for tests.\n\nMade from `async_client.py`.\n"""'),
)  # fmt: skip


def made_from(source: str) -> str:
    """The source of the client without asyncio."""
    for pattern, replacement in RULES:
        source = re.sub(pattern, replacement, source, flags=re.DOTALL)
    for command in (["check", "--quiet", "--select", "I,F401", "--fix"], ["format", "--quiet"]):
        source = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--stdin-filename", "client.py", "-"],
            cwd=ROOT, input=source, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    return source


def files() -> dict[Path, str]:
    """What each file that is made should have in it."""
    return {
        TESTING / made: made_from((TESTING / source).read_text(encoding="utf-8"))
        for source, made in MADE.items()
    }


if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
