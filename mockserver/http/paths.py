"""The paths that are not the API's, and paths as they were sent."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from falcon import Request

ADMIN_PATH: Final = "/__admin"
SANDBOX_PATH: Final = "/__sandbox/"

# Of an absolute target; its group is the authority.
ORIGIN_PART: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)")
_SENT_BYTE: Final = re.compile(r"%[0-9A-Fa-f]{2}|.", re.DOTALL)


def is_admin_path(path: str) -> bool:
    """Whether this path, as the application is given it, is one of the control plane.

    The path must be the one that is routed, letter by letter: neither slashes nor percent signs
    are interpreted here.
    """
    return path == ADMIN_PATH or path.startswith(ADMIN_PATH + "/")


def sent_authority(req: Request) -> str | None:
    """The authority of an absolute target, as it was sent; None where the target is none."""
    found = ORIGIN_PART.match(_target(req) or "")
    return found[1] if found else None


def raw_path(req: Request) -> str:
    """The path as it was sent, neither decoded nor tidied up; decoded where the server keeps none.

    The authority of an absolute target, the query, a fragment and the prefix that the application
    is mounted under (`SCRIPT_NAME`) are left out.
    """
    target, prefix = _target(req), req.env.get("SCRIPT_NAME", "")
    if target is None or (target == req.path and not prefix):
        return str(req.path)
    origin = ORIGIN_PART.match(target)
    begin = origin.end() if origin else 0
    path = re.split("[?#]", target[begin:], maxsplit=1)[0]
    if prefix:
        path = _below(prefix, path, req.env["PATH_INFO"])
    return path or "/"


def _target(req: Request) -> str | None:
    """The request target, which WSGI has no variable for: most servers use one of these two."""
    target: str | None = req.env.get("REQUEST_URI", req.env.get("RAW_URI"))
    return target


def _below(prefix: str, sent: str, path_info: str) -> str:
    """What was sent behind the prefix; all of it where a proxy has taken the prefix away before."""
    if _decoded(sent) == path_info:
        return sent
    # Each character of the prefix is a byte (PEP 3333), which may have been sent as `%xx`.
    sent_bytes = _SENT_BYTE.findall(sent)
    head = "".join(sent_bytes[: len(prefix)])
    return "".join(sent_bytes[len(prefix) :]) if _decoded(head) == prefix else sent


def _decoded(sent: str) -> str:
    return unquote(sent, encoding="latin-1")
