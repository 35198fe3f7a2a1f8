"""An HTTP client for the control plane."""

from __future__ import annotations

import http.client
import json
from typing import Any, Final, TypeVar
from urllib.parse import urlencode, urlsplit

import msgspec

from mockserver.errors import MockError
from mockserver.http.admin.token import usable_token
from mockserver.record.text import one_line

TIMEOUT_S: Final = 90.0
A = TypeVar("A", bound=msgspec.Struct)


class ControlPlaneError(MockError):
    """The control plane refused a call. The text has its reason.

    `status` is the HTTP status of the refusal, and `detail` the reason alone. `status` is None if
    what answered is no mock.
    """

    def __init__(self, text: str, status: int | None = None, detail: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.detail = detail


class ControlPlane:
    """A client for one admin URL. Thread-safe: each call opens its own connection.

    `timeout_s` bounds each wait for the mock. Methods raise ControlPlaneError if the mock refuses a
    call, OSError if it cannot be reached.
    """

    def __init__(
        self, admin_url: str, token: str | None = None, timeout_s: float = TIMEOUT_S
    ) -> None:
        self.timeout_s = timeout_s
        parts = urlsplit(admin_url)
        if parts.scheme != "http":
            raise ControlPlaneError(f"expected a URL that begins with http://, got {admin_url!r}")
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._path = parts.path.rstrip("/")
        self._headers = {"Content-Type": "application/json"}
        if token is not None:
            try:
                self._headers["Authorization"] = f"Bearer {usable_token(token)}"
            except ValueError as error:
                raise ControlPlaneError(f"the admin token: {error}") from None

    def call(self, method: str, path: str, body: object = None, **query: object) -> Any:
        """Send a call. Returns its JSON document, or None if the reply has no body."""
        given = {name: value for name, value in query.items() if value is not None}
        target = self._path + path + (f"?{urlencode(given)}" if given else "")
        connection = http.client.HTTPConnection(self._host, self._port, timeout=self.timeout_s)
        try:
            data = None if body is None else json.dumps(body)
            connection.request(method, target, data, self._headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        try:
            document: Any = json.loads(text) if text else None
            detail = document["detail"] if response.status >= 400 else ""
        except (ValueError, KeyError, TypeError):
            raise ControlPlaneError(f"{method} {target}: this is no animeloop-mock") from None
        if response.status >= 400:
            reason = one_line(str(detail))
            raise ControlPlaneError(f"{method} {target}: {reason}", response.status, reason)
        return document

    def ask(
        self, answer: type[A], method: str, path: str, body: object = None, /, **query: object
    ) -> A:
        """Send a call, and decode its answer as this type.

        Raises ControlPlaneError also if the answer does not match the type.
        """
        return read_answer(self.call(method, path, body, **query), answer, f"{method} {path}")


def read_answer(document: object, answer: type[A], call: str) -> A:
    """Decode the answer to a call. `call` names the call in messages.

    Ignores unknown keys, because a newer mock may send more. Raises ControlPlaneError if the
    document does not match the type.
    """
    try:
        return msgspec.convert(document, answer)
    except msgspec.ValidationError as error:
        wrong = one_line(str(error))
        raise ControlPlaneError(f"{call}: this is no answer of animeloop-mock: {wrong}") from None
