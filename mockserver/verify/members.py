"""Users who can log in, and the sessions that their logins open."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from mockserver.verify.examiner import SentCookie

DEFAULT_CAPTCHA: Final = "ok"
# A password that both profiles accept, and a username that nobody needs to have.
GOOD_PASSWORD: Final = "verify_password"
NOBODY: Final = "verify-nobody"


class Captcha(Struct, frozen=True):
    """A reCAPTCHA value. `certain` says that the server must accept it, as often as it comes."""

    value: str
    certain: bool


class Member(Struct, frozen=True):
    """A user who can log in."""

    username: str
    password: str

    @property
    def label(self) -> str:
        """A description of username and password."""
        return f"the password of {self.username}"


class LoginSession(Struct, frozen=True):
    """A session that a login opened."""

    cookie: SentCookie
    sid: str
