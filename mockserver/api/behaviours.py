"""The handlers of all pages. To add a page, add a line here."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from mockserver.api.behaviour import Handler
from mockserver.api.page import Code, Endpoint
from mockserver.api.token import behaviour as token
from mockserver.state.model import User

HANDLERS: dict[Endpoint, Handler] = {**token.HANDLERS}

# The `data` of forced successes. All other codes use the documentation's example.
FORCED: dict[Code, Callable[[User | None], Struct]] = {**token.FORCED}
