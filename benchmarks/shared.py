"""The mock with its state in Redis: one process, two, many users, many sandboxes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

from benchmarks.fixture_files import LARGE, make_sandbox, repeated, repeated_user
from benchmarks.processes import ALICE, Server
from benchmarks.results import CPU, P50, P99, RATE, Table, Work, in_turn
from benchmarks.servers import MOCK, loads, run_mock
from soak.redis_server import RedisServer, missing

TITLE: Final = "Shared state: 16 connections, a Redis on the same machine"
ONE: Final = "one process, `--state`"
TWO: Final = "two processes, `--state`"
PACED: Final = "one process, `--state`, pauses of 16 ms"
PACED_MOCK: Final = "the mock, pauses of 16 ms"
USERS: Final = "one process, 100,000 users"
SANDBOXES: Final = "one process, 1,000 sandboxes"
_CONNECTIONS: Final = 16
_ROUND_S: Final = 1.0
# With this, 16 connections send about 1,000 requests a second.
_PAUSE_MS: Final = 16
_SANDBOXES: Final = 1_000
_numbers: Final = count(1)


def measure(directory: Path, say: Callable[[str], None], rounds: int) -> dict[str, Table]:
    """Measure the table, or say why there is none."""
    why = missing()
    if why is not None:
        say(f"no shared state, because {why}")
        return {}
    say("shared state")
    with RedisServer() as redis, ExitStack() as stack:
        shared = partial(_start, redis, stack)
        servers = {MOCK: stack.enter_context(run_mock()), ONE: shared()}
        path = str(repeated(directory, LARGE))
        servers[USERS] = shared("--fixtures", path, known=repeated_user(1))
        servers[USERS].cookies = [repeated_user(1 + 100 * turn) for turn in range(_SANDBOXES)]
        servers[SANDBOXES] = shared()
        port = servers[SANDBOXES].port
        servers[SANDBOXES].cookies = [make_sandbox(port) for _ in range(_SANDBOXES)]
        work: dict[str, Work] = loads(servers, _CONNECTIONS, _ROUND_S)
        namespace = f"bench-{next(_numbers)}"
        pair = [_start(redis, stack, namespace=namespace) for _ in range(2)]
        work[TWO] = partial(_load_both, pair)
        for row, paced in ((PACED_MOCK, MOCK), (PACED, ONE)):
            work[row] = partial(servers[paced].load, _CONNECTIONS, _ROUND_S, _PAUSE_MS)
        return {TITLE: in_turn(work, rounds)}


def _start(
    redis: RedisServer, stack: ExitStack, *flags: str, namespace: str = "", known: str = ALICE
) -> Server:
    namespace = namespace or f"bench-{next(_numbers)}"
    shared = ("--state", redis.url, "--state-namespace", namespace)
    return stack.enter_context(run_mock(*shared, *flags, known=known))


def _load_both(pair: list[Server]) -> Mapping[str, float]:
    """Load two processes at once, each over half of the connections."""
    with ThreadPoolExecutor(len(pair)) as pool:
        found = list(pool.map(lambda one: one.load(_CONNECTIONS // len(pair), _ROUND_S), pair))
    rate = sum(one[RATE] for one in found)
    return {
        RATE: rate,
        P50: max(one[P50] for one in found),
        P99: max(one[P99] for one in found),
        CPU: sum(one[CPU] * one[RATE] for one in found) / rate,
    }
