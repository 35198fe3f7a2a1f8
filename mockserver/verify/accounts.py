"""Fills in the forms of the account page, and keeps the sessions that its logins open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mockserver.api.account.page import (
    CAPTCHA_FAILED,
    CAPTCHA_FIELD,
    LOG_IN,
    LOG_OUT,
    LOGGED_IN,
    LOGGED_OUT,
    REGISTER,
    SEND_EMAIL,
    VERIFY,
)
from mockserver.api.account.statements import (
    ACCOUNT_DATA,
    LOGIN_COOKIE_ATTRIBUTES,
    LOGIN_FAILURE_SETS_NONE,
    LOGIN_SETS_COOKIE,
)
from mockserver.api.common import SESSION_INVALID, SESSION_MISSING
from mockserver.api.page import Code, Endpoint, Statement
from mockserver.api.token.page import GET_TOKEN, NO_TOKEN, TOKEN_FOUND
from mockserver.errors import MockError
from mockserver.verify.examiner import NO_COOKIE, Answer, Examiner, Form, SentCookie
from mockserver.verify.judge import code_of
from mockserver.verify.members import (
    DEFAULT_CAPTCHA,
    GOOD_PASSWORD,
    Captcha,
    LoginSession,
    Member,
)
from mockserver.verify.session_cookie import SetCookie, set_cookie

_ALIVE: Final = {TOKEN_FOUND.number, NO_TOKEN.number}
_DEAD: Final = {SESSION_INVALID.number, SESSION_MISSING.number}
_ATTRIBUTES: Final = {"path=/", "httponly"}
NOT_PASSED: Final = (
    "the server refused the reCAPTCHA value; --recaptcha gives another, which may pass once only"
)


class Accounts:
    """Sends the forms of the account page to one server, and judges the replies.

    Every method but `close` raises BrokenOffError as the examiner does. `captcha_refused` says that
    the server refused the reCAPTCHA value where it should not have. If it must accept the value,
    the first refusal is a drift; what depends on it is skipped.
    """

    def __init__(self, examiner: Examiner, captcha: Captcha) -> None:
        self.examiner = examiner
        self.terms = examiner.terms
        self._captcha = captcha
        self._open: dict[str, LoginSession] = {}
        self.captcha_refused = False
        examiner.masks.add(GOOD_PASSWORD, "[password]")
        if captcha.value != DEFAULT_CAPTCHA:
            examiner.masks.add(captcha.value, "[reCAPTCHA]")

    def register(
        self,
        code: Code,
        member: Member,
        email: str = "",
        *,
        about: Statement | None = None,
        captcha: bool = True,
    ) -> Answer:
        """Register a user, and expect this code."""
        self.examiner.masks.add(member.password, "[password]")
        fields = {"username": member.username, "password": member.password, "email": email}
        length = f"a password of {len(member.password)} characters"
        form = Form(fields, f"username {member.username!r}, {length}, email {email!r}")
        return self._expect(REGISTER, code, form, NO_COOKIE, about=about, captcha=captcha)

    def log_in(
        self,
        member: Member,
        cookie: SentCookie = NO_COOKIE,
        about: Statement | None = None,
    ) -> LoginSession | None:
        """Log a user in. Returns the session, of a new cookie or of the one sent."""
        answer = self.try_login(LOGGED_IN, member, cookie, about=about)
        return self.session_of(answer, member, cookie)

    def session_of(
        self, answer: Answer, member: Member, cookie: SentCookie = NO_COOKIE
    ) -> LoginSession | None:
        """Return the session of a login, or None if it failed or the session does not work."""
        if not answer.ok:
            return None
        self._judge_data(answer, member)
        came = set_cookie(answer.reply.set_cookies)
        if came is not None:
            return self._opened(came, answer, member, is_new=cookie is NO_COOKIE)
        known = [one for one in self._open.values() if one.cookie.cookie == cookie.cookie]
        if known:
            return known[0]
        expected = "a Set-Cookie header with the session cookie"
        self.examiner.note(LOGIN_SETS_COOKIE, False, answer, expected, "none")
        return None

    def try_login(
        self,
        code: Code,
        member: Member,
        cookie: SentCookie = NO_COOKIE,
        *,
        about: Statement | None = None,
        captcha: bool = True,
    ) -> Answer:
        """Send a login, and expect this code. A login that fails must not set a cookie."""
        form = self._credentials(member)
        answer = self._expect(LOG_IN, code, form, cookie, about=about, captcha=captcha)
        if answer.ok and not code.is_success:
            none = not answer.reply.set_cookies
            self.examiner.note(LOGIN_FAILURE_SETS_NONE, none, answer, "no Set-Cookie", "one")
        return answer

    def send_email(self, code: Code, member: Member, about: Statement | None = None) -> Answer:
        """Ask for a verification mail, and expect this code."""
        return self.send_email_whichever((code,), member, about)

    def send_email_whichever(
        self, codes: Iterable[Code], member: Member, about: Statement | None = None
    ) -> Answer:
        """Ask for a verification mail. Expects the code that came, or else the first of these."""
        form = self._credentials(member)
        answer = self.examiner.ask(SEND_EMAIL.path, NO_COOKIE, SEND_EMAIL.method, form)
        first, *others = codes
        came = code_of(answer.reply)
        expected = next((code for code in others if code.number == came), first)
        return self.examiner.judge(answer, SEND_EMAIL, expected, about)

    def verify(self, code: Code, given: str, label: str, about: Statement | None = None) -> Answer:
        """Send the code of a mail, and expect this code of a reply."""
        self.examiner.masks.add(given, "[code]")
        form = Form({"code": given}, label)
        return self.examiner.expect(VERIFY, code, about=about, form=form)

    def log_out(self, code: Code, cookie: SentCookie) -> Answer:
        """Log out, and expect this code."""
        answer = self.examiner.expect(LOG_OUT, code, cookie)
        if answer.ok and code == LOGGED_OUT:
            self._forget(cookie)
        return answer

    def is_open(self, session: LoginSession) -> bool:
        """Whether the session is not known to have ended."""
        return session.sid in self._open

    def expect_alive(self, cookie: SentCookie, about: Statement) -> bool:
        """Expect that the session of a cookie authenticates. Returns whether it may do so."""
        answer = self.examiner.ask(GET_TOKEN.path, cookie, self.terms.token_method)
        code = code_of(answer.reply)
        if code in _ALIVE | _DEAD:
            self.examiner.note(about, code in _ALIVE, answer, "a session that works", "")
        if code in _DEAD:
            self._forget(cookie)
        return code not in _DEAD

    def expect_ended(self, cookie: SentCookie, about: Statement) -> None:
        """Expect that the session of a cookie authenticates no more."""
        answer = self.examiner.ask(GET_TOKEN.path, cookie, self.terms.token_method)
        code = code_of(answer.reply)
        if code in _ALIVE | _DEAD:
            self.examiner.note(about, code in _DEAD, answer, "a session that has ended", "")

    def close(self) -> bool:
        """Log out of the sessions that are left open. Returns whether all have ended."""
        left, self._open = list(self._open.values()), {}
        codes = []
        for session in left:
            try:
                reply = self.examiner.target.ask("POST", LOG_OUT.path, session.cookie.cookie)
            except MockError:
                return False
            codes.append(code_of(reply))
        return all(code == LOGGED_OUT.number or code in _DEAD for code in codes)

    def _opened(
        self, came: SetCookie, answer: Answer, member: Member, is_new: bool
    ) -> LoginSession | None:
        self.examiner.masks.add_cookie(came.value)
        label = f"a session cookie of {member.username}"
        session = LoginSession(SentCookie(came.header, label), came.sid)
        self._open[came.sid] = session
        missing = sorted(_ATTRIBUTES - came.attributes)
        words = "without " + " and ".join(missing)
        self.examiner.note(
            LOGIN_COOKIE_ATTRIBUTES, not missing, answer, "Path=/ and HttpOnly", words
        )
        if is_new and not self.expect_alive(session.cookie, LOGIN_SETS_COOKIE):
            return None
        return session

    def _forget(self, cookie: SentCookie) -> None:
        self._open = {
            sid: one for sid, one in self._open.items() if one.cookie.cookie != cookie.cookie
        }

    def _judge_data(self, answer: Answer, member: Member) -> None:
        data = answer.reply.document.get("data")
        if self.terms.login_keys and isinstance(data, dict) and "username" in data:
            own = data["username"] == member.username
            self.examiner.note(ACCOUNT_DATA, own, answer, "the name of the user", "another")

    def _credentials(self, member: Member) -> Form:
        self.examiner.masks.add(member.password, "[password]")
        name = f"username {member.username!r}" if member.username else "no username"
        label = f"{name}, a password" if member.password else f"{name}, no password"
        return Form({"username": member.username, "password": member.password}, label)

    def _expect(
        self,
        endpoint: Endpoint,
        code: Code,
        form: Form,
        cookie: SentCookie,
        *,
        about: Statement | None,
        captcha: bool,
    ) -> Answer:
        """Send a form with the reCAPTCHA value, or without it."""
        if captcha:
            form = Form({**form.fields, CAPTCHA_FIELD: self._captcha.value}, form.label)
        else:
            form = Form(form.fields, f"{form.label}, no reCAPTCHA value")
        answer = self.examiner.ask(endpoint.path, cookie, endpoint.method, form)
        refused = captcha and code_of(answer.reply) == CAPTCHA_FAILED.number
        if refused and code != CAPTCHA_FAILED:
            is_first, self.captcha_refused = not self.captcha_refused, True
            if is_first and self._captcha.certain:
                return self.examiner.judge(answer, endpoint, code, about)
            self.examiner.skip(endpoint, code, NOT_PASSED)
            if about is not None:
                self.examiner.findings.skip(about, NOT_PASSED)
            answer = self.examiner.judge(answer, endpoint, CAPTCHA_FAILED)
            return Answer(answer.sent, answer.reply, ok=False)
        return self.examiner.judge(answer, endpoint, code, about)
