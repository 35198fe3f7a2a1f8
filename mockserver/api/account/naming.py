"""Finds the user whom a request to the account page names, where its session does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from mockserver.api.account.page import LOG_IN, REGISTER, SEND_EMAIL, VERIFY
from mockserver.api.account.rules import rules_of
from mockserver.api.page import Endpoint
from mockserver.api.values import Json
from mockserver.credentials.codes import unverified_claims


def _named_in_body(fields: Mapping[str, Json], profile: str) -> tuple[str, ...]:
    return rules_of(profile).names(fields.get("username"))


def _named_in_code(fields: Mapping[str, Json], profile: str) -> tuple[str, ...]:
    claims = unverified_claims(fields.get("code"))
    return rules_of(profile).names(claims.get("username")) if isinstance(claims, dict) else ()


NAMED_USERS: Final[Mapping[Endpoint, Callable[[Mapping[str, Json], str], tuple[str, ...]]]] = {
    REGISTER: _named_in_body,
    LOG_IN: _named_in_body,
    VERIFY: _named_in_code,
    SEND_EMAIL: _named_in_body,
}
