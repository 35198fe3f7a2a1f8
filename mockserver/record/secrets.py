"""Hides passwords, reCAPTCHA values, codes, signatures and tokens in what clients sent and got."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import unquote_plus

from mockserver.record.text import redacted

HIDDEN: Final = "[redacted]"
# The fields of bodies and queries whose values nobody may see.
SECRET_FIELDS: Final = frozenset({"password", "g-recaptcha-response", "code", "newPassword"})
_WHOLE_HEADERS: Final = frozenset({"authorization", "proxy-authorization"})
_SECRET_WORD: Final = re.compile("|".join(sorted(SECRET_FIELDS - {"code"})), re.IGNORECASE)
_TOKEN: Final = re.compile(r'("token":)"(?:[^"\\]|\\.)*"?')


def header_name(name: str) -> str:
    """Return the name of a header from its name in a WSGI environment."""
    return name.removeprefix("HTTP_").replace("_", "-").title()


def header_value(name: str, value: str) -> str:
    """Return a header's value without secrets."""
    return HIDDEN if name.lower() in _WHOLE_HEADERS else redacted(value)


def form(text: str) -> str:
    """Return a form or a query without the values of secret fields."""
    parts = []
    for part in text.split("&"):
        name, equals, value = part.partition("=")
        plain = unquote_plus(name).partition("[")[0]
        hides = bool(value) and plain in SECRET_FIELDS
        parts.append(f"{name}{equals}{HIDDEN}" if hides else redacted(part))
    return "&".join(parts)


def body(text: str, content_type: str, is_whole: bool) -> str:
    """Return a request body without secrets.

    A body that cannot be read is hidden as a whole if it may hold a secret. `is_whole` says that it
    was not cut.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return form(text)
    if kind == "application/json" and is_whole:
        try:
            return _json(json.loads(text, object_pairs_hook=_Members))
        except (ValueError, RecursionError):
            pass
    return HIDDEN if _SECRET_WORD.search(unquote_plus(text)) or "\\u" in text else redacted(text)


def reply(text: str) -> str:
    """Return a reply's body without tokens."""
    return redacted(_TOKEN.sub(rf'\1"{HIDDEN}"', text))


class _Members(list[tuple[str, Any]]):
    """The members of a JSON object in their order, repeated ones too."""


def _json(value: Any) -> str:
    if isinstance(value, _Members):
        members = (f"{json.dumps(name, ensure_ascii=False)}:{_member(name, item)}"
                   for name, item in value)  # fmt: skip
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_json, value)) + "]"
    return redacted(json.dumps(value, ensure_ascii=False))


def _member(name: str, value: Any) -> str:
    hides = name in SECRET_FIELDS and value not in ("", None)
    return json.dumps(HIDDEN) if hides else _json(value)


def headers(names: Iterable[str], values: str) -> dict[str, str]:
    """Return a request's headers under their own names, without secrets.

    `values` has a line for each value.
    """
    named = zip(map(header_name, names), values.split("\n"), strict=False)
    return {name: header_value(name, value) for name, value in named}
