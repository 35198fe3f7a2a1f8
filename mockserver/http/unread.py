"""Notes what a client sent where the API does not read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec
from falcon import Request

from mockserver.api.trace import Step, Trace
from mockserver.api.values import Json
from mockserver.errors import clipped
from mockserver.http.bodies.form import query
from mockserver.http.bodies.parser import ignored_type

_MAX_TYPE: Final = 99  # and an ellipsis


def note_unread_body(req: Request, trace: Trace) -> None:
    """Note why a body has no fields: because of its type, or because it is a JSON array."""
    kind = ignored_type(req.content_type or "")
    is_json = "json" in (req.content_type or "").lower()
    if kind is not None:
        trace.add(Step.BODY_IGNORED, clipped(kind, _MAX_TYPE))
    elif is_json and getattr(req.context, "body", b"").lstrip(b" \t\r\n").startswith(b"["):
        trace.add(Step.BODY_ARRAY)


def note_fields_in_query(
    req: Request, body: type[msgspec.Struct], fields: Mapping[str, Json], trace: Trace
) -> None:
    """Note the documented fields that the query has, and the body has not."""
    sent = query(req.query_string)
    documented = (field.encode_name for field in msgspec.structs.fields(body))
    misplaced = [name for name in documented if name in sent and name not in fields]
    if misplaced:
        trace.add(Step.FIELDS_IN_QUERY, ", ".join(misplaced))


def note_unread(req: Request, trace: Trace) -> None:
    """Note what was sent to an endpoint that reads neither body nor query."""
    if req.env.get("CONTENT_LENGTH", "0") not in ("0", ""):
        trace.add(Step.BODY_UNEXPECTED)
    if req.env.get("QUERY_STRING"):
        trace.add(Step.QUERY_UNEXPECTED)
