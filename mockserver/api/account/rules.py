"""What the account page accepts: in the documentation, and in the server's published source."""

from __future__ import annotations

import hmac
import re
from typing import Annotated, Final

from msgspec import UNSET, Meta, Struct, UnsetType

from mockserver.api import values
from mockserver.api.account.page import CODE_INVALID
from mockserver.api.common import DATABASE_ERROR, ERROR_PAGE
from mockserver.api.page import Code
from mockserver.api.values import Json, is_truthy
from mockserver.state.model import User

_BLANK: Final = r"\s"
_SURROGATE: Final = r"[\ud800-\udfff]"
# Names beyond these are not looked up. A form cannot hold more.
_MOST_NAMES: Final = 1000
_SERVER_USERNAME: Final = r"[a-zA-Z0-9_-]{5,15}"
_SERVER_PASSWORD: Final = r"[a-zA-Z0-9_]{8,32}"
_SERVER_EMAIL: Final = r"[A-Za-z0-9_.-]+@[A-Za-z0-9_.-]+\.[A-Za-z]{2,4}"
# Fixtures hold no longer text, and an export has to be loadable.
_LONGEST_EMAIL: Final = 4096
# bcrypt ignores what follows.
_BCRYPT_BYTES: Final = 72


class UnanswerableError(Exception):
    """The real server would not answer this request. The text says why."""


class AccountData(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """The `data` of a login, as the server's source sends it."""

    username: Annotated[str, Meta(description="The name of the user.")]
    email: Annotated[str | None, Meta(description="The address of the user.")]


class NumberedAccountData(AccountData, frozen=True, gc=False, forbid_unknown_fields=True):
    """The `data` of a login, as the branch `dashboard` sends it."""

    uid: Annotated[int, Meta(description="The number of the user.")] | UnsetType = UNSET


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _is_unicode(text: str) -> bool:
    return text.isascii() or not re.search(_SURROGATE, text)


class DocumentedRules:
    """The rules of the documentation. A field that is not text is malformed, or wrong."""

    taken_wording: str | None = None
    verified_wording: str | None = None
    login_without_store: Code = DATABASE_ERROR
    unreadable_code: Code = CODE_INVALID

    def is_missing(self, value: Json) -> bool:
        """Whether a field of a registration counts as empty."""
        return value is None or value == ""

    def is_blank(self, value: Json) -> bool:
        """Whether a field of a login counts as empty."""
        return value is None or value == ""

    def text(self, value: Json) -> str | None:
        """Return the text of a field, or None if it is not text.

        Lone surrogates, which JSON can escape, are no text: UTF-8 cannot hold them.
        """
        return value if isinstance(value, str) and _is_unicode(value) else None

    def accepts_username(self, text: str) -> bool:
        return 5 <= len(text) <= 15

    def accepts_password(self, text: str) -> bool:
        return 6 <= len(text) <= 17

    def accepts_email(self, text: str) -> bool:
        """Whether this is an address of at most 4,096 characters."""
        return len(text) <= _LONGEST_EMAIL and self._is_address(text)

    def _is_address(self, text: str) -> bool:
        name, _, host = text.partition("@")
        has_dot_within = "." in host[1:-1]
        return bool(name) and has_dot_within and "@" not in host and not re.search(_BLANK, text)

    def names(self, value: Json) -> tuple[str, ...]:
        """Return the usernames that a field names. Any of them may match. None names nobody."""
        text = self.text(value)
        return () if text is None else (text,)

    def check_name(self, value: Json) -> None:
        """Raise UnanswerableError if the database refuses to look for this."""

    def check_password(self, value: Json) -> None:
        """Raise UnanswerableError if the server cannot hash this password."""

    def proves(self, value: Json, user: User) -> bool:
        """Whether the value is the user's password. The comparison takes constant time.

        Raises UnanswerableError if the server cannot compare them.
        """
        if user.password is None or not isinstance(value, str):
            return False
        return hmac.compare_digest(_bytes(value), _bytes(user.password))

    def login_data(self, user: User) -> Struct | None:  # noqa: ARG002
        """Return the `data` of a login, or None for none."""
        return None


class ServerRules(DocumentedRules):
    """The rules of the server's source. Values that are not text are JavaScript's strings.

    Source: the recorded exchanges (`tests/wire/account.jsonl`).
    """

    taken_wording = "this username has been registered."
    verified_wording = "this account has already been verified"
    login_without_store = ERROR_PAGE
    unreadable_code = ERROR_PAGE

    def is_missing(self, value: Json) -> bool:
        return not is_truthy(value)

    def is_blank(self, value: Json) -> bool:
        return value is None or value in ("", [])

    def text(self, value: Json) -> str | None:
        return value if isinstance(value, str) else values.text(value)

    def accepts_username(self, text: str) -> bool:
        return re.fullmatch(_SERVER_USERNAME, text) is not None

    def accepts_password(self, text: str) -> bool:
        return re.fullmatch(_SERVER_PASSWORD, text) is not None

    def _is_address(self, text: str) -> bool:
        return re.fullmatch(_SERVER_EMAIL, text) is not None

    def names(self, value: Json) -> tuple[str, ...]:
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list):
            named = (values.text(item) for item in value[:_MOST_NAMES] if item is not None)
            return tuple(dict.fromkeys(named))
        return () if value is None or isinstance(value, dict) else (values.text(value),)

    def check_name(self, value: Json) -> None:
        if isinstance(value, dict) or (
            isinstance(value, list) and any(isinstance(item, dict) for item in value)
        ):
            raise UnanswerableError("the database cannot look for an object")

    def check_password(self, value: Json) -> None:
        if not isinstance(value, str):
            raise UnanswerableError("the real server's process dies of a password that is no text")

    def proves(self, value: Json, user: User) -> bool:
        self.check_password(value)
        if user.password is None:
            raise UnanswerableError("the real server's process dies of a user without password")
        given, stored = _bytes(str(value)), _bytes(user.password)
        return hmac.compare_digest(given[:_BCRYPT_BYTES], stored[:_BCRYPT_BYTES])

    def login_data(self, user: User) -> Struct | None:
        return AccountData(user.username, user.email)


class DashboardRules(ServerRules):
    """The rules of the branch `dashboard`, which are those of the server but for the login.

    Source: the recorded exchanges (`tests/wire/dashboard.jsonl`).
    """

    def login_data(self, user: User) -> Struct | None:
        uid = UNSET if user.uid is None else user.uid
        return NumberedAccountData(user.username, user.email, uid)


_RULES: Final = {
    "documented": DocumentedRules(),
    "server": ServerRules(),
    "dashboard": DashboardRules(),
}


def rules_of(profile: str) -> DocumentedRules:
    """Return the rules of the profile with this name."""
    return _RULES[profile]
