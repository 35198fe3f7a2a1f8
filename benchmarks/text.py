"""The words and tables of docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from benchmarks import targets
from benchmarks.results import AT_WORK, Growth, Load, MockResults, PeerResults, Setting, Start
from benchmarks.stats import between, crossing, median, ratio, ratios
from benchmarks.targets import Verdict

_MET: Final = {True: "met", False: "**not met**", None: "not measured"}
HEAD: Final = """# Benchmarks

Written by `make bench` (about 8 minutes) and `make bench-peers` (under 10, with installing),
which measure anew and rewrite this page. All figures are medians; a ratio is the median of the
ratios of each round, with the lowest and the highest in brackets, and in a round the servers take
turns. The load is `POST /api/v2/auth/token` over 16 keep-alive connections, with one valid session
cookie unless it is said, from [wrk](https://github.com/wg/wrk) on the same machine. No server
writes a request log unless it is said; the mock keeps its journal. What a request costs is the
server's processor time. Machines differ, and hours too; ratios less so.
"""
BARE: Final = """\
A bare server answers the same bytes under the same headers and does nothing else. Bare waitress
has the mock's settings (threads, poll), but not its pool and its connections, which make the mock
faster than it is; `waitress, bare application` has those too. Bare granian is granian's own server
with one worker, as the mock has, and one thread for Python; the mock has a pool of which one thread
runs at a time. CPU is the server's processor time a request, MB a million bytes, resident memory
that after the load.
"""
AT_WORK_HEAD: Final = """\
Sixteen clients, each waiting for its reply, queue for one thread of Python: p99 grows with what a
request takes there. So it does on bare granian whose application keeps Python busy for a while and
then answers:
"""
GROWTH_HEAD: Final = """\
Users are bulk fixtures, of which 1,000 ask in turn at every level. Sandboxes ask in turn. Users
that ask are some of 100,000; the cookies of 4,096 are remembered.
"""
# Why a target may be missed, and what it would take, by the beginning of its name.
WHY: Final = {
    "granian: p99": "See [below](#p99-on-granian). It would take a data plane without Falcon, in "
    "less time than Falcon with nothing in it takes; or Python without its lock, so that 16 "
    "requests do not queue for one thread.",
    "granian: cost a request, 1 to 1,000 sandboxes": "A thousand worlds in turn, and what their "
    "journals let go, are not in the processor's cache; on waitress that is a smaller part of a "
    "request. It would take worlds of fewer objects, and entries too.",
    "granian: resident": "granian starts threads as requests find none idle, up to `--threads`, "
    "and each keeps some memory; with fewer it is less. Bare granian, with one thread for Python "
    "and an application that does nothing, needs more, in two processes.",
    "granian: requests a second, of Prism": "The mock on granian is as fast as one thread of "
    "Python is; what else would make it faster is said for p99.",
    "waitress: start-up, of WireMock's": "What is left at the start is importing Falcon, waitress "
    "and PyJWT.",
}
PEERS: Final = """\
Each gives the same body to the same request, as well as its kind can. The mock verifies the
cookie's signature, finds session, user and token, and keeps a journal with reasons. WireMock
matches one stub on method, path and cookie, and keeps as many journal entries; Prism gives the
example of an OpenAPI document; Mockoon has a rule for the cookie; Express with express-session
verifies the cookie and finds the session in memory; pytest-httpserver matches one request, in
HTTP/1.0, with a connection for each. None but the mock and Express verifies a signature.
Start-up is from the process to its first good answer, resident memory that after the load.
"""


def verdicts(mock: MockResults | None, peers: PeerResults | None) -> list[Verdict]:
    """Of all targets that were measured."""
    found = [] if mock is None else targets.of_mock(mock)
    return found + ([] if peers is None else targets.of_peers(peers))


def line(verdict: Verdict) -> str:
    """A verdict for a terminal."""
    met = _MET[verdict.met].strip("*")
    return f"{met:12}  {verdict.figure:>12}  ({verdict.wanted})  {verdict.target}"


def page(mock: MockResults | None, peers: PeerResults | None) -> str:
    """All of docs/benchmarks.md."""
    rows = [
        (verdict.target, verdict.wanted, verdict.figure, _MET[verdict.met])
        for verdict in verdicts(mock, peers)
    ]
    parts = [HEAD, "## Targets\n", table(("", "target", "measured", ""), rows)]
    parts += _why([verdict.target for verdict in verdicts(mock, peers) if verdict.met is False])
    parts += ["## Beside bare servers\n", *_mock(mock)]
    parts += ["## Beside other mock servers\n", *_peers(peers)]
    return "\n".join(parts)


def _why(missed: Sequence[str]) -> list[str]:
    """What is known about those that were not met."""
    known = {
        target: why
        for target in missed
        for beginning, why in WHY.items()
        if target.startswith(beginning)
    }
    found = [f"- {target}: {known.get(target, 'no cause is known.')}\n" for target in missed]
    return ["Not met, and why:\n", "".join(found)] if found else []


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cells) + " |\n" for cells in lines)


def _mock(mock: MockResults | None) -> list[str]:
    if mock is None:
        return ["Not measured yet: `make bench`.\n"]
    parts = [BARE, _setting(mock.setting, "make bench", mock.load)]
    bare = {name: f"bare {name}" for name in ("waitress", "granian")}
    variants = ("bare application", "no journal", "request log")
    bare |= {f"waitress, {variant}": "bare waitress" for variant in variants}
    bare["bare granian, Falcon"] = "bare granian"
    rows = []
    for name, loads in mock.load.items():
        of = mock.load.get(bare.get(name, ""), [])
        relative = _relative(targets.per_second(loads), targets.per_second(of)) if of else ""
        rows.append((name, *_load(loads), f"{mock.loaded_mb[name]:.0f}", relative))
    parts.append(table(("server", *_LOAD_HEAD, "MB", "of bare"), rows))
    parts += ["### Start-up and bulk fixtures\n", _starts(mock), "### Without the network\n"]
    parts.append(table(("", "a second"), ((n, f"{median(v):,.0f}") for n, v in mock.rates.items())))
    before, after = mock.sandbox_mb
    parts.append(
        f"Resident after the first sandboxes and the last: {before:.1f}, {after:.1f} MB.\n"
    )
    parts += [
        "### Growth\n",
        GROWTH_HEAD,
        "![What a request costs as there is more](benchmarks-growth.svg)\n",
    ]
    parts += [_growth(growth) for growth in mock.growth if growth.what != AT_WORK]
    at_work = [each for each in mock.growth if each.what == AT_WORK]
    return parts + [part for each in at_work for part in _p99(each, mock)]


def _relative(tops: Sequence[float], bottoms: Sequence[float]) -> str:
    """The ratio, and between which ones it lies."""
    each = ratios(tops, bottoms)
    return f"{median(each):.2f} ({min(each):.2f} to {max(each):.2f})"


def _p99(at_work: Growth, mock: MockResults) -> list[str]:
    """What an application may take before p99 has grown by what the target allows."""
    lowest = [load.p99_ms for load in at_work.levels[min(at_work.levels)]]
    points = {
        level: ratio([load.p99_ms for load in loads], lowest)
        for level, loads in at_work.levels.items()
    }
    rows = [
        (f"{level} µs", *_load(loads), f"{points[level]:.2f}")
        for level, loads in sorted(at_work.levels.items())
    ]
    parts = ["### p99 on granian\n", AT_WORK_HEAD]
    parts.append(table(("the application takes", *_LOAD_HEAD, "p99 of bare"), rows))
    allowed = crossing(points, targets.P99_LIMIT)
    if allowed is not None:
        parts.append(
            f"p99 is {targets.P99_LIMIT} × that of bare granian where an application takes "
            f"{allowed:.0f} µs. By the processor time of the table above, {_beyond_bare(mock)}.\n"
        )
    if "granian" in mock.load and "bare granian" in mock.load:
        takes_us = _cpu_us(mock, "granian") - _cpu_us(mock, "bare granian")
        expected = between(points, takes_us)
        if expected is not None:
            parts.append(
                f"An application that takes as long as the mock would have a p99 of {expected:.2f} "
                "×, by the line through these; what the mock has beyond that, time alone does not "
                "explain.\n"
            )
    return parts


def _beyond_bare(mock: MockResults) -> str:
    """What applications take by the processor time that bare granian does not need."""
    names = {"bare granian, Falcon": "Falcon with nothing in it", "granian": "the mock"}
    bare_us = _cpu_us(mock, "bare granian")
    return ", ".join(
        f"{words} takes {_cpu_us(mock, name) - bare_us:.0f} µs"
        for name, words in names.items()
        if name in mock.load
    )


def _cpu_us(mock: MockResults, name: str) -> float:
    return median([load.cpu_us for load in mock.load[name]])


def _starts(mock: MockResults) -> str:
    rows = [("importing the libraries, no more", _ms(mock.import_seconds), "", "1.00")]
    for name, starts in (mock.starts | mock.bulk).items():
        of = ""
        if name in mock.starts:
            of = f"{ratio([each.seconds for each in starts], mock.import_seconds):.2f}"
        rows.append((name, *_start(starts), of))
    return table(("", "first answer after, ms", "MB then", "of importing"), rows)


def _growth(growth: Growth) -> str:
    rows = [(f"{level:,}", *_load(loads)) for level, loads in sorted(growth.levels.items())]
    return table((f"{growth.server}: {growth.what}", *_LOAD_HEAD), rows)


def _peers(peers: PeerResults | None) -> list[str]:
    if peers is None:
        return ["Not measured yet: `make bench-peers`.\n"]
    parts = [PEERS, _setting(peers.setting, "make bench-peers", peers.load)]
    parts.append("![The mock beside other mock servers](benchmarks-peers.svg)\n")
    reference = targets.per_second(peers.load["granian"]) if "granian" in peers.load else []
    rows = []
    for name, loads in peers.load.items():
        ours = name in ("waitress", "granian")
        of = f"{ratio(reference, targets.per_second(loads)):.1f} ×" if reference else ""
        label = f"**the mock, {name}**" if ours else name
        memory = f"{peers.loaded_mb[name]:.0f}"
        rows.append((label, *_load(loads), _start(peers.starts[name])[0], memory, of))
    head = ("server", *_LOAD_HEAD, "start, ms", "MB", "the mock on granian is")
    parts.append(table(head, rows))
    for name, reason in peers.skipped.items():
        parts.append(f"Skipped: {name}, because {reason}\n")
    return parts


_LOAD_HEAD: Final = ("requests a second", "p50, ms", "p99, ms", "CPU, µs", "failed")


def _load(loads: Sequence[Load]) -> tuple[str, ...]:
    return (
        f"{median([load.per_second for load in loads]):,.0f}",
        f"{median([load.p50_ms for load in loads]):.2f}",
        f"{median([load.p99_ms for load in loads]):.2f}",
        f"{median([load.cpu_us for load in loads]):.0f}",
        str(sum(load.failed for load in loads)),
    )


def _start(starts: Sequence[Start]) -> tuple[str, str]:
    seconds = [start.seconds for start in starts]
    return _ms(seconds), f"{median([start.resident_mb for start in starts]):.1f}"


def _ms(seconds: Sequence[float]) -> str:
    return f"{median(seconds) * 1000:.0f}"


def _setting(setting: Setting, command: str, loads: Mapping[str, Sequence[Load]]) -> str:
    rounds = max(map(len, loads.values()))
    versions = ", ".join(f"{name} {number}" for name, number in setting.versions.items())
    return (
        f"`{command}`, {setting.date}, on {setting.cpu}, {setting.cores} cores, {setting.kernel}, "
        f"load average before {setting.load_before:.2f}; {rounds} rounds of "
        f"{setting.round_seconds:g} s; {versions}.\n"
    )
