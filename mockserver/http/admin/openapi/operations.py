"""The operations of the control plane's OpenAPI document: one for each call at each path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from msgspec import Struct

from mockserver.credentials.cookies import COOKIE_NAME
from mockserver.fixtures.field_types import MAX_TEXT, MAX_TOKEN_ID
from mockserver.http.admin.bodies import NoBody
from mockserver.http.admin.call import HtmlPage
from mockserver.http.admin.call_spec import CallSpec
from mockserver.http.admin.openapi.problems import problem_responses
from mockserver.http.admin.openapi.schemas import JsonSchema, may_be_empty, query_parameters
from mockserver.http.admin.queries import MAX_ID

TypeSchemas: TypeAlias = Mapping[Any, JsonSchema]
"""The schema of each type that a call declares."""

_PARAMETER: Final = re.compile(r"\{(\w+)(?::path)?\}")


class Tag(Struct, frozen=True):
    """A group of calls: what it is about, and the first words of their paths."""

    description: str
    words: tuple[str, ...]


TAGS: Final[Mapping[str, Tag]] = {
    "server": Tag("Health, and OpenAPI documents.", ("health", "openapi", "control-plane")),
    "state": Tag(
        "Scenarios, faults, the clock, and the reset of all state.",
        ("reset", "scenario", "scenarios", "faults", "clock", "fixtures"),
    ),
    "accounts": Tag("Users, sessions and cookies.", ("users", "sessions", "cookies", "use")),
    "records": Tag(
        "What the mock recorded: requests, mails and coverage.", ("requests", "outbox", "coverage")
    ),
    "sandboxes": Tag("Isolated states, one for each test.", ("sandboxes",)),
}
_NAME: Final = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
_ID: Final = {"type": "integer", "minimum": 0, "maximum": MAX_TOKEN_ID}
_NUMBER: Final = {"type": "integer", "minimum": 1, "maximum": MAX_ID}
# The schema of a path parameter, its description, and an example with the shipped fixtures.
_PATH_PARAMETERS: Final[Mapping[str, tuple[JsonSchema, str, object]]] = {
    "sandbox_id": (_NAME, "The id of the sandbox.", "default"),
    "username": (_NAME, "The name of the user.", "alice"),
    "token_id": (_ID, "The id of the token, in profile dashboard.", 0),
    "sid": (_NAME, "The session id.", "session-of-alice"),
    "fault_id": (_NUMBER, "The id of the ad-hoc fault.", 1),
    "request_id": (_NUMBER, "The id of the journal entry.", 1),
    "mail_id": (_NUMBER, "The id of the mail.", 1),
}
_SUCCESSES: Final = {200: "The call was carried out.", 201: "Created.", 204: "Done."}
_SET_COOKIE: Final = {
    "description": f"The session cookie, `{COOKIE_NAME}`.",
    "required": True,
    "schema": {"type": "string"},
}


def shown(path: str) -> str:
    """Return a path of the table of calls as OpenAPI writes it: `{sid}` for `{sid:path}`."""
    return _PARAMETER.sub(r"{\1}", path)


def operation(spec: CallSpec, path: str, suffix: str, schemas: TypeSchemas) -> dict[str, Any]:
    """Return the operation of a call at a path. `suffix` makes its `operationId` unique."""
    made: dict[str, Any] = {
        "operationId": _operation_id(spec) + suffix,
        "tags": [_tag(spec)],
        "summary": spec.says.partition(". ")[0].removesuffix("."),
        "description": spec.says,
        "parameters": [
            *map(_path_parameter, _PARAMETER.findall(path)),
            *query_parameters(spec.query),
        ],
    }
    if spec.body is not NoBody:
        made["requestBody"] = _request_body(spec, schemas)
    made["responses"] = {
        **{str(status): _success(spec, status, schemas) for status in spec.statuses},
        **problem_responses(spec, path, takes_text=bool(made["parameters"])),
    }
    return made


def _operation_id(spec: CallSpec) -> str:
    name = spec.handler.__name__
    first, *others = (f"head_{name}" if spec.method == "HEAD" else name).split("_")
    return first + "".join(map(str.capitalize, others))


def _tag(spec: CallSpec) -> str:
    word = re.split(r"[/.]", spec.path)[1]
    for name, tag in TAGS.items():
        if word in tag.words:
            return name
    raise KeyError(f"no tag has the word {word!r} of {spec.path}")


def _path_parameter(name: str) -> dict[str, Any]:
    schema, description, example = _PATH_PARAMETERS[name]
    return {
        "name": name,
        "in": "path",
        "description": description,
        "required": True,
        "schema": schema,
        "example": example,
    }


def _request_body(spec: CallSpec, schemas: TypeSchemas) -> dict[str, Any]:
    content = {"schema": schemas[spec.body]}
    if spec.example is not None:
        content["example"] = spec.example
    return {"required": not may_be_empty(spec.body), "content": {"application/json": content}}


def _success(spec: CallSpec, status: int, schemas: TypeSchemas) -> dict[str, Any]:
    made: dict[str, Any] = {"description": _SUCCESSES[status]}
    if spec.answer is HtmlPage:
        made["headers"] = {"Set-Cookie": _SET_COOKIE}
    if spec.answer is not None and spec.method != "HEAD":
        media = spec.media.partition(";")[0]
        # A schema describes the document in a YAML file, not its text.
        text = {"type": "object" if media == "application/yaml" else "string"}
        is_text = spec.answer in (HtmlPage, str)
        made["content"] = {media: {"schema": text if is_text else schemas[spec.answer]}}
    return made
