"""The OpenAPI 3.1 document of the mocked API, derived from the pages of its documentation.

Where a profile answers otherwise than the documentation says, the document has what it answers.

The schemas suit code generators. A reply is a `oneOf` of a success and an error. `status` is the
discriminator, because a discriminator must be a string and `code` is a number. Messages appear only
in examples, not in schemas: clients should read the code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
from msgspec.structs import fields

from mockserver.api.behaviours import SENT
from mockserver.api.catalog import pages_of
from mockserver.api.common import BAD_REQUEST
from mockserver.api.openapi_schemas import Schema, Schemas
from mockserver.api.page import FROM_CODE, Code, Endpoint, Page
from mockserver.api.profiles import DOCUMENTED, Profile
from mockserver.credentials.cookies import COOKIE_NAME

_INFO: Final = (
    "Register and verify Animeloop users, log them in and out, and get, replace or revoke their "
    "tokens. A login sets the session cookie. It alone identifies the user where an operation "
    "requires it. A body is a form or JSON.\n\n"
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
_SET_COOKIE: Final = (
    f"The session cookie, `{COOKIE_NAME}`. A login that changes nothing about the session does not "
    "set it."
)
_OTHER_REQUESTS: Final = "The request is not documented: it has another path or another method."
_OR_UNREADABLE: Final = (
    "The request is not documented: it has another path or another method, or its body cannot be "
    "read."
)
_FILE_TYPE: Final = "multipart/form-data"
_BODY_TYPES: Final = ("application/x-www-form-urlencoded", "application/json")
# What profiles with pages answer to bodies that they refuse, beside 400.
_REFUSALS: Final = {
    413: "The body is too large, or has too many fields.",
    415: "The charset or the encoding of the body is not supported.",
}
_ERROR_PAGE: Final = "The server failed."


def document(
    server_url: str,
    http_status: str = "200",
    pages: Iterable[Page] | None = None,
    profile: Profile = DOCUMENTED,
) -> dict[str, Any]:
    """Return the OpenAPI document of an API whose base URL is `server_url`.

    `http_status` is the mode set by `--http-status`. `pages` are the pages to describe, as
    `profile` answers them; default: all that it answers.
    """
    pages = pages_of(profile.name) if pages is None else tuple(pages)
    paths = _Paths(http_status, profile)
    made = {
        endpoint.path: paths.path(page, endpoint) for page in pages for endpoint in page.endpoints
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Animeloop auth API",
            "version": "2.0.0",  # from the base path; generators expect three numbers
            "description": _INFO + _STATUS_OF_MODE[http_status == FROM_CODE],
        },
        "servers": [{"url": server_url}],
        "tags": [{"name": page.name, "description": page.description} for page in pages],
        "security": [{"session": []}],
        "paths": made,
        "components": {
            "schemas": dict(sorted(paths.schemas.all.items())),
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


class _Paths:
    """Describes endpoints, and collects the schemas that their descriptions refer to."""

    def __init__(self, http_status: str, profile: Profile) -> None:
        sent = SENT.get(profile.name, ())
        self.schemas = Schemas({code: reply for one in sent for code, reply in one.replies.items()})
        self._error_pages = {endpoint for one in sent for endpoint in one.error_pages}
        self._http_status = http_status
        self._sends_pages = profile.sends_pages

    def path(self, page: Page, endpoint: Endpoint) -> Schema:
        message = self.schemas.message
        listed = "".join(f"\n- `{code.number}` {message(code)}" for code in endpoint.codes)
        operation = {
            "operationId": endpoint.operation_id,
            "tags": [page.name],
            "summary": endpoint.summary[0].upper() + endpoint.summary[1:],
            "description": f"Answers with one of these codes:\n{listed}",
            **self._request(endpoint),
            "responses": self._responses(endpoint),
        }
        if not endpoint.needs_session:
            operation["security"] = []
        return {endpoint.method.lower(): operation}

    def _request(self, endpoint: Endpoint) -> Schema:
        described: Schema = {}
        if endpoint.query is not None:
            described["parameters"] = _parameters(endpoint.query)
        if endpoint.body is not None:
            content = {"schema": self.schemas.of_struct(endpoint.body)}
            types = (_FILE_TYPE,) if endpoint.takes_file else _BODY_TYPES
            described["requestBody"] = {
                "required": any(field.required for field in fields(endpoint.body)),
                "content": dict.fromkeys(types, content),
            }
        return described

    def _responses(self, endpoint: Endpoint) -> Schema:
        by_status: dict[int, list[Code]] = defaultdict(list)
        for code in endpoint.codes:
            by_status[code.sent_status(self._http_status)].append(code)
        by_status[BAD_REQUEST.http_status].append(BAD_REQUEST)
        responses = {
            status: self._response(endpoint, status, codes) for status, codes in by_status.items()
        }
        if self._sends_pages and endpoint.body is not None:
            responses[BAD_REQUEST.http_status]["content"] |= _page()
            responses |= {
                status: {"description": text, "content": _page()}
                for status, text in _REFUSALS.items()
            }
        if endpoint in self._error_pages:
            responses[500] = {"description": _ERROR_PAGE, "content": _page()}
        return {str(status): response for status, response in sorted(responses.items())}

    def _response(self, endpoint: Endpoint, status: int, codes: Sequence[Code]) -> Schema:
        numbers = ", ".join(str(code.number) for code in codes)
        undocumented = _OR_UNREADABLE if endpoint.parses_body else _OTHER_REQUESTS
        schemas = self.schemas
        response: Schema = {
            "description": undocumented if codes == [BAD_REQUEST] else f"Code {numbers}.",
            "content": {
                "application/json": {
                    "schema": schemas.of_replies(endpoint, status, codes),
                    "examples": {
                        str(code.number): {
                            "summary": schemas.message(code),
                            "value": schemas.example(code),
                        }
                        for code in codes
                    },
                }
            },
        }
        if endpoint.opens_session and endpoint.success in codes:
            cookie = {"description": _SET_COOKIE, "schema": {"type": "string"}}
            response["headers"] = {"Set-Cookie": cookie}
        return response


def _page() -> Schema:
    return {"text/html": {"schema": {"type": "string"}}}


def _parameters(query: type[msgspec.Struct]) -> list[Schema]:
    """Return the parameters of a query."""
    _, components = msgspec.json.schema_components((query,))
    schema = components[query.__name__]
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema["required"],
            "description": of_field.pop("description"),
            "schema": of_field,
        }
        for name, of_field in schema["properties"].items()
    ]
