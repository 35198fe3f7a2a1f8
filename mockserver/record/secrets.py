"""Hides passwords, reCAPTCHA values, codes, signatures and tokens in what clients sent and got."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final
from urllib.parse import unquote_plus

from mockserver.api.account.page import CAPTCHA_FIELD
from mockserver.credentials import cookies
from mockserver.errors import distance
from mockserver.record.text import redacted

HIDDEN: Final = "[redacted]"
# The fields of bodies and queries whose values nobody may see.
SECRET_FIELDS: Final = frozenset({"password", CAPTCHA_FIELD, "code", "newPassword"})
_WHOLE_HEADERS: Final = frozenset({"authorization", "proxy-authorization"})
_SECRET_WORD: Final = re.compile("passw|captcha", re.IGNORECASE)
_TOKEN: Final = re.compile(r'("token":)"(?:[^"\\]|\\.)*"?')
_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = "application/json"
_TYPO: Final = 2


def header_name(name: str) -> str:
    """Return the name of a header from its name in a WSGI environment."""
    return name.removeprefix("HTTP_").replace("_", "-").title()


def header_value(name: str, value: str) -> str:
    """Return a header's value without secrets."""
    if name.lower() == "cookie":
        value = ";".join(map(_cookie, value.split(";")))
    return HIDDEN if name.lower() in _WHOLE_HEADERS else redacted(value)


def headers(names: Iterable[str], values: str) -> dict[str, str]:
    """Return a request's headers under their own names, without secrets.

    `values` has a line for each value.
    """
    named = zip(map(header_name, names), values.split("\n"), strict=False)
    return {name: header_value(name, value) for name, value in named}


def query(text: str) -> str:
    """Return a query without the values of secret fields."""
    return _form(text, None)


def reply(text: str) -> str:
    """Return a reply's body without tokens."""
    return redacted(_TOKEN.sub(rf'\1"{HIDDEN}"', text))


def body(text: str, content_type: str, is_whole: bool, known: frozenset[str] | None) -> str:
    """Return a request body without secrets.

    `known` are the documented fields of endpoints that take secrets. Of other fields there, only a
    name with a typo is shown, because their values may be secrets too. If it is None, all fields
    but secret ones are shown. `is_whole` says that the body was not cut. A body that cannot be read
    as what it claims to be is hidden if it may hold a secret.
    """
    kind = content_type.partition(";")[0].strip().lower()
    shown: str | None = None
    if kind == _FORM:
        shown = _form(text, known)
    elif kind == _JSON and is_whole:
        with suppress(ValueError, RecursionError):
            value = json.loads(text, object_pairs_hook=_Members)
            # An array has no names that tell which of its values are secrets.
            is_hidden = known is not None and type(value) is list and value
            shown = HIDDEN if is_hidden else _encodable(_json(value, known))
    if shown is not None:
        return shown
    is_open = known is None and "\\u" not in text and not _may_be_secret(unquote_plus(text))
    return redacted(text) if is_open or not text else HIDDEN


def _cookie(pair: str) -> str:
    """Hide the signature of a session cookie. A malformed one may be a secret of another kind."""
    value = cookies.find(pair)
    if not value:
        return pair
    name, _, sent = pair.partition("=")
    sid, dot, _ = sent.partition(".")
    if dot and isinstance(cookies.split(value), cookies.SignedValue):
        return f"{name}={redacted(sid)}.[signature]"
    return f"{name}={HIDDEN}"


class _Members(list[tuple[str, Any]]):
    """The members of a JSON object in their order, repeated ones too."""


def _name(name: str, known: frozenset[str] | None) -> str:
    if known is None:
        is_shown = name in SECRET_FIELDS or not _may_be_secret(name)
    else:
        is_shown = any(distance(name, one) <= _TYPO for one in known)
    return name if is_shown else HIDDEN


def _hides(name: str, known: frozenset[str] | None) -> bool:
    is_secret = name in SECRET_FIELDS or _may_be_secret(name)
    return is_secret or (known is not None and name not in known)


def _encodable(text: str) -> str:
    """Replace lone surrogates, which JSON can escape and UTF-8 cannot hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _may_be_secret(text: str) -> bool:
    return _SECRET_WORD.search(text) is not None


def _form(text: str, known: frozenset[str] | None) -> str:
    parts = []
    for part in text.split("&"):
        name, equals, value = part.partition("=")
        plain = unquote_plus(name).partition("[")[0]
        if _hides(plain, known):
            is_shown = not part or _name(plain, known) != HIDDEN
            parts.append((name + equals + HIDDEN * bool(value)) if is_shown else HIDDEN)
        else:
            parts.append(HIDDEN if _may_be_secret(unquote_plus(part)) else redacted(part))
    return "&".join(parts)


def _json(value: Any, known: frozenset[str] | None) -> str:
    if isinstance(value, _Members):
        members = (f"{json.dumps(_name(name, known), ensure_ascii=False)}:"
                   f"{_member(name, item, known)}" for name, item in value)  # fmt: skip
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_json(item, known) for item in value) + "]"
    if isinstance(value, str) and _may_be_secret(value):
        return json.dumps(HIDDEN)
    return redacted(json.dumps(value, ensure_ascii=False))


def _member(name: str, value: Any, known: frozenset[str] | None) -> str:
    hides = _hides(name, known) and value not in ("", None)
    return json.dumps(HIDDEN) if hides else _json(value, known)
