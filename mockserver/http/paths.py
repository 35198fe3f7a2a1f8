"""The paths that are not the API's, and paths as they were sent."""

from __future__ import annotations

import re
from typing import Final

from falcon import Request

ADMIN_PATH: Final = "/__admin"
SANDBOX_PATH: Final = "/__sandbox/"

# Of an absolute target; its group is the authority.
ORIGIN_PART: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)")


def is_admin_path(path: str) -> bool:
    """Whether this path, as the application is given it, is one of the control plane.

    The path must be the one that is routed, letter by letter: neither slashes nor percent signs
    are interpreted here.
    """
    return path == ADMIN_PATH or path.startswith(ADMIN_PATH + "/")


def raw_path(req: Request) -> str:
    """The path as it was sent, neither decoded nor tidied up; decoded where the server keeps none.

    The authority of an absolute target, the query and a fragment are left out.
    """
    target = req.env.get("REQUEST_URI")
    if target is None or target == req.path:
        return str(req.path)
    origin = ORIGIN_PART.match(target)
    begin = origin.end() if origin else 0
    return re.split("[?#]", target[begin:], maxsplit=1)[0] or "/"
