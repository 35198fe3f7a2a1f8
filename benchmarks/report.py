"""`python -m benchmarks.report`: from the results to docs/benchmarks.md and its charts."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from benchmarks import text
from benchmarks.errors import BenchmarkError
from benchmarks.results import (
    MOCK_FILE,
    PEERS_FILE,
    MockResults,
    PeerResults,
    cache_directory,
    load,
)

DOCS: Final = Path(__file__).parent.parent / "docs"


def main() -> int:
    """Exit status 0, or 2 where there is nothing to report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description=__doc__)
    parser.add_argument(
        "--results", type=Path, metavar="DIRECTORY", default=cache_directory(),
        help=f"where {MOCK_FILE} and {PEERS_FILE} are "
        "(default: $XDG_CACHE_HOME/animeloop-mock-bench)",
    )  # fmt: skip
    parser.add_argument("--docs", type=Path, metavar="DIRECTORY", default=DOCS)
    arguments = parser.parse_args()
    try:
        report(arguments.results, arguments.docs)
    except BenchmarkError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    return 0


def report(directory: Path, docs: Path) -> None:
    """Write the page and its charts; raises BenchmarkError where there are no results."""
    mock = load(directory / MOCK_FILE, MockResults)
    peers = load(directory / PEERS_FILE, PeerResults)
    if mock is None and peers is None:
        raise BenchmarkError(f"no results in {directory}; expected make bench or make bench-peers")
    page = docs / "benchmarks.md"
    page.write_text(text.page(mock, peers), encoding="utf-8")
    written = [page, *_charts(mock, peers, docs)]
    for verdict in text.verdicts(mock, peers):
        print(text.line(verdict))
    print("benchmarks: wrote " + ", ".join(str(path) for path in written))


def _charts(mock: MockResults | None, peers: PeerResults | None, docs: Path) -> list[Path]:
    from benchmarks import charts  # noqa: PLC0415  the library is large, and last to be needed

    written = []
    if mock is not None:
        written.append(charts.growth(mock, docs / "benchmarks-growth.svg"))
    if peers is not None:
        written.append(charts.peers(peers, docs / "benchmarks-peers.svg"))
    return written


if __name__ == "__main__":
    sys.exit(main())
