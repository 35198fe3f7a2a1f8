"""The vocabulary of a page of the API's documentation: what it says, as data.

A page is one folder: `page.py` with a `Page`, `behaviour.py` with a function for each endpoint. All
that lists codes or endpoints (routes, OpenAPI, coverage, `check`, the README's table, the pairs of
`verify`) is derived from the pages in `catalog`.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from mockserver.state.operations import Operation

# The mode in which codes travel in the HTTP status that they spell.
FROM_CODE: Final = "from-code"


def compact_json(value: object) -> bytes:
    """Encode as `JSON.stringify` does: no blanks, nothing escaped that need not be, UTF-8."""
    return msgspec.json.encode(value)


class NoData(Struct, frozen=True, forbid_unknown_fields=True):
    """`data` of a success that carries nothing: `{}`."""


class Needs(IntEnum):
    """What it takes to see a code, or to try a statement, from outside."""

    NOTHING = 0
    SESSION = 1
    CONTROL_PLANE = 2


class Code(Struct, frozen=True, cache_hash=True):
    """One documented outcome.

    `name` is what generated clients call it. `http_status` is the status that the code's digits
    3 to 5 spell; it is sent only where the user asked for it (`--http-status from-code`). `example`
    is the `data` of the documentation's sample, None for errors: they have no `data`.
    """

    number: int
    name: str
    message: str
    http_status: int
    example: Struct | None = None
    needs: Needs = Needs.NOTHING

    @property
    def is_success(self) -> bool:
        return self.example is not None

    @property
    def status(self) -> str:
        """The word in the envelope."""
        return "error" if self.example is None else "success"

    def sent_status(self, mode: str) -> int:
        """The HTTP status that it travels in: 200, or its own (mode `from-code`)."""
        return self.http_status if mode == FROM_CODE else 200


class Endpoint(Struct, frozen=True, cache_hash=True):
    """One documented path, relative to the base path, and the codes it answers, the success first.

    `operation_id` is what generated clients call it. `operations` are those of the state that it
    carries out, in this order; faults can strike at each. `issues_token` says that it needs a date
    for a new one.
    """

    path: str
    operation_id: str
    summary: str
    codes: tuple[Code, ...]
    operations: tuple[Operation, ...] = ()
    issues_token: bool = False

    @property
    def success(self) -> Code:
        return self.codes[0]


class Statement(Struct, frozen=True, cache_hash=True):
    """One sentence of the documentation that `verify` judges as a whole.

    `source` is the part of the documentation that it stands in.
    """

    group: str
    name: str
    text: str
    source: str
    needs: Needs = Needs.NOTHING


class Page(Struct, frozen=True):
    """One page of the documentation."""

    name: str
    description: str
    endpoints: tuple[Endpoint, ...]
    statements: tuple[Statement, ...] = ()


Pair: TypeAlias = tuple[Endpoint, Code]


def _envelope(code: Code, data: Struct | None) -> bytes:
    head = {"status": code.status, "code": code.number, "message": code.message}
    return compact_json(head if data is None else {**head, "data": data})


@cache
def _without_data(code: Code) -> bytes:
    return _envelope(code, None if code.example is None else NoData())


@cache
def _before_data(code: Code) -> bytes:
    return _envelope(code, NoData()).removesuffix(b"{}}")


class Reply(Struct, frozen=True, gc=False):
    """What goes back: a code and, where it succeeded with some, `data`."""

    code: Code
    data: Struct | None = None

    def body(self) -> bytes:
        """The envelope, its keys in the documented order."""
        if self.data is None:
            return _without_data(self.code)
        return b"%s%s}" % (_before_data(self.code), compact_json(self.data))
