"""Logs in through the mocked API, as a client does."""

from __future__ import annotations

import json
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Final
from urllib.parse import urlencode, urlsplit

from msgspec import Struct

from mockserver.api.account.page import CAPTCHA_FAILED, CAPTCHA_FIELD, LOGGED_IN
from mockserver.credentials.cookies import COOKIE_NAME
from mockserver.errors import MockError, shortened
from mockserver.record.text import one_line, redacted
from mockserver.testing.calling import PORTS, TIMEOUT_S

# pytest leaves the frames of this module out of tracebacks.
__tracebackhide__ = True

# Passes unless the fixtures accept other values only.
CAPTCHA_VALUE: Final = "ok"
_OTHER_CAPTCHA: Final = "; if the fixtures accept other reCAPTCHA values only, pass one as captcha="
FORM_HEADERS: Final = {"Content-Type": "application/x-www-form-urlencoded"}


class LoginError(MockError):
    """A login was refused, or its reply was no reply of the API. The text has the reason.

    `code` is the code of the reply, such as 1940106. It is None if the reply is broken.
    """

    def __init__(self, reason: str, code: int | None = None) -> None:
        super().__init__(reason)
        self.code = code


class LoginForm(Struct, frozen=True):
    """A login to send: where, and with which body."""

    scheme: str
    host: str
    port: int
    target: str
    username: str
    body: bytes

    def cookie_of(self, response: HTTPResponse) -> str:
        """Return the session cookie that the reply sets. Raises LoginError."""
        try:
            code, message = _read_envelope(response, self.username)
            cookie = _session_cookie(response)
        except (HTTPException, ValueError, KeyError, TypeError) as error:
            raise self.broken(error) from None
        if code != LOGGED_IN.number:
            hint = _OTHER_CAPTCHA if code == CAPTCHA_FAILED.number else ""
            raise LoginError(_told(self.username, f"{code} {message}{hint}"), code)
        if cookie is None:
            raise LoginError(_told(self.username, "the reply sets no session cookie"), code)
        return cookie

    def broken(self, error: Exception) -> LoginError:
        """Return the error for a reply that cannot be read."""
        words = f"{type(error).__name__}: {error}"
        return LoginError(_told(self.username, f"the reply is broken: {words}"))


def login_form(url: str, username: str, password: str, captcha: str) -> LoginForm:
    """Return a login to send to `url`. Raises LoginError if a field cannot be sent."""
    __tracebackhide__ = True
    fields = {"username": username, "password": password, CAPTCHA_FIELD: captcha}
    parts = urlsplit(url)
    port = parts.port or PORTS[parts.scheme]
    body = _form(fields)
    return LoginForm(parts.scheme, parts.hostname or "", port, parts.path, username, body)


def posted_login(url: str, username: str, password: str, captcha: str) -> str:
    """Send a login to `url`, and return the value of the session cookie that it sets.

    Raises LoginError, and OSError if the server cannot be reached.
    """
    __tracebackhide__ = True  # pytest would print the password
    form = login_form(url, username, password, captcha)
    make = HTTPSConnection if form.scheme == "https" else HTTPConnection
    connection = make(form.host, form.port, timeout=TIMEOUT_S)
    connection.connect()  # raises OSError, from frames that do not have the password
    try:
        connection.request("POST", form.target, form.body, FORM_HEADERS)
        return form.cookie_of(connection.getresponse())
    except (HTTPException, OSError) as error:
        raise form.broken(error) from None
    finally:
        connection.close()


def _form(fields: dict[str, str]) -> bytes:
    """Return the fields as a form. Raises LoginError if UTF-8 cannot encode one."""
    __tracebackhide__ = True
    for name, value in fields.items():
        if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
            raise LoginError(f"cannot log in: {name} cannot be sent: it has a lone surrogate")
    return urlencode(fields).encode()


def _read_envelope(response: HTTPResponse, username: str) -> tuple[int, str]:
    """Return code and message of an envelope, whatever its HTTP status is."""
    content = response.read()
    try:
        document = json.loads(content)
        return int(document["code"]), str(document["message"])
    except (ValueError, KeyError, TypeError):
        if response.status == HTTPStatus.OK:
            raise
        status = f"HTTP {response.status} {response.reason}".rstrip()
        raise LoginError(_told(username, f"{status} is no reply of the API")) from None


def _session_cookie(response: HTTPResponse) -> str | None:
    for header in response.headers.get_all("Set-Cookie", []):
        name, _, value = header.partition(";")[0].partition("=")
        if name == COOKIE_NAME:
            return value
    return None


def _told(username: str, reason: str) -> str:
    return one_line(redacted(f"cannot log in as {shortened(username)}: {reason}"))
