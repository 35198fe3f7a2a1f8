"""Parses the head of a request (RFC 9112) in linear time.

waitress' own regular expressions take quadratic time for some request lines and headers. The ones
here never backtrack over a byte. Error messages never contain a header's value.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote_to_bytes

from msgspec import Struct
from waitress.parser import ParsingError

from mockserver.record.text import cut

TOKEN: Final = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_SHOWN: Final = 100

_LINE: Final = re.compile(rb"(" + TOKEN + rb") ([^ ]+)(?: HTTP/([0-9]\.[0-9]))?")
_FIELD: Final = re.compile(rb"(" + TOKEN + rb"):([\t\x20-\x7e\x80-\xff]*)")
_FOLDED: Final = rb"[ \t][\t\x20-\x7e\x80-\xff]*"
_VISIBLE: Final = re.compile(rb"[\x21-\x7e]+")
_ABSOLUTE: Final = rb"(?i:(https?)://)([^/?#]+)(.*)"

# RFC 3986, 3.2.2 and 3.2.3: the name and the port may be empty.
_SAFE: Final = r"A-Za-z0-9\-._~!$&'()*+,;="
_HOST: Final = re.compile(
    rf"(?:\[(?:([0-9A-Fa-f:.]+)|[vV][0-9A-Fa-f]+\.[{_SAFE}:]+)\]|(?:[{_SAFE}]|%[0-9A-Fa-f]{{2}})*)"
    r"(?::[0-9]*)?"
)


class RequestLine(Struct, frozen=True):
    """The parts of a request line. `version` may be empty."""

    method: bytes
    target: bytes
    version: bytes


class Target(Struct, frozen=True):
    """The parts of a request target. `path` is percent-decoded."""

    scheme: str
    authority: str
    path: str
    query: str
    fragment: str


def as_sent(line: bytes) -> tuple[str, str]:
    """Return method and target of a possibly malformed request line, for the log.

    Both are empty if the line has no method. A path is percent-decoded.
    """
    method, blank, rest = line.partition(b" ")
    if not blank or not re.fullmatch(TOKEN, method):
        return "", ""
    target = rest.strip(b" \t").partition(b" ")[0]
    shown = (
        split_target("", "", target).path if target.startswith(b"/") else target.decode("latin-1")
    )
    return cut(method.decode("ascii")), cut(shown)


def read_line(line: bytes) -> RequestLine:
    """Parse a request line. Raises ParsingError."""
    found = _LINE.fullmatch(line.rstrip(b" \t"))
    if found is None:
        raise ParsingError("the request line is not 'METHOD target HTTP/1.1'")
    method, target, version = found.groups()
    if method != method.upper():
        raise ParsingError(f"the method {_quoted(method)} is not in upper case")
    if not _VISIBLE.fullmatch(target):
        raise ParsingError("the request target contains bytes that must be percent-encoded")
    if version is not None and not version.startswith(b"1."):
        raise ParsingError(f"HTTP/{version.decode()} is not supported; expected HTTP/1.1")
    return RequestLine(method, target, version or b"")


def read_target(line: RequestLine) -> Target:
    """Parse the request target. Raises ParsingError if it has no form of RFC 9112, 3.2."""
    target = line.target
    if line.method == b"CONNECT":
        raise ParsingError("CONNECT is for proxies, and the mock is not a proxy")
    if target.startswith(b"/") or (target == b"*" and line.method == b"OPTIONS"):
        return split_target("", "", target)
    found = re.fullmatch(_ABSOLUTE, target)
    if found is None:
        raise ParsingError(
            f"the request target {_quoted(target)} is neither a path that "
            "begins with '/' nor an http:// or https:// URL"
        )
    authority = found[2].decode()
    if not is_host(authority):
        raise ParsingError(f"the request target has no valid host; expected {_HOST_FORM}")
    return split_target(found[1].decode().lower(), authority, found[3])


def split_target(scheme: str, authority: str, rest: bytes) -> Target:
    """Split `rest` into path, query and fragment. An empty path becomes `/`."""
    rest, _, fragment = rest.partition(b"#")
    path, _, query = rest.partition(b"?")
    decoded = unquote_to_bytes(path or b"/").decode("latin-1")
    return Target(scheme, authority, decoded, query.decode("latin-1"), fragment.decode("latin-1"))


def read_fields(block: bytes, may_fold: bool = True) -> list[tuple[bytes, bytes]]:
    """Return name and value of each header line. Folded lines are joined (RFC 9112, 5.2).

    Raises ParsingError, which names the header but not its value.
    """
    fields: list[tuple[bytes, bytes]] = []
    lines = block.split(b"\r\n")
    for number, line in enumerate(lines, 1):
        if found := _FIELD.fullmatch(line):
            fields.append((found[1], found[2].strip(b" \t")))
        elif may_fold and fields and re.fullmatch(_FOLDED, line):
            name, value = fields[-1]
            fields[-1] = name, (value + b" " + line.strip(b" \t")).strip(b" ")
        elif line:
            raise ParsingError(_what_is_wrong(line, number))
    return fields


def _what_is_wrong(line: bytes, number: int) -> str:
    if line.startswith((b" ", b"\t")):
        return f"header line {number} begins with whitespace; expected a name and a colon"
    name, colon, value = line.partition(b":")
    if not colon or not re.fullmatch(TOKEN, name):
        return f"header line {number} does not begin with a name and a colon"
    shown = name[:_SHOWN].decode("ascii")
    if b"\r" in value or b"\n" in value:
        return f"header {shown} contains a bare CR or LF; lines end with CR LF"
    return f"header {shown} contains a control character"


_HOST_FORM: Final = "a name or an address, optionally with a port"


def check_host(host: str | None, needed: bool) -> None:
    """Raise ParsingError if `Host` is malformed, or needed and missing (RFC 9112, 3.2)."""
    if host is None and needed:
        raise ParsingError("HTTP/1.1 without a Host header")
    if host is not None and not is_host(host):
        raise ParsingError(f"header Host is malformed; expected {_HOST_FORM}")


def is_host(text: str) -> bool:
    """Whether this is a `uri-host`, with or without a port (RFC 9110, 7.2)."""
    found = _HOST.fullmatch(text)
    if found is None or found[1] is None:
        return found is not None
    try:
        ipaddress.IPv6Address(found[1])
    except ValueError:
        return False
    return True


def options(value: str) -> list[str]:
    """Return the members of a comma-separated list, in lower case (RFC 9110, 5.6.1)."""
    members = (member.strip(" \t").lower() for member in value.split(","))
    return [member for member in members if member]


def _quoted(text: bytes) -> str:
    return repr(cut(text.decode("latin-1")))


Join = Callable[[str, str, str], str]
"""Takes the key and two values of a repeated header. Returns one value or raises ParsingError."""


def collect(fields: list[tuple[bytes, bytes]], join: Join) -> dict[str, str]:
    """Return the headers under their WSGI names, without `HTTP_`.

    Names with underscores are dropped: WSGI cannot tell them from names with hyphens.
    """
    headers: dict[str, str] = {}
    for name, value in fields:
        if b"_" in name:
            continue
        key = name.upper().replace(b"-", b"_").decode("ascii")
        text = value.decode("latin-1")
        headers[key] = join(key, headers[key], text) if key in headers else text
    return headers
