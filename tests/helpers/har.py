"""What HAR 1.2 has against a document, by the schema of npm's `har-schema`."""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft6Validator
from referencing import Registry
from referencing.jsonschema import DRAFT6

from tests.helpers.node_tools import installed


def flaws(document: object) -> list[str]:
    """Where the document differs from the schema, and how."""
    schemas: dict[str, Any] = {
        file.name: json.loads(file.read_text("utf-8"))
        for file in (installed("har-schema") / "lib").glob("*.json")
    }
    registry: Registry[Any] = Registry().with_resources(
        (name, DRAFT6.create_resource(schema)) for name, schema in schemas.items()
    )
    validator = Draft6Validator(
        schemas["har.json"], registry=registry, format_checker=Draft6Validator.FORMAT_CHECKER
    )
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]
