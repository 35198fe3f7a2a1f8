"""The reply in the configuration format of each peer."""

from __future__ import annotations

from typing import Any, Final

from benchmarks.processes import PATH
from mockserver.credentials.cookies import COOKIE_NAME

_KIND: Final = "application/json; charset=utf-8"
_UUID: Final = "00000000-0000-4000-8000-{:012}"


def wiremock(cookie_value: str, body: str) -> dict[str, Any]:
    """A stub mapping: POST with that cookie."""
    return {
        "request": {
            "method": "POST",
            "urlPath": PATH,
            "cookies": {COOKIE_NAME: {"equalTo": cookie_value}},
        },
        "response": {"status": 200, "body": body, "headers": {"Content-Type": _KIND}},
    }


def prism(example: object) -> dict[str, Any]:
    """An OpenAPI document with that example."""
    content = {"application/json": {"schema": {"type": "object"}, "example": example}}
    operation = {
        "parameters": [
            {"name": COOKIE_NAME, "in": "cookie", "required": True, "schema": {"type": "string"}}
        ],
        "responses": {"200": {"description": "The token.", "content": content}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Animeloop tokens", "version": "2"},
        "paths": {PATH: {"post": operation}},
    }


def mockoon(cookie_value: str, body: str) -> dict[str, Any]:
    """An environment: POST, a rule for that cookie, and 404 for any other.

    Mockoon ignores the rule of a route's only response, so there is a second one.
    """
    rule = {"target": "cookie", "modifier": COOKIE_NAME, "value": cookie_value,
            "invert": False, "operator": "equals"}  # fmt: skip
    route = {
        "uuid": _UUID.format(2), "type": "http", "method": "post", "endpoint": PATH.lstrip("/"),
        "responses": [
            _mockoon_response(3, 200, body, [rule]),
            _mockoon_response(4, 404, "{}", []),
        ],
    }  # fmt: skip
    return {
        "uuid": _UUID.format(1), "lastMigration": 33, "name": "bench", "port": 0,
        "routes": [route], "rootChildren": [{"type": "route", "uuid": _UUID.format(2)}],
    }  # fmt: skip


def _mockoon_response(number: int, status: int, body: str, rules: list[Any]) -> dict[str, Any]:
    return {
        "uuid": _UUID.format(number), "body": body, "statusCode": status, "rules": rules,
        "headers": [{"key": "Content-Type", "value": _KIND}], "bodyType": "INLINE",
        "disableTemplating": True, "default": not rules,
    }  # fmt: skip
