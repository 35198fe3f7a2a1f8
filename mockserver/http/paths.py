"""The paths of the mock itself, and raw request paths."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

if TYPE_CHECKING:  # clients need these paths, and no web framework
    from falcon import Request

ADMIN_PATH: Final = "/__admin"
# The control plane of one sandbox, as a template of Falcon and of OpenAPI.
SANDBOX_ADMIN_PATH: Final = ADMIN_PATH + "/sandboxes/{sandbox_id}"
SANDBOX_PATH: Final = "/__sandbox/"

# The origin of an absolute target. Its group is the authority.
ORIGIN_PART: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)")
_SENT_BYTE: Final = re.compile(r"%[0-9A-Fa-f]{2}|.", re.DOTALL)


def is_admin_path(path: str) -> bool:
    """Whether a path belongs to the control plane.

    `path` must be the exact string that is routed. It is compared literally: slashes and percent
    signs are not interpreted.
    """
    return path == ADMIN_PATH or path.startswith(ADMIN_PATH + "/")


def sent_authority(req: Request) -> str | None:
    """Return the raw authority of an absolute target, or None for other targets."""
    found = ORIGIN_PART.match(_target(req) or "")
    return found[1] if found else None


def raw_path(req: Request) -> str:
    """Return the raw path, neither decoded nor normalized.

    Leaves out the origin of an absolute target, the query, the fragment and the mount prefix
    (`SCRIPT_NAME`). If the server does not keep the raw target, the decoded path is returned.
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
    """Return the raw request target. WSGI has no variable for it; most servers set one of these."""
    target: str | None = req.env.get("REQUEST_URI", req.env.get("RAW_URI"))
    return target


def _below(prefix: str, sent: str, path_info: str) -> str:
    """Remove the mount prefix from a raw path, unless a proxy has removed it already."""
    if _decoded(sent) == path_info:
        return sent
    # Each character of the prefix is one byte (PEP 3333), possibly sent as `%xx`.
    sent_bytes = _SENT_BYTE.findall(sent)
    head = "".join(sent_bytes[: len(prefix)])
    return "".join(sent_bytes[len(prefix) :]) if _decoded(head) == prefix else sent


def _decoded(sent: str) -> str:
    return unquote(sent, encoding="latin-1")
