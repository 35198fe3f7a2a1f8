"""What every reply must keep to, whatever was sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from mockserver.api.profiles import DOCUMENTED, PROFILES
from soak.replies import Reply

_ENVELOPE: Final = frozenset({"status", "code", "message"})
_PROBLEM: Final = "application/problem+json"
# Refusals that the control plane gives only past its gate. Not 405 and 422: health, which is for
# everybody, takes only some methods and no query.
_BEHIND_GATE: Final = (409, 415)


@dataclass(frozen=True)
class Due:
    """What is known of an undamaged request, and with that of its reply.

    `head`: it is a HEAD. `closes`: the connection must end with the reply. `slashless`: its target
    is neither a path nor a URL. `no_host` and `bad_host`: HTTP/1.1 without a `Host`; with two or a
    malformed one.
    """

    head: bool = False
    closes: bool = False
    slashless: bool = False
    no_host: bool = False
    bad_host: bool = False


def broken(due: Due, reply: Reply, profile: str) -> str | None:
    """Which promise the reply breaks, or None."""
    refused = 400 <= reply.status < 500
    if due.slashless and not (refused and not _is_of_control_plane(reply)):
        return "a target without a slash is not refused as the API refuses it"
    # Node, and so the real server, takes the first of two Hosts and looks at none.
    bad_host = due.no_host or (due.bad_host and PROFILES[profile] == DOCUMENTED)
    if bad_host and not refused:
        return f"a missing, doubled or malformed Host was answered {reply.status}"
    if due.closes and not reply.closes:
        return "the connection should close (RFC 9110, 7.6.1; RFC 9112, 6.1)"
    return None


def is_behind_gate(reply: Reply) -> bool:
    """Whether only the control plane, past its gate, answers so."""
    kind = reply.headers.get("content-type", "")
    if reply.status == 201 or "samesite" in reply.headers.get("set-cookie", "").lower():
        return True
    if reply.status == 204:
        return "access-control-allow-methods" not in reply.headers
    if kind.startswith(_PROBLEM):
        return reply.status in _BEHIND_GATE
    if reply.status >= 300 or not reply.body or not kind.startswith("application/json"):
        return False
    document = json.loads(reply.body)
    is_health = document == {"status": "ok"}  # for everybody
    return not is_health and not (isinstance(document, dict) and document.keys() >= _ENVELOPE)


def _is_of_control_plane(reply: Reply) -> bool:
    """Whether the refusal can only be the control plane's; a 413 or 431 is the HTTP server's."""
    kind = reply.headers.get("content-type", "")
    return kind.startswith(_PROBLEM) and reply.status in (
        400,
        401,
        403,
        404,
        405,
        422,
        *_BEHIND_GATE,
    )
