"""The reply as each kind of peer is told it."""

from __future__ import annotations

from typing import Any, Final

from benchmarks.processes import PATH
from mockserver.cookies import COOKIE_NAME

_KIND: Final = "application/json; charset=utf-8"
_IDS: Final = ("cfbb0cfb-ac4a-43aa-8ad5-1e61a0f3621b", "8584e65e-6c30-4204-bf05-27d06ec47dc0")


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
    """An environment: POST, and a rule for that cookie."""
    rule = {"target": "cookie", "modifier": COOKIE_NAME, "value": cookie_value,
            "invert": False, "operator": "equals"}  # fmt: skip
    response = {
        "uuid": _IDS[1], "body": body, "latency": 0, "statusCode": 200, "label": "",
        "headers": [{"key": "Content-Type", "value": _KIND}], "bodyType": "INLINE",
        "filePath": "", "databucketID": "", "sendFileAsBody": False, "rules": [rule],
        "rulesOperator": "OR", "disableTemplating": True, "fallbackTo404": True,
        "default": False, "crudKey": "id", "callbacks": [],
    }  # fmt: skip
    route = {
        "uuid": _IDS[0], "type": "http", "documentation": "", "method": "post",
        "endpoint": PATH.lstrip("/"), "responses": [response], "responseMode": None,
        "streamingMode": None, "streamingInterval": 0,
    }  # fmt: skip
    return {
        "uuid": "885bf2d4-1d0b-48f9-bd8e-c5286cfaa4f6", "lastMigration": 33, "name": "bench",
        "endpointPrefix": "", "latency": 0, "port": port, "hostname": "127.0.0.1", "folders": [],
        "routes": [route], "rootChildren": [{"type": "route", "uuid": _IDS[0]}],
        "proxyMode": False, "proxyHost": "", "proxyRemovePrefix": False,
        "tlsOptions": {"enabled": False, "type": "CERT", "pfxPath": "", "certPath": "",
                       "keyPath": "", "caPath": "", "passphrase": ""},
        "cors": False, "headers": [], "proxyReqHeaders": [], "proxyResHeaders": [], "data": [],
        "callbacks": [],
    }  # fmt: skip
