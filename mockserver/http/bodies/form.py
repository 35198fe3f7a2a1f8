"""Parses forms and queries as the real server does, with two versions of the library qs.

Bodies go through qs 2.4.2, with body-parser's options. Queries go through qs 6.5.1, with Express'.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from mockserver.api.values import Json
from mockserver.credentials.cookies import decode_component
from mockserver.http.bodies import tree

# The real server's stack overflows a little above this depth.
MAX_DEPTH: Final = 5000
_MIN_ARRAY_LIMIT: Final = 100
_QUERY_ARRAY_LIMIT: Final = 20
_QUERY_DEPTH: Final = 5
_QUERY_PARAMETERS: Final = 1000

_GROUP: Final = re.compile(r"\[[^\[\]]*\]")
_BRACKET: Final = re.compile(r"[\[\]]")
# The members of every JavaScript object. qs 2.4.2 ignores these names.
_INHERITED: Final = frozenset({
    tree.PROTOTYPE, "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__",
    "constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString",
    "toString", "valueOf",
})  # fmt: skip
_NO_FIELDS: Final = _INHERITED | {""}
_NO_PARAMETERS: Final = frozenset({tree.PROTOTYPE, ""})


class TooDeepError(ValueError):
    """A name in a form has more than MAX_DEPTH brackets."""


def body(text: str) -> dict[str, Json]:
    """Return the fields of a form. The caller limits the number of parameters.

    A field is text, an array, an object, or true. Raises TooDeepError.
    """
    if not text:
        return {}
    pieces = text.split("&")
    if not ("[" in text or "]" in text or "+" in text or "%5" in text):
        plain = _distinct(pieces)
        if plain is not None:
            return plain
    found = _pairs(pieces, is_old=True)
    if _is_flat(text):
        return _plain(found, _NO_FIELDS)
    array_limit = max(_MIN_ARRAY_LIMIT, text.count("&"))
    root: dict[str, tree.Node] = {}
    for name, value in found.items():
        parts = _parts_of_field(name)
        if parts is not None:
            tree.merge(root, tree.chain(parts, _leaf(value), array_limit), is_old=True)
    return tree.finished(root)


def query(text: str) -> dict[str, Json]:
    """Return the parameters of a raw query string, without its question mark.

    Parameters after the first 1000 are ignored. Values are as in `body`.
    """
    if not text:
        return {}
    found = _pairs(text.split("&", _QUERY_PARAMETERS)[:_QUERY_PARAMETERS], is_old=False)
    if _is_flat(text):
        return _plain(found, _NO_PARAMETERS)
    root: dict[str, tree.Node] = {}
    for name, value in found.items():
        if name:
            link = tree.chain(_parts_of_parameter(name), _leaf(value), _QUERY_ARRAY_LIMIT)
            tree.merge(root, link, is_old=False)
    return tree.finished(root)


def _distinct(parts: list[str]) -> dict[str, Json] | None:
    """Return the fields if each has another name and a value. Others are rare."""
    found: dict[str, Json] = {}
    for part in parts:
        name, equals, value = part.partition("=")
        if not equals or name in found or "%" in name:
            return None
        found[name] = decode_component(value) if "%" in value else value
    return found if found.keys().isdisjoint(_NO_FIELDS) else None


def _is_flat(text: str) -> bool:
    """Whether certainly no name has a bracket, percent-encoded or not."""
    return "[" not in text and "]" not in text and "%5" not in text


def _pairs(parts: list[str], *, is_old: bool) -> dict[str, str | list[str]]:
    """Return the values by decoded name, of repeated names in a list."""
    found: dict[str, str | list[str]] = {}
    for part in parts:
        if "]=" in part:
            name, equals, value = part.partition("]=")
            name += "]"
        else:
            name, equals, value = part.partition("=")
        if "%" in part or "+" in part:
            name, value = _decoded(name), _decoded(value)
        known = found.get(name)
        if known is None or (is_old and not equals):
            found[name] = value
        elif isinstance(known, list):
            known.append(value)
        else:
            found[name] = [known, value]
    return found


def _decoded(text: str) -> str:
    """Decode a name or a value. If it is malformed it stays as it is, also its plus signs."""
    if "%" not in text:
        return text.replace("+", " ")
    blank = text.replace("+", " ")
    decoded = decode_component(blank)
    return text if decoded == blank else decoded


def _plain(found: dict[str, str | list[str]], ignored: frozenset[str]) -> dict[str, Json]:
    return {
        name: value if isinstance(value, str) else [*value]
        for name, value in found.items()
        if name not in ignored
    }


def _leaf(value: str | list[str]) -> tree.Node:
    return value if isinstance(value, str) else tree.Sparse(value)


def _parts_of_field(name: str) -> list[str] | None:
    """Split a name as qs 2.4.2 does: `a[b][]` into `a`, `[b]`, `[]`. None if it is ignored."""
    parent = _BRACKET.split(name, maxsplit=1)[0]
    if not name or parent in _INHERITED:
        return None
    groups = _GROUP.findall(name)
    if len(groups) > MAX_DEPTH:
        raise TooDeepError(f"a field with more than {MAX_DEPTH} brackets")
    parts = [group for group in groups if group[1:-1] not in _INHERITED]
    return [parent, *parts] if parent else parts


def _parts_of_parameter(name: str) -> list[str]:
    """Split a name as qs 6.5.1 does. What is too deep stays together in one part."""
    groups = list(islice(_GROUP.finditer(name), _QUERY_DEPTH + 1))
    parent = name[: groups[0].start()] if groups else name
    parts = [parent] if parent else []
    parts += [group[0] for group in groups[:_QUERY_DEPTH]]
    if len(groups) > _QUERY_DEPTH:
        parts.append(f"[{name[groups[-1].start() :]}]")
    return parts
