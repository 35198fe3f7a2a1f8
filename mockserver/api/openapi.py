"""The OpenAPI 3.1 document of the mocked API, derived from the pages of its documentation.

The schemas suit code generators. A reply is a `oneOf` of a success and an error. `status` is the
discriminator, because a discriminator must be a string and `code` is a number. Messages appear only
in examples, not in schemas: clients should read the code.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import msgspec
from msgspec import Struct

from mockserver.api.common import BAD_REQUEST
from mockserver.api.page import FROM_CODE, Code, Endpoint, NoData, Page, Reply
from mockserver.api.pages import PAGES
from mockserver.credentials.cookies import COOKIE_NAME

_INFO: Final = (
    "Get, replace or revoke the token of an Animeloop user. "
    "The session cookie alone identifies the user. Requests have no body.\n\n"
    "Every reply is an envelope. Its `status` is `success` or `error`; its `code` says what "
    "happened. "
)
_STATUS_OF_MODE: Final = {
    True: "Digits 3 to 5 of the code are the HTTP status.",
    False: "The HTTP status is 200 for errors too, so read the code.",
}
_COOKIE: Final = (
    "The session cookie of a logged-in user, in the format of express-session: "
    "`s:` + session id + `.` + signature, percent-encoded."
)
_OTHER_REQUESTS: Final = "The request is not documented: it has another path or another method."
Schema = dict[str, Any]
_REF: Final = "#/components/schemas/"


def document(
    server_url: str, http_status: str = "200", pages: Iterable[Page] = PAGES
) -> dict[str, Any]:
    """Return the OpenAPI document of an API whose base URL is `server_url`.

    `http_status` is the mode set by `--http-status`. `pages` are the pages to describe.
    """
    schemas: dict[str, Schema] = {}
    paths = {
        endpoint.path: _path(page, endpoint, http_status, schemas)
        for page in pages
        for endpoint in page.endpoints
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Animeloop token API",
            "version": "2.0.0",  # from the base path; generators expect three numbers
            "description": _INFO + _STATUS_OF_MODE[http_status == FROM_CODE],
        },
        "servers": [{"url": server_url}],
        "tags": [{"name": page.name, "description": page.description} for page in pages],
        "security": [{"session": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": COOKIE_NAME,
                    "description": _COOKIE,
                }
            },
        },
    }


def _path(
    page: Page, endpoint: Endpoint, http_status: str, schemas: dict[str, Schema]
) -> dict[str, Any]:
    by_status: dict[int, list[Code]] = defaultdict(list)
    for code in endpoint.codes:
        by_status[code.sent_status(http_status)].append(code)
    by_status[BAD_REQUEST.http_status].append(BAD_REQUEST)
    listed = "".join(f"\n- `{code.number}` {code.message}" for code in endpoint.codes)
    return {
        "post": {
            "operationId": endpoint.operation_id,
            "tags": [page.name],
            "summary": endpoint.summary[0].upper() + endpoint.summary[1:],
            "description": f"Answers with one of these codes:\n{listed}",
            "responses": {
                str(status): _response(endpoint, status, codes, schemas)
                for status, codes in sorted(by_status.items())
            },
        }
    }


def _response(
    endpoint: Endpoint, status: int, codes: Sequence[Code], schemas: dict[str, Schema]
) -> dict[str, Any]:
    numbers = ", ".join(str(code.number) for code in codes)
    return {
        "description": _OTHER_REQUESTS if codes == [BAD_REQUEST] else f"Code {numbers}.",
        "content": {
            "application/json": {
                "schema": _ref(_reply_schema(endpoint, status, codes, schemas)),
                "examples": {
                    str(code.number): {"summary": code.message, "value": _example(code)}
                    for code in codes
                },
            }
        },
    }


def _reply_schema(
    endpoint: Endpoint, status: int, codes: Sequence[Code], schemas: dict[str, Schema]
) -> str:
    """Add the schema of all replies with this HTTP status to `schemas`, and return its name."""
    operation = endpoint.operation_id[0].upper() + endpoint.operation_id[1:]
    names: dict[str, str] = {}
    for kind, of_kind in _by_kind(codes).items():
        # The schema of a single code is the same at every endpoint, so the code names it.
        ending = "Error" if status == HTTPStatus.OK else _camel(HTTPStatus(status).phrase)
        name = _camel(of_kind[0].name) if len(of_kind) == 1 else operation + ending
        schemas[name] = _envelope(kind, of_kind, schemas)
        names[kind] = name
    if len(names) == 1:
        return next(iter(names.values()))
    reply = f"{operation}Reply"
    schemas[reply] = {
        "oneOf": [_ref(name) for name in names.values()],
        "discriminator": {
            "propertyName": "status",
            "mapping": {kind: _ref(name)["$ref"] for kind, name in names.items()},
        },
    }
    return reply


def _by_kind(codes: Iterable[Code]) -> Mapping[str, list[Code]]:
    found: dict[str, list[Code]] = defaultdict(list)
    for code in codes:
        found[code.status].append(code)
    return found


def _envelope(kind: str, codes: Sequence[Code], schemas: dict[str, Schema]) -> Schema:
    """Return the schema of an envelope whose codes are all successes or all errors."""
    listed = "; ".join(f"{code.number}: {code.message}" for code in codes)
    properties: Schema = {
        "status": {"type": "string", "enum": [kind]},
        "code": {
            "type": "integer",
            "enum": [code.number for code in codes],
            "x-enum-varnames": [code.name for code in codes],
            "x-enum-descriptions": [code.message for code in codes],
        },
        "message": {
            "type": "string",
            "description": "The code in words, for humans.",
            "examples": [code.message for code in codes],
        },
    }
    example = codes[0].example
    if isinstance(example, NoData):
        properties["data"] = _object({})
    elif example is not None:
        properties["data"] = _data(type(example), schemas)
    return {"description": listed, **_object(properties)}


def _data(kind: type[Struct], schemas: dict[str, Schema]) -> Schema:
    """Add the schema of `data` to `schemas`, and return a reference to it."""
    _, components = msgspec.json.schema_components((kind,), ref_template=_REF + "{name}")
    for name, schema in components.items():
        schemas[name] = {key: value for key, value in schema.items() if key != "title"}
    return _ref(kind.__name__)


def _object(properties: Schema) -> Schema:
    exact: Schema = {"type": "object", "additionalProperties": False}
    return exact | ({"properties": properties, "required": list(properties)} if properties else {})


def _example(code: Code) -> Any:
    return json.loads(Reply(code, code.example).body())


def _ref(name: str) -> dict[str, str]:
    return {"$ref": _REF + name}


def _camel(words: str) -> str:
    return "".join(word.capitalize() for word in words.replace("_", " ").split())
