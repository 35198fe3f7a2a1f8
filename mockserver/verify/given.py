"""What the user of `verify` gave it."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from mockserver.api.page import Needs
from mockserver.verify.control import BoundedControlPlane
from mockserver.verify.members import DEFAULT_CAPTCHA, Member


class Given(Struct, frozen=True):
    """The server's secrets and its control plane, as far as the user has them.

    - `cookie` is a decoded cookie value. If its user had a token before the run, the user gets a
      new one afterwards. Otherwise the user ends without a token.
    - `member` is a user to log in as. Without `cookie`, the same holds for this user's token.
    - `captcha` is the reCAPTCHA value of registrations and logins.
    - `control` is the control plane of the mock that is the target.
    """

    cookie: str | None = None
    member: Member | None = None
    captcha: str = DEFAULT_CAPTCHA
    control: BoundedControlPlane | None = None

    @property
    def met(self) -> Needs:
        """The most that this gives."""
        if self.control is not None:
            return Needs.CONTROL_PLANE
        if self.member is not None:
            return Needs.ACCOUNT
        return Needs.NOTHING if self.cookie is None else Needs.SESSION


NOTHING_GIVEN: Final = Given()
