"""What the server's connections add to waitress, where a real socket cannot show it every time."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from waitress.adjustments import Adjustments

from mockserver.server.channel import Channel, bound_channel
from mockserver.server.departures import Departures
from mockserver.server.limits import MAX_UNREAD_BYTES


def a_channel(ours: socket.socket) -> Any:
    server = SimpleNamespace(active_channels={}, pull_trigger=lambda: None)
    kind = bound_channel(Channel, lambda _exchange: None, bool, Departures({}))
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


def a_serving_channel(ours: socket.socket) -> Any:
    def application(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Length", "5")])
        return [b"hello"]

    server = SimpleNamespace(
        active_channels={}, application=application, adj=Adjustments(ident=""), effective_port=1,
        server_name="mock", add_task=lambda _channel: None, pull_trigger=lambda: None,
    )  # fmt: skip
    kind = bound_channel(Channel, lambda _exchange: None, bool, Departures({}))
    return kind(server, ours, ("peer", 0), server.adj, map={})


def test_a_reply_is_sent_by_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = socket.socketpair()
    channel = a_serving_channel(ours)
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


@pytest.mark.parametrize("takes", [0, 1, 30])
def test_what_the_socket_does_not_take_at_once_follows_in_order(
    takes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = socket.socketpair()
    channel = a_serving_channel(ours)
    send, calls = channel.send, iter((takes, 0))

    def send_some(data: bytes, do_close: bool = True) -> int:
        some = data[: next(calls, len(data))]
        return int(send(some, do_close)) if some else 0

    monkeypatch.setattr(channel, "send", send_some)
    with ours, theirs:
        channel.received(b"POST / HTTP/1.1\r\nHost: mock\r\n\r\n")
        channel.service()
        assert channel.total_outbufs_len
        channel.handle_write()
        reply = theirs.recv(1000)
    assert reply.startswith(b"HTTP/1.1 200 OK\r\n")
    assert reply.count(b"HTTP/1.1") == 1
    assert reply.endswith(b"\r\n\r\nhello")


def test_replies_of_different_requests_do_not_share_a_head() -> None:
    ours, theirs = socket.socketpair()
    channel = a_serving_channel(ours)
    with ours, theirs:
        for version, closes in ((b"1.1", False), (b"1.1", False), (b"1.1", True)):
            option = b"Connection: %s\r\n" % (b"close" if closes else b"keep-alive")
            channel.received(b"POST / HTTP/%s\r\nHost: mock\r\n%s\r\n" % (version, option))
            channel.service()
            assert (b"\r\nConnection: close\r\n" in theirs.recv(1000)) == closes


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
