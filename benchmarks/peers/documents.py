"""The reply as each kind of peer is told it."""

from __future__ import annotations

from typing import Any, Final

from benchmarks.processes import PATH
from mockserver.credentials.cookies import COOKIE_NAME

_KIND: Final = "application/json; charset=utf-8"
_ENVIRONMENT: Final = "00000000-0000-4000-8000-000000000001"
_ROUTE: Final = "00000000-0000-4000-8000-000000000002"
_RESPONSE: Final = "00000000-0000-4000-8000-00000000001"  # and a digit


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


def mockoon(cookie_value: str, body: str, port: int) -> dict[str, Any]:
    """An environment: POST, a rule for that cookie, and 404 for any other.

    Without the second response the first would be given whatever its rule says.
    """
    rule = {"target": "cookie", "modifier": COOKIE_NAME, "value": cookie_value,
            "invert": False, "operator": "equals"}  # fmt: skip
    route = {
        "uuid": _ROUTE, "type": "http", "documentation": "", "method": "post",
        "endpoint": PATH.lstrip("/"), "responseMode": None, "streamingMode": None,
        "streamingInterval": 0,
        "responses": [
            _mockoon_response(1, 200, body, [rule]),
            _mockoon_response(2, 404, "{}", []),
        ],
    }  # fmt: skip
    return {
        "uuid": _ENVIRONMENT, "lastMigration": 33, "name": "bench",
        "endpointPrefix": "", "latency": 0, "port": port, "hostname": "127.0.0.1", "folders": [],
        "routes": [route], "rootChildren": [{"type": "route", "uuid": _ROUTE}],
        "proxyMode": False, "proxyHost": "", "proxyRemovePrefix": False,
        "tlsOptions": {"enabled": False, "type": "CERT", "pfxPath": "", "certPath": "",
                       "keyPath": "", "caPath": "", "passphrase": ""},
        "cors": False, "headers": [], "proxyReqHeaders": [], "proxyResHeaders": [], "data": [],
        "callbacks": [],
    }  # fmt: skip


def _mockoon_response(number: int, status: int, body: str, rules: list[Any]) -> dict[str, Any]:
    return {
        "uuid": f"{_RESPONSE}{number}", "body": body, "latency": 0, "statusCode": status,
        "label": "", "headers": [{"key": "Content-Type", "value": _KIND}], "bodyType": "INLINE",
        "filePath": "", "databucketID": "", "sendFileAsBody": False, "rules": rules,
        "rulesOperator": "OR", "disableTemplating": True, "fallbackTo404": False,
        "default": not rules, "crudKey": "id", "callbacks": [],
    }  # fmt: skip
