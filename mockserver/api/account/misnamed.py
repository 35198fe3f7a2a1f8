"""Finds fields that clients send under a name that is nearly the documented one."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final

from mockserver.api.account.page import CAPTCHA_FIELD
from mockserver.errors import distance

_DOCUMENTED: Final = frozenset({"username", "password", "email", "code", CAPTCHA_FIELD})
# Other names, as `_plain` writes them, for what they mean.
_MEANT: Final = {
    **dict.fromkeys(("user", "name", "login", "nickname"), "username"),
    **dict.fromkeys(("pass", "pwd"), "password"),
    **dict.fromkeys(("address", "emailaddress", "mailaddress"), "email"),
    **dict.fromkeys(
        ("captcha", "captcharesponse", "captchatoken", "grecaptcha", "recaptcha",
         "recaptcharesponse", "recaptchatoken", "recaptchavalue"),
        CAPTCHA_FIELD,
    ),
}  # fmt: skip
_MOST_NAMES: Final = 50
_LONGEST: Final = 40
# How many letters may differ: in a name of so few letters, one.
_TYPO: Final = 2
_SHORT: Final = 5


def misnamed(name: str, sent: Iterable[str]) -> str | None:
    """Return the sent name that probably means the documented field `name`, or None.

    It differs by its case, its hyphens, or at most two letters, or it is a usual other name. So
    nothing but a name is ever returned, and no secret.
    """
    wanted = _plain(name)
    most = 1 if len(wanted) <= _SHORT else _TYPO
    for given in islice(sent, _MOST_NAMES):
        if len(given) > _LONGEST or given in _DOCUMENTED:
            continue
        plain = _plain(given)
        if _MEANT.get(plain) == name or distance(plain, wanted) <= most:
            return given
    return None


def _plain(name: str) -> str:
    """Return a name without its case and its separators."""
    return name.casefold().translate(_SEPARATORS)


_SEPARATORS: Final = str.maketrans("", "", "-_. ")
