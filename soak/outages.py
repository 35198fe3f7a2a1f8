"""Redis fails in several ways under load: what clients see, and how soon all is well again.

Every fault is measured: the slowest request, how many requests got the reply to a database error,
and how long it took from the end of the fault to the next good reply of every process.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from http import HTTPStatus
from typing import Final, NamedTuple

from mockserver.api.common import DATABASE_ERROR
from mockserver.api.token.page import TOKEN_FOUND, TOKEN_ISSUED
from soak import shared
from soak.client import Client, code_and_token, post
from soak.deadline import Deadline
from soak.figures import Findings
from soak.redis_server import RedisServer, missing
from soak.replies import BrokenReplyError, Reply
from soak.server import Server

# A request may hang as long as that.
LIMIT_S: Final = 2.0
_CLIENTS: Final = 6
_SHORT_S: Final = 0.5
_CUTS: Final = 20
_FIXTURES: Final = "".join(
    (
        "users:\n",
        *(f"  - {{username: user-{n}}}\n" for n in range(_CLIENTS)),
        "sessions:\n",
        *(f"  - {{sid: of-{n}, username: user-{n}}}\n" for n in range(_CLIENTS)),
    )
)


class Outage(NamedTuple):
    """A way to fail: how it begins, how long it lasts, and how it ends."""

    begin: Callable[[RedisServer], object]
    seconds: float
    end: Callable[[RedisServer], object]


def _nothing(_redis: RedisServer) -> None:
    """The fault is over by itself."""


def _cut(redis: RedisServer) -> None:
    for _ in range(_CUTS):
        redis.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        time.sleep(_SHORT_S / _CUTS)


OUTAGES: Final[Mapping[str, Outage]] = {
    "paused": Outage(RedisServer.pause, _SHORT_S, RedisServer.resume),
    "killed": Outage(RedisServer.kill, _SHORT_S, RedisServer.restart),
    "full": Outage(
        lambda redis: redis.ask("CONFIG", "SET", "maxmemory", "1"),
        _SHORT_S,
        lambda redis: redis.ask("CONFIG", "SET", "maxmemory", "0"),
    ),
    "cut": Outage(_cut, 0, _nothing),
    "flushed": Outage(lambda redis: redis.ask("SCRIPT", "FLUSH"), _SHORT_S, _nothing),
}
PROCESS_KILLED: Final = "process killed"


class _Writer(threading.Thread):
    """Issues tokens for a user of its own, and remembers the last that it was told."""

    def __init__(self, server: Server, number: int) -> None:
        super().__init__(daemon=True)
        self._server = server
        self.sid = f"of-{number}"
        self.token: str | None = None
        self.codes: Counter[int] = Counter()
        self.slowest_s = 0.0
        self.good_at = 0.0
        self.is_in_doubt = False
        self.failure: str | None = None
        self.stop = threading.Event()

    def run(self) -> None:
        request, to_no_endpoint = post("/auth/token/new", self.sid), post("/nowhere", self.sid)
        try:
            with Client(self._server) as client:
                while not self.stop.is_set():
                    begin = time.monotonic()
                    code, token = code_and_token(client.exchange(request))
                    end = time.monotonic()
                    self.slowest_s = max(self.slowest_s, end - begin)
                    self.codes[code] += 1
                    if code == TOKEN_ISSUED.number:
                        self.token, self.good_at, self.is_in_doubt = token, end, False
                    else:
                        self.is_in_doubt = True  # a failed write may have been stored
                    _expect_refusal(client.exchange(to_no_endpoint))
                    self.slowest_s = max(self.slowest_s, time.monotonic() - end)
        except (BrokenReplyError, OSError) as error:
            self.is_in_doubt = True
            self.failure = f"{type(error).__name__}: {error}"


def _expect_refusal(reply: Reply) -> None:
    """Raise BrokenReplyError unless this is the usual reply to a request to no endpoint."""
    if reply.status != HTTPStatus.BAD_REQUEST:
        raise BrokenReplyError(f"status {reply.status} of no endpoint", reply.body)


def run(profile: str, pause_s: float, deadline: Deadline) -> Findings:
    """Let Redis fail in all ways one after the other, then kill a process.

    `pause_s` is how long Redis is paused.
    """
    findings = Findings("outages")
    why = missing()
    if why is not None:
        findings.figures["skipped"] = f"because {why}"
        return findings
    paused = OUTAGES["paused"]._replace(seconds=pause_s)
    for name, outage in {**OUTAGES, "paused": paused}.items():
        with RedisServer("--appendonly", "yes") as redis, ExitStack() as stack:
            servers = shared.start(redis, stack, _FIXTURES, 2, "--profile", profile)
            _suffer(name, outage, redis, servers, findings, deadline)
    with RedisServer() as redis, ExitStack() as stack:
        servers = shared.start(redis, stack, _FIXTURES, 2, "--profile", profile)
        _lose_a_process(servers, findings, deadline)
    return findings


def _suffer(  # noqa: PLR0917  what an outage concerns
    name: str,
    outage: Outage,
    redis: RedisServer,
    servers: list[Server],
    findings: Findings,
    deadline: Deadline,
) -> None:
    writers = _started(servers, deadline)
    outage.begin(redis)
    time.sleep(outage.seconds)
    outage.end(redis)
    ended = time.monotonic()
    _until_good(writers, ended, deadline)
    back_s = max(writer.good_at for writer in writers) - ended
    _stopped(writers)
    failed = sum(writer.codes[DATABASE_ERROR.number] for writer in writers)
    slowest_s = max(writer.slowest_s for writer in writers)
    findings.figures[name] = (
        f"(slowest {slowest_s * 1000:.0f} ms, database errors {failed}, "
        f"well after {back_s * 1000:.0f} ms)"
    )
    if slowest_s > LIMIT_S:
        findings.failures.append(f"{name}: a request took {slowest_s:.2f} s")
    findings.failures += [f"{name}: {one.failure}" for one in writers if one.failure]
    _check(name, writers, servers, findings)


def _lose_a_process(servers: list[Server], findings: Findings, deadline: Deadline) -> None:
    victim, other = servers
    writers = _started(servers, deadline)
    victim.process.kill()
    killed = time.monotonic()
    others = [writer for writer in writers if writer.failure is None][1::2]
    _until_good(others, killed + _SHORT_S, deadline)
    _stopped(writers)
    slowest_s = max(writer.slowest_s for writer in writers)
    acknowledged = sum(writer.codes[TOKEN_ISSUED.number] for writer in writers)
    findings.figures[PROCESS_KILLED] = (
        f"(slowest {slowest_s * 1000:.0f} ms, tokens acknowledged {acknowledged})"
    )
    _check(PROCESS_KILLED, writers, [other], findings)


def _started(servers: list[Server], deadline: Deadline) -> list[_Writer]:
    writers = [_Writer(servers[number % len(servers)], number) for number in range(_CLIENTS)]
    for writer in writers:
        writer.start()
    _until_good(writers, time.monotonic(), deadline)
    return writers


def _until_good(writers: list[_Writer], since: float, deadline: Deadline) -> None:
    while any(writer.good_at < since and writer.failure is None for writer in writers):
        deadline.check()
        time.sleep(0.001)


def _stopped(writers: list[_Writer]) -> None:
    for writer in writers:
        writer.stop.set()
    for writer in writers:
        writer.join()


def _check(name: str, writers: list[_Writer], servers: list[Server], findings: Findings) -> None:
    """Check that every process has the last token that each client was told."""
    for writer in writers:
        if writer.is_in_doubt:
            continue
        for server in servers:
            with Client(server) as client:
                code, token = code_and_token(client.exchange(post("/auth/token", writer.sid)))
            if (code, token) != (TOKEN_FOUND.number, writer.token):
                findings.failures.append(f"{name}: the acknowledged token of {writer.sid} is lost")
