"""The schemas of the OpenAPI document: envelopes, their data, and bodies of requests."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, TypeAlias

import msgspec
from msgspec import Struct

from mockserver.api.page import Code, Endpoint, NoData, Reply

Schema: TypeAlias = dict[str, Any]
_REF: Final = "#/components/schemas/"


class Schemas:
    """Collects schemas under their names.

    `replies` are examples of the replies that differ from the documentation, by code.
    """

    def __init__(self, replies: Mapping[Code, Reply]) -> None:
        self.all: dict[str, Schema] = {}
        self._replies = replies

    def example(self, code: Code) -> Any:
        """Return an example of the envelope with this code."""
        return json.loads(self._reply(code).body())

    def message(self, code: Code) -> str:
        """Return the message that is sent with this code."""
        return self._reply(code).wording or code.message

    def _reply(self, code: Code) -> Reply:
        return self._replies.get(code) or Reply(code, code.example)

    def of_struct(self, kind: type[Struct]) -> Schema:
        """Add the schema of this type, and return a reference to it."""
        _, components = msgspec.json.schema_components((kind,), ref_template=_REF + "{name}")
        for name, schema in components.items():
            self.all[name] = {key: value for key, value in schema.items() if key != "title"}
        return _ref(kind.__name__)

    def of_replies(self, endpoint: Endpoint, status: int, codes: Sequence[Code]) -> Schema:
        """Add the schema of all replies with this HTTP status, and return a reference to it."""
        operation = endpoint.operation_id[0].upper() + endpoint.operation_id[1:]
        names: dict[str, str] = {}
        for kind, of_kind in _by_kind(codes).items():
            # The schema of a single code is the same at every endpoint, so the code names it.
            ending = kind.title() if status == HTTPStatus.OK else _camel(HTTPStatus(status).phrase)
            name = _camel(of_kind[0].name) if len(of_kind) == 1 else operation + ending
            self.all[name] = self._envelope(kind, of_kind)
            names[kind] = name
        if len(names) == 1:
            return _ref(next(iter(names.values())))
        reply = f"{operation}Reply"
        self.all[reply] = {
            "oneOf": [_ref(name) for name in names.values()],
            "discriminator": {
                "propertyName": "status",
                "mapping": {kind: _ref(name)["$ref"] for kind, name in names.items()},
            },
        }
        return _ref(reply)

    def _envelope(self, kind: str, codes: Sequence[Code]) -> Schema:
        """Return the schema of an envelope whose codes are all successes or all errors."""
        messages = [self.message(code) for code in codes]
        listed = (f"{code.number}: {text}" for code, text in zip(codes, messages, strict=True))
        properties: Schema = {
            "status": {"type": "string", "enum": [kind]},
            "code": {
                "type": "integer",
                "enum": [code.number for code in codes],
                "x-enum-varnames": [code.name for code in codes],
                "x-enum-descriptions": messages,
            },
            "message": {
                "type": "string",
                "description": "The code in words, for humans.",
                "examples": messages,
            },
        }
        if codes[0].is_success:
            properties["data"] = self._data(codes)
        return {"description": "; ".join(listed), **_object(properties)}

    def _data(self, codes: Sequence[Code]) -> Schema:
        """Return the schema of the `data` of these successes."""
        found = []
        for data in {type(one): one for one in (self._reply(code).data for code in codes)}.values():
            if isinstance(data, tuple):
                found.append({"type": "array", "items": self.of_struct(type(data[0]))})
            else:
                kind = NoData if data is None else type(data)
                found.append(_object({}) if kind is NoData else self.of_struct(kind))
        return found[0] if len(found) == 1 else {"anyOf": found}


def _by_kind(codes: Iterable[Code]) -> Mapping[str, list[Code]]:
    found: dict[str, list[Code]] = defaultdict(list)
    for code in codes:
        found[code.status].append(code)
    return found


def _object(properties: Schema) -> Schema:
    exact: Schema = {"type": "object", "additionalProperties": False}
    return exact | ({"properties": properties, "required": list(properties)} if properties else {})


def _ref(name: str) -> Schema:
    return {"$ref": _REF + name}


def _camel(words: str) -> str:
    return "".join(word.capitalize() for word in words.replace("_", " ").split())
