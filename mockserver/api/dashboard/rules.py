"""What the dashboard page accepts, as the branch's source and its database library do.

Source: the recorded exchanges (`tests/wire/dashboard.jsonl`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from msgspec import UNSET, UnsetType

from mockserver.api import values
from mockserver.api.account.rules import rules_of
from mockserver.api.profiles import DASHBOARD
from mockserver.api.values import Json

# Ids beyond these are not looked for. A form cannot hold more.
_MOST_IDS: Final = 1000
_EXTENSION: Final = r"\.[A-Za-z0-9]{1,10}"
# The texts that JavaScript's `Number` takes (ECMA-262, StringNumericLiteral).
_DECIMAL: Final = r"[+-]?(?:Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
_RADIX: Final = r"0(?:[xX]([0-9a-fA-F]+)|[oO]([0-7]+)|[bB]([01]+))"
_BASES: Final = (16, 8, 2)
# JavaScript's white space and line ends.
_BLANK: Final = (
    "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_MAX_DIGITS: Final = 400


class UncastableError(Exception):
    """The database library cannot convert a value. The text is the name of its field."""


class FailingError(Exception):
    """The branch's code fails at this value. The text is the name of its field."""


def token_name(fields: Mapping[str, Json]) -> str | UnsetType | None:
    """Return the name of a new token, UNSET if it is missing. Raises UncastableError."""
    if "name" not in fields:
        return UNSET
    value = fields["name"]
    if isinstance(value, dict):
        raise UncastableError("name")
    return None if value is None else values.text(value)


def is_castable(fields: Mapping[str, Json]) -> bool:
    """Whether a new token can be saved, which uses an id up."""
    return not isinstance(fields.get("name"), dict)


def token_ids(fields: Mapping[str, Json]) -> tuple[int, ...]:
    """Return the ids of the tokens to remove. Raises UncastableError for what is no number."""
    value = fields.get("id")
    if not isinstance(value, list):
        return _matching(_number(value))
    found = (one for item in value[:_MOST_IDS] for one in _matching(_number(item)))
    return tuple(dict.fromkeys(found))


def removed_ids(fields: Mapping[str, Json]) -> tuple[int, ...]:
    """Return the ids of the tokens to remove, none if the request is refused."""
    try:
        return token_ids(fields)
    except UncastableError:
        return ()


def _matching(number: float | None) -> tuple[int, ...]:
    return (int(number),) if number is not None and number == number // 1 else ()


def _number(value: Json) -> float | None:
    """Convert a value to a number, as the database library does. None matches no token."""
    if value is None or value == "":
        return None
    if isinstance(value, (bool, int, float)):
        return _finite(value)
    if isinstance(value, str):
        text = value.strip(_BLANK)
        if not text:
            return 0
        if len(text) <= _MAX_DIGITS and re.fullmatch(_DECIMAL, text, re.ASCII):
            return _finite(float(text))
        found = re.fullmatch(_RADIX, text, re.ASCII)
        if found is not None and len(text) <= _MAX_DIGITS:
            return next(
                int(digits, base)
                for digits, base in zip(found.groups(), _BASES, strict=True)
                if digits is not None
            )
    raise UncastableError("id")


def _finite(number: float) -> float | None:
    return None if number in (float("inf"), float("-inf")) else number


def new_password(fields: Mapping[str, Json]) -> str | UnsetType:
    """Return the new password, UNSET to keep the old one. Raises FailingError."""
    text = _suitable(fields, "newPassword")
    if not isinstance(text, str) or not rules_of(DASHBOARD.name).accepts_password(text):
        return UNSET
    if not isinstance(fields["newPassword"], str):
        raise FailingError("newPassword")
    return text


def new_email(fields: Mapping[str, Json]) -> str | UnsetType:
    """Return the new address, UNSET to keep the old one. Raises FailingError."""
    text = _suitable(fields, "email")
    is_address = isinstance(text, str) and rules_of(DASHBOARD.name).accepts_email(text)
    return text if is_address else UNSET


def _suitable(fields: Mapping[str, Json], name: str) -> str | UnsetType:
    """Return a field as JavaScript's text, UNSET if it is empty. Raises FailingError."""
    value = fields.get(name)
    if value is None:
        raise FailingError(name)
    return UNSET if value in ("", []) else values.text(value)


def avatar_path(uid: int | None, filename: str) -> str:
    """Return the path of a picture. Of its file's name, only the extension counts."""
    name = re.split(r"[/\\]", filename)[-1]
    stem, dot, ending = name.rpartition(".")
    extension = dot + ending if stem and re.fullmatch(_EXTENSION, dot + ending) else ""
    return f"/users/uid-{'undefined' if uid is None else uid}/avatar{extension}"
