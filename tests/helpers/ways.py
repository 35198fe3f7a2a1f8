"""The requests that reachability finds, as they are sent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

from mockserver.api.page import Endpoint
from mockserver.credentials import cookies
from mockserver.sandbox.candidates import Way
from tests.helpers.multipart import MULTIPART, form, part

BodyType = Literal["application/x-www-form-urlencoded", "application/json"]
FORM: BodyType = "application/x-www-form-urlencoded"
JSON: BodyType = "application/json"


@dataclass(frozen=True)
class Sent:
    """A request: method, path without base path but with query, headers and body."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None


def request_of(endpoint: Endpoint, way: Way, body_type: BodyType = FORM) -> Sent:
    """The request that goes this way. Its fields are in the query of a GET, else in the body."""
    headers = {} if way.cookie is None else {"Cookie": cookies.header(way.cookie)}
    if endpoint.query is not None:
        return Sent(endpoint.method, f"{endpoint.path}?{urlencode(way.fields)}", headers)
    if endpoint.body is None:
        return Sent(endpoint.method, endpoint.path, headers)
    if endpoint.takes_file:
        [(name, filename)] = way.fields.items()
        headers["Content-Type"] = MULTIPART
        body = form(part(name, b"a picture", filename)).decode()
        return Sent(endpoint.method, endpoint.path, headers, body)
    headers["Content-Type"] = body_type
    body = urlencode(way.fields) if body_type == FORM else json.dumps(dict(way.fields))
    return Sent(endpoint.method, endpoint.path, headers, body)
