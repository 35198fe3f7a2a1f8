"""Connections whose clients take too long are closed; times are real and cannot be set."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from waitress.adjustments import Adjustments

from mockserver.record.exchange import Exchange
from mockserver.server.channel import Channel, bound_channel
from mockserver.server.departures import Departures
from mockserver.server.limits import BODY_S, CROWDED_IDLE_S, DISCARD_S, HEAD_S, IDLE_S, UNREAD_S
from mockserver.server.node import NodeChannel
from mockserver.state.waits import Wait

GONE = "the client has gone"
HEAD = b"POST /api/v2/auth/token HTTP/1.1\r\nHost: localhost\r\n"


def answer(_environ: object, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Length", "2")])
    return [b"{}"]


class Peer:
    """A connection and its client, with what was told of it."""

    def __init__(self, kind: type[Channel] = Channel) -> None:
        self.ours, self.socket = socket.socketpair()
        self.told: list[Exchange] = []
        self.queued: list[Any] = []
        server = SimpleNamespace(
            active_channels={}, pull_trigger=lambda: None, add_task=self.queued.append,
            application=answer, effective_host="", effective_port="", server_name="",
            adj=Adjustments(),
        )  # fmt: skip
        made = bound_channel(kind, self.told.append, bool, Departures({}))
        self.channel: Any = made(server, self.ours, ("peer", 0), Adjustments(), map={})

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)
        self.channel.handle_read()

    def sweep_in(self, seconds: float) -> None:
        self.channel.sweep(self.channel.quiet_since + seconds, IDLE_S)
        if self.channel.will_close:
            self.channel.handle_write()

    def is_open(self) -> bool:
        return bool(self.channel.connected)


@pytest.fixture
def peer() -> Iterator[Peer]:
    made = Peer()
    yield made
    made.socket.close()
    made.ours.close()


def begun(seconds_ago: float, peer: Peer) -> None:
    peer.channel.request.begun = peer.channel.quiet_since - seconds_ago


def test_a_connection_that_idles_is_closed_after_its_time(peer: Peer) -> None:
    peer.sweep_in(IDLE_S - 1)
    assert peer.is_open()
    peer.sweep_in(IDLE_S + 1)
    assert not peer.is_open()
    assert peer.told == []


def test_where_there_are_too_many_connections_idle_ones_go_sooner(peer: Peer) -> None:
    peer.channel.sweep(peer.channel.quiet_since + CROWDED_IDLE_S + 1, CROWDED_IDLE_S)
    assert peer.channel.will_close


@pytest.mark.parametrize("kind", [Channel, NodeChannel])
def test_a_head_that_drips_is_refused_when_its_time_is_up(kind: type[Channel]) -> None:
    peer = Peer(kind)
    with peer.socket, peer.ours:
        peer.send(b"POST /api/v2/au")
        begun(HEAD_S - 1, peer)
        peer.send(b"t")
        peer.sweep_in(0)
        assert peer.is_open()
        begun(HEAD_S + 1, peer)
        peer.send(b"h")
        peer.sweep_in(0)
        assert not peer.is_open()
        assert peer.socket.recv(1000).startswith(b"HTTP/1.1 408 Request Timeout\r\n")
        (told,) = peer.told
        assert (told.status, told.note) == (
            408,
            "not accepted: the head was not complete after 15 s",
        )


def test_a_body_that_drips_is_refused_when_its_time_is_up(peer: Peer) -> None:
    peer.send(HEAD + b"Content-Length: 100\r\n\r\nab")
    begun(HEAD_S + 1, peer)
    peer.send(b"c")
    peer.sweep_in(BODY_S - 1)
    assert peer.is_open()
    peer.send(b"d")
    peer.channel.request.head_ended = peer.channel.quiet_since - BODY_S - 1
    peer.sweep_in(0)
    assert not peer.is_open()
    assert [told.note for told in peer.told] == [
        "not accepted: the body was not complete after 30 s"
    ]


def test_a_request_behind_one_that_is_answered_has_its_time_after_it(peer: Peer) -> None:
    peer.send(HEAD + b"\r\n" + b"POST /")
    assert len(peer.channel.requests) == 1
    peer.sweep_in(HEAD_S + 1)
    peer.channel.requests = []
    peer.sweep_in(HEAD_S)
    assert peer.is_open()


def unread(peer: Peer) -> None:
    peer.channel.outbufs[-1].append(b"a reply")
    peer.channel.total_outbufs_len = len(b"a reply")


def test_a_client_that_does_not_read_for_long_is_dropped(peer: Peer) -> None:
    unread(peer)
    peer.sweep_in(UNREAD_S - 1)
    assert peer.is_open()
    peer.sweep_in(UNREAD_S + 1)
    assert not peer.is_open()


def test_a_request_that_is_answered_is_never_dropped(peer: Peer) -> None:
    peer.send(HEAD + b"\r\n")
    peer.sweep_in(10 * IDLE_S)
    unread(peer)
    peer.sweep_in(10 * UNREAD_S)
    assert peer.is_open()


def test_a_refused_client_cannot_go_on_sending_for_ever(peer: Peer) -> None:
    peer.channel.discards = True
    peer.channel.handle_close()
    assert peer.is_open(), "so that it can read its reply"
    peer.send(b"x" * 1000)
    peer.sweep_in(DISCARD_S - 1)
    assert peer.is_open()
    peer.sweep_in(DISCARD_S + 1)
    assert not peer.is_open()


DRIPS = {"LF": b"\n", "CRLF": b"\r\n", "CR": b"\r", "many": b"\r\n" * 1000}


@pytest.mark.parametrize("kind", [Channel, NodeChannel])
@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize("drip", DRIPS)
def test_bytes_that_begin_no_request_do_not_keep_a_connection_open(
    kind: type[Channel], answered: bool, drip: str
) -> None:
    peer = Peer(kind)
    with peer.socket, peer.ours:
        if answered:
            peer.channel.quiet_since -= 1000
            peer.send(HEAD + b"\r\n")
            peer.channel.service()
            peer.channel.handle_write()
        idle_since = peer.channel.quiet_since
        for second in (0.5, 1, 2):
            peer.send(DRIPS[drip])
            peer.channel.sweep(idle_since + second * IDLE_S - 1, IDLE_S)
            assert peer.channel.will_close == (second > 1)


def test_a_request_that_was_answered_for_long_leaves_the_whole_idle_time(peer: Peer) -> None:
    peer.send(HEAD + b"\r\n")
    since = peer.channel.quiet_since
    peer.channel.sweep(since + 10 * IDLE_S, IDLE_S)
    peer.channel.requests = []
    peer.channel.sweep(since + 11 * IDLE_S - 1, IDLE_S)
    assert not peer.channel.will_close


def test_a_connection_that_breaks_ends_its_wait(peer: Peer) -> None:
    wait = Wait()
    peer.channel.begin_wait(wait)
    peer.channel.handle_close()
    assert wait.ended == GONE


def test_a_wait_on_a_connection_that_is_broken_ends_at_once(peer: Peer) -> None:
    peer.channel.handle_close()
    wait = Wait()
    peer.channel.begin_wait(wait)
    assert wait.ended == GONE
