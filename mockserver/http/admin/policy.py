"""Who may call the control plane."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import force_setattr

from mockserver.errors import UsageError
from mockserver.http.admin.token import usable_token
from mockserver.http.authority import entries, host_entry, origin_entry


class AdminPolicy(Struct, frozen=True):
    """The access rules of the control plane.

    - `enabled` turns the control plane on. If it is off, only health checks are answered.
    - `loopback` says that only this machine can reach the port. Otherwise a token is required.
    - `token` is the admin token, or None if none is required.
    - `allow_hosts` and `allow_origins` are allowed in addition. They are normalized.

    Raises UsageError for a token that no client can send, and for a host or an origin that no
    request can have.
    """

    enabled: bool = True
    loopback: bool = True
    token: str | None = None
    allow_hosts: tuple[str, ...] = ()
    allow_origins: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, normal in (("allow_hosts", host_entry), ("allow_origins", origin_entry)):
            given = getattr(self, name)
            if isinstance(given, str):
                raise UsageError(f"{name}: expected a tuple of texts, got {given!r}")
            try:
                force_setattr(self, name, entries(given, normal))
            except ValueError as error:
                raise UsageError(f"{name}: {error}") from None
        if self.token is not None:
            try:
                usable_token(self.token)
            except ValueError as error:
                raise UsageError(f"token: {error}") from None
        elif self.enabled and not self.loopback:
            raise UsageError("token: expected a token, because other machines can reach the port")
