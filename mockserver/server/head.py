"""The head of a request, read by RFC 9112 in linear time.

waitress' own regular expressions take quadratic time for some request lines and headers. The ones
here never try a byte in two ways. No message of an error holds the value of a header.
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
_NAME: Final = re.compile(TOKEN)
_FIELD: Final = re.compile(rb"(" + TOKEN + rb"):([\t\x20-\x7e\x80-\xff]*)")
_FOLDED: Final = re.compile(rb"[ \t][\t\x20-\x7e\x80-\xff]*")
_VISIBLE: Final = re.compile(rb"[\x21-\x7e]+")
_ABSOLUTE: Final = re.compile(rb"(?i:(https?)://)([^/?#]+)(.*)")

# RFC 3986, 3.2.2 and 3.2.3: a name may be empty, and so may a port.
_SAFE: Final = r"A-Za-z0-9\-._~!$&'()*+,;="
_HOST: Final = re.compile(
    rf"(?:\[(?:([0-9A-Fa-f:.]+)|[vV][0-9A-Fa-f]+\.[{_SAFE}:]+)\]|(?:[{_SAFE}]|%[0-9A-Fa-f]{{2}})*)"
    r"(?::[0-9]*)?"
)


class RequestLine(Struct, frozen=True):
    """The parts of a request line; `version` is empty where there is none."""

    method: bytes
    target: bytes
    version: bytes


class Target(Struct, frozen=True):
    """A request target, taken apart; `path` is percent-decoded."""

    scheme: str
    authority: str
    path: str
    query: str
    fragment: str


def as_sent(line: bytes) -> tuple[str, str]:
    """Method and target of a line that may be refused, fit to be shown; empty where it has none.

    A target that is a path is that path, decoded as of any request.
    """
    method, blank, rest = line.partition(b" ")
    if not blank or not _NAME.fullmatch(method):
        return "", ""
    target = rest.strip(b" \t").partition(b" ")[0]
    shown = (
        split_target("", "", target).path if target.startswith(b"/") else target.decode("latin-1")
    )
    return cut(method.decode("ascii")), cut(shown)


def read_line(line: bytes) -> RequestLine:
    """Take a request line apart; raises ParsingError where it is none."""
    found = _LINE.fullmatch(line.rstrip(b" \t"))
    if found is None:
        raise ParsingError("the request line is not 'METHOD target HTTP/1.1'")
    method, target, version = found.groups()
    if method != method.upper():
        raise ParsingError(f"the method {_quoted(method)} is not in upper case")
    if not _VISIBLE.fullmatch(target):
        raise ParsingError("the request target has bytes in it that must be percent-encoded")
    if version is not None and not version.startswith(b"1."):
        raise ParsingError(f"HTTP/{version.decode()} is not spoken here; expected HTTP/1.1")
    return RequestLine(method, target, version or b"")


def read_target(line: RequestLine) -> Target:
    """Take the target apart; raises ParsingError where RFC 9112, 3.2, has no such form."""
    target = line.target
    if line.method == b"CONNECT":
        raise ParsingError("CONNECT is for proxies, and the mock is none")
    if target.startswith(b"/") or (target == b"*" and line.method == b"OPTIONS"):
        return split_target("", "", target)
    found = _ABSOLUTE.fullmatch(target)
    if found is None:
        raise ParsingError(
            f"the request target {_quoted(target)} is neither a path that "
            "begins with '/' nor an http:// or https:// URL"
        )
    authority = found[2].decode()
    if not is_host(authority):
        raise ParsingError(f"the request target names no host; expected {_HOST_FORM}")
    return split_target(found[1].decode().lower(), authority, found[3])


def split_target(scheme: str, authority: str, rest: bytes) -> Target:
    """The target whose path, query and fragment are `rest`; an empty path is the root."""
    rest, _, fragment = rest.partition(b"#")
    path, _, query = rest.partition(b"?")
    decoded = unquote_to_bytes(path or b"/").decode("latin-1")
    return Target(scheme, authority, decoded, query.decode("latin-1"), fragment.decode("latin-1"))


def read_fields(block: bytes, may_fold: bool = True) -> list[tuple[bytes, bytes]]:
    """Name and value of each header line, folded lines made one (RFC 9112, 5.2).

    Raises ParsingError, with the name of the header in it and never the value.
    """
    fields: list[tuple[bytes, bytes]] = []
    lines = block.split(b"\r\n")
    for number, line in enumerate(lines, 1):
        if found := _FIELD.fullmatch(line):
            fields.append((found[1], found[2].strip(b" \t")))
        elif may_fold and fields and _FOLDED.fullmatch(line):
            name, value = fields[-1]
            fields[-1] = name, (value + b" " + line.strip(b" \t")).strip(b" ")
        elif line:
            raise ParsingError(_what_is_wrong(line, number))
    return fields


def _what_is_wrong(line: bytes, number: int) -> str:
    if line.startswith((b" ", b"\t")):
        return f"header line {number} begins with a blank; expected a name and a colon"
    name, colon, value = line.partition(b":")
    if not colon or not _NAME.fullmatch(name):
        return f"header line {number} does not begin with a name and a colon"
    shown = name[:_SHOWN].decode("ascii")
    if b"\r" in value or b"\n" in value:
        return f"header {shown} has a bare CR or LF in it; lines end with CR LF"
    return f"header {shown} has a control character in it"


_HOST_FORM: Final = "a name or an address, then at most a colon and a port"


def check_host(host: str | None, needed: bool) -> None:
    """Raise ParsingError where `Host` is malformed, or needed and missing (RFC 9112, 3.2)."""
    if host is None and needed:
        raise ParsingError("HTTP/1.1 without a Host header")
    if host is not None and not is_host(host):
        raise ParsingError(f"header Host is malformed; expected {_HOST_FORM}")


def is_host(text: str) -> bool:
    """Whether this is a `uri-host` with or without a port (RFC 9110, 7.2)."""
    found = _HOST.fullmatch(text)
    if found is None or found[1] is None:
        return found is not None
    try:
        ipaddress.IPv6Address(found[1])
    except ValueError:
        return False
    return True


def options(value: str) -> list[str]:
    """The members of a comma-separated list of tokens, in lower case (RFC 9110, 5.6.1)."""
    members = (member.strip(" \t").lower() for member in value.split(","))
    return [member for member in members if member]


def _quoted(text: bytes) -> str:
    return repr(cut(text.decode("latin-1")))


Join = Callable[[str, str, str], str]
"""Given a header's key, its value and one more: the value of both. May raise ParsingError."""


def collect(fields: list[tuple[bytes, bytes]], join: Join) -> dict[str, str]:
    """The headers as WSGI names them, without `HTTP_`.

    A name with an underscore is left out: it could pass for the one with a hyphen.
    """
    headers: dict[str, str] = {}
    for name, value in fields:
        if b"_" in name:
            continue
        key = name.upper().replace(b"-", b"_").decode("ascii")
        text = value.decode("latin-1")
        headers[key] = join(key, headers[key], text) if key in headers else text
    return headers
