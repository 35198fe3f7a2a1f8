"""The token service: from a cookie to a reply, without HTTP.

The order of the steps, and what each refusal is, follow the table of responses on the API's
documentation page; which code a refusal gets is the profile's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NoReturn, TypeAlias

from mockserver.api.codes import GET_TOKEN, NEW_TOKEN, REVOKE_TOKEN, Endpoint, Reply
from mockserver.api.profiles import Failure, Profile
from mockserver.api.trace import Milliseconds, Step, Trace
from mockserver.credentials import cookies
from mockserver.credentials.jwt import TokenIssuer
from mockserver.errors import StoreUnavailableError
from mockserver.faults.model import Operation
from mockserver.state.clock import Clock
from mockserver.state.model import User
from mockserver.state.store import Store


class RefusedError(Exception):
    """The request ends here, with the code that the profile has for this failure."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.name)
        self.failure = failure


_STORE_FAILURES: Final = {
    Operation.SESSION_STORE.value: Failure.SESSION_STORE_ERROR,
    Operation.FIND_USER.value: Failure.USER_STORE_ERROR,
    Operation.SAVE_TOKEN.value: Failure.SAVE_ERROR,
}

_Action: TypeAlias = Callable[[User, Store, TokenIssuer, Trace], str | None]


class TokenService:
    """Answers the three endpoints."""

    __slots__ = ("_clock", "_issuer", "_profile", "_secrets")

    def __init__(
        self, secrets: tuple[str, ...], issuer: TokenIssuer, clock: Clock, profile: Profile
    ) -> None:
        self._secrets = secrets
        self._issuer = issuer
        self._clock = clock
        self._profile = profile

    def verify(self, presented: cookies.Presented, store: Store, trace: Trace) -> str | Failure:
        """The session id that the cookie proves, or why it proves none. Needs no sound store."""
        if presented is None:
            trace.add(Step.NO_COOKIE, cookies.COOKIE_NAME)
            return Failure.NO_COOKIE
        if isinstance(presented, cookies.Malformed):
            trace.add(Step.COOKIE_FORM, presented.defect.value)
            return Failure.BAD_COOKIE
        return self._verify_signature(presented, store, trace)

    def _verify_signature(
        self, signed: cookies.SignedValue, store: Store, trace: Trace
    ) -> str | Failure:
        pinned = store.pinned_signature(signed.sid)
        if pinned is not None:
            if signed.matches(pinned):
                trace.add(Step.SIGNATURE_PINNED)
                return signed.sid
            trace.add(Step.SIGNATURE_NOT_PINNED)
            return Failure.BAD_COOKIE
        number = signed.verified_by(self._secrets)
        count = len(self._secrets)
        if number is None:
            trace.add(
                Step.SIGNATURE_WRONG, f"any of {count} secrets" if count > 1 else "the secret"
            )
            return Failure.BAD_COOKIE
        trace.add(Step.SIGNATURE_BY_SECRET, number + 1, count)
        return signed.sid

    def answer(self, endpoint: Endpoint, proof: str | Failure, store: Store, trace: Trace) -> Reply:
        """The reply to a request whose cookie gave this proof (see `verify`)."""
        if isinstance(proof, Failure):
            return Reply(self._profile.codes[proof])
        try:
            user = self._user_of(proof, store, trace)
            return Reply(endpoint.success, _ACTIONS[endpoint](user, store, self._issuer, trace))
        except RefusedError as refused:
            return Reply(self._profile.codes[refused.failure])
        except StoreUnavailableError as down:
            return Reply(self._profile.codes[_STORE_FAILURES[down.operation]])

    def _user_of(self, sid: str, store: Store, trace: Trace) -> User:
        live = store.load_session(sid)
        if live is None:
            _refuse(trace, Failure.NO_SESSION, Step.SESSION_UNKNOWN, sid)
        now_ms = self._clock.now_ms()
        if live.is_expired(now_ms):
            ago = Milliseconds(now_ms - live.expires_ms)
            _refuse(trace, Failure.NO_SESSION, Step.SESSION_EXPIRED, sid, ago)
        store.touch_session(live.session, now_ms)
        username = live.session.username
        if username is None:
            _refuse(trace, Failure.NO_SESSION, Step.SESSION_USERLESS, sid)
        trace.add(Step.SESSION_OF, sid, username)
        user = store.find_user(username)
        if user is None:
            _refuse(trace, Failure.NO_USER, Step.USER_UNKNOWN, username)
        return user


def _refuse(trace: Trace, failure: Failure, step: Step, *facts: str | int) -> NoReturn:
    trace.add(step, *facts)
    raise RefusedError(failure)


def _get(user: User, _store: Store, _issuer: TokenIssuer, trace: Trace) -> str:
    if not user.token:
        _refuse(trace, Failure.NO_TOKEN, Step.TOKEN_ABSENT, user.username)
    trace.add(Step.TOKEN_RETURNED)
    return user.token


def _issue(user: User, store: Store, issuer: TokenIssuer, trace: Trace) -> str:
    token = issuer.issue(user, store.next_token_date(user.username))
    store.save_token(user.username, token)
    trace.add(Step.TOKEN_ISSUED)
    return token


def _revoke(user: User, store: Store, _issuer: TokenIssuer, trace: Trace) -> None:
    store.save_token(user.username, None)
    trace.add(Step.TOKEN_REVOKED if user.token else Step.NOTHING_TO_REVOKE)


_ACTIONS: Final[Mapping[Endpoint, _Action]] = {
    GET_TOKEN: _get,
    NEW_TOKEN: _issue,
    REVOKE_TOKEN: _revoke,
}
