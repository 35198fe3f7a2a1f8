"""Turns a cookie into a reply. Knows neither HTTP nor faults.

The order of the steps and the meaning of each failure follow the table of responses on the
documentation's token page. The profile maps failures to codes.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import Final

from msgspec import Struct

from mockserver.api.behaviour import AuthenticatedRequest, FailureError, fail
from mockserver.api.behaviours import FORCED, HANDLERS
from mockserver.api.page import Code, Endpoint, Reply
from mockserver.api.profiles import Failure, Profile
from mockserver.api.trace import DurationFact, Step, Trace
from mockserver.credentials import cookies
from mockserver.credentials.jwt import TokenIssuer
from mockserver.errors import StoreUnavailableError
from mockserver.state.model import User
from mockserver.state.operations import Operation
from mockserver.state.store import Store


class SignatureCheck(Enum):
    """The result of checking a cookie's signature."""

    PINNED = 1
    NOT_PINNED = 2
    BY_SECRET = 3
    WRONG = 4


class Proof(Struct, frozen=True, gc=False):
    """The result of verifying a request's cookie.

    `holds` says that the session id in it is authentic. `secret` is the number, from 1, of the
    secret that made the signature. `secrets` is the number of secrets.
    """

    signature: SignatureCheck | None = None
    holds: bool = False
    secret: int = 0
    secrets: int = 0


NO_PROOF: Final = Proof()
_PINNED: Final = Proof(SignatureCheck.PINNED, True)
_NOT_PINNED: Final = Proof(SignatureCheck.NOT_PINNED)


def prove(presented: cookies.Presented, pinned: str | None, secrets: tuple[str, ...]) -> Proof:
    """Verify the signature of a cookie. A `pinned` signature replaces the secrets."""
    if presented is None or isinstance(presented, cookies.Malformed):
        return NO_PROOF
    if pinned is not None:
        return _PINNED if presented.matches(pinned) else _NOT_PINNED
    number = presented.verified_by(secrets)
    return _by_secret(number, len(secrets))


@lru_cache(64)
def _by_secret(number: int | None, secrets: int) -> Proof:
    if number is None:
        return Proof(SignatureCheck.WRONG, False, 0, secrets)
    return Proof(SignatureCheck.BY_SECRET, True, number + 1, secrets)


_STORE_FAILURES: Final = {
    Operation.SESSION_STORE.value: Failure.SESSION_STORE_ERROR,
    Operation.FIND_USER.value: Failure.USER_STORE_ERROR,
    Operation.SAVE_TOKEN.value: Failure.SAVE_ERROR,
}


class Service:
    """Answers requests to all endpoints with the codes of one profile."""

    __slots__ = ("profile",)

    def __init__(self, profile: Profile) -> None:
        self.profile = profile

    def answer(  # noqa: PLR0917  what a request consists of
        self,
        endpoint: Endpoint,
        presented: cookies.Presented,
        proof: Proof,
        store: Store,
        issuer: TokenIssuer,
        now_ms: int,
        trace: Trace,
    ) -> Reply:
        """Return the reply to a request with this cookie and this proof.

        `now_ms` is the time in milliseconds since 1970. Adds every step to `trace`.
        """
        try:
            sid = _proven(presented, proof, trace)
            user = _user_of(sid, store, now_ms, trace)
            return Reply(
                endpoint.success,
                HANDLERS[endpoint](AuthenticatedRequest(user, store, issuer, trace)),
            )
        except FailureError as failed:
            return Reply(self.profile.codes[failed.failure])
        except StoreUnavailableError as down:
            return Reply(self.profile.codes[_STORE_FAILURES[down.operation]])


def forced(code: Code, user: User | None) -> Reply:
    """Return a reply with this code and this user's data.

    Without a user, the data is that of the documentation's sample.
    """
    made = FORCED.get(code)
    return Reply(code, code.example if made is None else made(user))


def _proven(presented: cookies.Presented, proof: Proof, trace: Trace) -> str:
    """Return the session id that the cookie proves. Raises FailureError if it proves none."""
    if presented is None:
        fail(trace, Failure.NO_COOKIE, Step.NO_COOKIE, cookies.COOKIE_NAME)
    if isinstance(presented, cookies.Malformed):
        fail(trace, Failure.BAD_COOKIE, Step.COOKIE_FORM, presented.defect.value)
    if proof.signature is SignatureCheck.BY_SECRET:
        trace.add(Step.SIGNATURE_BY_SECRET, proof.secret, proof.secrets)
    elif proof.signature is SignatureCheck.PINNED:
        trace.add(Step.SIGNATURE_PINNED)
    elif proof.signature is SignatureCheck.NOT_PINNED:
        fail(trace, Failure.BAD_COOKIE, Step.SIGNATURE_NOT_PINNED)
    else:
        one = "the secret" if proof.secrets == 1 else f"any of {proof.secrets} secrets"
        fail(trace, Failure.BAD_COOKIE, Step.SIGNATURE_WRONG, one)
    return presented.sid


def _user_of(sid: str, store: Store, now_ms: int, trace: Trace) -> User:
    live = store.load_session()
    if live is None:
        fail(trace, Failure.NO_SESSION, Step.SESSION_UNKNOWN, sid)
    if live.is_expired(now_ms):
        ago = DurationFact(now_ms - live.expires_ms)
        fail(trace, Failure.NO_SESSION, Step.SESSION_EXPIRED, sid, ago)
    username = live.session.username
    if username is None:
        fail(trace, Failure.NO_SESSION, Step.SESSION_USERLESS, sid)
    trace.add(Step.SESSION_OF, sid, username)
    user = store.find_user()
    if user is None:
        fail(trace, Failure.NO_USER, Step.USER_UNKNOWN, username)
    return user
