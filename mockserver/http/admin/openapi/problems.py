"""The problem documents of the control plane, and which call can answer with which."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Final

from msgspec import UNSET, Meta, Struct, UnsetType

from mockserver.http.admin.call_spec import CallSpec
from mockserver.http.admin.gate import HEALTH_PATH
from mockserver.http.admin.reading import MAX_BODY_BYTES
from mockserver.http.problems import PROBLEM_JSON


class InvalidField(Struct, frozen=True):
    """A field of the body that is invalid."""

    pointer: Annotated[
        str, Meta(description="A JSON pointer (RFC 6901). Empty: the body as a whole.")
    ]
    detail: Annotated[str, Meta(description="What would be right.")]


class Problem(Struct, frozen=True):
    """A problem document (RFC 9457)."""

    title: Annotated[str, Meta(description="The kind of problem.")]
    status: Annotated[int, Meta(description="The HTTP status.", ge=400, le=599)]
    detail: Annotated[str, Meta(description="What is wrong, where, and what would be right.")]
    errors: Annotated[
        list[InvalidField] | UnsetType, Meta(description="With 422: the invalid fields.")
    ] = UNSET
    valid: Annotated[
        list[str] | UnsetType, Meta(description="The valid names, if a name is unknown.")
    ] = UNSET


class _Common(Struct, frozen=True):
    """A response that many calls share: the name of its component, and what it means."""

    name: str
    meaning: str


_COMMON: Final = {
    400: _Common("BadRequest", "The body is not JSON, or the path is not percent-encoded UTF-8."),
    401: _Common("Unauthorized", "The mock requires its admin token (--admin-token)."),
    403: _Common("Forbidden", "The `Host`, the origin or the site of the request is not allowed."),
    404: _Common("NotFound", "What the path names does not exist, or --disable-admin is set."),
    413: _Common("TooLarge", f"The body has more than {MAX_BODY_BYTES} bytes."),
    415: _Common("UnsupportedMediaType", "The body is not `application/json`."),
    422: _Common("Unprocessable", "A field, a name or a query parameter is unknown or invalid."),
    431: _Common("HeadersTooLarge", "The request line and the headers have more than 16 KiB."),
    503: _Common("StateUnavailable", "The state of the mock cannot be reached (--state)."),
}
_HEALTH: Final = (403, 422, 503)


def problem_responses(spec: CallSpec, path: str, *, takes_text: bool) -> dict[str, Any]:
    """Return the error responses of a call at a path, by status.

    `takes_text` says that it has parameters, which may make the request line too long.
    """
    statuses = {401, 403, 404, 422, 503}
    if path == HEALTH_PATH:  # is answered without the token, and by --disable-admin
        statuses = set(_HEALTH)
    if "{" in path:
        statuses.add(400)
    if takes_text:
        statuses.add(431)
    if spec.method not in ("GET", "HEAD"):
        statuses |= {400, 413, 415}
    found: dict[int, dict[str, Any]]
    if spec.method == "HEAD":  # has no content
        found = {status: {"description": _COMMON[status].meaning} for status in statuses}
    else:
        found = {status: _reference(_COMMON[status].name) for status in statuses}
        found |= {status: _response(meaning, status) for status, meaning in spec.problems.items()}
    return {str(status): found[status] for status in sorted(found)}


def common_responses() -> dict[str, Any]:
    """Return the components that `problem_responses` refers to."""
    made = {one.name: _response(one.meaning, status) for status, one in _COMMON.items()}
    made[_COMMON[401].name]["headers"] = {
        "WWW-Authenticate": {
            "description": "The scheme: `Bearer`.",
            "required": True,
            "schema": {"type": "string"},
        }
    }
    return made


def _reference(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/responses/{name}"}


def _response(meaning: str, status: int) -> dict[str, Any]:
    example = {"title": HTTPStatus(status).phrase, "status": status, "detail": meaning}
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {
        "description": meaning,
        "content": {PROBLEM_JSON: {"schema": schema, "example": example}},
    }
