"""Installs what `make dist` built into fresh environments, and tries it. Needs the network.

    python scripts/try_distributions.py [PYTHON …]

For each Python, by default the one that runs this, and for wheel and source distribution alike: a
new environment, `pip install`, `--version`, `check`, and `verify` of all documented pairs.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

DIST: Final = Path(__file__).parents[1] / "dist"
# Runs beside the mock, and is given its command.
VERIFY: Final = """
import os, subprocess, sys
url = os.environ["ANIMELOOP_MOCK_URL"]
sys.exit(subprocess.call([sys.argv[1], "verify", "--target", url, "--admin", url + "/__admin"]))
"""


def main(pythons: list[str]) -> int:
    """Try every distribution with every Python. Returns 0, or 1 if one of them fails."""
    distributions = sorted([*DIST.glob("*.whl"), *DIST.glob("*.tar.gz")])
    if len(distributions) < 2:
        print(f"expected a wheel and a source distribution in {DIST}; run make dist")
        return 1
    failed = 0
    for python in pythons:
        for distribution in distributions:
            print(f"== {distribution.name} with {python}", flush=True)
            try:
                with tempfile.TemporaryDirectory() as directory:
                    tried(python, distribution, Path(directory))
            except subprocess.CalledProcessError as error:
                print(f"FAILED: {error}", flush=True)
                failed += 1
    print(f"{len(pythons) * len(distributions) - failed} passed, {failed} failed")
    return 1 if failed else 0


def tried(python: str, distribution: Path, directory: Path) -> None:
    """Install it into a new environment, and run its commands in an empty directory."""
    environment, empty = directory / "environment", directory / "empty"
    empty.mkdir()
    run(empty, python, "-m", "venv", environment)
    scripts = environment / ("Scripts" if sys.platform == "win32" else "bin")
    run(empty, scripts / "python", "-m", "pip", "install", "--quiet", distribution)
    mock = scripts / "animeloop-mock"
    run(empty, mock, "--version")
    run(empty, mock, "check")
    run(empty, mock, "exec", "--", scripts / "python", "-c", VERIFY, mock)


def run(directory: Path, *words: str | Path) -> None:
    """Run a command there. Raises CalledProcessError, after printing what it printed."""
    result = subprocess.run(
        [str(word) for word in words], cwd=directory, capture_output=True, text=True, check=False
    )
    if result.returncode:
        print(result.stdout + result.stderr, flush=True)
        result.check_returncode()
    for line in result.stdout.splitlines()[-1:]:
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or [sys.executable]))
