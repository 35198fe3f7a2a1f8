"""What the mock does for each endpoint of each page. A new page is one more line here."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from mockserver.api.behaviour import Handler
from mockserver.api.page import Code, Endpoint
from mockserver.api.token import behaviour as token
from mockserver.state.model import User

HANDLERS: dict[Endpoint, Handler] = {**token.HANDLERS}

# What a success carries that is forced, where that is not the documentation's example.
FORCED: dict[Code, Callable[[User | None], Struct]] = {**token.FORCED}
