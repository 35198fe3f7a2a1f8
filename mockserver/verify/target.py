"""The server under test: its URL, and exchanges with it."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, Final, Protocol, TypeAlias
from urllib.parse import SplitResult, urlencode, urlsplit

import msgspec
from msgspec import Struct

from mockserver.api.common import BASE_PATH
from mockserver.errors import MockError, UsageError, shortened
from mockserver.verify.bounded import within
from mockserver.verify.failures import described
from mockserver.version import __version__

# Replies of this API have some hundred bytes. Reading stops at this limit.
MOST_BYTES: Final = 1 << 20

Fields: TypeAlias = Mapping[str, str]
NO_FIELDS: Final[Fields] = MappingProxyType({})


_BOUNDARY: Final = "animeloop-mock-verify"


class FileFields(dict[str, str]):
    """Fields with the names of files. They are sent as a multipart form (RFC 7578)."""

    content_type: Final = f"multipart/form-data; boundary={_BOUNDARY}"

    def body(self) -> bytes:
        """Return the form. The content of each file is its name."""
        parts = (
            f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; '
            f'filename="{filename}"\r\n\r\n{filename}\r\n'
            for name, filename in self.items()
        )
        return f"{''.join(parts)}--{_BOUNDARY}--\r\n".encode()


class NoAnswerError(MockError):
    """The server is unreachable or does not answer (exit status 2)."""


class BadAnswerError(MockError):
    """Something other than this API answers (exit status 1)."""


class HttpReply(Struct, frozen=True):
    """A raw HTTP reply. `document` is the decoded body if it is JSON, else None.

    `set_cookies` are the values of its `Set-Cookie` headers.
    """

    status: int
    content_type: str
    body: bytes
    location: str = ""
    document: Any = None
    set_cookies: tuple[str, ...] = ()


def reply_of(
    status: int,
    content_type: str,
    body: bytes,
    location: str = "",
    set_cookies: Iterable[str] = (),
) -> HttpReply:
    """Build a reply, decoding its body if it is JSON."""
    try:
        document = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        document = None
    return HttpReply(status, content_type, body, location, document, tuple(set_cookies))


class RemoteApi(Protocol):
    """A server under test."""

    url: str
    """The base URL of the API. It ends in `/api/v2`."""

    def ask(
        self, method: str, path: str, cookie: str | None = None, fields: Fields = NO_FIELDS
    ) -> HttpReply:
        """Send a request, and return the reply.

        `path` is relative to `url`. `cookie` is the value of the `Cookie` header. `fields` are the
        query of a GET, and the form of other methods. Raises NoAnswerError or BadAnswerError unless
        a complete HTTP reply comes.
        """
        ...

    def under(self, prefix: str) -> RemoteApi:
        """Return the API that this server has under a path before `/api/v2`."""
        ...


class HttpApi:
    """A server under test behind a URL. Each exchange opens its own connection.

    `timeout_s` is the timeout of a whole exchange, in seconds. `insecure` accepts any TLS
    certificate.
    """

    def __init__(self, url: str, timeout_s: float, insecure: bool = False) -> None:
        self.url = url
        self._at = urlsplit(url)
        self._timeout_s = timeout_s
        self._insecure = insecure

    def ask(
        self, method: str, path: str, cookie: str | None = None, fields: Fields = NO_FIELDS
    ) -> HttpReply:
        headers = {} if cookie is None else {"Cookie": cookie}
        path, form = self._at.path + path, urlencode(fields)
        if method == "GET":
            return self.send(method, f"{path}?{form}" if form else path, headers)
        if isinstance(fields, FileFields):
            headers["Content-Type"] = fields.content_type
            return self.send(method, path, headers, fields.body())
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self.send(method, path, headers, form.encode())

    def under(self, prefix: str) -> HttpApi:
        base = self.url.removesuffix(BASE_PATH)
        return HttpApi(f"{base}{prefix}{BASE_PATH}", self._timeout_s, self._insecure)

    def send(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> HttpReply:
        """Send a request to any path of the server, with any headers. Raises as `ask` does."""
        origin = f"{self._at.scheme}://{self._at.netloc}"
        asked = _SingleRequest(self._connection())
        try:
            return within(self._timeout_s, lambda: asked.carry_out(method, path, headers, body))
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
    """One request on its own connection, which another thread can abandon."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self._connection = connection
        self._abandoned = False

    def carry_out(self, method: str, path: str, headers: dict[str, str], body: bytes) -> HttpReply:
        connection = self._connection
        try:
            connection.connect()
            if self._abandoned:
                raise ConnectionAbortedError
            connection.putrequest(method, path, skip_accept_encoding=True)
            sent = {"User-Agent": f"animeloop-mock/{__version__}", "Connection": "close"}
            sent |= headers if method == "GET" else {"Content-Length": str(len(body))} | headers
            for name, value in sent.items():
                connection.putheader(name, value)
            connection.endheaders(body or None)
            return _read(connection.getresponse())
        finally:
            connection.close()

    def abandon(self) -> None:
        """Stop sending, and shut the connection down so that the server notices."""
        self._abandoned = True
        with suppress(OSError):
            if self._connection.sock is not None:
                self._connection.sock.shutdown(socket.SHUT_RDWR)


def _read(response: http.client.HTTPResponse) -> HttpReply:
    body = response.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise http.client.HTTPException(f"a body of more than {MOST_BYTES >> 20} MiB")
    if response.length:  # http.client itself detects only missing chunks
        raise http.client.IncompleteRead(body, response.length)
    content_type = ", ".join(response.headers.get_all("Content-Type", []))
    location = response.headers.get("Location", "")
    set_cookies = response.headers.get_all("Set-Cookie", [])
    return reply_of(response.status, content_type, body, location, set_cookies)


def api_url(text: str) -> str:
    """Return the base URL of the API from an origin or a URL that ends in `/api/v2`.

    Raises UsageError for other URLs.
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
    """Return the control plane's URL from that URL or the mock's origin. Raises UsageError."""
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
    if "@" in text.partition("//")[2].partition("/")[0]:  # messages must not repeat a password
        raise UsageError(f"{flag}: expected a URL without a user name, such as {example}")
    if not text.isascii() or not text.isprintable() or " " in text:
        raise wrong
    try:
        parts = urlsplit(text)
        known = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # an invalid port or IPv6 address
        raise wrong from None
    if not known or parts.query or parts.fragment:
        raise wrong
    return parts
