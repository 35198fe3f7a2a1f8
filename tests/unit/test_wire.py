"""What the server's connections add to waitress, where a real socket cannot show it every time."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from waitress import wasyncore
from waitress.adjustments import Adjustments

from mockserver.server.http_server import HttpServer
from mockserver.server.limits import MAX_UNREAD_BYTES, UNREAD_S
from mockserver.server.wire import Channel, bound_channel


def a_channel(ours: socket.socket) -> Any:
    server = SimpleNamespace(active_channels={}, pull_trigger=lambda: None)
    kind = bound_channel(Channel, lambda _exchange: None, threading.Event())
    channel = kind(server, ours, ("peer", 0), Adjustments(), map={})
    channel.outbufs[-1].append(b"a reply")
    channel.total_outbufs_len = len(b"a reply")
    return channel


def test_two_threads_that_flush_send_each_byte_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = socket.socketpair()
    channel = a_channel(ours)
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


def test_a_reply_is_sent_by_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    def application(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Length", "5")])
        return [b"hello"]

    ours, theirs = socket.socketpair()
    server = SimpleNamespace(
        active_channels={}, application=application, adj=Adjustments(ident=""), effective_port=1,
        server_name="mock", add_task=lambda _channel: None, pull_trigger=lambda: None,
    )  # fmt: skip
    kind = bound_channel(Channel, lambda _exchange: None, threading.Event())
    channel = kind(server, ours, ("peer", 0), server.adj, map={})
    sent: list[bytes] = []

    def send(data: bytes, *, do_close: bool) -> int:
        sent.append(data)
        return len(data)

    monkeypatch.setattr(channel, "send", send)
    with ours, theirs:
        channel.received(b"POST / HTTP/1.1\r\nHost: mock\r\n\r\n")
        channel.service()
    assert len(sent) == 1
    assert sent[0].startswith(b"HTTP/1.1 200 OK\r\n")
    assert sent[0].endswith(b"\r\n\r\nhello")


def test_nobody_waits_for_a_connection_that_a_thread_sends_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours, theirs = socket.socketpair()
    channel = a_channel(ours)
    seen: list[bool] = []

    def send_half(data: bytes, do_close: bool = True) -> int:
        seen.append(channel.writable())
        return 0 if len(seen) > 1 else int(ours.send(data[:3]))

    monkeypatch.setattr(channel, "send", send_half)
    with ours, theirs:
        assert channel.writable()
        channel.handle_write()
        assert seen == [False, False]
        assert channel.writable()


def test_the_next_request_waits_until_the_replies_before_it_are_read() -> None:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    channel = a_channel(ours)
    queued: list[object] = []
    channel.server.add_task = queued.append
    unread = b"x" * (2 * MAX_UNREAD_BYTES)
    channel.outbufs[-1].append(unread)
    channel.total_outbufs_len += len(unread)
    request = object()
    channel.requests = [request]
    with ours, theirs:
        channel.service()
        assert channel.requests == [request]
        channel.handle_write()
        assert not queued
        while channel.total_outbufs_len > MAX_UNREAD_BYTES:
            theirs.recv(1 << 20)
            channel.handle_write()
        channel.handle_write()
        assert queued == [channel]
        channel.outbufs[0].close()


def test_a_client_that_does_not_read_for_long_is_dropped() -> None:
    ours, theirs = socket.socketpair()
    channel = a_channel(ours)
    channel.last_activity = 1000.0
    with ours, theirs:
        channel.drop_if_unread(1000.0)
        channel.requests = [object()]  # is being answered
        channel.drop_if_unread(1001.0)
        assert channel.connected
        channel._is_parked = True
        channel.drop_if_unread(1001.0)
        assert not channel.connected
        assert theirs.recv(1) == b""


def test_a_client_that_reads_is_not_dropped_however_long_it_is_silent() -> None:
    ours, theirs = socket.socketpair()
    channel = a_channel(ours)
    with ours, theirs:
        channel.handle_write()
        channel.last_activity = 1000.0
        channel.drop_if_unread(1001.0)
        assert channel.connected


def test_the_server_looks_for_such_clients_twice_a_minute() -> None:
    listener, here = socket.create_server(("127.0.0.1", 0)), threading.local()
    server = HttpServer(
        lambda *_: [], [listener], 1, lambda _exchange: None, threading.Event(), here=here
    )
    ours, theirs = socket.socketpair()
    with listener, ours, theirs:
        channel = a_channel(ours)
        channel.last_activity = 1000.0
        server._map[ours.fileno()] = channel
        server._drop_unread(1000.0 + UNREAD_S)
        assert channel.connected
        server._drop_unread(1001.0 + UNREAD_S)
        assert channel.connected, "it has only just looked"
        server._drop_unread(1031.0 + UNREAD_S)
        assert not channel.connected
        wasyncore.close_all(server._map, ignore_all=True)
