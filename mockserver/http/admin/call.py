"""One call of the control plane: what handlers get, and how strictly it is read."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Final, TypeVar
from urllib.parse import parse_qsl

import msgspec
from falcon import Request
from msgspec import Struct

from mockserver.errors import LimitError, did_you_mean
from mockserver.fixtures.validate import KeyPath, flaws
from mockserver.http.admin.reached import public_url
from mockserver.http.problems import ProblemError
from mockserver.record.text import shortened
from mockserver.sandbox.registry import Registry
from mockserver.sandbox.sandbox import Sandbox
from mockserver.state.waits import Pause, Wait

MAX_BODY_BYTES: Final = 1_000_000
# How much of what is wrong, or would be right, one reply tells.
MAX_ERRORS: Final = 20
MAX_LISTED: Final = 100
_MAX_KEY: Final = 100
_MAX_DETAIL: Final = 500
B = TypeVar("B")
V = TypeVar("V")


class WaitingPlaces:
    """Lets some calls wait, on a server whose number of threads is not known."""

    def __init__(self, places: int) -> None:
        self._number = places
        self._places = threading.BoundedSemaphore(places)

    def pause(self, wait: Wait, seconds: float) -> None:
        """Sleep; raises LimitError where all places are taken."""
        if not self._places.acquire(blocking=False):
            raise LimitError(f"{self._number} calls wait already; ask again without wait")
        try:
            wait.sleep(seconds)
        finally:
            self._places.release()


class Result(Struct, frozen=True):
    """What a handler answers: a status and a JSON document, or another body with its type."""

    status: int
    document: object = None
    html: str | None = None
    cookie: str | None = None


class Call(Struct, frozen=True):
    """A request to the control plane of one sandbox.

    `pause` is how it may wait; `http_status` is the mode that the mock runs in.
    """

    request: Request
    registry: Registry
    sandbox: Sandbox
    arguments: Mapping[str, str]
    pause: Pause
    http_status: str

    @property
    def base_url(self) -> str:
        """Where this server begins, as the client reached it."""
        return public_url(self.request)

    def query(self, *known: str) -> dict[str, str]:
        """The query parameters; raises ProblemError (422) for one that is not known."""
        found: dict[str, str] = {}
        for name, value in parse_qsl(self.request.query_string, keep_blank_values=True):
            if name not in known:
                expected = did_you_mean(name, known) or _expected(known)
                raise unprocessable(f"unknown query parameter {shortened(name)}{expected}")
            if name in found:
                raise unprocessable(f"query parameter {name!r} is given twice")
            found[name] = value
        return found

    def body(self, kind: type[B]) -> B:
        """The JSON body as this type; none is read as `{}`.

        Raises ProblemError: 400 what is not JSON, 413 what is too large, 415 what does not say
        that it is JSON, 422 what has unknown, wrong or repeated fields.
        """
        data = self._read()
        try:
            value = msgspec.json.decode(data) if data else {}
            json.loads(data or "{}", object_pairs_hook=_no_repeats, parse_int=str, parse_float=str)
        except RecursionError:
            raise ProblemError(400, "Not JSON", "the body is nested too deeply") from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ProblemError(400, "Not JSON", f"the body is not JSON: {error}") from None
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError:
            raise refusal([(flaw.path, flaw.message) for flaw in flaws(value, kind)]) from None

    def no_body(self) -> None:
        """For calls that take none; whatever comes is refused unless it is an empty object."""
        self.body(_Nothing)

    def _read(self) -> bytes:
        length = self.request.content_length or 0
        if length > MAX_BODY_BYTES:
            raise ProblemError(413, "Too large", f"a body may have {MAX_BODY_BYTES} bytes at most")
        data: bytes = self.request.bounded_stream.read()
        kind = (self.request.content_type or "").partition(";")[0].strip().lower()
        if data and kind != "application/json":
            raise ProblemError(
                415, "Not JSON", f"expected Content-Type application/json, got {shortened(kind)}"
            )
        return data


def _no_repeats(members: list[tuple[str, object]]) -> None:
    """Refuse what decoders of JSON let pass: of a field that stands twice only the last counts."""
    seen: set[str] = set()
    for name, _ in members:
        if name in seen:
            raise unprocessable(f"the body: field {shortened(name)} stands twice in one object")
        seen.add(name)


class _Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """A body without fields."""


def unprocessable(detail: str, **members: object) -> ProblemError:
    """422: it can be read, and makes no sense."""
    return ProblemError(422, "Cannot be done", detail, **members)


def refusal(problems: Iterable[tuple[KeyPath, str]]) -> ProblemError:
    """422 with each problem and a JSON pointer (RFC 6901) to its place, at most MAX_ERRORS."""
    found = iter(problems)
    errors = [
        {
            "pointer": "".join(f"/{_escape(key)}" for key in path),
            "detail": _cut(message, _MAX_DETAIL),
        }
        for path, message in islice(found, MAX_ERRORS)
    ]
    detail = "; ".join(f"{error['pointer'] or 'the body'}: {error['detail']}" for error in errors)
    if next(found, None) is not None:
        detail += "; and more"
    return unprocessable(detail, errors=errors)


def number(text: str | None, name: str, default: V, *, most: int) -> int | V:
    """A query parameter that is a whole number from 0 to `most`."""
    if text is None:
        return default
    if text.isascii() and text.isdigit() and len(text) <= 18 and int(text) <= most:
        return int(text)
    raise unprocessable(f"{name}: expected a number from 0 to {most}, got {shortened(text)}")


def one_of(text: str, name: str, valid: Iterable[str]) -> str:
    """A query parameter that is one of these names.

    Where it is none, those of the names are listed that are not long, at most MAX_LISTED.
    """
    names = list(valid)
    if text in names:
        return text
    listed = [one for one in names if len(one) <= _MAX_KEY][:MAX_LISTED]
    hint = did_you_mean(text, names) or _expected(listed)
    raise unprocessable(f"unknown {name} {shortened(text)}{hint}", valid=listed)


def _expected(names: Iterable[str]) -> str:
    listed = ", ".join(names)
    return f"; expected one of {listed}" if listed else "; this call takes none"


def _escape(key: str | int) -> str:
    return _cut(str(key), _MAX_KEY).replace("~", "~0").replace("/", "~1")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most] + "…"
