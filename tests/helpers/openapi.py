"""Replies held against an OpenAPI document."""

from __future__ import annotations

from typing import Any

import jsonschema


def media(of: dict[str, Any], path: str, status: int) -> Any:
    """What the document says of the body of this reply."""
    [operation] = of["paths"][path].values()
    return operation["responses"][str(status)]["content"]["application/json"]


def errors(of: dict[str, Any], path: str, status: int, body: object) -> list[str]:
    """What the document has against this reply."""
    schema = {**media(of, path, status)["schema"], "components": of["components"]}
    found = jsonschema.Draft202012Validator(schema).iter_errors(body)
    return [error.message for error in found]
