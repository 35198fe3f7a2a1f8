"""The sequences of the account page that work without a control plane.

They register nobody. A registration that only one check would refuse is sent with a taken username.
"""

from __future__ import annotations

from typing import Final

from mockserver.api.account.page import (
    ALREADY_VERIFIED,
    CAPTCHA_FAILED,
    CODE_EMPTY,
    CODE_INVALID,
    EMAIL_EMPTY,
    EMAIL_MALFORMED,
    EXAMPLE_CODE,
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
    SEND_EMAIL,
    USERNAME_EMPTY,
    USERNAME_MALFORMED,
    USERNAME_TAKEN,
    VERIFY,
    WRONG_CREDENTIALS,
)
from mockserver.api.account.statements import (
    FOREIGN_CODE,
    LENGTHS,
    LOGIN_KEEPS,
    LOGIN_RENEWS,
    LOGOUT_ENDS_ONE,
)
from mockserver.api.token.page import GET_TOKEN, NEW_TOKEN
from mockserver.verify.accounts import Accounts
from mockserver.verify.examiner import Form
from mockserver.verify.members import GOOD_PASSWORD, NOBODY, LoginSession, Member
from mockserver.verify.sequences import damaged_cookies, get_with_a_session

_GOOD_EMAIL: Final = "verify@example.org"
_BAD_EMAIL: Final = "verify.example.org"
_NOT_REGISTRABLE: Final = "the name of --username does not have the form of a username"
_FOREIGN: Final = (
    ("no-code-of-a-mail", "a code that is no JSON Web Token"),
    (EXAMPLE_CODE, "the documentation's sample code"),
)


def refused_registrations(accounts: Accounts) -> None:
    """Registrations whose fields are empty or malformed, two or more of them each time."""
    accounts.register(CAPTCHA_FAILED, Member("", ""), captcha=False)
    accounts.register(USERNAME_EMPTY, Member("", ""))
    accounts.register(PASSWORD_EMPTY, Member(NOBODY, ""))
    accepted, refused = accounts.terms.usernames
    for username in refused:
        accounts.register(USERNAME_MALFORMED, Member(username, ""), about=LENGTHS)
    for username in accepted:
        accounts.register(PASSWORD_EMPTY, Member(username, ""), about=LENGTHS)
    for password in accounts.terms.passwords[1]:
        accounts.register(PASSWORD_MALFORMED, Member(NOBODY, password), about=LENGTHS)


def refused_logins(accounts: Accounts) -> None:
    """Logins and requests for a mail with empty or wrong fields."""
    wrong = (
        (LOGIN_USERNAME_EMPTY, Member("", GOOD_PASSWORD)),
        (LOGIN_PASSWORD_EMPTY, Member(NOBODY, "")),
        (WRONG_CREDENTIALS, Member(NOBODY, GOOD_PASSWORD)),
    )
    accounts.try_login(CAPTCHA_FAILED, Member(NOBODY, GOOD_PASSWORD), captcha=False)
    for code, member in wrong:
        accounts.try_login(code, member)
        accounts.send_email(code, member)


def refused_codes(accounts: Accounts) -> None:
    """Codes that are missing, or that the server did not sign."""
    accounts.verify(CODE_EMPTY, "", "no code")
    for code, label in _FOREIGN:
        if accounts.terms.pages_for_codes:
            accounts.examiner.expect_page(VERIFY, FOREIGN_CODE, Form({"code": code}, label))
        else:
            accounts.verify(CODE_INVALID, code, label, about=FOREIGN_CODE)


def taken_username(accounts: Accounts, member: Member, _first: LoginSession) -> None:
    """Registrations with the username of a user: email empty, malformed, and nothing wrong."""
    name = member.username
    if not accounts.terms.accepts_username(name):
        for code in (EMAIL_EMPTY, EMAIL_MALFORMED, USERNAME_TAKEN):
            accounts.examiner.skip(REGISTER, code, _NOT_REGISTRABLE)
        return
    taken = Member(name, GOOD_PASSWORD)
    accounts.register(EMAIL_EMPTY, taken)
    accounts.register(EMAIL_MALFORMED, taken, _BAD_EMAIL)
    for password in accounts.terms.passwords[0]:
        accounts.register(EMAIL_EMPTY, Member(name, password), about=LENGTHS)
    accounts.register(USERNAME_TAKEN, taken, _GOOD_EMAIL)


def wrong_password(accounts: Accounts, member: Member, _first: LoginSession) -> None:
    """A wrong password of a user who exists."""
    wrong = Member(member.username, member.password + "x")
    accounts.try_login(WRONG_CREDENTIALS, wrong)
    accounts.send_email(WRONG_CREDENTIALS, wrong)


def sessions_of_a_user(accounts: Accounts, member: Member, first: LoginSession) -> None:
    """Logins with and without the cookie of a session, and what a logout ends."""
    examiner = accounts.examiner
    again = accounts.try_login(LOGGED_IN, member, first.cookie)
    if again.ok:
        none = not again.reply.set_cookies
        examiner.note(LOGIN_KEEPS, none, again, "no other cookie", "a Set-Cookie header")
        accounts.expect_alive(first.cookie, LOGIN_KEEPS)
    examiner.begin()
    second = accounts.log_in(member)
    if second is None:
        return
    damaged = damaged_cookies(second.cookie)[:1]
    third = accounts.log_in(member, damaged[0]) if damaged else None
    if third is not None:
        answer = examiner.ask(GET_TOKEN.path, third.cookie, accounts.terms.token_method)
        other = third.sid != second.sid
        examiner.note(LOGIN_RENEWS, other, answer, "another session id", "the same session id")
    for cookie in damaged:
        accounts.log_out(accounts.terms.bad_cookie, cookie)
    if accounts.log_out(LOGGED_OUT, second.cookie).ok:
        accounts.expect_ended(second.cookie, LOGOUT_ENDS_ONE)
        for session in (first, third):
            if session is not None and session.sid != second.sid:
                accounts.expect_alive(session.cookie, LOGOUT_ENDS_ONE)
    if third is not None and accounts.is_open(third):
        get_with_a_session(examiner, LOG_OUT, third.cookie)


def mail_of_a_user(accounts: Accounts, member: Member, _first: LoginSession) -> None:
    """The request for a mail: the reply depends on whether the user is verified."""
    codes = (ALREADY_VERIFIED, MAIL_SENT, MAIL_FAILED)
    answer = accounts.send_email_whichever(codes, member)
    reasons = {
        MAIL_SENT: "the user is verified already, or the server cannot send mails",
        ALREADY_VERIFIED: "the user is not verified",
    }
    if answer.ok:
        for code, reason in reasons.items():
            accounts.examiner.skip(SEND_EMAIL, code, reason)


def token_as_code(accounts: Accounts, _member: Member, first: LoginSession) -> None:
    """A token is signed with the same secret as a code, and is none."""
    issued = accounts.examiner.expect(NEW_TOKEN, accounts.terms.token_issued, first.cookie)
    if issued.token is not None:
        accounts.verify(CODE_INVALID, issued.token, "the token of a user as the code")


def end_of_a_session(accounts: Accounts, first: LoginSession) -> None:
    """The logout of the session that the others needed."""
    if accounts.is_open(first) and accounts.log_out(LOGGED_OUT, first.cookie).ok:
        accounts.expect_ended(first.cookie, LOGOUT_ENDS_ONE)


WITHOUT_AN_ACCOUNT: Final = (refused_registrations, refused_logins, refused_codes)
WITH_AN_ACCOUNT: Final = (
    taken_username,
    wrong_password,
    mail_of_a_user,
    token_as_code,
    sessions_of_a_user,
)
