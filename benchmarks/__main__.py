"""`python -m benchmarks mock|peers|page`: measure, then write docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from pathlib import Path

from benchmarks import mock, wrk
from benchmarks.page import page, verdicts
from benchmarks.peers import measure as peers
from benchmarks.processes import ROOT
from benchmarks.results import BenchmarkError, Results, cache_directory, describe, load, save
from benchmarks.targets import OF_MOCK, OF_PEERS


def main() -> int:
    """Run the benchmarks. Returns the exit status: 0, or 2 if something cannot be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", choices=["mock", "peers", "page"], help="page: measure nothing")
    parser.add_argument("--rounds", type=int, default=9, metavar="N")
    parser.add_argument("--base", metavar="COMMIT", help="measure that commit, too")
    parser.add_argument(
        "--results", type=Path, default=cache_directory(), metavar="DIRECTORY",
        help="where mock.json and peers.json are kept (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--page", type=Path, default=ROOT / "docs/benchmarks.md", metavar="FILE")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stops the servers on the way out
    try:
        if arguments.what != "page":
            _check(arguments.rounds)
            results = _measure(arguments.what, arguments.rounds, arguments.base)
            save(results, arguments.results / f"{arguments.what}.json")
        write(arguments.results, arguments.page)
    except BenchmarkError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def write(directory: Path, path: Path) -> None:
    """Write the page from the results in that directory, and print the verdicts."""
    ours, theirs = load(directory / "mock.json"), load(directory / "peers.json")
    path.write_text(page(ours, theirs), encoding="utf-8")
    for results, targets in ((ours, OF_MOCK), (theirs, OF_PEERS)):
        for row in verdicts(targets, results) if results else ():
            print("  ".join(row).replace("**", ""))
    _say(f"wrote {path}")


def _check(rounds: int) -> None:
    if rounds < 1:
        raise BenchmarkError(f"--rounds {rounds}: expected at least 1")
    if not Path("/proc/self/status").exists():
        raise BenchmarkError("memory and processor time are read from /proc: Linux is needed")
    wrk.find()


def _measure(what: str, rounds: int, base: str | None) -> Results:
    begin, load_before = time.monotonic(), os.getloadavg()[0]
    skipped: dict[str, str] = {}
    if what == "mock":
        tables, versions = mock.measure(_say, rounds, base)
    else:
        tables, versions, skipped = peers.measure(_say, rounds)
    setting = describe(versions, time.monotonic() - begin, load_before)
    return Results(setting, tables, skipped)


def _say(text: str) -> None:
    print(f"benchmarks: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
