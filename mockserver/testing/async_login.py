"""Logs in through the mocked API, as a client does, for asyncio."""

from __future__ import annotations

from http.client import HTTPException

from mockserver.testing.async_http import fetch
from mockserver.testing.calling import TIMEOUT_S
from mockserver.testing.login import FORM_HEADERS, login_form

# pytest leaves the frames of this module out of tracebacks.
__tracebackhide__ = True


async def posted_login_async(url: str, username: str, password: str, captcha: str) -> str:
    """Send a login to `url`, and return the value of the session cookie that it sets.

    Raises LoginError, and OSError if the server cannot be reached.
    """
    form = login_form(url, username, password, captcha)
    at = (form.scheme, form.host, form.port)
    try:
        response = await fetch(*at, "POST", form.target, FORM_HEADERS, form.body, TIMEOUT_S)
    except (HTTPException, ConnectionResetError, ConnectionAbortedError, BrokenPipeError) as error:
        raise form.broken(error) from None
    return form.cookie_of(response)
