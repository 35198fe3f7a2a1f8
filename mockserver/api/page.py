"""The types that describe a page of the API's documentation as data.

A page is one folder: `page.py` has a `Page`, and `behaviour.py` has a handler for each endpoint.
Every list of codes or endpoints derives from the pages in `catalog`: routes, OpenAPI, coverage,
`check`, the tables of codes in the documents and the pairs of `verify`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from functools import cache
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from mockserver.state.model import Session
from mockserver.state.operations import Operation

# The `--http-status` mode that takes the HTTP status from the code.
FROM_CODE: Final = "from-code"


def compact_json(value: object) -> bytes:
    """Encode as `JSON.stringify` does: UTF-8, without whitespace or needless escapes."""
    return msgspec.json.encode(value)


class NoData(Struct, frozen=True, forbid_unknown_fields=True):
    """The empty `data` of a success: `{}`."""


Data: TypeAlias = "Struct | tuple[Struct, ...]"
"""The `data` of a success: an object, or a list of objects."""


class Needs(IntEnum):
    """What a client needs to provoke a code or to test a statement."""

    NOTHING = 0
    SESSION = 1
    ACCOUNT = 2
    CONTROL_PLANE = 3


class Code(Struct, frozen=True, cache_hash=True):
    """One documented code.

    `name` is its name in generated clients. `http_status` is the HTTP status in the code's digits
    3 to 5; the mock sends it only with `--http-status from-code`. `example` is the `data` of the
    documentation's sample. It is None for errors, which have no `data`. `is_page` says that an HTML
    page stands in place of the envelope; it has no code, and is always sent with its status.
    """

    number: int
    name: str
    message: str
    http_status: int
    example: Data | None = None
    needs: Needs = Needs.NOTHING
    is_page: bool = False

    @property
    def is_success(self) -> bool:
        return self.example is not None

    @property
    def status(self) -> str:
        """The `status` of the envelope: `success` or `error`."""
        return "error" if self.example is None else "success"

    def sent_status(self, mode: str) -> int:
        """Return the HTTP status to send: 200, or the code's own in the mode `from-code`."""
        return self.http_status if mode == FROM_CODE or self.is_page else 200


class Endpoint(Struct, frozen=True, cache_hash=True):
    """One documented endpoint.

    `path` is relative to the base path. `operation_id` is its name in generated clients. `codes`
    are the codes it can answer, the success first. `operations` are its operations on the state, in
    order; faults can hit each of them.

    - `method` is GET or POST. `sample_sends_get` says that the documentation's sample of a POST
      sends GET.
    - `needs_session` says that the session cookie authenticates the request. `session_missing` is
      the code for a missing session, where it is not the profile's.
    - `body` and `query` are the documented fields, each with its description and an example.
      `parses_body` says that a malformed body is refused. `takes_file` says that the body is a
      multipart form with a file, of which the handler gets the name.
    - `issues_token` says that it needs a date for a new token, `opens_session` a new session id.
    """

    path: str
    operation_id: str
    summary: str
    codes: tuple[Code, ...]
    operations: tuple[Operation, ...] = ()
    method: str = "POST"
    sample_sends_get: bool = False
    needs_session: bool = True
    session_missing: Code | None = None
    body: type[Struct] | None = None
    query: type[Struct] | None = None
    parses_body: bool = False
    issues_token: bool = False
    opens_session: bool = False
    takes_file: bool = False

    @property
    def success(self) -> Code:
        return self.codes[0]

    @property
    def saves_token(self) -> bool:
        """Whether a request can change the stored token of its user."""
        return Operation.SAVE_TOKEN in self.operations


class Statement(Struct, frozen=True, cache_hash=True):
    """One statement of the documentation that `verify` tests.

    `source` is the part of the documentation that makes the statement.
    """

    group: str
    name: str
    text: str
    source: str
    needs: Needs = Needs.NOTHING


Pair: TypeAlias = tuple[Endpoint, Code]


class Page(Struct, frozen=True):
    """One page of the documentation.

    `users` says which user fixtures need for a pair, in words: `a user with a password`. Pairs that
    need no user of the fixtures are not in it.
    """

    name: str
    description: str
    endpoints: tuple[Endpoint, ...]
    statements: tuple[Statement, ...] = ()
    users: Mapping[Pair, str] = {}


def _envelope(code: Code, data: Data | None, message: str | None = None) -> bytes:
    head = {"status": code.status, "code": code.number, "message": message or code.message}
    if data is None and code.is_success:
        data = NoData()
    return compact_json(head if data is None else {**head, "data": data})


@cache
def _without_data(code: Code) -> bytes:
    return _envelope(code, None)


@cache
def _before_data(code: Code) -> bytes:
    return _envelope(code, NoData()).removesuffix(b"{}}")


class Reply(Struct, frozen=True, gc=False):
    """A reply of the API: a code, and the `data` of a success.

    `session` is the session whose cookie the reply sets, or None. `wording` is the message of a
    profile that words it differently.
    """

    code: Code
    data: Data | None = None
    session: Session | None = None
    wording: str | None = None

    def body(self) -> bytes:
        """Return the envelope as JSON, its keys in the documented order."""
        if self.wording is not None:
            return _envelope(self.code, self.data, self.wording)
        if self.data is None:
            return _without_data(self.code)
        return b"%s%s}" % (_before_data(self.code), compact_json(self.data))
