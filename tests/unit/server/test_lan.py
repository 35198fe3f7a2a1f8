"""The address for phones, found without sending anything."""

from __future__ import annotations

import socket

import pytest

from mockserver.server.lan import lan_address


class Probe:
    """A UDP socket of a machine that has this address. None: it has no route."""

    def __init__(self, own: str | None) -> None:
        self._own = own

    def __enter__(self) -> Probe:
        return self

    def __exit__(self, *_exception: object) -> None:
        return

    def connect(self, _address: tuple[str, int]) -> None:
        if self._own is None:
            raise OSError(101, "Network is unreachable")

    def getsockname(self) -> tuple[str, int]:
        return str(self._own), 40000


@pytest.mark.parametrize(
    ("host", "own", "expected"),
    [
        ("0.0.0.0", "192.168.1.20", "192.168.1.20"),
        ("::", "2a01:db8::5", "2a01:db8::5"),
        ("0.0.0.0", "127.0.0.1", None),
        ("0.0.0.0", "0.0.0.0", None),
        ("0.0.0.0", None, None),
        ("::", "fe80::1%eth0", None),
        ("127.0.0.1", "192.168.1.20", None),
        ("192.168.1.20", "192.168.1.20", None),
        ("localhost", "192.168.1.20", None),
        ("nas.local", "192.168.1.20", None),
    ],
)
def test_only_where_it_listens_on_all_interfaces_of_a_machine_in_a_network(
    monkeypatch: pytest.MonkeyPatch, host: str, own: str | None, expected: str | None
) -> None:
    kinds = []

    def make(family: socket.AddressFamily, kind: socket.SocketKind) -> Probe:
        kinds.append((family, kind))
        return Probe(own)

    monkeypatch.setattr("mockserver.server.lan.socket.socket", make)
    assert lan_address(host) == expected
    of_ip = socket.AF_INET6 if ":" in host else socket.AF_INET
    assert kinds in ([], [(of_ip, socket.SOCK_DGRAM)])
