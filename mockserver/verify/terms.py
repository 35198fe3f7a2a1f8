"""What `verify` expects under each profile, where the profiles differ.

The differences are those that docs/verify.md and docs/differences.md list. They are stated here
once more, because `verify` must not share the mock's rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from mockserver.api.account.page import ALREADY_VERIFIED, CODE_INVALID, USERNAME_TAKEN, VERIFY
from mockserver.api.catalog import ALL_PAGES, endpoints_of, pairs_of
from mockserver.api.common import DATABASE_ERROR, SESSION_INVALID, SESSION_MISSING
from mockserver.api.dashboard.page import LIST_TOKENS, TOKEN_CREATED
from mockserver.api.page import Code, Endpoint, Statement
from mockserver.api.token.page import GET_TOKEN, SAMPLES_SEND_GET, TOKEN_ISSUED
from mockserver.verify.contract import EVERY_PAIR, PAIRS, pair_of


class Terms(Struct, frozen=True):
    """The expectations of one profile.

    - `session_missing` is the code for a missing, unknown or expired session.
    - `store_down_at_login` and `store_down_at_logout` are the codes while the session store is
      down. None is an HTML page with HTTP 500.
    - `takes_get` says that GET is answered like POST where the samples send GET.
    - `pages_for_codes` says that a code of somebody else gets an HTML page with HTTP 500.
    - `bad_cookie` is the code for a cookie that is malformed or not signed by the server.
    - `login_keys` are the keys of the `data` of a login; of those in it, `uid` may be missing.
    - `own_page` says that page `dashboard` takes the place of the token page.
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
    login_keys: tuple[str, ...]
    wordings: Mapping[int, str]
    usernames: tuple[tuple[str, ...], tuple[str, ...]]
    passwords: tuple[tuple[str, ...], tuple[str, ...]]
    username_form: str
    bad_cookie: Code = SESSION_INVALID
    own_page: bool = False

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """The endpoints of the profile."""
        return endpoints_of(self.name)

    @property
    def token_issued(self) -> Code:
        """The code of a new token."""
        return TOKEN_CREATED if self.own_page else TOKEN_ISSUED

    @property
    def token_method(self) -> str:
        """The method that gets tokens."""
        return LIST_TOKENS.method if self.own_page else GET_TOKEN.method

    @property
    def codes(self) -> Mapping[int, Code]:
        """The codes of the profile by their numbers."""
        return {code.number: code for endpoint in self.endpoints for code in endpoint.codes}

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
    login_keys=(),
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
    login_keys=("username", "email"),
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
DASHBOARD: Final = replace(
    SERVER,
    name="dashboard",
    session_missing=SESSION_MISSING,
    bad_cookie=SESSION_MISSING,
    store_down_at_logout=SESSION_MISSING,
    login_keys=("username", "email", "uid"),
    own_page=True,
)
TERMS: Final = {terms.name: terms for terms in (DOCUMENTED, SERVER, DASHBOARD)}


def never_kept(
    terms: Terms, *, with_account: bool, with_control_plane: bool = True
) -> dict[Statement, str]:
    """Return the statements that a server of this profile does not keep, with the reasons.

    `with_account` says that a user's token can be tried as the code of a mail,
    `with_control_plane` that users can be deleted.
    """
    profile = f"profile {terms.name}"
    reasons = {}
    if terms.session_missing != SESSION_MISSING:
        reason = f"{profile} answers {terms.session_missing.number} instead"
        reasons = {check: reason for check, (_, code) in PAIRS.items() if code == SESSION_MISSING}
    if terms.own_page and not with_control_plane:
        reason = f"{profile} answers it only to a user who is gone; --admin of a mock can"
        checks = (pair_of(one, code) for one, code in pairs_of(terms.name)[ALL_PAGES])
        reasons |= {one: reason for one in checks if EVERY_PAIR[one][1] == SESSION_INVALID}
    if not terms.takes_get:
        reasons[SAMPLES_SEND_GET] = f"{profile} refuses GET"
    if terms.pages_for_codes and not with_account:
        check = pair_of(VERIFY, CODE_INVALID)
        reasons[check] = f"{profile} answers it only to a user's token: --username and --password"
    return reasons
