"""Installing a peer from npm or PyPI into the cache, once for each version."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.results import BenchmarkError, cache_directory

_PATIENCE_S: Final = 240.0
_READY: Final = ".ready"


def program(name: str) -> str:
    """Where that program is; raises BenchmarkError where it is not installed."""
    found = shutil.which(name)
    if found is None:
        raise BenchmarkError(f"{name} is not installed")
    return found


def from_npm(*packages: str) -> Path:
    """Install `name@version` packages without running their scripts; where they are."""
    place = _place("npm", packages)
    if not (place / _READY).exists():
        command = [program("npm"), "install", "--prefix", str(place), "--ignore-scripts"]
        _run([*command, "--no-audit", "--no-fund", "--no-save", "--loglevel", "error", *packages])
        (place / _READY).touch()
    return place / "node_modules"


def from_pypi(*packages: str) -> Path:
    """Install `name==version` packages into an environment of their own; its Python."""
    place = _place("pypi", packages)
    python = place / "bin" / "python"
    if not (place / _READY).exists():
        _run([sys.executable, "-m", "venv", "--clear", str(place)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
              *packages])  # fmt: skip
        (place / _READY).touch()
    return python


def _place(kind: str, packages: Sequence[str]) -> Path:
    name = "+".join(packages).replace("/", "_").replace("@", "-")
    place = cache_directory() / kind / name.strip("-")
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BenchmarkError(f"cannot install to {place}: {error.strerror}") from None
    return place


def _run(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=_PATIENCE_S
        )
    except subprocess.TimeoutExpired:
        raise BenchmarkError(f"installing took over {_PATIENCE_S:.0f} s") from None
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise BenchmarkError(f"installing failed: {lines[-1] if lines else done.returncode}")
