"""What all sandboxes of a server have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec import Struct, field

from mockserver.api.profiles import Profile
from mockserver.faults.servers import WAITRESS, ServerKind
from mockserver.record.journal import JournalBudget
from mockserver.state.budget import StateBudget
from mockserver.state.clock import Clock

DEFAULT_SCENARIO: Final = "normal"
DEFAULT_ID: Final = "default"
# Between a sandbox's id and a session id of the fixtures.
SEPARATOR: Final = "~"


def _nobody_waits() -> None:
    """For those who have no delayed requests."""


class Rules(Struct, frozen=True):
    """How a server's sandboxes are made.

    `scenario` is the one at the start. `seed` makes faults without a seed of their own repeatable;
    `journal` is None where none is kept; `server` is what carries the application; `state` bounds
    what is put into all of them. `on_change` is called after each change that can end a delay.
    """

    clock: Clock
    profile: Profile
    scenario: str = DEFAULT_SCENARIO
    seed: int | None = None
    journal: JournalBudget | None = None
    server: ServerKind = WAITRESS
    state: StateBudget = field(default_factory=StateBudget)
    on_change: Callable[[], None] = _nobody_waits
