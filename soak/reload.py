"""Rewrites fixture files under load: no request fails, and no old version comes back.

A session in one file belongs to a user in the other, whose name contains the version. So a set
mixed from two versions would answer 1940102. Every third version is invalid and never served.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Final

from mockserver.api.token.page import TOKEN_FOUND, TOKEN_ISSUED, TOKEN_REVOKED
from soak.client import Client, code_and_token, post
from soak.deadline import Deadline
from soak.figures import Findings
from soak.replies import BrokenReplyError
from soak.server import Server

_CLIENTS: Final = 6
_BROKEN_EACH: Final = 3
# `--watch` polls three times a second, and loads files that did not change between two polls.
_MOST_WAIT_S: Final = 20.0
_RELOADED: Final = "; the default sandbox starts anew"
_REFUSED: Final = "the last good ones stay"
_CHANGES: Final = (
    ("/auth/token/new", TOKEN_ISSUED.number),
    ("/auth/token/revoke", TOKEN_REVOKED.number),
)


class _Caller(threading.Thread):
    """Reads the version repeatedly, and changes another user's token in between."""

    def __init__(self, server: Server, over: threading.Event) -> None:
        super().__init__(daemon=True)
        self._server = server
        self._over = over
        self.version = 0
        self.codes: Counter[int] = Counter()
        self.failures: list[str] = []

    def run(self) -> None:
        try:
            with Client(self._server) as client:
                while not self._over.is_set():
                    self.look(client)
                    for path, expected in _CHANGES:
                        code, _ = code_and_token(client.exchange(post(path, "b")))
                        self._expect(path, code, expected)
        except (BrokenReplyError, OSError) as error:
            self.failures.append(f"after version {self.version}: {type(error).__name__}: {error}")

    def look(self, client: Client) -> None:
        """Read the version. Raises BrokenReplyError if it is older or invalid."""
        code, token = code_and_token(client.exchange(post("/auth/token", "a")))
        self._expect("/auth/token", code, TOKEN_FOUND.number)
        version = int(str(token))
        if version < self.version or _is_broken(version):
            raise BrokenReplyError(f"version {version} came after version {self.version}", b"")
        self.version = version

    def _expect(self, path: str, code: int, expected: int) -> None:
        if code != expected:
            raise BrokenReplyError(f"{path} answered {code}", b"")
        self.codes[code] += 1


def run(profile: str, versions: int, deadline: Deadline) -> Findings:
    """Rewrite the files `versions` times, each time after the log reports the last change."""
    findings = Findings("reload")
    over = threading.Event()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        _write(directory, 1)
        flags = ("--quiet", "--watch", "--profile", profile, "--fixtures", name)
        with Server(*flags) as server:
            callers = [_Caller(server, over) for _ in range(_CLIENTS)]
            for caller in callers:
                caller.start()
            for version in range(2, versions + 2):
                _write(directory, version)
                if not _is_logged(server, version - 1, deadline):
                    findings.failures.append(f"version {version} was not logged")
                    break
            codes, served = _end(server, callers, over, findings)
            log = server.log()
            findings.failures += [f"in the log: {line}" for line in server.troubles()]
            if server.stop(deadline) != 0:
                findings.failures.append("the server did not end with exit status 0")
    newest = max(n for n in range(1, versions + 2) if not _is_broken(n))
    if not findings.failures and served != newest:
        findings.failures.append(f"version {served} is served at the end, and not {newest}")
    findings.figures |= {
        "reloaded": log.count(_RELOADED),
        "refused": log.count(_REFUSED),
        "replies": " ".join(f"{code}:{n}" for code, n in sorted(codes.items())),
        "failed": sum(len(caller.failures) for caller in callers),
    }
    return findings


def _end(
    server: Server, callers: list[_Caller], over: threading.Event, findings: Findings
) -> tuple[Counter[int], int]:
    """Stop the clients. Returns the codes they received, and the version served at the end."""
    over.set()
    for caller in callers:
        caller.join()
        findings.failures += caller.failures
    last = _Caller(server, over)
    last.version = max(caller.version for caller in callers)
    try:
        with Client(server) as client:
            last.look(client)
    except (BrokenReplyError, OSError) as error:
        findings.failures.append(f"at the end: {type(error).__name__}: {error}")
    return sum((caller.codes for caller in callers), last.codes), last.version


def _is_broken(version: int) -> bool:
    return version % _BROKEN_EACH == 0


def _write(directory: Path, version: int) -> None:
    key = "usrname" if _is_broken(version) else "username"
    users = f"users: [{{{key}: 'a-{version}', token: '{version}'}}, {{username: b}}]\n"
    sessions = f"sessions: [{{sid: a, username: 'a-{version}'}}, {{sid: b, username: b}}]\n"
    (directory / "users.yaml").write_text(users)
    (directory / "sessions.yaml").write_text(sessions)


def _is_logged(server: Server, changes: int, deadline: Deadline) -> bool:
    """Wait until the log reports that many changes. Returns False on timeout."""
    patience = Deadline(min(_MOST_WAIT_S, deadline.left_s()))
    while patience.left_s():
        log = server.log()
        if log.count(_RELOADED) + log.count(_REFUSED) >= changes:
            return True
        time.sleep(0.02)
    return False
