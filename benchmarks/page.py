"""Renders docs/benchmarks.md from the results."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from typing import Final

from benchmarks.results import RATE, Results, Setting, Table
from benchmarks.servers import MOCK
from benchmarks.targets import OF_MOCK, OF_PEERS, Target, ratios, spread

_MET: Final = {True: "met", False: "**not met**", None: "not measured"}
_HEAD: Final = """# Benchmarks

`make bench` and `make bench-peers` measure, and write this page from their results.

- The load is `POST /api/v2/auth/token` over keep-alive connections, with a valid session cookie,
  from [wrk](https://github.com/wg/wrk) on the same machine.
- In every round the servers take turns. A figure is the median of the rounds. A ratio is the
  median of the rounds' ratios, with the lowest and the highest round in brackets.
- The mock keeps its request journal. It writes no request log, except where the row says so.
- CPU is the processor time of the server and its child processes. MB is a million bytes.
- Compare ratios, not figures, across machines.
"""
_MOCK: Final = """\
Bare waitress returns the bytes of the mock's reply to every request, with waitress' own server and
the mock's settings. `create_app` on granian is the command in docs/deploy.md. The base commit is an
older version of the mock, measured if `make bench BASE=<commit>` names one. With `--state`, CPU is
that of the mock's processes, without Redis. Two processes also share the machine's cores with wrk
and Redis. With pauses, each connection waits before each request, for 16 ms on average, so that
about 1,000 requests arrive a second; without pauses, p50 is 16 divided by the requests a second.
"""
_PEERS: Final = """\
Each server returns the same body to the same request. Only Mockoon writes a request log, because it
has no flag against it.

| server | what it does for that |
| --- | --- |
| the mock | verifies the cookie's signature, finds session, user and token, keeps a journal |
| WireMock | matches a stub on method, path and cookie, keeps a journal of the same size |
| Prism | returns the example of an OpenAPI document |
| Mockoon CLI | applies a rule on the cookie |
| Express | with express-session: verifies the cookie's signature, finds the session in memory |
| pytest-httpserver | matches one expected request; closes the connection after each reply |
"""
_PARTS: Final = (
    ("The mock", "make bench", _MOCK, OF_MOCK),
    ("Other mock servers", "make bench-peers", _PEERS, OF_PEERS),
)


def page(mock: Results | None, peers: Results | None) -> str:
    """Render the page. A part without results names the command that measures it."""
    found = [_HEAD]
    for results, (title, command, text, targets) in zip((mock, peers), _PARTS, strict=True):
        found.append(f"## {title}\n")
        if results is None:
            found.append(f"Not measured yet: `{command}`.\n")
            continue
        found += [_setting(command, results.setting), _targets(targets, results), text]
        for name, table in results.tables.items():
            found += [f"### {name}\n", _table(table)]
        for name, reason in results.skipped.items():
            found.append(f"Skipped: {name}, because {reason}\n")
    return "\n".join(found)


def verdicts(targets: Iterable[Target], results: Results) -> list[tuple[str, ...]]:
    """Return for each target its table, figure, limit, measured value and verdict."""
    rows: list[tuple[str, ...]] = []
    for each in targets:
        figure, met = each.judge(results.tables)
        what = f"{each.row}{f' ÷ {each.of}' if each.of else ''}: {each.column}"
        rows.append((each.table, what, each.wanted, figure, _MET[met]))
    return rows


def _setting(command: str, setting: Setting) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in setting.versions.items())
    return (
        f"`{command}`, {setting.date}, {setting.took_s:.0f} s, on {setting.machine}, load average "
        f"before {setting.load_before:.2f}; {versions}.\n"
    )


def _targets(targets: Iterable[Target], results: Results) -> str:
    return _markdown(("table", "target", "limit", "measured", ""), verdicts(targets, results))


def _table(table: Table) -> str:
    columns = list(dict.fromkeys(column for row in table.values() for column in row))
    ours = table.get(MOCK, {}).get(RATE)
    rows = []
    for name, row in table.items():
        cells = [_cell(row[column]) if column in row else "" for column in columns]
        rows.append((name, *cells, *([spread(ratios(ours, row[RATE]))] if ours else [])))
    rounds = max((len(values) for row in table.values() for values in row.values()), default=0)
    head = ("", *columns, *(["the mock's requests a second, ×"] if ours else []))
    return f"{_markdown(head, rows)}\n{rounds} round{'s' if rounds > 1 else ''}.\n"


def _cell(values: Sequence[float]) -> str:
    found = statistics.median(values)
    return f"{found:,.0f}" if found >= 100 else f"{found:.2f}"


def _markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cells) + " |\n" for cells in lines)
