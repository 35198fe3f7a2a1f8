"""The handlers of the account page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NoReturn

from mockserver.api.account.misnamed import misnamed
from mockserver.api.account.page import (
    ALREADY_VERIFIED,
    CAPTCHA_FAILED,
    CAPTCHA_FIELD,
    CODE_EMPTY,
    CODE_INVALID,
    EMAIL_EMPTY,
    EMAIL_MALFORMED,
    LOG_IN,
    LOG_OUT,
    LOGGED_IN,
    LOGGED_OUT,
    LOGIN_PASSWORD_EMPTY,
    LOGIN_USERNAME_EMPTY,
    MAIL_FAILED,
    MAIL_SENT,
    PASSWORD_EMPTY,
    PASSWORD_MALFORMED,
    REGISTER,
    REGISTERED,
    SEND_EMAIL,
    USERNAME_EMPTY,
    USERNAME_MALFORMED,
    USERNAME_TAKEN,
    VERIFIED,
    VERIFY,
    WRONG_CREDENTIALS,
)
from mockserver.api.account.rules import DocumentedRules, UnanswerableError, rules_of
from mockserver.api.behaviour import AnsweredError, ApiCall, Handler, refuse
from mockserver.api.common import DATABASE_ERROR
from mockserver.api.page import Code, Endpoint, Reply
from mockserver.api.sessions import authenticate, current_session
from mockserver.api.trace import Step
from mockserver.api.values import Json, kind
from mockserver.credentials.codes import VERIFY_ACTION, UnreadableCodeError, read_code
from mockserver.errors import StoreUnavailableError, clipped
from mockserver.state.model import SESSION_TTL_MS, Session, User

# Of an address, a journal entry holds so much.
_MOST_SHOWN: Final = 100


def register(call: ApiCall) -> Reply:
    """Register a user, then send the verification mail. The mail's failure changes nothing."""
    rules = rules_of(call.profile.name)
    _pass_captcha(call, rules)
    username = _accepted(
        call, rules, "username", rules.accepts_username, USERNAME_EMPTY, USERNAME_MALFORMED
    )
    password = _accepted(
        call, rules, "password", rules.accepts_password, PASSWORD_EMPTY, PASSWORD_MALFORMED
    )
    email = _accepted(call, rules, "email", rules.accepts_email, EMAIL_EMPTY, EMAIL_MALFORMED)
    taken = call.store.find_user()
    if taken is not None:
        call.trace.add(Step.NAME_TAKEN, taken.username)
        raise AnsweredError(Reply(USERNAME_TAKEN, wording=rules.taken_wording))
    try:
        rules.check_password(call.fields.get("password"))
    except UnanswerableError as why:
        _give_up(call, why)
    user = User(username, None, email, None, False, None, password, False)
    call.store.add_user(user)
    call.trace.add(Step.REGISTERED, username)
    _send_mail(call, user)
    return Reply(REGISTERED)


def log_in(call: ApiCall) -> Reply:
    """Log a user in. Sets the cookie if the session is new or has changed."""
    rules = rules_of(call.profile.name)
    _pass_captcha(call, rules)
    user = _proven_user(call, rules)
    try:
        session = _open_session(call, user)
    except StoreUnavailableError:
        raise AnsweredError(Reply(rules.login_without_store)) from None
    call.trace.add(Step.LOGGED_IN, user.username)
    return Reply(LOGGED_IN, rules.login_data(user), session)


def _open_session(call: ApiCall, user: User) -> Session | None:
    """Make a session of the user, or change the present one. Returns None if it may stay."""
    live = current_session(call)
    if live is None:
        session = Session(call.store.fresh_sid(), user.username, SESSION_TTL_MS, email=user.email)
        step = Step.SESSION_MADE
    elif live.username == user.username and call.store.session_email() == user.email:
        call.trace.add(Step.SESSION_KEPT, live.sid)
        return None
    else:
        session = Session(
            live.sid, user.username, live.ttl_ms, live.expires_ms, live.signature, user.email
        )
        step = Step.SESSION_CHANGED
    saved = call.store.save_session(session)
    call.trace.add(step if saved else Step.SESSION_NOT_SAVED, session.sid)
    return session


def log_out(call: ApiCall) -> Reply:
    """End the session of the cookie, and no other."""
    user = authenticate(call)
    call.store.end_session()
    call.trace.add(Step.LOGGED_OUT, user.username)
    return Reply(LOGGED_OUT)


def verify(call: ApiCall) -> Reply:
    """Verify the address of the user in the code. Succeeds also if there is no such user."""
    rules = rules_of(call.profile.name)
    code = call.fields.get("code")
    if rules.is_missing(code):
        _refuse_empty(call, CODE_EMPTY, "code")
    if rules.text(code) is None:
        _refuse_not_text(call, rules.unreadable_code, "code")
    try:
        claims = read_code(code, call.issuer.key, call.now_ms)
    except UnreadableCodeError as why:
        refuse(call.trace, rules.unreadable_code, Step.CODE_UNREADABLE, str(why))
    if claims is None:
        refuse(call.trace, rules.unreadable_code, Step.CODE_UNREADABLE, "its claims are null")
    if not isinstance(claims, dict) or claims.get("action") != VERIFY_ACTION:
        refuse(call.trace, CODE_INVALID, Step.CODE_WITHOUT_ACTION, VERIFY_ACTION)
    try:
        rules.check_name(claims.get("username"))
    except UnanswerableError as why:
        _give_up(call, why)
    user = call.store.set_verified()
    if user is None:
        call.trace.add(Step.VERIFIED_NOBODY)
    else:
        call.trace.add(Step.VERIFIED_BEFORE if user.verified else Step.VERIFIED)
    return Reply(VERIFIED)


def send_email(call: ApiCall) -> Reply:
    """Send the verification mail again."""
    rules = rules_of(call.profile.name)
    user = _proven_user(call, rules)
    if user.verified:
        call.trace.add(Step.ALREADY_VERIFIED, user.username)
        return Reply(ALREADY_VERIFIED, wording=rules.verified_wording)
    if not _send_mail(call, user):
        raise AnsweredError(Reply(MAIL_FAILED))
    return Reply(MAIL_SENT)


def _pass_captcha(call: ApiCall, rules: DocumentedRules) -> None:
    value = call.fields.get(CAPTCHA_FIELD)
    text = rules.text(value) if _is_scalar(value) else None
    if not text:
        if rules.is_missing(value):
            _refuse_empty(call, CAPTCHA_FAILED, CAPTCHA_FIELD)
        _refuse_not_text(call, CAPTCHA_FAILED, CAPTCHA_FIELD)
    try:
        passes = call.store.passes_recaptcha(text)
    except StoreUnavailableError:
        raise AnsweredError(Reply(CAPTCHA_FAILED)) from None
    if not passes:
        refuse(call.trace, CAPTCHA_FAILED, Step.CAPTCHA_REFUSED)


def _is_scalar(value: Json) -> bool:
    return not (value is None or value is False or isinstance(value, (list, dict)))


def _accepted(  # noqa: PLR0917  what the two profiles and the three fields differ in
    call: ApiCall,
    rules: DocumentedRules,
    name: str,
    accepts: Callable[[str], bool],
    empty: Code,
    malformed: Code,
) -> str:
    """Return the text of a field of a registration. Raises AnsweredError if it is not accepted."""
    value = call.fields.get(name)
    if rules.is_missing(value):
        _refuse_empty(call, empty, name)
    text = rules.text(value)
    if text is None:
        _refuse_not_text(call, malformed, name)
    if not accepts(text):
        refuse(call.trace, malformed, Step.FIELD_MALFORMED, name)
    return text


def _proven_user(call: ApiCall, rules: DocumentedRules) -> User:
    """Return the user whom username and password prove. Raises AnsweredError if they do not."""
    for name, code in (("username", LOGIN_USERNAME_EMPTY), ("password", LOGIN_PASSWORD_EMPTY)):
        if rules.is_blank(call.fields.get(name)):
            _refuse_empty(call, code, name)
    username, password = call.fields.get("username"), call.fields.get("password")
    try:
        rules.check_name(username)
        user = call.store.find_user()
        if user is None:
            if rules.text(username) is None:
                _refuse_not_text(call, WRONG_CREDENTIALS, "username")
            refuse(call.trace, WRONG_CREDENTIALS, Step.NAME_UNKNOWN)
        if not rules.proves(password, user):
            if rules.text(password) is None:
                _refuse_not_text(call, WRONG_CREDENTIALS, "password")
            step = Step.PASSWORD_WRONG if user.password is not None else Step.PASSWORD_ABSENT
            refuse(call.trace, WRONG_CREDENTIALS, step, user.username)
    except UnanswerableError as why:
        _give_up(call, why)
    return user


def _refuse_empty(call: ApiCall, code: Code, name: str) -> NoReturn:
    given = None if name in call.fields else misnamed(name, call.fields)
    if given is not None:
        call.trace.add(Step.FIELD_MISNAMED, given, name)
    refuse(call.trace, code, Step.FIELD_EMPTY, name)


def _refuse_not_text(call: ApiCall, code: Code, name: str) -> NoReturn:
    refuse(call.trace, code, Step.FIELD_NOT_TEXT, name, kind(call.fields.get(name)))


def _give_up(call: ApiCall, why: UnanswerableError) -> NoReturn:
    refuse(call.trace, DATABASE_ERROR, Step.UNANSWERABLE, str(why))


def _send_mail(call: ApiCall, user: User) -> bool:
    """Send the verification mail. Returns whether the mail server took it."""
    try:
        refusal = call.store.send_mail(user)
    except StoreUnavailableError:
        return False
    to = clipped(user.email or "nobody", _MOST_SHOWN)
    if refusal is None:
        call.trace.add(Step.MAIL_SENT, to)
    else:
        call.trace.add(Step.MAIL_REFUSED, to, refusal)
    return refusal is None


HANDLERS: Final[Mapping[Endpoint, Handler]] = {
    REGISTER: register,
    LOG_IN: log_in,
    LOG_OUT: log_out,
    VERIFY: verify,
    SEND_EMAIL: send_email,
}
