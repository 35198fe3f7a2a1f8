"""The server that is judged: where it is, and one exchange with it."""

from __future__ import annotations

import http.client
import socket
import ssl
from contextlib import suppress
from typing import Any, Final, Protocol
from urllib.parse import SplitResult, urlsplit

import msgspec
from msgspec import Struct

from mockserver.api.common import BASE_PATH
from mockserver.errors import MockError, UsageError, shortened
from mockserver.verify.bounded import within
from mockserver.verify.failures import described
from mockserver.version import __version__

# A reply of this API has some hundred bytes; more than this is none, and is not read on.
MOST_BYTES: Final = 1 << 20


class NoAnswerError(MockError):
    """The server cannot be reached, or does not answer (exit status 2)."""


class BadAnswerError(MockError):
    """Something answers that is not this API (exit status 1)."""


class HttpReply(Struct, frozen=True):
    """What came back, as it came; `document` is the body where it is JSON, else None."""

    status: int
    content_type: str
    body: bytes
    location: str = ""
    document: Any = None


def reply_of(status: int, content_type: str, body: bytes, location: str = "") -> HttpReply:
    """A reply with its body read as JSON, where it is any."""
    try:
        document = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        document = None
    return HttpReply(status, content_type, body, location, document)


class RemoteApi(Protocol):
    """A server with this API."""

    url: str
    """Where the API begins; ends in `/api/v2`."""

    def ask(self, method: str, path: str, cookie: str | None = None) -> HttpReply:
        """One exchange; `path` begins behind `/api/v2`, `cookie` is a whole header value.

        Raises NoAnswerError or BadAnswerError where no reply came that is whole and HTTP.
        """
        ...


class HttpApi:
    """A server behind a URL, each exchange on a connection of its own and of `timeout_s` at most.

    With `insecure` any TLS certificate will do.
    """

    def __init__(self, url: str, timeout_s: float, insecure: bool = False) -> None:
        self.url = url
        self._at = urlsplit(url)
        self._timeout_s = timeout_s
        self._insecure = insecure

    def ask(self, method: str, path: str, cookie: str | None = None) -> HttpReply:
        headers = {} if cookie is None else {"Cookie": cookie}
        return self.send(method, self._at.path + path, headers)

    def send(self, method: str, path: str, headers: dict[str, str]) -> HttpReply:
        """The same for any path of the server, and with any headers."""
        origin = f"{self._at.scheme}://{self._at.netloc}"
        asked = _SingleRequest(self._connection())
        try:
            return within(self._timeout_s, lambda: asked.carry_out(method, path, headers))
        except KeyboardInterrupt:
            asked.abandon()
            raise
        except TimeoutError:
            asked.abandon()
            words = f"no whole reply within {self._timeout_s:g} s"
            raise NoAnswerError(f"{origin}: {words}") from None
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            answered, words = described(error)
            raise (BadAnswerError if answered else NoAnswerError)(f"{origin}: {words}") from None

    def _connection(self) -> http.client.HTTPConnection:
        host, seconds = self._at.hostname or "", self._timeout_s
        if self._at.scheme == "http":
            return http.client.HTTPConnection(host, self._at.port, timeout=seconds)
        context = ssl.create_default_context()
        if self._insecure:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return http.client.HTTPSConnection(host, self._at.port, timeout=seconds, context=context)


class _SingleRequest:
    """One request on a connection of its own, which can be abandoned from another thread."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self._connection = connection
        self._abandoned = False

    def carry_out(self, method: str, path: str, headers: dict[str, str]) -> HttpReply:
        connection = self._connection
        try:
            connection.connect()
            if self._abandoned:
                raise ConnectionAbortedError
            connection.putrequest(method, path, skip_accept_encoding=True)
            sent = {"User-Agent": f"animeloop-mock/{__version__}", "Connection": "close"}
            sent |= headers if method == "GET" else {"Content-Length": "0"} | headers
            for name, value in sent.items():
                connection.putheader(name, value)
            connection.endheaders()
            return _read(connection.getresponse())
        finally:
            connection.close()

    def abandon(self) -> None:
        """Send nothing any more, and let the server know that nobody waits for the reply."""
        self._abandoned = True
        with suppress(OSError):
            if self._connection.sock is not None:
                self._connection.sock.shutdown(socket.SHUT_RDWR)


def _read(response: http.client.HTTPResponse) -> HttpReply:
    body = response.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise http.client.HTTPException(f"a body of more than {MOST_BYTES >> 20} MiB")
    if response.length:  # http.client tells only of chunks that are missing
        raise http.client.IncompleteRead(body, response.length)
    content_type = ", ".join(response.headers.get_all("Content-Type", []))
    return reply_of(response.status, content_type, body, response.headers.get("Location", ""))


def api_url(text: str) -> str:
    """The base of the API from what a user pastes: an origin, or a URL that ends in `/api/v2`.

    Raises UsageError.
    """
    example = f"http://127.0.0.1:7775 or https://example.org{BASE_PATH}"
    parts = _split(text, "--target", example)
    path = parts.path.rstrip("/")
    if path and not path.endswith(BASE_PATH):
        raise UsageError(
            f"--target: expected an origin, or a URL that ends in {BASE_PATH}, such as {example}, "
            f"got {shortened(text)}"
        )
    return f"{parts.scheme}://{parts.netloc}{path or BASE_PATH}"


def admin_url(text: str, admin_path: str) -> str:
    """Where the control plane begins, from its URL or the mock's origin; raises UsageError."""
    parts = _split(text, "--admin", f"http://127.0.0.1:7775{admin_path}")
    path = parts.path.rstrip("/")
    if parts.scheme != "http" or (path and not path.endswith(admin_path)):
        raise UsageError(
            f"--admin: expected the mock's origin, or its control plane, such as "
            f"http://127.0.0.1:7775{admin_path}, got {shortened(text)}"
        )
    return f"http://{parts.netloc}{path or admin_path}"


def _split(text: str, flag: str, example: str) -> SplitResult:
    wrong = UsageError(f"{flag}: expected a URL such as {example}, got {shortened(text)}")
    if "@" in text.partition("//")[2].partition("/")[0]:  # a password is not to be repeated
        raise UsageError(f"{flag}: expected a URL without a user name, such as {example}")
    if not text.isascii() or not text.isprintable() or " " in text:
        raise wrong
    try:
        parts = urlsplit(text)
        known = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # a port or an IPv6 address that is none
        raise wrong from None
    if not known or parts.query or parts.fragment:
        raise wrong
    return parts
