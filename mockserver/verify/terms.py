"""What `verify` expects under each profile, where the profiles differ.

The differences are those that docs/verify.md and docs/differences.md list. They are stated here
once more, because `verify` must not share the mock's rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from mockserver.api.account.page import ALREADY_VERIFIED, CODE_INVALID, USERNAME_TAKEN, VERIFY
from mockserver.api.common import DATABASE_ERROR, SESSION_INVALID, SESSION_MISSING
from mockserver.api.page import Code, Statement
from mockserver.api.token.page import SAMPLES_SEND_GET
from mockserver.verify.contract import PAIRS, pair_of


class Terms(Struct, frozen=True):
    """The expectations of one profile.

    - `session_missing` is the code for a missing, unknown or expired session.
    - `store_down_at_login` and `store_down_at_logout` are the codes while the session store is
      down. None is an HTML page with HTTP 500.
    - `takes_get` says that GET is answered like POST where the samples send GET.
    - `pages_for_codes` says that a code of somebody else gets an HTML page with HTTP 500.
    - `login_names_user` says that the `data` of a login is `{username, email}`.
    - `wordings` are the messages that differ from the documentation's, by code.
    - `usernames` and `passwords` are the shortest and the longest that are accepted, then some that
      are refused.
    """

    name: str
    session_missing: Code
    store_down_at_login: Code | None
    store_down_at_logout: Code
    takes_get: bool
    pages_for_codes: bool
    login_names_user: bool
    wordings: Mapping[int, str]
    usernames: tuple[tuple[str, ...], tuple[str, ...]]
    passwords: tuple[tuple[str, ...], tuple[str, ...]]
    username_form: str

    def message(self, code: Code) -> str:
        """Return the message of a code."""
        return self.wordings.get(code.number, code.message)

    def accepts_username(self, name: str) -> bool:
        """Whether somebody could register with this name, if it were not taken."""
        return re.fullmatch(self.username_form, name, re.DOTALL) is not None


# Six characters that stand in no reply, so that hiding them hides nothing else.
_MADE_UP: Final = "Vp4x9Z"

DOCUMENTED: Final = Terms(
    "documented",
    session_missing=SESSION_MISSING,
    store_down_at_login=DATABASE_ERROR,
    store_down_at_logout=DATABASE_ERROR,
    takes_get=True,
    pages_for_codes=False,
    login_names_user=False,
    wordings={},
    usernames=(("verif", "verify-15-chars"), ("veri", "verify-16-chars-")),
    passwords=((_MADE_UP, _MADE_UP + "x" * 11), (_MADE_UP[:5], _MADE_UP + "x" * 12)),
    username_form=r".{5,15}",
)
SERVER: Final = Terms(
    "server",
    session_missing=SESSION_INVALID,
    store_down_at_login=None,
    store_down_at_logout=SESSION_INVALID,
    takes_get=False,
    pages_for_codes=True,
    login_names_user=True,
    wordings={
        USERNAME_TAKEN.number: "this username has been registered.",
        ALREADY_VERIFIED.number: "this account has already been verified",
    },
    usernames=(("verif", "verify-15-chars"), ("veri", "verify-16-chars-", "ver ify")),
    passwords=(
        (_MADE_UP + "_8", _MADE_UP + "x" * 26),
        (_MADE_UP + "7", _MADE_UP + "x" * 27, _MADE_UP + "-x"),
    ),
    username_form=r"[A-Za-z0-9_-]{5,15}",
)
TERMS: Final = {terms.name: terms for terms in (DOCUMENTED, SERVER)}


def never_kept(terms: Terms, *, with_account: bool) -> dict[Statement, str]:
    """Return the statements that a server of this profile does not keep, with the reasons.

    `with_account` says that a user's token can be tried as the code of a mail.
    """
    profile = f"profile {terms.name}"
    reasons = {}
    if terms.session_missing != SESSION_MISSING:
        reason = f"{profile} answers {terms.session_missing.number} instead"
        reasons = {check: reason for check, (_, code) in PAIRS.items() if code == SESSION_MISSING}
    if not terms.takes_get:
        reasons[SAMPLES_SEND_GET] = f"{profile} refuses GET"
    if terms.pages_for_codes and not with_account:
        check = pair_of(VERIFY, CODE_INVALID)
        reasons[check] = f"{profile} answers it only to a user's token: --username and --password"
    return reasons
