"""Nested form fields under construction: objects, and arrays with holes.

The real server parses bodies with qs 2.4.2 (through body-parser 1.12.4) and queries with qs 6.5.1
(through Express 4.16.3), which merge fields of one name differently. All functions are iterative.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, TypeAlias

from mockserver.api.values import Json

PROTOTYPE: Final = "__proto__"
_INDEX: Final = re.compile("0|[1-9][0-9]{0,3}")


class Sparse:
    """A JavaScript array, which may have holes."""

    __slots__ = ("items", "length")

    def __init__(self, items: Iterable[Node] = (), begin: int = 0) -> None:
        """Take items that follow each other from the index `begin` on."""
        self.items: dict[int, Node] = dict(enumerate(items, begin))
        self.length = begin + len(self.items)

    def put(self, index: int, item: Node) -> None:
        self.items[index] = item
        self.length = max(self.length, index + 1)

    def push(self, item: Node) -> None:
        self.put(self.length, item)

    def as_object(self) -> dict[str, Node]:
        return {str(index): item for index, item in sorted_items(self)}


Node: TypeAlias = "str | bool | dict[str, Node] | Sparse"


def sorted_items(array: Sparse) -> list[tuple[int, Node]]:
    """Return indices and items in order, without the holes."""
    return sorted(array.items.items(), key=lambda item: item[0])


def chain(parts: list[str], leaf: Node, array_limit: int) -> Node:
    """Return the value that a name stands for: `a`, `[b]`, `[]` are `{"a": {"b": [leaf]}}`."""
    node = leaf
    for part in reversed(parts):
        inner = part[1:-1] if part.startswith("[") and part.endswith("]") else None
        if inner == "":
            node = node if isinstance(node, Sparse) else Sparse([node])
        elif inner is not None and _INDEX.fullmatch(inner) and int(inner) <= array_limit:
            node = Sparse([node], int(inner))
        else:
            key = part if inner is None else inner
            node = {} if key == PROTOTYPE else {key: node}
    return node


def merge(root: dict[str, Node], source: Node, *, is_old: bool) -> None:
    """Merge a chain into the object of all fields, as qs 2.4.2 (`is_old`) or 6.5.1 does."""
    waiting: list[tuple[dict[Any, Node], str | int, Node]] = [({"": root}, "", source)]
    while waiting:
        home, key, source = waiting.pop()
        target = home[key]
        if isinstance(source, (str, bool)):
            _merge_text(home, key, source, is_old=is_old)
        elif isinstance(target, (str, bool)):
            home[key] = _concatenated(target, source)
        elif isinstance(target, Sparse) and isinstance(source, Sparse):
            waiting += _merge_arrays(target, source, is_old=is_old)
        else:
            if isinstance(target, Sparse):
                target = home[key] = target.as_object()
            members = source.as_object() if isinstance(source, Sparse) else source
            waiting += _merge_objects(target, members, is_old=is_old)


def _merge_text(home: dict[Any, Node], key: str | int, text: str | bool, *, is_old: bool) -> None:
    target = home[key]
    if not text:
        return
    if isinstance(target, Sparse):
        target.push(text)
    elif isinstance(target, dict):
        if text != PROTOTYPE:
            target[str(text)] = True
    elif not is_old:
        home[key] = Sparse([target, text])


def _concatenated(target: str | bool, source: dict[str, Node] | Sparse) -> Sparse:
    if isinstance(source, dict):
        return Sparse([target, source])
    array = Sparse([target])
    for index, item in source.items.items():
        array.put(index + 1, item)
    return array


def _merge_arrays(
    target: Sparse, source: Sparse, *, is_old: bool
) -> list[tuple[dict[Any, Node], str | int, Node]]:
    """Merge arrays. Returns the items that are left to merge."""
    left: list[tuple[dict[Any, Node], str | int, Node]] = []
    for index, item in sorted_items(source):
        there = target.items.get(index)
        if there is None or (is_old and there == ""):
            target.put(index, item)
        elif is_old or isinstance(there, (dict, Sparse)):
            left.append((target.items, index, item))
        else:
            target.push(item)
    return left


def _merge_objects(
    target: dict[str, Node], source: dict[str, Node], *, is_old: bool
) -> list[tuple[dict[Any, Node], str | int, Node]]:
    """Merge objects. Returns the members that are left to merge."""
    left: list[tuple[dict[Any, Node], str | int, Node]] = []
    for key, value in source.items():
        there = target.get(key)
        if there is None or (is_old and there == ""):
            target[key] = value
        else:
            left.append((target, key, value))
    return left


def finished(root: dict[str, Node]) -> dict[str, Json]:
    """Return plain dicts and lists, without holes."""
    result: dict[str, Json] = {}
    waiting: list[tuple[Node, Any]] = [(root, result)]
    while waiting:
        node, made = waiting.pop()
        if isinstance(node, Sparse):
            made += [_begun(item, waiting) for _, item in sorted_items(node)]
        elif isinstance(node, dict):
            made.update((key, _begun(item, waiting)) for key, item in node.items())
    return result


def _begun(node: Node, waiting: list[tuple[Node, Any]]) -> Json:
    if isinstance(node, (str, bool)):
        return node
    empty: Json = [] if isinstance(node, Sparse) else {}
    waiting.append((node, empty))
    return empty
