"""The log file of `exec`: what its end does to the status."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mockserver.cli.exec_log import LastRequests, LogFileError, exec_log
from mockserver.record.exchange import Exchange
from mockserver.record.log_line import TextLines
from mockserver.server.settings import ServeSettings
from mockserver.state.clock import SystemClock

EXCHANGE = Exchange("GET", "/", 400, 400)


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    fifo = tmp_path / "log"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    with exec_log(
        ServeSettings(), LastRequests(TextLines(), SystemClock()), fifo, False
    ) as observe:
        os.close(reader)
        observe(EXCHANGE)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("error", [None, ZeroDivisionError()])
def test_what_went_wrong_before_is_not_hidden(error: Exception | None) -> None:
    def log() -> None:
        last = LastRequests(TextLines(), SystemClock())
        with exec_log(ServeSettings(), last, Path("/dev/full"), False) as observe:
            observe(EXCHANGE)
            if error is not None:
                raise error

    expected = LogFileError if error is None else ZeroDivisionError
    with pytest.raises(expected) as raised:
        log()
    if error is None:
        assert str(raised.value) == "--log-file /dev/full: No space left on device"
