"""The OpenAPI 3.1 document of the mocked API, derived from the tables of codes and endpoints.

Its form is what code generators make good code of: a reply is a `oneOf` of a success and an error,
which `status` tells apart, because a discriminator must be text and `code` is a number. The message
is not pinned in the schemas, only shown in the examples: clients are to read the code.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from mockserver.api.codes import (
    BAD_REQUEST,
    ENDPOINTS,
    EXAMPLE_TOKEN,
    FROM_CODE,
    Code,
    Endpoint,
    Reply,
)
from mockserver.credentials.cookies import COOKIE_NAME

_INFO: Final = (
    "The token of a user of Animeloop: look at it, replace it, revoke it. "
    "Who the user is, the session cookie alone says; requests have no body.\n\n"
    "Every reply is an envelope, whose `status` is `success` or `error`, and whose `code` says "
    "what happened. "
)
_STATUS_OF_MODE: Final = {
    True: "The HTTP status is the one that digits 3 to 5 of the code spell.",
    False: "The HTTP status is 200 for errors too: read the code.",
}
_COOKIE: Final = (
    "The session cookie of a user who has logged in: the percent-encoded "
    "`s:` + session id + `.` + signature, as express-session makes it."
)
_OTHER_REQUESTS: Final = "Not one of the documented requests: another path, or another method."
_TAG: Final = {"name": "token", "description": "The token of the user whose session it is."}
_TOKEN: Final = {
    "type": "string",
    "description": "The user's token, a JSON Web Token.",
    "pattern": r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$",
    "examples": [EXAMPLE_TOKEN],
}

Schema = dict[str, Any]


def document(
    server_url: str, http_status: str = "200", endpoints: Iterable[Endpoint] = ENDPOINTS
) -> dict[str, Any]:
    """The document for an API that begins at `server_url`, with the paths in it below that.

    `http_status` is the mode in which codes travel (`--http-status`).
    """
    schemas: dict[str, Schema] = {}
    paths = {endpoint.path: _path(endpoint, http_status, schemas) for endpoint in endpoints}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Animeloop token API",
            "version": "2.0.0",  # as in the base path; generators want three numbers
            "description": _INFO + _STATUS_OF_MODE[http_status == FROM_CODE],
        },
        "servers": [{"url": server_url}],
        "tags": [_TAG],
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


def _path(endpoint: Endpoint, http_status: str, schemas: dict[str, Schema]) -> dict[str, Any]:
    by_status: dict[int, list[Code]] = defaultdict(list)
    for code in endpoint.codes:
        by_status[code.sent_status(http_status)].append(code)
    by_status[BAD_REQUEST.http_status].append(BAD_REQUEST)
    listed = "".join(f"\n- `{code.number}` {code.message}" for code in endpoint.codes)
    return {
        "post": {
            "operationId": endpoint.operation_id,
            "tags": [_TAG["name"]],
            "summary": endpoint.summary[0].upper() + endpoint.summary[1:],
            "description": f"Answers one of these codes:\n{listed}",
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
    """The name of the schema of all replies with this HTTP status; it is put among the others."""
    operation = endpoint.operation_id[0].upper() + endpoint.operation_id[1:]
    names: dict[str, str] = {}
    for kind, of_kind in _by_kind(codes).items():
        # Schemas of one code are the same wherever it is answered, and so have its name.
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
    """The envelope of codes that are all successes or all errors."""
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
            "description": "The code in words, for people.",
            "examples": [code.message for code in codes],
        },
    }
    if codes[0].carries_token:
        schemas["TokenData"] = _object({"token": _TOKEN})
        properties["data"] = _ref("TokenData")
    elif codes[0].is_success:
        properties["data"] = _object({})
    return {"description": listed, **_object(properties)}


def _object(properties: Schema) -> Schema:
    exact: Schema = {"type": "object", "additionalProperties": False}
    return exact | ({"properties": properties, "required": list(properties)} if properties else {})


def _example(code: Code) -> Any:
    token = EXAMPLE_TOKEN if code.carries_token else None
    return json.loads(Reply(code, token).body())


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _camel(words: str) -> str:
    return "".join(word.capitalize() for word in words.replace("_", " ").split())
