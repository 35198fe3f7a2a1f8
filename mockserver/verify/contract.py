"""The statements of the documentation, under stable names, and the known differences.

Pairs and statements come from the pages of the API. A new code or endpoint adds a statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec
from msgspec import Struct

from mockserver.api.catalog import (
    ALL_PAGES,
    DOCUMENTED_PAIRS,
    EVERY_ENDPOINT,
    pages_of,
    pairs_of,
)
from mockserver.api.common import (
    BAD_REQUEST_BODY,
    ENVELOPE,
    REQUESTS,
    SESSION_INVALID,
    SESSION_MISSING,
    TABLE,
)
from mockserver.api.page import Code, Endpoint, Page, Reply, Statement
from mockserver.api.pages import PAGES
from mockserver.api.token.page import JWT_CLAIMS, JWT_DATE, JWT_FORM, JWT_HEADER, SAMPLES_SEND_GET

PAIRS_GROUP: Final = "pairs"


def pair_of(endpoint: Endpoint, code: Code) -> Statement:
    """Return the statement that an endpoint answers a code: a line of the table of responses."""
    name = f"{endpoint.path} {code.number}"
    return Statement(PAIRS_GROUP, name, f"{code.number} `{code.message}`", TABLE, code.needs)


PAIRS: Final = {pair_of(endpoint, code): (endpoint, code) for endpoint, code in DOCUMENTED_PAIRS}
# Of all profiles. Endpoints of two profiles may share the statement of a pair.
EVERY_PAIR: Final = {
    pair_of(endpoint, code): (endpoint, code)
    for endpoint in EVERY_ENDPOINT
    for code in endpoint.codes
}
# New tokens have the same form in all profiles.
_OF_TOKENS: Final = (JWT_FORM, JWT_HEADER, JWT_CLAIMS, JWT_DATE)


def _grouped(pairs: Iterable[Statement], pages: Iterable[Page]) -> tuple[Statement, ...]:
    others = (*ENVELOPE, *(one for page in pages for one in page.statements), *REQUESTS)
    groups = dict.fromkeys(one.group for one in others)
    ordered = (one for group in groups for one in others if one.group == group)
    return (*pairs, *dict.fromkeys(ordered))


STATEMENTS: Final = _grouped(PAIRS, PAGES)


def statements_of(profile: str) -> tuple[Statement, ...]:
    """Return the statements about the profile of this name."""
    pages = pages_of(profile)
    if pages is PAGES:
        return STATEMENTS
    pairs = [pair_of(endpoint, code) for endpoint, code in pairs_of(profile)[ALL_PAGES]]
    return _grouped(pairs, (Page("token", "", (), _OF_TOKENS), *pages))


BAD_REQUEST: Final[Any] = msgspec.json.decode(BAD_REQUEST_BODY)
_SESSION_INVALID: Final[Any] = msgspec.json.decode(Reply(SESSION_INVALID).body())


class Difference(Struct, frozen=True):
    """A known deviation from the documentation, which a user may accept.

    `explains` takes a broken statement, the HTTP status and the document of the reply. It returns
    whether this difference explains the reply.
    """

    name: str
    documented: str
    instead: str
    explains: Callable[[Statement, int, Any], bool]


def _never_1940103(check: Statement, _status: int, document: Any) -> bool:
    return check in PAIRS and PAIRS[check][1] == SESSION_MISSING and document == _SESSION_INVALID


def _get_is_refused(check: Statement, status: int, document: Any) -> bool:
    return check == SAMPLES_SEND_GET and status == 400 and document == BAD_REQUEST


DIFFERENCES: Final = {
    difference.name: difference
    for difference in (
        Difference(
            "no-1940103",
            f"{SESSION_MISSING.number} `{SESSION_MISSING.message}` from all three",
            f"{SESSION_INVALID.number} is sent in its place",
            _never_1940103,
        ),
        Difference(
            "get-refused",
            "the sample requests send GET",
            "GET gets the 400 `Bad request`",
            _get_is_refused,
        ),
    )
}
