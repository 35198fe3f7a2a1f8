"""Expensive inputs: measures their CPU time, and the latency of ordinary calls beside them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from typing import Final, NamedTuple

from soak.attacks import ATTACKS, Attack, sweep
from soak.beside import Caller
from soak.deadline import Deadline
from soak.figures import Findings, percentile_ms
from soak.replies import BrokenReplyError, ReplyReader
from soak.server import Server

SERVED_BY: Final = 2
# Latency limits of ordinary calls during the attacks, on a busy machine.
MOST_P99_S: Final = 0.25
MOST_EVER_S: Final = 2.0
_MOST_FAILURES: Final = 20


class _Cost(NamedTuple):
    name: str
    seconds: float


def run(profile: str, seconds: float, step: int, deadline: Deadline) -> Findings:
    """Measure each attack alone. Then send all for `seconds` beside ordinary calls.

    Every attack is sent at least once beside the calls, unless the deadline passes. Of the sweep,
    every `step`th attack is measured.
    """
    findings = Findings("hostile")
    with Server("--quiet", "--profile", profile, "--max-request-journal-entries", "50") as server:
        named = _measure(server, ATTACKS, deadline, findings)
        swept = _measure(server, islice(sweep(), None, None, step), deadline, findings)
        sent, taken = _beside(server, Deadline(seconds), deadline, findings)
        findings.failures += [f"in the log: {line}" for line in server.troubles()]
        if server.stop(deadline) != 0:
            findings.failures.append("the server did not end with exit status 0")
    findings.failures[:0] = judged(taken)
    more = len(findings.failures) - _MOST_FAILURES
    if more > 0:
        findings.failures[_MOST_FAILURES:] = [f"and {more} more"]
    worst = max(swept, key=lambda cost: cost.seconds, default=_Cost("none", 0))
    findings.figures |= {
        "processor time": ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in named),
        "worst of a sweep": f"{worst.seconds * 1000:.0f} ms of {len(swept)} ({worst.name})",
        "attacks": sent,
        "calls beside them": len(taken),
        "p50": percentile_ms(taken, 50),
        "p99": percentile_ms(taken, 99),
        "longest": percentile_ms(taken, 100),
    }
    return findings


def send(server: Server, data: bytes) -> int:
    """Send, half-close, and read all replies. Returns their number.

    Raises BrokenReplyError and OSError.
    """
    with server.connect() as connection:
        # The server may refuse and close early.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(data)
        with suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
        replies = ReplyReader(connection)
        return sum(1 for _ in iter(replies.next, None))


def _measure(
    server: Server, attacks: Iterable[Attack], deadline: Deadline, findings: Findings
) -> list[_Cost]:
    costs = []
    for attack in attacks:
        if not deadline.left_s():
            findings.failures.append("out of time")
            break
        before = server.processor_s()
        _attack(server, attack, findings)
        cost = server.processor_s() - before
        costs.append(_Cost(attack.name, cost))
        if cost > attack.most_s:
            findings.failures.append(
                f"{attack.name}: {cost:.2f} s of processor time for {len(attack.data)} bytes, "
                f"at most {attack.most_s} s"
            )
    return costs


def _attack(server: Server, attack: Attack, findings: Findings) -> None:
    try:
        for _ in range(attack.times):
            if not send(server, attack.data):
                findings.failures.append(f"{attack.name}: no reply")
        if attack.reads_journal:
            server.admin().call("GET", "/requests")
    except (BrokenReplyError, OSError) as error:
        findings.failures.append(f"{attack.name}: {type(error).__name__}: {error}")


def _beside(
    server: Server, enough: Deadline, deadline: Deadline, findings: Findings
) -> tuple[int, list[float]]:
    """Send attacks beside ordinary calls. Returns their number, and the calls' seconds."""
    over = threading.Event()
    callers = [Caller(server, deadline, over=over) for _ in range(SERVED_BY)]
    for caller in callers:
        caller.start()
    sent = 0
    while deadline.left_s() and (sent < len(ATTACKS) or enough.left_s()):
        _attack(server, ATTACKS[sent % len(ATTACKS)], findings)
        sent += 1
    over.set()
    for caller in callers:
        caller.join()
        findings.failures += caller.failures
    return sent, [second for caller in callers for second in caller.seconds]


def judged(taken: list[float]) -> list[str]:
    """Judge the latencies, in seconds, of the calls beside the attacks. Returns the failures."""
    if not taken:
        return ["no call beside them was answered"]
    ordered = sorted(taken)
    wrong = []
    if ordered[len(ordered) * 99 // 100] > MOST_P99_S:
        wrong.append(f"p99 of the calls beside them is over {MOST_P99_S} s")
    if ordered[-1] > MOST_EVER_S:
        wrong.append(f"calls beside them took up to {ordered[-1]:.1f} s")
    return wrong
