"""Ordinary calls, made and measured while the server is under attack."""

from __future__ import annotations

import threading
import time
from itertools import count
from typing import Final

from mockserver.api.token.page import TOKEN_FOUND
from soak.client import Client, code_and_token, post
from soak.deadline import Deadline
from soak.replies import BrokenReplyError
from soak.server import Server

PATH: Final = "/auth/token"
SID: Final = "session-of-alice"
CALL: Final = post(PATH, SID)


class Caller(threading.Thread):
    """Makes calls on one connection, `calls` of them or until `over` is set.

    `seconds` has the duration of each call.
    """

    def __init__(
        self,
        server: Server,
        deadline: Deadline,
        *,
        calls: int | None = None,
        over: threading.Event | None = None,
    ) -> None:
        super().__init__(daemon=True)
        self._server = server
        self._deadline = deadline
        self._calls = calls
        self._over = over or threading.Event()
        self.seconds: list[float] = []
        self.failures: list[str] = []

    def run(self) -> None:
        try:
            with Client(self._server) as client:
                for _ in count() if self._calls is None else range(self._calls):
                    if self._over.is_set():
                        break
                    self._deadline.check()
                    self._call(client)
        except (BrokenReplyError, OSError) as error:
            self.failures.append(f"a call beside them failed: {type(error).__name__}: {error}")

    def _call(self, client: Client) -> None:
        begin = time.monotonic()
        code, _ = code_and_token(client.exchange(CALL))
        self.seconds.append(time.monotonic() - begin)
        if code != TOKEN_FOUND.number:
            self.failures.append(f"a call beside them was answered {code}")
