"""The `Prefer` header (RFC 7240): a scenario or code for a single request."""

from __future__ import annotations

import re
from typing import Final

from mockserver.api.page import Code, Endpoint
from mockserver.errors import distance, shortened
from mockserver.http.problems import ProblemError
from mockserver.sandbox.backend import Preferences

_NAMES: Final = ("code", "scenario")
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def read(header: str, endpoint: Endpoint) -> Preferences:
    """Parse the preferences that the mock supports. Other and malformed ones are ignored.

    Raises ProblemError (400) if the code is not documented for this endpoint, or a preference looks
    like a misspelt one of the mock's.
    """
    wanted = parse(header)
    for name in wanted.keys() - _NAMES:
        _refuse_misspelt(name)
    number = wanted.get("code")
    code = None if number is None else _documented_code(number, endpoint)
    return Preferences(code, wanted.get("scenario"))


def _refuse_misspelt(name: str) -> None:
    for known in _NAMES:
        if distance(name, known) <= 2:
            detail = f"Prefer: unknown preference {shortened(name)}; did you mean {known!r}?"
            raise ProblemError(400, "Unknown preference", detail, valid=_NAMES)


def _documented_code(number: str, endpoint: Endpoint) -> Code:
    for code in endpoint.codes:
        if str(code.number) == number:
            return code
    valid = [code.number for code in endpoint.codes]
    if number.isascii() and number.isdigit():
        detail = f"Prefer: {endpoint.path} is not documented to answer code {shortened(number)}"
    else:  # it may be a secret
        detail = f"Prefer: code: expected a number, such as {valid[0]}"
    raise ProblemError(400, "Undocumented code", detail, valid=valid)


def applied(prefer: Preferences) -> str | None:
    """Return the value of `Preference-Applied`, or None without a preference.

    A forced code involves no scenario, so then the code is the only applied preference.
    """
    if prefer.code is not None:
        return f"code={prefer.code.number}"
    if prefer.scenario is None:
        return None
    name = prefer.scenario
    if not _TOKEN.fullmatch(name):
        name = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    return f"scenario={name.encode().decode('latin-1')}"


def parse(header: str) -> dict[str, str]:
    """Parse a `Prefer` header into names and values. Drops parameters and repeated names."""
    found: dict[str, str] = {}
    for item in _split(header, ","):
        name, equals, value = _split(item, ";")[0].partition("=")
        value = value.strip() if equals else ""
        if len(value) >= 2 and value[0] == value[-1] == '"':
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        found.setdefault(name.strip().lower(), _as_utf8(value))
    return found


def _split(text: str, separator: str) -> list[str]:
    """Split at separators outside of quoted strings."""
    if '"' not in text:
        return text.split(separator)
    parts, begin = [], 0
    quoted = escaped = False
    for at, letter in enumerate(text):
        if letter == separator and not quoted:
            parts.append(text[begin:at])
            begin = at + 1
        elif escaped:
            escaped = False
        elif letter == "\\" and quoted:
            escaped = True
        elif letter == '"':
            quoted = not quoted
    return [*parts, text[begin:]]


def _as_utf8(value: str) -> str:
    """Decode as UTF-8, which most clients send. WSGI decodes headers as Latin-1."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value
