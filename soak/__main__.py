"""`python -m soak`: runs all parts one after the other. Exit status 1 if any of them fails."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from secrets import randbelow
from typing import Final, NamedTuple

from mockserver.api.pages import OWN_PAGES
from mockserver.api.profiles import PROFILES
from mockserver.testing.control_plane import ControlPlaneError
from soak import (
    accounts,
    dripping,
    fuzz,
    gate,
    half_closed,
    hostile,
    linear,
    outages,
    properties,
    reload,
    shared,
    sigterm,
    slow,
    vanished,
)
from soak.deadline import Deadline
from soak.figures import Findings
from soak.server import ServerFailedError


class Size(NamedTuple):
    """The size of each part. `seconds` is the time limit of one part under one profile.

    `requests` are divided between the profiles. `gate` and `hostile` send every `step`th of their
    inputs. `hostile` and `pause` are durations in seconds.
    """

    requests: int
    step: int
    hostile: float
    slow: int
    beside_slow: int
    dripping: int
    half_closed: int
    threads: int
    stops: int
    versions: int
    calls: int
    pause: float
    hypothesis: str
    seconds: float


FULL: Final = Size(
    requests=100_000, step=1, hostile=8, slow=500, beside_slow=10_000, dripping=300,
    half_closed=100, threads=32, stops=20, versions=15, calls=10_000, pause=5,
    hypothesis="soak", seconds=150,
)  # fmt: skip
SHORT: Final = Size(
    requests=1500, step=13, hostile=2, slow=50, beside_slow=400, dripping=60, half_closed=5,
    threads=8, stops=1, versions=3, calls=500, pause=2.5,
    hypothesis="repeatable", seconds=60,
)  # fmt: skip

Part = Callable[[str, int, Size, Deadline], Findings]
# The function that runs each part.
PARTS: Final[Mapping[str, Part]] = {
    "fuzz": lambda profile, seed, size, end: fuzz.run(profile, seed, size.requests, end),
    "gate": lambda profile, _, size, end: gate.run(profile, size.step, end),
    "hostile": lambda profile, _, size, end: hostile.run(profile, size.hostile, size.step, end),
    "slow": lambda profile, _, size, end: slow.run(profile, size.slow, size.beside_slow, end),
    "dripping": lambda profile, _, size, end: dripping.run(profile, size.dripping, end),
    "half-closed": lambda profile, _, size, end: half_closed.run(profile, size.half_closed, end),
    "vanished": lambda profile, _, size, end: vanished.run(profile, size.threads, end),
    "sigterm": lambda profile, _, size, end: sigterm.run(profile, size.stops, end),
    "reload": lambda profile, _, size, end: reload.run(profile, size.versions, end),
    "accounts": lambda profile, seed, size, end: accounts.run(profile, seed, size.calls, end),
    "linear": lambda profile, seed, size, end: linear.run(profile, seed, size.calls, end),
    "shared": lambda profile, seed, size, end: shared.run(profile, seed, size.calls, end),
    "outages": lambda profile, _, size, end: outages.run(profile, size.pause, end),
}
# The clients of all parts speak to the token page.
SOAKED: Final = tuple(name for name in PROFILES if name not in OWN_PAGES)
# These tests iterate over the profiles themselves.
PROPERTIES: Final = "properties"
# They take as long as so many other parts.
_ALL_PROPERTIES: Final = 12


def main(arguments: list[str] | None = None) -> int:
    """Run the selected parts, and print a line of figures for each. Returns the exit status."""
    options = _parser().parse_args(arguments)
    size = SHORT if options.short else FULL
    profiles = options.profile or list(SOAKED)
    size = size._replace(requests=size.requests // len(profiles))
    begin = time.monotonic()
    failed = 0
    print(f"seed {options.seed}", flush=True)
    for name in options.only or [*PARTS, PROPERTIES]:
        if name == PROPERTIES:
            failed += not _passes("all", _properties, options.seed, size)
            continue
        for profile in profiles:
            failed += not _passes(profile, PARTS[name], options.seed, size)
    verdict = f"{failed} FAILED" if failed else "all passed"
    print(f"{verdict} in {time.monotonic() - begin:.0f} s")
    return 1 if failed else 0


def _properties(_profile: str, seed: int, size: Size, _deadline: Deadline) -> Findings:
    return properties.run(seed, size.hypothesis, Deadline(_ALL_PROPERTIES * size.seconds))


def _passes(profile: str, part: Part, seed: int, size: Size) -> bool:
    """Run one part, and print its findings. Returns whether it passed."""
    begin = time.monotonic()
    try:
        findings = part(profile, seed, size, Deadline(size.seconds))
    except (ServerFailedError, ControlPlaneError, OSError, subprocess.TimeoutExpired) as error:
        findings = Findings("?", failures=[f"{type(error).__name__}: {error}"])
    print(f"{profile:<10} {findings.line}, seconds {time.monotonic() - begin:.1f}", flush=True)
    for failure in findings.failures:
        print(f"  {failure}", flush=True)
    return not findings.failures


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__)
    parser.add_argument("--short", action="store_true", help="a few seconds instead of minutes")
    parser.add_argument(
        "--profile", choices=list(SOAKED), action="append", help="only this profile; repeatable"
    )
    parser.add_argument(
        "--only", choices=[*PARTS, PROPERTIES], action="append", help="only this part; repeatable"
    )
    parser.add_argument(
        "--seed", type=int, default=randbelow(1_000_000), help="repeat a run (default: a new one)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
