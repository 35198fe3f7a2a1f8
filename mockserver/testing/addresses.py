"""Reads the address of a running mock, as users write it."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote, urlsplit

from mockserver.api.common import BASE_PATH
from mockserver.errors import UsageError, shortened
from mockserver.http.paths import ADMIN_PATH, SANDBOX_PATH

# pytest leaves the frames of this module out of tracebacks.
__tracebackhide__ = True

SCHEMES: Final = ("http", "https")
_EXAMPLE: Final = "http://127.0.0.1:7775"
# Without a scheme, a name alone may be anything; a host and its port may not.
_HOST_AND_PORT: Final = re.compile(r"(?:[\w.-]+|\[[0-9A-Fa-f:.]+\]):[0-9]+(?:/.*)?", re.ASCII)


def read_url(text: str, source: str) -> tuple[str, str | None]:
    """Return the mock's URL without its own paths, and the sandbox that `text` names, or None.

    `text` is an origin, the URL of a control plane, or an `api_url`. The scheme of
    `host:port` is http. `source` names the flag or variable in messages. Raises UsageError.
    """
    wrong = UsageError(f"{source}: expected a URL such as {_EXAMPLE}, got {shortened(text)}")
    try:
        parts = urlsplit(f"http://{text}" if _HOST_AND_PORT.fullmatch(text) else text)
        valid = parts.scheme in SCHEMES and parts.hostname and parts.port != 0
    except ValueError:  # an invalid port or IPv6 address
        raise wrong from None
    odd = not text.isascii() or not text.isprintable() or " " in text or "@" in parts.netloc
    if not valid or odd or parts.query or parts.fragment:
        raise wrong
    path = parts.path.rstrip("/").removesuffix(ADMIN_PATH).removesuffix(BASE_PATH)
    path, is_sandbox, sandbox_id = path.partition(SANDBOX_PATH)
    if is_sandbox and (not sandbox_id or "/" in sandbox_id):
        raise wrong
    return f"{parts.scheme}://{parts.netloc}{path.rstrip('/')}", unquote(sandbox_id) or None
