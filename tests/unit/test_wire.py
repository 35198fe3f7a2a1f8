"""What the server's connections add to waitress, where a real socket cannot show it every time."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import SimpleNamespace

import pytest
from waitress.adjustments import Adjustments

from mockserver.server.wire import Channel, bound_channel


def test_two_threads_that_flush_send_each_byte_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = socket.socketpair()
    server = SimpleNamespace(active_channels={})
    kind = bound_channel(Channel, lambda _exchange: None, threading.Event())
    channel = kind(server, ours, ("peer", 0), Adjustments(), map={})
    channel.outbufs[-1].append(b"a reply")
    channel.total_outbufs_len = len(b"a reply")
    both_send = threading.Barrier(2)
    send = channel.send

    def send_slowly(data: bytes, do_close: bool = True) -> int:
        with suppress(threading.BrokenBarrierError):  # the other thread waits, as it should
            both_send.wait(0.2)
        return int(send(data, do_close))

    monkeypatch.setattr(channel, "send", send_slowly)
    other = threading.Thread(target=channel.handle_write)
    with ours, theirs:
        other.start()
        channel.handle_write()
        other.join()
        assert theirs.recv(100) == b"a reply"
        assert channel.total_outbufs_len == 0
