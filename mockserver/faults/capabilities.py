"""Checks whether the server can carry out a fault. Impossible faults are refused, never ignored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockserver.errors import ImpossibleError
from mockserver.faults.model import Fault, Scenario
from mockserver.faults.servers import ServerKind
from mockserver.state.model import User


def obstacle(faults: Iterable[Fault], server: ServerKind) -> str | None:
    """Return why the server cannot carry out these faults, or None if it can."""
    if server.socket:
        return None
    for fault in faults:
        if fault.wire is not None and fault.wire.needs_socket:
            return (
                f"the wire fault {fault.wire.value} needs the socket, which {server.name} "
                f"does not hand over; {server.instead}"
            )
    return None


def check_fault(fault: Fault, server: ServerKind) -> None:
    """Raise ImpossibleError if the server cannot carry out the fault."""
    found = obstacle((fault,), server)
    if found is not None:
        raise ImpossibleError(found)


def check_scenario(scenario: Scenario, server: ServerKind, user: str | None = None) -> None:
    """Raise ImpossibleError if the server cannot carry out the scenario.

    `user` is the user who has the scenario, for the message.
    """
    found = obstacle(scenario.faults, server)
    if found is not None:
        whose = "" if user is None else f" of user {user!r}"
        raise ImpossibleError(f"scenario {scenario.name!r}{whose} is not possible: {found}")


def check_users(
    users: Iterable[User], scenarios: Mapping[str, Scenario], server: ServerKind
) -> None:
    """Raise ImpossibleError if the server cannot carry out the scenario of one of these users."""
    if server.socket:
        return  # spares a loop over many users
    for user in users:
        if user.scenario is not None:
            check_scenario(scenarios[user.scenario], server, user.username)
