"""Authenticates requests by their session cookie.

The order of the steps and the meaning of each failure follow the table of responses on the
documentation's token page. The profile maps failures to codes.
"""

from __future__ import annotations

from contextlib import suppress
from typing import NoReturn

from mockserver.api.behaviour import AnsweredError, ApiCall, refuse
from mockserver.api.profiles import Failure
from mockserver.api.proof import SignatureCheck
from mockserver.api.trace import DurationFact, Step
from mockserver.credentials import cookies
from mockserver.state.model import LiveSession, Session, User


def authenticate(call: ApiCall) -> User:
    """Return the user of the request's session. Raises AnsweredError if it has none."""
    sid = _proven(call)
    username = _alive(call, sid, call.store.load_session()).username
    if username is None:
        _fail(call, Failure.NO_SESSION, Step.SESSION_USERLESS, sid)
    call.trace.add(Step.SESSION_OF, sid, username)
    user = call.store.find_user()
    if user is None:
        _fail(call, Failure.NO_USER, Step.USER_UNKNOWN, username)
    return user


def current_session(call: ApiCall) -> Session | None:
    """Return the session that the cookie proves, with or without a user, or None.

    Hidden sessions count as none: they have no id, and a login must not change them. Adds to the
    trace why a cookie does not count.
    """
    live = call.store.load_session()
    if live is None or not call.proof.holds or live.is_expired(call.now_ms):
        if call.presented is not None:
            with suppress(AnsweredError):  # adds the reason, and is not the reply
                _alive(call, _proven(call), live)
        return None
    if not live.session.sid:
        call.trace.add(Step.SESSION_USERLESS, _proven(call))
        return None
    return live.session


def _alive(call: ApiCall, sid: str, live: LiveSession | None) -> Session:
    """Return a session that exists and has not expired. Raises AnsweredError otherwise."""
    if live is None:
        _fail(call, Failure.NO_SESSION, Step.SESSION_UNKNOWN, sid)
    if live.is_expired(call.now_ms):
        ago = DurationFact(call.now_ms - live.expires_ms)
        _fail(call, Failure.NO_SESSION, Step.SESSION_EXPIRED, sid, ago)
    return live.session


def _fail(call: ApiCall, failure: Failure, step: Step, *facts: str | int) -> NoReturn:
    """Refuse the request with the code that the profile has for this failure."""
    code = call.profile.codes[failure]
    if failure in (Failure.NO_COOKIE, Failure.NO_SESSION):
        code = call.endpoint.session_missing or code
    refuse(call.trace, code, step, *facts)


def _proven(call: ApiCall) -> str:
    """Return the session id that the cookie proves. Raises AnsweredError if it proves none."""
    presented, proof = call.presented, call.proof
    if presented is None:
        _fail(call, Failure.NO_COOKIE, Step.NO_COOKIE, cookies.COOKIE_NAME)
    if isinstance(presented, cookies.Malformed):
        _fail(call, Failure.BAD_COOKIE, Step.COOKIE_FORM, presented.defect.value)
    if proof.signature is SignatureCheck.BY_SECRET:
        call.trace.add(Step.SIGNATURE_BY_SECRET, proof.secret, proof.secrets)
    elif proof.signature is SignatureCheck.PINNED:
        call.trace.add(Step.SIGNATURE_PINNED)
    elif proof.signature is SignatureCheck.NOT_PINNED:
        _fail(call, Failure.BAD_COOKIE, Step.SIGNATURE_NOT_PINNED)
    else:
        one = "the secret" if proof.secrets == 1 else f"any of {proof.secrets} secrets"
        length = len(presented.signature)
        if length != cookies.SIGNATURE_LENGTH:
            one += f": it has {length} characters instead of {cookies.SIGNATURE_LENGTH}"
        _fail(call, Failure.BAD_COOKIE, Step.SIGNATURE_WRONG, one)
    return presented.sid
