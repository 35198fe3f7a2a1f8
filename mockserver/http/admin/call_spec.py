"""The declaration of a control plane call, from which routes and OpenAPI derive."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct

from mockserver.http.admin.bodies import NoBody
from mockserver.http.admin.call import Call
from mockserver.http.admin.queries import NoQuery

_OK: Final = (200,)


class CallSpec(Struct, frozen=True, kw_only=True):
    """The declaration of a call.

    `path` is relative to the control plane or to a sandbox's admin path. The handler receives query
    and body as the declared types. It returns an `answer` document, a `Put` of one if there are two
    `statuses`, an `HtmlPage`, or None for 204. Where `media` is not JSON, `answer` is the text
    itself (str). `says` describes the call. The handler's name is its `operationId` in OpenAPI.
    `example` is a body that works with the shipped fixtures. `problems` are the error statuses that
    only some calls have, and what they mean: 409 and 503.
    """

    method: str
    path: str
    handler: Callable[[Call[Any, Any]], object]
    says: str
    query: type[Struct] = NoQuery
    body: type[Struct] = NoBody
    answer: Any = None
    statuses: tuple[int, ...] = _OK
    media: str = "application/json"
    example: Any = None
    problems: Mapping[int, str] = {}


def call_spec(
    method_and_path: str, handler: Callable[[Call[Any, Any]], object], says: str, **types: Any
) -> CallSpec:
    """Declare a call, for example `GET /users/{username}`."""
    method, path = method_and_path.split()
    return CallSpec(method=method, path=path, handler=handler, says=says, **types)
