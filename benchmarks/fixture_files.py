"""Fixture files and sandboxes to measure with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from benchmarks.processes import ask, cookie

LARGE: Final = 100_000


def make_sandbox(port: int) -> str:
    """Create a sandbox; returns alice's cookie in it."""
    sessions = json.loads(ask(port, "", "/__admin/sandboxes")[1])["sessions"]
    return next(str(each["cookie_header"]) for each in sessions if each["username"] == "alice")


def written_out(directory: Path) -> Path:
    """A fixture file whose users and sessions are written out."""
    path = directory / "written-out.yaml"
    users = "".join(f"  - {{username: u{n}, uid: {n}, token: issue}}\n" for n in range(LARGE))
    sessions = "".join(f"  - {{sid: s{n}, username: u{n}}}\n" for n in range(LARGE))
    path.write_text(f"users:\n{users}sessions:\n{sessions}")
    return path


def repeated(directory: Path, number: int) -> Path:
    """A fixture file with that many users and sessions by `repeat`."""
    path = directory / f"repeated-{number}.yaml"
    path.write_text(
        f"users: [{{username: 'load-{{n:06}}', uid: '{{n}}', token: issue, repeat: {number}}}]\n"
        f"sessions: [{{sid: 'load-{{n:06}}', username: 'load-{{n:06}}', repeat: {number}}}]\n"
    )
    return path


def repeated_user(number: int) -> str:
    """Return the cookie of the n-th user of that file."""
    return cookie(f"load-{number:06}")
