"""Parses the query and the body of a call strictly, as the types that the call declares."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

import msgspec
from falcon import Request
from msgspec import Struct, inspect

from mockserver.errors import did_you_mean, shortened
from mockserver.fixtures.validate import flaws
from mockserver.http.admin.unprocessable import expected, invalid_body, one_of, unprocessable
from mockserver.http.problems import ProblemError

MAX_BODY_BYTES: Final = 1_000_000
_MAX_DIGITS: Final = 18
Q = TypeVar("Q", bound=Struct)
B = TypeVar("B", bound=Struct)


class _Parameter(Struct, frozen=True):
    """How to parse a query parameter. `valid` are its valid values, if they are limited."""

    required: bool
    valid: tuple[str, ...]
    parse: Callable[[str], object]


def read_query(query_string: str, declared: type[Q]) -> Q:
    """Parse a query string as this type.

    Raises ProblemError (422) for a parameter that is unknown, repeated, missing or invalid.
    """
    parameters = _parameters(declared)
    given: dict[str, str] = {}
    for name, text in parse_qsl(query_string, keep_blank_values=True):
        if name not in parameters:
            hint = did_you_mean(name, parameters) or expected(parameters)
            raise unprocessable(f"unknown query parameter {shortened(name)}{hint}")
        if name in given:
            raise unprocessable(f"query parameter {name!r} is given twice")
        given[name] = text
    values = {}
    for name, parameter in parameters.items():
        if name in given:
            values[name] = _value(given[name], name, parameter)
        elif parameter.required:
            names = expected(parameter.valid) if parameter.valid else ""
            raise unprocessable(f"{name} is missing{names}")
    return declared(**values)


def _value(text: str, name: str, parameter: _Parameter) -> object:
    if parameter.valid:
        one_of(text, name, parameter.valid)
    try:
        return parameter.parse(text)
    except ValueError as error:
        raise unprocessable(f"{name}: {error}, got {shortened(text)}") from None


@cache
def _parameters(declared: type[Struct]) -> Mapping[str, _Parameter]:
    parameters = {}
    described: Any = inspect.type_info(declared)
    for field in described.fields:
        kind: Any = field.type
        extra: dict[str, Any] = {}
        if isinstance(kind, inspect.Metadata):
            kind, extra = kind.type, kind.extra or {}
        choices = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
        parse: Callable[[str], object] = extra.get("parse", str)
        for choice in choices:
            if isinstance(choice, inspect.IntType) and "parse" not in extra:
                parse = partial(_number, least=choice.ge or 0, most=choice.le)
        parameters[field.encode_name] = _Parameter(field.required, extra.get("valid", ()), parse)
    return parameters


def _number(text: str, least: int, most: int | None) -> int:
    """Parse a whole number that consists of digits. `most` None means no upper bound."""
    number = digits(text)
    if number is not None and number >= least and (most is None or number <= most):
        return number
    raise ValueError(f"expected a number from {least} to {most}")


def digits(text: str) -> int | None:
    """Return the number that these ASCII digits make, or None if there are others or too many."""
    is_number = text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS
    return int(text) if is_number else None


def read_body(request: Request, declared: type[B]) -> B:
    """Parse the JSON body as this type. An empty body counts as `{}`.

    Raises ProblemError: 400 if it is not JSON, 413 if it is too large, 415 for another content
    type, 422 for unknown, invalid or repeated fields.
    """
    data = _content(request)
    try:
        value: Any = _DECODER.decode(data) if data else {}
        json.loads(data or "{}", object_pairs_hook=_no_repeats, parse_int=str, parse_float=str)
    except RecursionError:
        raise ProblemError(400, "Not JSON", "the body is nested too deeply") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProblemError(400, "Not JSON", f"the body is not JSON: {error}") from None
    try:
        return msgspec.convert(value, declared)
    except msgspec.ValidationError:
        raise invalid_body([(flaw.path, flaw.message) for flaw in flaws(value, declared)]) from None


def _number_of(text: str) -> float:
    """Return the number that a JSON text with a fraction or an exponent means.

    `2.0` is an integer, as in JSON Schema: some clients write all numbers like that.
    """
    number = float(text)
    if math.isinf(number):
        raise ValueError("Number out of range")
    return int(number) if number.is_integer() else number


_DECODER: Final = msgspec.json.Decoder(float_hook=_number_of)


def _content(request: Request) -> bytes:
    length = request.content_length or 0
    if length > MAX_BODY_BYTES:
        raise ProblemError(413, "Too large", f"expected a body of at most {MAX_BODY_BYTES} bytes")
    data: bytes = request.bounded_stream.read()
    kind = (request.content_type or "").partition(";")[0].strip().lower()
    if data and kind != "application/json":
        raise ProblemError(
            415, "Not JSON", f"expected Content-Type application/json, got {shortened(kind)}"
        )
    return data


def _no_repeats(members: list[tuple[str, object]]) -> None:
    """Refuse repeated fields. JSON decoders accept them and use the last one."""
    seen: set[str] = set()
    for name, _ in members:
        if name in seen:
            raise unprocessable(f"the body: field {shortened(name)} is repeated in one object")
        seen.add(name)
