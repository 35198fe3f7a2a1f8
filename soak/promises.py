"""Checks that apply to every reply."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from mockserver.api.profiles import DOCUMENTED, PROFILES
from soak.replies import Reply

_ENVELOPE: Final = frozenset({"status", "code", "message"})
_PROBLEM: Final = "application/problem+json"
# Refusals that the control plane sends only after its access check. 405 and 422 are not among them,
# because the public health check sends them, too.
_BEHIND_GATE: Final = (409, 415)


@dataclass(frozen=True)
class Due:
    """What is known about an undamaged request and its reply.

    - `head`: it is a HEAD request.
    - `closes`: the server must close the connection after the reply.
    - `slashless`: the target is neither a path nor a URL.
    - `no_host`, `bad_host`: HTTP/1.1 without `Host`, or with two or a malformed one.
    """

    head: bool = False
    closes: bool = False
    slashless: bool = False
    no_host: bool = False
    bad_host: bool = False


def broken(due: Due, reply: Reply, profile: str) -> str | None:
    """Return which check the reply fails, or None."""
    refused = 400 <= reply.status < 500
    if due.slashless and not (refused and not _is_of_control_plane(reply)):
        return "a target without a slash is not refused as the API refuses it"
    # Node, and so the real server, uses the first of two Hosts and validates none.
    bad_host = due.no_host or (due.bad_host and PROFILES[profile] == DOCUMENTED)
    if bad_host and not refused:
        return f"a missing, doubled or malformed Host was answered {reply.status}"
    if due.closes and not reply.closes:
        return "the connection should close (RFC 9110, 7.6.1; RFC 9112, 6.1)"
    return None


def is_behind_gate(reply: Reply) -> bool:
    """Whether only the control plane sends such a reply, after its access check."""
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
    is_health = document == {"status": "ok"}  # public
    return not is_health and not (isinstance(document, dict) and document.keys() >= _ENVELOPE)


def _is_of_control_plane(reply: Reply) -> bool:
    """Whether only the control plane sends this refusal. The HTTP server sends 413 and 431."""
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
