"""The sequences of the account page that need a control plane: registrations, mails, failures."""

from __future__ import annotations

from typing import Final

from mockserver.api.account.page import (
    ALREADY_VERIFIED,
    CAPTCHA_FAILED,
    LOG_OUT,
    LOGGED_IN,
    MAIL_FAILED,
    MAIL_SENT,
    REGISTERED,
    USERNAME_TAKEN,
    VERIFIED,
    WRONG_CREDENTIALS,
)
from mockserver.api.account.statements import (
    ACCOUNT_FAILURE_KEEPS,
    LOGIN_SWITCHES,
    LOGOUT_FAILURE_KEEPS,
    MAILS_CODE,
    REGISTER_REFUSAL_KEEPS,
    REGISTER_SURVIVES_MAIL,
    REGISTERED_LOGS_IN,
    VERIFY_MARKS,
)
from mockserver.api.common import DATABASE_ERROR
from mockserver.api.dashboard.page import GET_USERINFO, USER_FETCHED
from mockserver.api.page import Code, Statement
from mockserver.api.token.page import GET_TOKEN, TOKEN_FOUND
from mockserver.verify.accounts import Accounts
from mockserver.verify.control import SandboxUsers
from mockserver.verify.examiner import Answer
from mockserver.verify.judge import Claims
from mockserver.verify.members import GOOD_PASSWORD, Member

_OTHER_PASSWORD: Final = "another_password"


def a_registration(accounts: Accounts, users: SandboxUsers) -> None:
    """Register, log in, verify by the code of the mail."""
    member = Member("verify-new", GOOD_PASSWORD)
    registered = _register(accounts, member)
    if not registered.ok:
        return
    accounts.try_login(LOGGED_IN, member, about=REGISTERED_LOGS_IN)
    _expect_mails(accounts, users, registered, member, 1)
    again = accounts.send_email(MAIL_SENT, member, about=VERIFY_MARKS)
    code = _expect_mails(accounts, users, again, member, 2) if again.ok else None
    if code is None:
        return
    if accounts.verify(VERIFIED, code, "the code of the mail").ok:
        accounts.send_email(ALREADY_VERIFIED, member, about=VERIFY_MARKS)


def a_taken_username(accounts: Accounts, users: SandboxUsers) -> None:
    """Registering a taken username changes nothing."""
    member = users.member("verify-taken")
    other = Member(member.username, _OTHER_PASSWORD)
    accounts.register(USERNAME_TAKEN, other, "another@example.org")
    accounts.try_login(WRONG_CREDENTIALS, other, about=REGISTER_REFUSAL_KEEPS)
    accounts.try_login(LOGGED_IN, member, about=REGISTER_REFUSAL_KEEPS)


def another_user_with_the_cookie(accounts: Accounts, users: SandboxUsers) -> None:
    """A login with the session of another user."""
    if accounts.terms.own_page:
        another_user_in_a_list(accounts, users)
        return
    one, other = users.member("verify-first"), users.member("verify-second", token="issue")
    own = users.log_in(Claims(other.username, None), "the cookie of a session")
    token = accounts.examiner.expect(GET_TOKEN, TOKEN_FOUND, own).token
    session = accounts.log_in(one)
    if session is None or token is None:
        return
    changed = accounts.log_in(other, session.cookie, about=LOGIN_SWITCHES)
    if changed is not None:
        accounts.examiner.expect_token(changed.cookie, token, LOGIN_SWITCHES)


def another_user_in_a_list(accounts: Accounts, users: SandboxUsers) -> None:
    """The same where tokens do not tell the user."""
    one, other = users.member("verify-first"), users.member("verify-second")
    session = accounts.log_in(one)
    if session is None:
        return
    changed = accounts.log_in(other, session.cookie, about=LOGIN_SWITCHES)
    if changed is None:
        return
    answer = accounts.examiner.expect(GET_USERINFO, USER_FETCHED, changed.cookie)
    if answer.ok:
        name = answer.reply.document["data"].get("username")
        same = name == other.username
        accounts.examiner.note(LOGIN_SWITCHES, same, answer, "the other user", "another user")


def failing_lookups(accounts: Accounts, users: SandboxUsers) -> None:
    """The database cannot look users up."""
    member = users.member("verify-lookup")
    session = users.log_in(Claims(member.username, None), "the cookie of a session")
    with users.sandbox.fault(operation="find_user", error="database"):
        _register(accounts, Member("verify-unseen", GOOD_PASSWORD), DATABASE_ERROR)
        accounts.try_login(DATABASE_ERROR, member)
        accounts.send_email(DATABASE_ERROR, member)
        failed = accounts.log_out(DATABASE_ERROR, session)
    if failed.ok:
        accounts.expect_alive(session, LOGOUT_FAILURE_KEEPS)


def failing_saves(accounts: Accounts, users: SandboxUsers) -> None:
    """The database cannot save users."""
    member = users.member("verify-unsaved", verified=False)
    sent = accounts.send_email(MAIL_SENT, member)
    code = users.mailed_codes(member.username)[-1:] if sent.ok else []
    unknown = Member("verify-unkept", GOOD_PASSWORD)
    with users.sandbox.fault(operation="save_user", error="database"):
        registered = _register(accounts, unknown, DATABASE_ERROR)
        verified = [accounts.verify(DATABASE_ERROR, one, "the code of the mail") for one in code]
    if registered.ok:
        accounts.try_login(WRONG_CREDENTIALS, unknown, about=ACCOUNT_FAILURE_KEEPS)
    if any(answer.ok for answer in verified):
        accounts.send_email(MAIL_SENT, member, about=ACCOUNT_FAILURE_KEEPS)


def failing_services(accounts: Accounts, users: SandboxUsers) -> None:
    """The reCAPTCHA service, the mail server and the session store are down."""
    member = users.member("verify-services", verified=False)
    session = users.log_in(Claims(member.username, None), "the cookie of a session")
    with users.sandbox.fault(operation="recaptcha", error="unavailable"):
        _register(accounts, Member("verify-captcha", GOOD_PASSWORD), CAPTCHA_FAILED)
        accounts.try_login(CAPTCHA_FAILED, member)
    with users.sandbox.fault(operation="send_mail", error="unavailable"):
        accounts.send_email(MAIL_FAILED, member)
        unsent = Member("verify-unsent", GOOD_PASSWORD)
        _register(accounts, unsent, about=REGISTER_SURVIVES_MAIL)
    with users.sandbox.fault(operation="session_store", error="database"):
        if accounts.terms.store_down_at_login is not None:
            accounts.try_login(accounts.terms.store_down_at_login, member)
        accounts.examiner.expect(LOG_OUT, accounts.terms.store_down_at_logout, session)


def _register(
    accounts: Accounts, member: Member, code: Code = REGISTERED, about: Statement | None = None
) -> Answer:
    email = f"{member.username}@example.org"
    return accounts.register(code, member, email, about=about)


def _expect_mails(
    accounts: Accounts, users: SandboxUsers, answer: Answer, member: Member, count: int
) -> str | None:
    """Expect so many mails to a user. Returns the code of the last one."""
    codes = users.mailed_codes(member.username)
    came = f"{len(codes)} mails with a code"
    accounts.examiner.note(MAILS_CODE, len(codes) == count, answer, f"{count} with a code", came)
    return codes[-1] if codes else None


PROVOKED_ACCOUNTS: Final = (
    a_registration,
    a_taken_username,
    another_user_with_the_cookie,
    failing_lookups,
    failing_saves,
    failing_services,
)
