"""`main` called in a process that goes on."""

from __future__ import annotations

import gc
import signal
import sys

from mockserver.cli.main import main
from tests.helpers.text import SHIPPED


def process() -> list[object]:
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    return [*handlers, gc.isenabled(), sys.stdout, sys.stderr]


def test_the_callers_process_is_left_alone() -> None:
    before = process()
    assert main(["check", str(SHIPPED)]) == 0
    assert main(["nonsense"]) == 2
    assert process() == before
