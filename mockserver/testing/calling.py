"""A call of the control plane as bytes, and its reply as an answer. Both clients share this."""

from __future__ import annotations

import json
from typing import Any, Final, TypeVar
from urllib.parse import urlencode, urlsplit

import msgspec

from mockserver.errors import MockError
from mockserver.http.admin.token import usable_token
from mockserver.record.text import one_line
from mockserver.testing.addresses import SCHEMES

# pytest leaves the frames of this module out of tracebacks.
__tracebackhide__ = True

TIMEOUT_S: Final = 90.0
A = TypeVar("A", bound=msgspec.Struct)
# The default port of each scheme.
PORTS: Final = {"http": 80, "https": 443}


class ControlPlaneError(MockError):
    """The control plane refused a call. The text has its reason.

    `status` is the HTTP status of the refusal, and `detail` the reason alone. `status` is None if
    what answered is no mock.
    """

    def __init__(self, text: str, status: int | None = None, detail: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.detail = detail


class AdminAddress(msgspec.Struct, frozen=True):
    """Where a control plane is. `headers` are those of every call."""

    scheme: str
    host: str
    port: int
    path: str
    headers: dict[str, str]

    @property
    def url(self) -> str:
        """The admin URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"

    def target(self, path: str, query: dict[str, object]) -> str:
        """Return the target of a call. Parameters that are None are left out."""
        given = {name: value for name, value in query.items() if value is not None}
        return self.path + path + (f"?{urlencode(given)}" if given else "")


def admin_address(admin_url: str, token: str | None) -> AdminAddress:
    """Read an admin URL. Raises ControlPlaneError, also for a token that no header can carry."""
    parts = urlsplit(admin_url)
    if parts.scheme not in SCHEMES:
        raise ControlPlaneError(f"expected a URL that begins with http://, got {admin_url!r}")
    headers = {"Content-Type": "application/json", "Connection": "close"}
    if token is not None:
        try:
            headers["Authorization"] = f"Bearer {usable_token(token)}"
        except ValueError as error:
            raise ControlPlaneError(f"the admin token: {error}") from None
    port = parts.port or PORTS[parts.scheme]
    return AdminAddress(
        parts.scheme, parts.hostname or "127.0.0.1", port, parts.path.rstrip("/"), headers
    )


def body_of(document: object) -> bytes | None:
    """Return the body of a call. A call without a document has none."""
    return None if document is None else json.dumps(document).encode()


def read_reply(status: int, body: bytes, call: str) -> Any:
    """Return the document of a reply, or None if it has no body.

    `call` names the call in messages. Raises ControlPlaneError for a refusal.
    """
    try:
        document: Any = json.loads(body) if body else None
        detail = document["detail"] if status >= 400 else ""
    except (ValueError, KeyError, TypeError):
        raise ControlPlaneError(f"{call}: this is no animeloop-mock") from None
    if status >= 400:
        reason = one_line(str(detail))
        raise ControlPlaneError(f"{call}: {reason}", status, reason)
    return document


def read_text(status: int, body: bytes, call: str) -> str:
    """Return the text of a reply that is not JSON. Raises ControlPlaneError for a refusal."""
    if status >= 400:
        read_reply(status, body, call)
    return body.decode()


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
