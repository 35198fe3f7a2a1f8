"""Logs in through the mocked API, as a client does."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Final
from urllib.parse import urlencode, urlsplit

from mockserver.api.account.page import CAPTCHA_FIELD, LOGGED_IN
from mockserver.credentials.cookies import COOKIE_NAME
from mockserver.errors import MockError, shortened
from mockserver.record.text import one_line, redacted
from mockserver.testing.control_plane import TIMEOUT_S

# Passes unless the fixtures accept other values only.
CAPTCHA_VALUE: Final = "ok"


class LoginError(MockError):
    """A login was refused, or its reply was no reply of the API. The text has the reason.

    `code` is the code of the reply, such as 1940106. It is None if the reply is broken.
    """

    def __init__(self, reason: str, code: int | None = None) -> None:
        super().__init__(reason)
        self.code = code


def posted_login(url: str, username: str, password: str, captcha: str) -> str:
    """Send a login to `url`, and return the value of the session cookie that it sets.

    Raises LoginError, and OSError if the server cannot be reached.
    """
    fields = {"username": username, "password": password, CAPTCHA_FIELD: captcha}
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port or 80, timeout=TIMEOUT_S)
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", parts.path, urlencode(fields), headers)
        response = connection.getresponse()
        code, message = _read_envelope(response)
        cookie = _session_cookie(response)
    except (HTTPException, ValueError, KeyError, TypeError) as error:
        broken = f"{type(error).__name__}: {error}"
        raise LoginError(_told(username, f"the reply is broken: {broken}")) from None
    finally:
        connection.close()
    if code != LOGGED_IN.number:
        raise LoginError(_told(username, f"{code} {message}"), code)
    if cookie is None:
        raise LoginError(_told(username, "the reply sets no session cookie"), code)
    return cookie


def _read_envelope(response: HTTPResponse) -> tuple[int, str]:
    document = json.loads(response.read())
    return int(document["code"]), str(document["message"])


def _session_cookie(response: HTTPResponse) -> str | None:
    for header in response.headers.get_all("Set-Cookie", []):
        name, _, value = header.partition(";")[0].partition("=")
        if name == COOKIE_NAME:
            return value
    return None


def _told(username: str, reason: str) -> str:
    return one_line(redacted(f"cannot log in as {shortened(username)}: {reason}"))
