"""STUB"""

from __future__ import annotations

from typing import Any, TypeAlias

Json: TypeAlias = Any


def js_string(value: Json) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join("" if v is None else js_string(v) for v in value)
    if isinstance(value, dict):
        return "[object Object]"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def is_truthy(value: Json) -> bool:
    return isinstance(value, (list, dict)) or bool(value)
