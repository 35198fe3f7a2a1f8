"""What the server under the application cannot do is refused where it is chosen, never ignored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mockserver.errors import ImpossibleError
from mockserver.faults.model import Fault, Scenario
from mockserver.faults.servers import ServerKind
from mockserver.state.model import User


def obstacle(faults: Iterable[Fault], server: ServerKind) -> str | None:
    """Why these faults cannot be carried out; None where they can."""
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
    """Raises ImpossibleError where this server cannot carry out the fault."""
    found = obstacle((fault,), server)
    if found is not None:
        raise ImpossibleError(found)


def check_scenario(scenario: Scenario, server: ServerKind, user: str | None = None) -> None:
    """Raises ImpossibleError where this server cannot carry out the scenario, of that user."""
    found = obstacle(scenario.faults, server)
    if found is not None:
        whose = "" if user is None else f" of user {user!r}"
        raise ImpossibleError(f"scenario {scenario.name!r}{whose} is not possible: {found}")


def check_users(
    users: Iterable[User], scenarios: Mapping[str, Scenario], server: ServerKind
) -> None:
    """Raises ImpossibleError where one of them has a scenario that this server cannot carry out."""
    if server.socket:
        return  # there may be many users
    for user in users:
        if user.scenario is not None:
            check_scenario(scenarios[user.scenario], server, user.username)
