"""Slowloris clients: the server drops each in time, and still serves others.

The timeouts for head and body in `mockserver/server/limits.py` are shortened to seconds. Everything
else is the real server.
"""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final

from mockserver.server import limits
from soak.beside import CALL, Caller
from soak.client import Client, code_and_token
from soak.deadline import Deadline
from soak.figures import Findings, percentile_ms
from soak.replies import BrokenReplyError
from soak.server import Server

# The names of the timeouts, in seconds.
HEAD_BOUND: Final = "HEAD_S"
BODY_BOUND: Final = "BODY_S"
_SHORT: Final = {HEAD_BOUND: 1.5, BODY_BOUND: 2.0}
# The largest acceptable timeout.
MOST_BOUND_S: Final = 300.0
# How late the server may be, because it checks periodically.
LATE_S: Final = 5.0
_EACH_S: Final = 0.2
# The number of clients over the connection limit.
_MORE: Final = 20
_HEAD: Final = CALL.replace(b"\r\n\r\n", b"\r\nX-Long: " + b"x" * 1000)
_BODY_HEAD: Final = CALL.replace(b"Content-Length: 0", b"Content-Length: 1000")
_CHUNKED_HEAD: Final = CALL.replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
# The bytes sent at once, and the bytes sent one by one.
_KINDS: Final = (
    (b"", _HEAD),
    (_HEAD[:200], _HEAD[200:]),
    (CALL, _HEAD),  # after a whole request
    (_BODY_HEAD, b"x" * 1000),
    (_CHUNKED_HEAD, b"1\r\nx\r\n" * 200),
    (_CHUNKED_HEAD, b"0\r\n" + b"A: b\r\n" * 200),
)


@dataclass
class _Dripping:
    """A connection, its unsent bytes, and the time at which the drop was noticed."""

    connection: socket.socket
    rest: bytes
    begun: float = field(default_factory=time.monotonic)
    dropped: float | None = None

    def drip(self) -> None:
        """Send one byte, and check whether the server has closed the connection."""
        try:
            self.connection.send(self.rest[:1])
            self.rest = self.rest[1:]
            while self.connection.recv(65536):
                pass
        except BlockingIOError:
            return
        except OSError:
            pass
        self.dropped = time.monotonic()


def run(profile: str, clients: int, deadline: Deadline) -> Findings:
    """Run more dripping clients than the server accepts, beside a well-behaved one."""
    findings = Findings("dripping")
    bounds = {name: getattr(limits, name, None) for name in _SHORT}
    limited: dict[str, float] = {"MAX_CONNECTIONS": clients - _MORE}
    for name, bound in bounds.items():
        if bound is None:
            findings.failures.append(f"mockserver/server/limits.py has no {name}")
        else:
            limited[name] = _SHORT[name]
            if bound > MOST_BOUND_S:
                findings.failures.append(f"{name} is {bound} s, over {MOST_BOUND_S} s")
    # Clients over the limit are accepted when the first have been dropped.
    patience_s = 2 * max(_SHORT.values()) + LATE_S
    with Server("--quiet", "--profile", profile, limits=limited) as server, ExitStack() as held:
        good = held.enter_context(Client(server))
        code_and_token(good.exchange(CALL))
        drips = [_begin(server, number, held) for number in range(clients)]
        newcomer = Caller(server, deadline, calls=1)
        newcomer.start()
        served = _drip(drips, good, Deadline(min(patience_s, deadline.left_s())), findings)
        newcomer.join(0 if findings.failures else LATE_S)
        if not newcomer.seconds:
            findings.failures.append("a new client was not answered meanwhile")
        if all(drip.dropped for drip in drips):
            _patient(server, findings)
        if server.stop(deadline) != 0:
            findings.failures.append("the server did not end with exit status 0")
    _judge(drips, patience_s, findings)
    findings.figures |= {
        "bounds": " ".join(f"{name} {_SHORT[name]} for {usual}" for name, usual in bounds.items()),
        "clients": clients,
        "longest held": percentile_ms([d.dropped - d.begun for d in drips if d.dropped], 100),
        "never dropped": sum(1 for drip in drips if drip.dropped is None),
        "calls beside them": served,
        "new client after": percentile_ms(newcomer.seconds, 100),
    }
    return findings


def _begin(server: Server, number: int, held: ExitStack) -> _Dripping:
    connection = held.enter_context(server.connect())
    whole, rest = _KINDS[number % len(_KINDS)]
    connection.sendall(whole)
    connection.setblocking(False)
    return _Dripping(connection, rest)


def _drip(drips: list[_Dripping], good: Client, patience: Deadline, findings: Findings) -> int:
    """Drip until all clients have been dropped. Returns the answered calls of the good client.

    The good client stays connected longer than the timeouts, which apply to single requests.
    """
    served = 0
    while patience.left_s() and any(drip.dropped is None for drip in drips):
        for drip in drips:
            if drip.dropped is None:
                drip.drip()
        try:
            code_and_token(good.exchange(CALL))
            served += 1
        except (BrokenReplyError, OSError) as error:
            findings.failures.append(f"a good client: {type(error).__name__}: {error}")
            break
        time.sleep(_EACH_S)
    return served


def _patient(server: Server, findings: Findings) -> None:
    """Check that a client that uses half of each timeout is answered."""
    whole = _BODY_HEAD.replace(b"1000", b"4")
    pieces = (whole[:9], whole[9:-4], whole[-4:], b"xx", b"xx")
    try:
        with Client(server) as client:
            for piece in pieces:
                client.connection.sendall(piece)
                time.sleep(_SHORT[HEAD_BOUND] / 4)
            code_and_token(client.replies.due())
    except (BrokenReplyError, OSError) as error:
        findings.failures.append(f"a client that took half of each bound: {error}")


def _judge(drips: list[_Dripping], patience_s: float, findings: Findings) -> None:
    never = sum(1 for drip in drips if drip.dropped is None)
    if never:
        findings.failures.append(
            f"{never} of {len(drips)} clients that sent a byte each {_EACH_S} s were still "
            f"connected after {patience_s:.0f} s"
        )
