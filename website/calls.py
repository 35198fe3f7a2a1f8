"""The calls of the control plane, from its OpenAPI document: a table, and a page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mockserver.http.admin.openapi.document import document
from mockserver.http.paths import ADMIN_PATH
from mockserver.server.settings import DEFAULT_URL
from website.markdown import code, table

_REFERENCE: Final = "#/components/"
_INTRODUCTION: Final = """\
# Calls of the control plane

This page is generated from the OpenAPI document of the control plane. Paths are under `/__admin`.
Most calls also exist under `/__admin/sandboxes/{id}`, for one sandbox; those that do not say so.
[The control plane](control-plane.md) says who may call it, and what the calls are for.
"""


class _Call:
    """One call of the document."""

    def __init__(
        self, path: str, method: str, operation: Mapping[str, Any], everywhere: bool
    ) -> None:
        self.name = f"{method.upper()} {_short(path)}"
        self.operation = operation
        self.everywhere = everywhere

    def body(self, api: Mapping[str, Any]) -> dict[str, Any]:
        content = self.operation.get("requestBody", {}).get("content", {})
        return resolved(api, content.get("application/json", {}).get("schema", {}))


def _short(path: str) -> str:
    short = path.removeprefix(ADMIN_PATH).replace("{sandbox_id}", "{id}")
    for name in ("fault_id", "mail_id", "request_id"):
        short = short.replace(f"{{{name}}}", "{id}")
    return short


def calls_of(api: Mapping[str, Any]) -> Iterator[_Call]:
    """Yield the calls under /__admin."""
    inside = f"{ADMIN_PATH}/sandboxes/{{sandbox_id}}"
    for path, item in api["paths"].items():
        if path.startswith(f"{inside}/"):
            continue
        everywhere = inside + path.removeprefix(ADMIN_PATH) in api["paths"]
        for method in ("get", "head", "post", "put", "delete"):
            if method in item:
                yield _Call(path, method, item[method], everywhere)


def calls_table() -> str:
    """Return a table with a row for each call."""
    api = document(DEFAULT_URL)
    rows = (
        (code(call.name), f"{call.operation['summary']}.", ", ".join(_taken(api, call)))
        for call in calls_of(api)
    )
    return table(("call", "does", "query, or fields of the body"), rows)


def _taken(api: Mapping[str, Any], call: _Call) -> Iterator[str]:
    parameters = call.operation.get("parameters", ())
    yield from (code(one["name"]) for one in parameters if one["in"] == "query")
    yield from (code(name) for name in call.body(api).get("properties", {}))


def reference_page() -> str:
    """Return the page with every call, its parameters, body and answers."""
    api = document(DEFAULT_URL)
    parts = [_INTRODUCTION]
    for tag in api["tags"]:
        calls = [call for call in calls_of(api) if tag["name"] in call.operation["tags"]]
        parts.append(f"## {tag['name'].capitalize()}\n\n{tag['description']}")
        parts.extend(_section(api, call) for call in calls)
    return "\n\n".join(parts) + "\n"


def _section(api: Mapping[str, Any], call: _Call) -> str:
    operation = call.operation
    parts = [f"### {call.name}", operation.get("description", f"{operation['summary']}.")]
    if not call.everywhere:
        parts.append("For the whole server: there is no such call under a sandbox.")
    parameters = operation.get("parameters", ())
    if parameters:
        rows = (
            (code(one["name"]), one["in"], kind(api, one["schema"]), one.get("description", ""))
            for one in parameters
        )
        parts.append(table(("parameter", "in", "type", "meaning"), rows))
    if body := call.body(api):
        parts += ["Body:", _fields(api, body)]
        content = operation["requestBody"]["content"]["application/json"]
        if "example" in content:
            parts.append(f"```json\n{json.dumps(content['example'], ensure_ascii=False)}\n```")
    parts += ["Answers:", table(("status", "meaning"), _answers(api, operation["responses"]))]
    for response in operation["responses"].values():
        schema = _schema_of(response)
        if schema and resolved(api, schema).get("properties"):
            parts += ["Answer, if it succeeds:", _fields(api, resolved(api, schema))]
            break
    return "\n\n".join(parts)


def _schema_of(response: Mapping[str, Any]) -> dict[str, Any] | None:
    found: dict[str, Any] | None = (
        response.get("content", {}).get("application/json", {}).get("schema")
    )
    return found


def _answers(api: Mapping[str, Any], responses: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for status, response in responses.items():
        yield status, str(resolved(api, response).get("description", ""))


def _fields(api: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    required = schema.get("required", ())
    rows = (
        (
            code(name),
            kind(api, one),
            "yes" if name in required else "",
            resolved(api, one).get("description", "") if "$ref" not in one else "",
        )
        for name, one in schema.get("properties", {}).items()
    )
    return table(("field", "type", "always", "meaning"), rows)


def resolved(api: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a reference refers to, or the schema itself."""
    reference = schema.get("$ref", "")
    if not reference.startswith(_REFERENCE):
        return dict(schema)
    section, _, name = reference.removeprefix(_REFERENCE).partition("/")
    found: dict[str, Any] = api["components"][section][name]
    return found


def kind(api: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """Return the type of a value in a few words."""
    if "$ref" in schema:
        found = resolved(api, schema)
        return kind(api, found) if found.get("type") != "object" else "object"
    if "anyOf" in schema:
        kinds = dict.fromkeys(kind(api, one) for one in schema["anyOf"])
        return " or ".join(kinds)
    if "enum" in schema:
        values = [code(str(value)) for value in schema["enum"]]
        many = len(values) > 8
        return "one of the documented values" if many else ", ".join(values)
    if schema.get("type") == "array":
        return f"list of {kind(api, schema.get('items', {}))}"
    name = str(schema.get("type", "any"))
    return name + (f", default {code(str(schema['default']))}" if "default" in schema else "")
