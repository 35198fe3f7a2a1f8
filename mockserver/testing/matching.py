"""Which requests an assertion expects, and what it says if others came."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from msgspec import Struct

from mockserver.call_types import BodyPattern, HeadersPattern, QueryPattern
from mockserver.errors import UsageError, clipped
from mockserver.http.admin.record_answers import EntryAnswer, SentAnswer
from mockserver.testing.journal_text import journal_lines

# pytest leaves the frames of this module out of tracebacks.
__tracebackhide__ = True

# What the journal shows in place of a secret. Such a value matches whatever is expected, other than
# nothing.
_HIDDEN: Final = "[redacted]"
# With it begins whatever the journal shows in place of a secret.
_MARK: Final = "["
_MOST_QUOTED: Final = 80


class NotRequestedError(AssertionError):
    """The expected requests did not come. The text lists those that came, and why."""


class Pattern(Struct, frozen=True):
    """What a request must have beside path and code. None matches anything."""

    method: str | None = None
    query: QueryPattern | None = None
    headers: HeadersPattern | None = None
    body: BodyPattern | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it matches every request."""
        return self == _ANY

    def mismatch(self, entry: EntryAnswer) -> str | None:
        """Return in words what of a request does not match, or None if it matches."""
        sent = entry.request
        if self.method is not None and entry.method != self.method.upper():
            return f"method {entry.method}"
        if self.query is not None and not _query_matches(self.query, sent.query):
            return f"query {_quoted(sent.query)}"
        for name, expected in (self.headers or {}).items():
            came = _header(sent, name)
            if came != expected and not _is_shown_as(came, name, expected):
                return f"header {name}: {came}" if came is not None else f"no header {name}"
        if self.body is not None and not _body_matches(self.body, entry):
            return f"body {_quoted(sent.body)}"
        return None

    def __str__(self) -> str:
        parts = [
            "" if self.method is None else f"method {self.method.upper()}",
            "" if self.query is None else f"query {self.query!r}" if self.query else "no query",
            "" if self.headers is None else f"headers {dict(self.headers)!r}",
            "" if self.body is None else f"body {self.body!r}" if self.body else "no body",
        ]
        return ", ".join(filter(None, parts))


_ANY: Final = Pattern()


class Expectation(Struct, frozen=True):
    """The requests that an assertion expects. `times` None: at least one."""

    path: str
    code: int | None
    times: int | None
    pattern: Pattern

    @property
    def least(self) -> int:
        """How many requests to wait for: for an exact number, until there is one too many."""
        return 1 if self.times is None else self.times + 1

    def is_met(self, count: int, complete: bool) -> bool:
        """Whether so many requests are as expected. Evicted ones make an exact count uncertain."""
        if self.times is None:
            return count > 0
        return complete and count == self.times

    def failure(self, count: int, complete: bool, came: Sequence[EntryAnswer]) -> NotRequestedError:
        """Return the error that says what came instead, and why."""
        wanted = f"{self.path} answered with {self.code}" if self.code else self.path
        if not self.pattern.is_empty:
            wanted += f" with {self.pattern}"
        expected = "at least once" if self.times is None else _times(self.times)
        listed = "\n".join(f"  {line}" for line in journal_lines(came, self._note)) or "  nothing"
        note = "" if complete else "\n(the journal has evicted older requests)"
        return NotRequestedError(
            f"expected {wanted} {expected}, found it {_times(count)}; "
            f"this is what came:\n{listed}{note}"
        )

    def _note(self, entry: EntryAnswer) -> str:
        """Say what of a request to the expected path does not match."""
        if entry.endpoint != self.path or (self.code is not None and entry.code != self.code):
            return ""
        mismatch = self.pattern.mismatch(entry)
        return "" if mismatch is None else f" [does not match: {mismatch}]"


def expectation(
    path: str,
    code: int | None,
    times: int | None,
    pattern: Pattern,
) -> Expectation:
    """Check the arguments of an assertion. Raises UsageError."""
    if not path.startswith("/"):
        raise UsageError(f"expected a path such as '/auth/token', got {path!r}")
    if times is not None and times < 0:
        raise UsageError(f"times: expected 0 or more, got {times}")
    return Expectation(path, code, times, pattern)


def _times(number: int) -> str:
    return f"{number} time{'s' * (number != 1)}"


def _quoted(text: str) -> str:
    return repr(clipped(text, _MOST_QUOTED)) if text else "none"


def _header(sent: SentAnswer, name: str) -> str | None:
    return next((v for key, v in sent.headers.items() if key.lower() == name.lower()), None)


def _is_shown_as(came: str | None, name: str, expected: str | None) -> bool:
    """Whether the journal shows the expected value of a header as this one."""
    from mockserver.testing import redaction  # noqa: PLC0415

    return None not in (came, expected) and came == redaction.shown_header(name, str(expected))


def _query_matches(expected: QueryPattern, came: str) -> bool:
    text = expected if isinstance(expected, str) else _encoded(expected)
    if isinstance(expected, str):
        if came == text:
            return True
    elif _fields_match(_form(text), _form(came)):
        return True
    if _MARK not in came:
        return False
    from mockserver.testing import redaction  # noqa: PLC0415

    shown = redaction.shown_query(text)
    return shown == came if isinstance(expected, str) else _form(shown) == _form(came)


def _body_matches(expected: BodyPattern, entry: EntryAnswer) -> bool:
    """Whether the body is as expected, or would be if the journal did not redact and cut it."""
    sent = entry.request
    if sent.body == _HIDDEN:
        return bool(expected)
    if sent.truncated and not isinstance(expected, str):
        raise UsageError(
            "body: expected text, because a request has a body of which the journal keeps only "
            f"the beginning, got {type(expected).__name__}"
        )
    if isinstance(expected, str):
        text, matches = expected, _text_matches
    elif _is_json(sent):
        text, matches = json.dumps(expected, default=str), _json_matches
    else:
        text, matches = _encoded(expected), _form_matches
    if matches(text, sent):
        return True
    if _MARK not in sent.body:
        return False
    from mockserver.testing import redaction  # noqa: PLC0415

    content_type = _header(sent, "Content-Type") or ""
    return matches(redaction.shown_body(text, content_type, sent.truncated, entry.endpoint), sent)


def _text_matches(text: str, sent: SentAnswer) -> bool:
    if sent.body == (text[: len(sent.body)] if sent.truncated else text):
        return True
    return not sent.truncated and _is_json(sent) and _json_matches(text, sent)


def _json_matches(text: str, sent: SentAnswer) -> bool:
    with suppress(ValueError, RecursionError):
        return _values_match(json.loads(text), json.loads(sent.body))
    return False


def _form_matches(text: str, sent: SentAnswer) -> bool:
    return _fields_match(_form(text), _form(sent.body))


def _is_json(sent: SentAnswer) -> bool:
    kind = (_header(sent, "Content-Type") or "").partition(";")[0].strip().lower()
    return kind == "application/json"


def _encoded(fields: Mapping[str, Any]) -> str:
    return urlencode(_many(fields), doseq=True)


def _many(fields: Mapping[str, Any]) -> dict[str, list[str]]:
    listed = {
        name: [str(one) for one in value] if isinstance(value, (list, tuple)) else [str(value)]
        for name, value in fields.items()
    }
    return {name: values for name, values in listed.items() if values}


def _form(text: str) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        fields.setdefault(name, []).append(value)
    return fields


def _fields_match(expected: dict[str, list[str]], came: dict[str, list[str]]) -> bool:
    return expected.keys() == came.keys() and all(
        values == came[name] or _HIDDEN in came[name] for name, values in expected.items()
    )


def _values_match(expected: object, came: object) -> bool:
    """Whether two JSON values are equal, where the journal does not hide them."""
    if came == _HIDDEN:
        return True
    if isinstance(expected, Mapping) and isinstance(came, dict):
        return expected.keys() == came.keys() and all(
            _values_match(value, came[name]) for name, value in expected.items()
        )
    if isinstance(expected, (list, tuple)) and isinstance(came, list):
        return len(expected) == len(came) and all(map(_values_match, expected, came))
    return type(expected) is type(came) and expected == came
