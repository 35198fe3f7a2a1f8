"""The settings that all sandboxes of a server share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec import Struct, field

from mockserver.api.profiles import Profile
from mockserver.faults.servers import WAITRESS, ServerKind
from mockserver.record.bounded_log import LogBudget
from mockserver.record.outbox import MAX_BYTES as MAX_MAIL_BYTES
from mockserver.record.outbox import MAX_MAILS
from mockserver.state.budget import StateBudget
from mockserver.state.clock import Clock

DEFAULT_SCENARIO: Final = "normal"
DEFAULT_ID: Final = "default"
# How long a sandbox may idle.
DEFAULT_TTL_MS: Final = 600_000
# How long one answer of a Redis may take.
STATE_TIMEOUT_S: Final = 0.5
# Separates a sandbox's id from a session id of the fixtures.
SEPARATOR: Final = "~"


def _nobody_waits() -> None:
    """The default for `on_change`: do nothing."""


class Rules(Struct, frozen=True):
    """The settings of a server's sandboxes.

    - `clock` is the base clock of all sandboxes.
    - `scenario` is the scenario at the start.
    - `seed` makes faults without a seed of their own reproducible.
    - `journal` bounds the journals. None turns them off. `outbox` bounds the outboxes.
    - `server` is the kind of server that runs the application.
    - `state` bounds the memory of added users and sessions, over all sandboxes.
    - `on_change` is called after each change that can end a delay.
    """

    clock: Clock
    profile: Profile
    scenario: str = DEFAULT_SCENARIO
    seed: int | None = None
    journal: LogBudget | None = None
    outbox: LogBudget = field(default_factory=lambda: LogBudget(MAX_MAILS, MAX_MAIL_BYTES))
    server: ServerKind = WAITRESS
    state: StateBudget = field(default_factory=StateBudget)
    on_change: Callable[[], None] = _nobody_waits
