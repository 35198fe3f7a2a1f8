"""Recognizes pages whose cookies a browser drops, because the page is on another site.

The session cookie has no `SameSite`, so browsers treat it as `Lax`: a request from a page of
another site neither stores nor sends it. `localhost`, `127.0.0.1` and `[::1]` are three sites.
Ports do not matter.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, TypeAlias

from falcon import Request

from mockserver.api.trace import Step
from mockserver.http.admin.public_url import public_origin
from mockserver.http.authority import Origin, is_loopback_host, read_origin
from mockserver.record.exchange import Outcome

# Longer ones are not on loopback.
_MAX_ORIGIN: Final = 64

Sites: TypeAlias = tuple[str, str, str, str]
"""The origin of the mock, that of the page, and then: where the page should be, or the mock."""


def warn_of_dropped_cookie(req: Request, outcome: Outcome) -> None:
    """Warn if a browser drops the cookie that the reply sets, or has not sent the one it lacks."""
    if "HTTP_ORIGIN" not in req.env:
        return
    sets_cookie = outcome.reply is not None and outcome.reply.session is not None
    if not (sets_cookie or outcome.trace.ends_with(Step.NO_COOKIE)):
        return
    sites = other_site(req)
    if sites is not None:
        outcome.trace.add(Step.OTHER_SITE, *sites)


def other_site(req: Request) -> Sites | None:
    """Return the origins in question if page and mock are on different names of this machine."""
    header = req.env.get("HTTP_ORIGIN")
    if header is None or len(header) > _MAX_ORIGIN:
        return None
    own = public_origin(req)
    return None if own is None or not is_loopback_host(own.host) else _compared(header, own)


@lru_cache(64)  # entries of the journal share the texts
def _compared(header: str, own: Origin) -> Sites | None:
    page = read_origin(header)
    if page is None or page.host == own.host or not is_loopback_host(page.host):
        return None
    moved_page = Origin(page.scheme, own.host, page.port)
    moved_mock = Origin(own.scheme, page.host, own.port)
    return str(own), str(page), str(moved_page), str(moved_mock)
