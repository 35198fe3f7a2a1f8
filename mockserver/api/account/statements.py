"""The statements of the account page that `verify` judges, besides its codes."""

from __future__ import annotations

from typing import Final

from mockserver.api.common import REAL_SERVER, SAMPLES, TABLE
from mockserver.api.page import Needs, Statement

_ENDPOINTS: Final = "the account endpoints"
_MAIL: Final = "the verification mail"


def _statement(
    name: str, text: str, source: str = _ENDPOINTS, needs: Needs = Needs.CONTROL_PLANE
) -> Statement:
    return Statement("accounts", name, text, source, needs)


ACCOUNT_DATA: Final = _statement(
    "account-data",
    "data is {} at all account endpoints, but where the profile says more at a login",
    SAMPLES,
    Needs.ACCOUNT,
)
LENGTHS: Final = _statement(
    "lengths",
    "usernames of 5 to 15 and passwords of 6 to 17 characters are accepted, others are not",
    TABLE,
    Needs.NOTHING,
)
FOREIGN_CODE: Final = _statement(
    "foreign-code", "a code that the server did not sign verifies nobody", TABLE, Needs.NOTHING
)
LOGIN_SETS_COOKIE: Final = _statement(
    "login-sets-cookie",
    "a login without a session sets a session cookie that authenticates",
    needs=Needs.ACCOUNT,
)
LOGIN_COOKIE_ATTRIBUTES: Final = _statement(
    "login-cookie-attributes",
    "the session cookie has the attributes Path=/ and HttpOnly",
    REAL_SERVER,
    Needs.ACCOUNT,
)
LOGIN_FAILURE_SETS_NONE: Final = _statement(
    "login-failure-sets-none", "a login that fails sets no cookie", TABLE, Needs.NOTHING
)
LOGIN_KEEPS: Final = _statement(
    "login-keeps",
    "a login with the cookie of a session keeps the session id",
    REAL_SERVER,
    Needs.ACCOUNT,
)
LOGIN_RENEWS: Final = _statement(
    "login-renews",
    "a login with a cookie that is refused gets a new session id",
    REAL_SERVER,
    Needs.ACCOUNT,
)
LOGIN_SWITCHES: Final = _statement(
    "login-switches", "a login with the cookie of another user's session changes its user"
)
LOGOUT_ENDS_ONE: Final = _statement(
    "logout-ends-one",
    "a logout ends the session of its cookie, and no other",
    needs=Needs.ACCOUNT,
)
LOGOUT_FAILURE_KEEPS: Final = _statement(
    "logout-failure-keeps", "a logout that fails ends no session", TABLE
)
REGISTERED_LOGS_IN: Final = _statement("registered-logs-in", "a registered user can log in")
REGISTER_REFUSAL_KEEPS: Final = _statement(
    "register-refusal-keeps", "registering a taken username does not change its user", TABLE
)
ACCOUNT_FAILURE_KEEPS: Final = _statement(
    "account-failure-keeps", "register and verify store nothing if saving fails", TABLE
)
REGISTER_SURVIVES_MAIL: Final = _statement(
    "register-survives-mail", "register succeeds also if the mail cannot be sent", REAL_SERVER
)
MAILS_CODE: Final = _statement(
    "mails-code", "register and sendemail each send a mail with a code", _MAIL
)
VERIFY_MARKS: Final = _statement(
    "verify-marks", "the code of a mail verifies its user, who is not verified before", _MAIL
)

STATEMENTS: Final = (
    ACCOUNT_DATA, LENGTHS, FOREIGN_CODE,
    LOGIN_SETS_COOKIE, LOGIN_COOKIE_ATTRIBUTES, LOGIN_FAILURE_SETS_NONE, LOGIN_KEEPS,
    LOGIN_RENEWS, LOGIN_SWITCHES, LOGOUT_ENDS_ONE, LOGOUT_FAILURE_KEEPS,
    REGISTERED_LOGS_IN, REGISTER_REFUSAL_KEEPS, REGISTER_SURVIVES_MAIL, ACCOUNT_FAILURE_KEEPS,
    MAILS_CODE, VERIFY_MARKS,
)  # fmt: skip
