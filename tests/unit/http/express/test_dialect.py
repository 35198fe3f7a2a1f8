from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import pytest
from falcon import Request, Response
from falcon.testing import create_environ

from mockserver.http.express.dialect import ExpressMiddleware


def processed(content_type: str | None, body: str) -> tuple[Any, Response]:
    headers = {} if content_type is None else {"Content-Type": content_type}
    req, resp = Request(create_environ(method="POST", headers=headers, body=body)), Response()
    ExpressMiddleware(Mock()).process_request(req, resp)
    return req.context.fields, resp


@pytest.mark.parametrize(
    ("content_type", "body", "fields"),
    [
        ("application/x-www-form-urlencoded", "a=1&b[]=2", {"a": "1", "b": ["2"]}),
        ("application/json", '{"a":1}', {"a": 1}),
        ("text/plain", "a=1", {}), (None, "a=1", {}), ("application/json", "", {}),
    ],
)  # fmt: skip
def test_routes_get_the_fields(
    content_type: str | None, body: str, fields: dict[str, object]
) -> None:
    found, resp = processed(content_type, body)
    assert (found, resp.complete) == (fields, False)


def test_a_refused_body_is_answered_and_has_no_fields() -> None:
    found, resp = processed("application/json", "{")
    assert (found, resp.complete, resp.status) == ({}, True, "400 Bad Request")
