"""The built-in scenarios. Fixtures can override them by name."""

from __future__ import annotations

from typing import Final

from mockserver.faults.model import Fault, Scenario, Wire
from mockserver.state.operations import Operation


def _builtin(name: str, description: str, *faults: Fault) -> Scenario:
    return Scenario(name, description, faults)


_FAILS: Final = Fault(fails=True)
_SAVES: Final = (Operation.SAVE_TOKEN, Operation.SAVE_USER)

BUILTIN_SCENARIOS: Final = (
    _builtin("normal", "Nothing goes wrong."),
    _builtin("db-down", "Every database operation fails.", _FAILS),
    _builtin(
        "db-read-error", "Reading a user fails.", Fault(operation=Operation.FIND_USER, fails=True)
    ),
    _builtin(
        "db-write-error",
        "Saving a token or a user fails; nothing is stored.",
        *(Fault(operation=operation, fails=True) for operation in _SAVES),
    ),
    _builtin(
        "db-write-lost",
        "Saving a token or a user fails, although it has been stored.",
        *(Fault(operation=operation, fails=True, after_commit=True) for operation in _SAVES),
    ),
    _builtin(
        "db-flaky",
        "30 % of the requests that reach the database fail, in the same sequence every time.",
        Fault(fails=True, probability=0.3, seed=1),
    ),
    _builtin(
        "db-recovers",
        "The first 2 requests that reach the database fail; later ones succeed.",
        Fault(fails=True, times=2),
    ),
    _builtin(
        "db-outage",
        "The database is down for 30 s, starting with the first request.",
        Fault(fails=True, lasts_ms=30_000),
    ),
    _builtin("db-slow", "The database takes 2 s per request.", Fault(delay_ms=(2000, 2000))),
    _builtin(
        "session-store-down",
        "Reading a session fails.",
        Fault(operation=Operation.SESSION_STORE, fails=True),
    ),
    _builtin(
        "recaptcha-down",
        "The reCAPTCHA service cannot be reached, so that no value passes.",
        Fault(operation=Operation.RECAPTCHA, fails=True),
    ),
    _builtin(
        "mail-down",
        "No mail can be sent; users can register all the same.",
        Fault(operation=Operation.SEND_MAIL, fails=True),
    ),
    *(
        _builtin(name, description, Fault(operation=Operation.REQUEST, wire=wire))
        for name, description, wire in (
            ("connection-reset", "The connection is reset instead of a reply.", Wire.RESET),
            ("empty-response", "The connection is closed without a byte.", Wire.EMPTY),
            ("truncated-body", "The reply is cut in the middle of its body.", Wire.TRUNCATE),
            ("malformed-json", "HTTP 200 with a body that is not JSON.", Wire.MALFORMED),
            ("bad-gateway", "A proxy's HTML page with HTTP 502 instead of a reply.", Wire.HTML),
        )
    ),
)
