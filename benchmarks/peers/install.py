"""Installs a peer from npm or PyPI into the cache, once for each version."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from benchmarks.results import BenchmarkError, cache_directory

_TIMEOUT_S: Final = 240.0


def program(name: str) -> str:
    """The path of that program. Raises BenchmarkError if it is not installed."""
    found = shutil.which(name)
    if found is None:
        raise BenchmarkError(f"{name} is not installed")
    return found


def from_npm(*packages: str) -> Path:
    """Install `name@version` packages without running their scripts; returns node_modules."""
    place = _place("npm", packages)
    npm = [program("npm"), "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save"]
    _install(place, [*npm, "--loglevel", "error", "--prefix", str(place), *packages])
    return place / "node_modules"


def from_pypi(*packages: str) -> Path:
    """Install `name==version` packages into an environment of their own; returns its Python."""
    place = _place("pypi", packages)
    python = place / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _install(place, [sys.executable, "-m", "venv", "--clear", str(place)], [*pip, *packages])
    return python


def _place(kind: str, packages: tuple[str, ...]) -> Path:
    return cache_directory() / kind / "+".join(packages).replace("/", "_").replace("@", "-")


def _install(place: Path, *commands: list[str]) -> None:
    """Run the commands, unless they have succeeded before."""
    ready = place / ".ready"
    try:
        place.mkdir(parents=True, exist_ok=True)
        for command in commands if not ready.exists() else ():
            subprocess.run(command, capture_output=True, text=True, check=True, timeout=_TIMEOUT_S)
        ready.touch()
    except subprocess.CalledProcessError as error:
        last = (error.stderr or error.stdout).strip().splitlines()[-1:]
        raise BenchmarkError(f"installing failed: {''.join(last)}") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BenchmarkError(f"cannot install to {place}: {error}") from None
