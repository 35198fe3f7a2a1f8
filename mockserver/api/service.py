"""From a cookie to a reply, without HTTP, and without knowing that anything can fail.

The order of the steps, and what each refusal is, follow the table of responses on the
documentation's token page. Which code a refusal gets is the profile's affair.
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
    """What became of a signature."""

    PINNED = 1
    NOT_PINNED = 2
    BY_SECRET = 3
    WRONG = 4


class Proof(Struct, frozen=True, gc=False):
    """What the cookie of a request proves.

    `holds` says that the session id in it is to be believed. `secret` is the number, from 1, of the
    secret among `secrets` that made the signature.
    """

    signature: SignatureCheck | None = None
    holds: bool = False
    secret: int = 0
    secrets: int = 0


NO_PROOF: Final = Proof()
_PINNED: Final = Proof(SignatureCheck.PINNED, True)
_NOT_PINNED: Final = Proof(SignatureCheck.NOT_PINNED)


def prove(presented: cookies.Presented, pinned: str | None, secrets: tuple[str, ...]) -> Proof:
    """Check the signature of a cookie; `pinned` replaces the secrets for its session id."""
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
    """Answers all endpoints in the way of one profile."""

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
        """The reply to a request that presents a cookie with this proof."""
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
    """The reply with this code, as for this user; without one as in the documentation's sample."""
    made = FORCED.get(code)
    return Reply(code, code.example if made is None else made(user))


def _proven(presented: cookies.Presented, proof: Proof, trace: Trace) -> str:
    """The session id that the cookie proves."""
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
