"""Turns a request into a reply. Knows neither HTTP nor faults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mockserver.api.behaviour import AnsweredError, ApiCall
from mockserver.api.behaviours import (
    ADDS_TOKEN,
    FORCED,
    HANDLERS,
    NAMED_USERS,
    REMOVES_TOKENS,
    SENT,
)
from mockserver.api.page import Code, Endpoint, Reply
from mockserver.api.profiles import Failure, Profile
from mockserver.api.proof import Proof
from mockserver.api.trace import Trace
from mockserver.api.values import Json
from mockserver.credentials.cookies import Presented
from mockserver.credentials.jwt import TokenIssuer
from mockserver.errors import StoreUnavailableError
from mockserver.state.model import User
from mockserver.state.operations import Operation
from mockserver.state.store import Store

_STORE_FAILURES: Final = {
    Operation.SESSION_STORE.value: Failure.SESSION_STORE_ERROR,
    Operation.FIND_USER.value: Failure.USER_STORE_ERROR,
    Operation.FIND_TOKEN.value: Failure.USER_STORE_ERROR,
    Operation.SAVE_TOKEN.value: Failure.SAVE_ERROR,
    Operation.SAVE_USER.value: Failure.SAVE_ERROR,
}


class Service:
    """Answers requests to all endpoints with the codes of one profile."""

    __slots__ = ("_forced", "_wordings", "profile")

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        sent = SENT.get(profile.name, ())
        self._wordings = {
            code: reply.wording for page in sent for code, reply in page.replies.items()
        }
        self._forced = dict(FORCED)
        for page in sent:
            self._forced |= page.forced

    def named_users(self, endpoint: Endpoint, fields: Mapping[str, Json]) -> tuple[str, ...] | None:
        """Return the users that a request names. None: its session does."""
        names = NAMED_USERS.get(endpoint)
        return None if names is None else names(fields, self.profile.name)

    def numbers_token(self, endpoint: Endpoint, fields: Mapping[str, Json]) -> bool:
        """Whether a request adds a token to a list, and therefore needs an id for it."""
        adds = ADDS_TOKEN.get(endpoint)
        return adds is not None and adds(fields)

    def removed_tokens(self, endpoint: Endpoint, fields: Mapping[str, Json]) -> tuple[int, ...]:
        """Return the ids of the tokens that a request removes from lists, if it is let."""
        removed = REMOVES_TOKENS.get(endpoint)
        return () if removed is None else removed(fields)

    def answer(  # noqa: PLR0917  what a request consists of
        self,
        endpoint: Endpoint,
        presented: Presented,
        proof: Proof,
        fields: Mapping[str, Json],
        store: Store,
        issuer: TokenIssuer,
        now_ms: int,
        trace: Trace,
    ) -> Reply:
        """Return the reply to a request. See ApiCall for the arguments."""
        call = ApiCall(
            endpoint, self.profile, presented, proof, fields, store, issuer, now_ms, trace
        )
        try:
            return HANDLERS[endpoint](call)
        except AnsweredError as refused:
            return refused.reply
        except StoreUnavailableError as down:
            return Reply(self.profile.codes[_STORE_FAILURES[down.operation]])

    def forced(self, code: Code, user: User | None) -> Reply:
        """Return a reply with this code, in the profile's words, and this user's data.

        Without a user, the data is that of the documentation's sample.
        """
        made = self._forced.get(code)
        data = code.example if made is None else made(user)
        return Reply(code, data, wording=self._wordings.get(code))
