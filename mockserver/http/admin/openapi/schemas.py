"""JSON AdminSchemas of the types that the calls declare, as OpenAPI 3.1 wants them."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any, Final, TypeAlias

import msgspec
import msgspec.inspect
from msgspec import Struct

JsonSchema: TypeAlias = dict[str, Any]
_REF: Final = "#/components/schemas/{name}"
_NULL: Final = {"type": "null"}


def component_schemas(types: Iterable[Any]) -> tuple[list[JsonSchema], dict[str, JsonSchema]]:
    """Return the schema of each type, in order, and the components that these schemas refer to."""
    declared = list(types)
    made, components = msgspec.json.schema_components(declared, ref_template=_REF)
    for kind in declared:
        rules = getattr(kind, "RULES", None)
        if rules is not None:
            components[kind.__name__].update(rules)
    return list(map(_tidied, made)), {
        name: _tidied(components[name]) for name in sorted(components)
    }


def may_be_empty(body: type[Struct]) -> bool:
    """Whether a body may be left out, which counts as `{}`."""
    fields: Any = msgspec.inspect.type_info(body)
    needed = any(field.required for field in fields.fields)
    return not needed and not {"anyOf", "minProperties"} & getattr(body, "RULES", {}).keys()


def query_parameters(query: type[Struct]) -> list[JsonSchema]:
    """Return the parameters of a query, in the order of its fields."""
    _, components = msgspec.json.schema_components((query,), ref_template=_REF)
    schema = _tidied(components[query.__name__])
    required = schema.get("required", [])
    return [
        {
            "name": name,
            "in": "query",
            "description": field.pop("description"),
            "required": name in required,
            "schema": _without_null(field),
        }
        for name, field in schema["properties"].items()
    ]


def _tidied(schema: Any) -> Any:
    """Return a copy without titles, with clean descriptions, and with the type of each enum."""
    if isinstance(schema, list):
        return [_tidied(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    tidied: JsonSchema = {}
    for key, value in schema.items():
        if key == "properties":
            tidied[key] = {name: _tidied(field) for name, field in value.items()}
        elif key == "description":
            tidied[key] = inspect.cleandoc(value)
        elif key in ("default", "enum", "examples", "const"):
            tidied[key] = value
        elif key != "title" and (key, value) != ("required", []):
            tidied[key] = _tidied(value)
    names = schema.get("enum", [0])
    if "type" not in schema and all(isinstance(name, str) for name in names):
        tidied["type"] = "string"
    return tidied


def _without_null(schema: JsonSchema) -> JsonSchema:
    """Return the schema of a parameter: a query cannot say null, it leaves the parameter out."""
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    if rest.get("default", 0) is None:
        del rest["default"]
    for choice in schema.get("anyOf", ()):
        rest |= choice if choice != _NULL else {}
    return rest
