"""The account page of the documentation, as data."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct, field

from mockserver.api.account.statements import STATEMENTS
from mockserver.api.common import DATABASE_ERROR, SESSION_INVALID
from mockserver.api.page import Code, Endpoint, Needs, NoData, Page
from mockserver.state.operations import Operation

CAPTCHA_FIELD: Final = "g-recaptcha-response"
# The code in the documentation's sample request. Its secret is not public.
EXAMPLE_CODE: Final = (
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJhY3Rpb24iOiJ2ZXJpZnkiLCJ1c2VybmFtZSI6InNxaW5jdXJyeTIi"
    "LCJkYXRlIjoiMjAxOC0wMS0yN1QwNToyMDozMC40NjhaIn0.JZ8xpCqusaAw_swnHT4bKXfjyxBxfHz0HyBkmVVoe-A"
)
_Username = Annotated[str, Meta(description="The name of the user.", examples=["kyon777"])]
_Password = Annotated[
    str, Meta(description="The password, as plain text.", examples=["imjohnsmith777"])
]
_Captcha = Annotated[
    str, Meta(description="The answer of the reCAPTCHA widget.", examples=["03AHJ_VuvQ5p0AdejIw4"])
]


class Registration(Struct, frozen=True):
    """The fields of a registration."""

    username: _Username
    password: _Password
    email: Annotated[
        str,
        Meta(
            description="The address for the verification mail.", examples=["johnsmith@haruhi.tv"]
        ),
    ]
    captcha: _Captcha = field(name=CAPTCHA_FIELD)


class Login(Struct, frozen=True):
    """The fields of a login."""

    username: _Username
    password: _Password
    captcha: _Captcha = field(name=CAPTCHA_FIELD)


class UsernameAndPassword(Struct, frozen=True):
    """The name and the password of a user."""

    username: _Username
    password: _Password


class Verification(Struct, frozen=True):
    """The query of the link in a verification mail."""

    code: Annotated[
        str, Meta(description="The code of a verification mail.", examples=[EXAMPLE_CODE])
    ]


def _code(number: int, name: str, message: str, status: int, needs: Needs = Needs.NOTHING) -> Code:
    return Code(number, name, message, status, NoData() if status == 200 else None, needs)


REGISTERED: Final = _code(1120001, "REGISTERED", "register successfully.", 200, Needs.CONTROL_PLANE)
USERNAME_EMPTY: Final = _code(
    1140001, "USERNAME_EMPTY", "[username] is empty, please provide a correct one.", 400
)
USERNAME_MALFORMED: Final = _code(
    1140002,
    "USERNAME_MALFORMED",
    "[username] must be at least 5 at most 15 characters long, please try another.",
    400,
)
PASSWORD_EMPTY: Final = _code(
    1140003, "PASSWORD_EMPTY", "[password] is empty, please provide a correct one.", 400
)
PASSWORD_MALFORMED: Final = _code(
    1140004,
    "PASSWORD_MALFORMED",
    "[password] must be at least 6 at most 17 characters long, please try another.",
    400,
)
EMAIL_EMPTY: Final = _code(
    1140005, "EMAIL_EMPTY", "[email] is empty, please provide a correct one.", 400, Needs.ACCOUNT
)
EMAIL_MALFORMED: Final = _code(
    1140006,
    "EMAIL_MALFORMED",
    "[email] is not in correct format, please try another.",
    400,
    Needs.ACCOUNT,
)
USERNAME_TAKEN: Final = _code(
    1140901, "USERNAME_TAKEN", "This username has been registered.", 409, Needs.ACCOUNT
)
LOGGED_IN: Final = _code(1220001, "LOGGED_IN", "login successfully.", 200, Needs.ACCOUNT)
LOGGED_OUT: Final = _code(1220002, "LOGGED_OUT", "logout successfully.", 200, Needs.ACCOUNT)
VERIFIED: Final = _code(
    1420001, "VERIFIED", "verify account successfully.", 200, Needs.CONTROL_PLANE
)
MAIL_SENT: Final = _code(
    1420002, "MAIL_SENT", "send verification email successfully.", 200, Needs.ACCOUNT
)
ALREADY_VERIFIED: Final = _code(
    1420003, "ALREADY_VERIFIED", "this account has already been verified.", 200, Needs.ACCOUNT
)
CODE_EMPTY: Final = _code(
    1440001, "CODE_EMPTY", "[code] is empty, please provide a correct one.", 400
)
CODE_INVALID: Final = _code(
    1440002, "CODE_INVALID", "[code] is invalid, please provide a correct one.", 400
)
MAIL_FAILED: Final = _code(
    1450301, "MAIL_FAILED", "mail smtp server error.", 503, Needs.CONTROL_PLANE
)
CAPTCHA_FAILED: Final = _code(
    1940101, "CAPTCHA_FAILED", "Google reCAPTCHA verification failed.", 401
)
LOGIN_USERNAME_EMPTY: Final = _code(1940104, "LOGIN_USERNAME_EMPTY", "username is empty.", 401)
LOGIN_PASSWORD_EMPTY: Final = _code(1940105, "LOGIN_PASSWORD_EMPTY", "password is empty.", 401)
WRONG_CREDENTIALS: Final = _code(
    1940106, "WRONG_CREDENTIALS", "incorrect username or password.", 401
)

REGISTER: Final = Endpoint(
    "/auth/register",
    "register",
    "register a user, who is sent a verification mail",
    (
        REGISTERED, CAPTCHA_FAILED, USERNAME_EMPTY, USERNAME_MALFORMED, PASSWORD_EMPTY,
        PASSWORD_MALFORMED, EMAIL_EMPTY, EMAIL_MALFORMED, USERNAME_TAKEN, DATABASE_ERROR,
    ),
    (Operation.RECAPTCHA, Operation.FIND_USER, Operation.SAVE_USER, Operation.SEND_MAIL),
    needs_session=False,
    body=Registration,
    parses_body=True,
)  # fmt: skip
LOG_IN: Final = Endpoint(
    "/auth/login",
    "logIn",
    "log a user in, which sets the session cookie",
    (
        LOGGED_IN, CAPTCHA_FAILED, LOGIN_USERNAME_EMPTY, LOGIN_PASSWORD_EMPTY, WRONG_CREDENTIALS,
        DATABASE_ERROR,
    ),
    (
        Operation.RECAPTCHA, Operation.FIND_USER, Operation.SESSION_STORE, Operation.SAVE_SESSION,
    ),
    needs_session=False,
    body=Login,
    parses_body=True,
    opens_session=True,
)  # fmt: skip
LOG_OUT: Final = Endpoint(
    "/auth/logout",
    "logOut",
    "end the session of the cookie, and no other",
    (LOGGED_OUT, SESSION_INVALID, DATABASE_ERROR),
    (Operation.SESSION_STORE, Operation.FIND_USER),
    sample_sends_get=True,
    session_missing=SESSION_INVALID,
    parses_body=True,
)
VERIFY: Final = Endpoint(
    "/auth/verify",
    "verify",
    "verify the address of a user, by the link of a verification mail",
    (VERIFIED, CODE_EMPTY, CODE_INVALID, DATABASE_ERROR),
    (Operation.SAVE_USER,),
    method="GET",
    needs_session=False,
    query=Verification,
)
SEND_EMAIL: Final = Endpoint(
    "/auth/verify/sendemail",
    "sendVerificationEmail",
    "send the verification mail again",
    (
        MAIL_SENT, LOGIN_USERNAME_EMPTY, LOGIN_PASSWORD_EMPTY, WRONG_CREDENTIALS,
        ALREADY_VERIFIED, MAIL_FAILED, DATABASE_ERROR,
    ),
    (Operation.FIND_USER, Operation.SEND_MAIL),
    needs_session=False,
    body=UsernameAndPassword,
    parses_body=True,
)  # fmt: skip

_USERS: Final = {
    (REGISTER, DATABASE_ERROR): "a user with a name of 5 to 15 characters and scenario: db-down",
    (LOG_IN, DATABASE_ERROR): "a user with scenario: db-down",
    (LOG_OUT, LOGGED_OUT): "a user with a session, or with a password",
    (LOG_OUT, DATABASE_ERROR): "a user with a session and scenario: db-down",
    (VERIFY, DATABASE_ERROR): (
        "a user who is not verified, with a password, an email and scenario: db-write-error"
    ),
    (SEND_EMAIL, ALREADY_VERIFIED): "a user who is verified, with a password",
    (SEND_EMAIL, MAIL_FAILED): "a user who is not verified, with a password and no email",
    (SEND_EMAIL, DATABASE_ERROR): "a user with scenario: db-down",
}
PAGE: Final = Page(
    "account",
    "Registering, verifying the address, logging in and out.",
    (REGISTER, LOG_IN, LOG_OUT, VERIFY, SEND_EMAIL),
    STATEMENTS,
    _USERS,
)
