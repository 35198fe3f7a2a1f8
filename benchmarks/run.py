"""`python -m benchmarks.run mock|peers`: measure, and write the results for the report."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path

from benchmarks import wrk
from benchmarks.errors import BenchmarkError
from benchmarks.results import (
    MOCK_FILE,
    PEERS_FILE,
    MockResults,
    PeerResults,
    cache_directory,
    save,
)


def main() -> int:
    """Exit status 0, or 2 where nothing can be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("what", choices=["mock", "peers"])
    parser.add_argument(
        "--results", type=Path, metavar="FILE",
        help="write the results there (default: mock.json or peers.json in "
        "$XDG_CACHE_HOME/animeloop-mock-bench)",
    )  # fmt: skip
    arguments = parser.parse_args()
    name = MOCK_FILE if arguments.what == "mock" else PEERS_FILE
    path = arguments.results or cache_directory() / name
    begin = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the servers are stopped on the way
    try:
        _check()
        save(_measure(arguments.what), path)
    except BenchmarkError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    _say(f"took {time.monotonic() - begin:.0f} s; the results are in {path}")
    return 0


def _check() -> None:
    if not Path("/proc/self/status").exists():
        raise BenchmarkError("memory and processor time are read from /proc: Linux is needed")
    wrk.find()


def _measure(what: str) -> MockResults | PeerResults:
    if what == "mock":
        from benchmarks import mock  # noqa: PLC0415  each needs what the other does not

        return mock.measure(_say)
    from benchmarks.peers import measure  # noqa: PLC0415

    return measure.measure(_say)


def _say(text: str) -> None:
    print(f"benchmarks: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
