"""The `Prefer` header (RFC 7240): what one request asks for without touching anything else."""

from __future__ import annotations

import re
from typing import Final

from mockserver.api.page import Code, Endpoint
from mockserver.errors import shortened
from mockserver.http.problems import ProblemError
from mockserver.sandbox.backend import Preferences

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def read(header: str, endpoint: Endpoint) -> Preferences:
    """The preferences that this mock knows; any others, and what does not parse, are ignored.

    Raises ProblemError where the code is not documented for this endpoint.
    """
    wanted = parse(header)
    number = wanted.get("code")
    code = None if number is None else _documented_code(number, endpoint)
    return Preferences(code, wanted.get("scenario"))


def _documented_code(number: str, endpoint: Endpoint) -> Code:
    for code in endpoint.codes:
        if str(code.number) == number:
            return code
    valid = [code.number for code in endpoint.codes]
    detail = f"Prefer: {endpoint.path} is not documented to answer code {shortened(number)}"
    raise ProblemError(400, "Undocumented code", detail, valid=valid)


def applied(prefer: Preferences) -> str | None:
    """The value of `Preference-Applied`, or None where nothing was preferred.

    A forced code is answered without a scenario, so that it is then the only one applied.
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
    """Each preference with its value, its parameters dropped; of one name the first counts."""
    found: dict[str, str] = {}
    for item in _split(header, ","):
        name, equals, value = _split(item, ";")[0].partition("=")
        value = value.strip() if equals else ""
        if len(value) >= 2 and value[0] == value[-1] == '"':
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        found.setdefault(name.strip().lower(), _as_utf8(value))
    return found


def _split(text: str, separator: str) -> list[str]:
    """Split at separators that are not within a quoted string."""
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
    """WSGI hands over header bytes as Latin-1; most clients send UTF-8."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value
