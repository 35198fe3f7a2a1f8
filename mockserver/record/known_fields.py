"""Which fields of a request's body the journal shows, by endpoint."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

from msgspec.structs import fields

from mockserver.api.catalog import ENDPOINTS, EVERY_ENDPOINT
from mockserver.api.page import Endpoint
from mockserver.record.secrets import SECRET_FIELDS


def _fields_of(endpoints: Iterable[Endpoint]) -> frozenset[str]:
    return frozenset(
        field.encode_name
        for endpoint in endpoints
        if endpoint.body is not None
        for field in fields(endpoint.body)
    )


_DOCUMENTED_FIELDS: Final = _fields_of(ENDPOINTS)
_EVERY_FIELD: Final = _fields_of(EVERY_ENDPOINT)


@cache
def known_fields(endpoint: Endpoint | None) -> frozenset[str] | None:
    """Return the fields that are shown, or None if only secret ones are hidden.

    A request to no endpoint may have been meant for one that takes secrets.
    """
    if endpoint is None:
        return _DOCUMENTED_FIELDS
    if SECRET_FIELDS.isdisjoint(_fields_of((endpoint,))):
        return None
    return _DOCUMENTED_FIELDS if endpoint in ENDPOINTS else _EVERY_FIELD
