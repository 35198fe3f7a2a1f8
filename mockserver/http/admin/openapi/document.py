"""The OpenAPI 3.1 document of the control plane.

It derives from the table of calls and the types that the calls declare.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from mockserver.http.admin.bodies import NoBody
from mockserver.http.admin.call import HtmlPage
from mockserver.http.admin.calls import SANDBOX_CALLS, SERVER_CALLS
from mockserver.http.admin.openapi.operations import TAGS, operation, shown
from mockserver.http.admin.openapi.problems import Problem, common_responses
from mockserver.http.admin.openapi.schemas import component_schemas
from mockserver.http.paths import ADMIN_PATH, SANDBOX_ADMIN_PATH
from mockserver.version import __version__

_INFO: Final = (
    "Switches scenarios, adds faults, sets the clock, changes users and sessions, and reads the "
    "journal of a running mock.\n\n"
    f"Calls under `{ADMIN_PATH}` are about the sandbox `default`, calls under "
    f"`{SANDBOX_ADMIN_PATH}` about that sandbox. Durations are written like `250ms`, `2s` or "
    "`1h30m`, times as in ISO 8601. Errors are problem documents (RFC 9457)."
)
_TOKEN: Final = (
    "The admin token. It is required if `--admin-token` is given, or if the mock listens on "
    "another address than loopback."
)


def document(server_url: str) -> dict[str, Any]:
    """Return the OpenAPI document of the control plane of the mock at `server_url`."""
    return {**_document(), "servers": [{"url": server_url}]}


@cache
def _document() -> dict[str, Any]:
    """Return the document without the URL of the server, which is all that differs by client."""
    calls = (*SANDBOX_CALLS, *SERVER_CALLS)
    declared = dict.fromkeys(kind for spec in calls for kind in (spec.body, spec.answer))
    types = [kind for kind in declared if kind not in (NoBody, HtmlPage, str, None)]
    made, components = component_schemas([*types, Problem])
    schemas = dict(zip(types, made, strict=False))
    paths: dict[str, dict[str, Any]] = {}
    for prefix, specs, suffix in (
        (ADMIN_PATH, SANDBOX_CALLS, ""),
        (ADMIN_PATH, SERVER_CALLS, ""),
        (SANDBOX_ADMIN_PATH, SANDBOX_CALLS, "InSandbox"),
    ):
        for spec in specs:
            path = shown(prefix + spec.path)
            operations = paths.setdefault(path, {})
            operations[spec.method.lower()] = operation(spec, path, suffix, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Control plane of animeloop-mock",
            "version": __version__,
            "description": _INFO,
            "contact": {"name": "animeloop-mock"},
        },
        "servers": [],
        "tags": [{"name": name, "description": tag.description} for name, tag in TAGS.items()],
        "security": [{}, {"adminToken": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": common_responses(),
            "securitySchemes": {
                "adminToken": {"type": "http", "scheme": "bearer", "description": _TOKEN}
            },
        },
    }
