"""Parses the values of flags and environment variables. Each parser raises ValueError."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from mockserver.http.admin.token import SecretError
from mockserver.http.authority import entries, header_entry, host_entry, origin_entry

_STATE_SCHEMES: Final = ("redis", "rediss", "unix")
_STATE_EXPECTED: Final = (
    "expected a URL such as redis://127.0.0.1:6379/0, rediss://user:password@host:6379/0 or "
    "unix:///run/redis.sock"
)


def port(text: str) -> int:
    """Parse a port number. 0 means any free port."""
    if text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535:
        return int(text)
    raise ValueError("expected a port from 0 to 65535")


def seed(text: str) -> int:
    """Parse an integer of at most 20 digits."""
    try:
        return int(text) if len(text) <= 20 else int("")
    except ValueError:
        raise ValueError("expected an integer of at most 20 digits") from None


def amount(most: int) -> Callable[[str], int]:
    """Return a parser of integers from 1 to `most`."""

    def parse(text: str) -> int:
        if text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= most:
            return int(text)
        raise ValueError(f"expected a number from 1 to {most}")

    return parse


def names(text: str) -> tuple[str, ...]:
    """Parse one or more names, separated by commas."""
    found = tuple(name.strip() for name in text.split(",") if name.strip())
    if not found:
        raise ValueError("expected one or more, separated by commas")
    return found


def hosts(text: str) -> tuple[str, ...]:
    """Parse host names and addresses. Raises EntryError, which has the invalid entry."""
    return entries(names(text), host_entry)


def origins(text: str) -> tuple[str, ...]:
    """Parse origins. Raises EntryError, which has the invalid entry."""
    return entries(names(text), origin_entry)


def headers(text: str) -> tuple[str, ...]:
    """Parse header names. Raises EntryError, which has the invalid entry."""
    return entries(names(text), header_entry)


def some(text: str) -> str:
    """Return the text. It must not be empty."""
    if not text:
        raise ValueError("expected non-empty text")
    return text


def path(text: str) -> Path:
    """Parse the path of a file or directory."""
    return Path(some(text))


def port_file(text: str) -> Path:
    """Parse a file name. Standard output is not supported."""
    if text == "-":
        raise ValueError("expected a file name; a file called - is ./-")
    return path(text)


def state_url(text: str) -> str:
    """Parse the URL of a Redis. The library that connects reads the rest."""
    scheme, separator, rest = text.partition("://")
    if separator and scheme in _STATE_SCHEMES and rest and text.isprintable() and " " not in text:
        with suppress(ValueError):
            parts = urlsplit(text)
            number = parts.path.lstrip("/")
            if scheme == "unix" or ((parts.port != 0 and number.isdigit()) or not number):
                return text
    if "@" in text:
        raise SecretError(_STATE_EXPECTED)
    raise ValueError(_STATE_EXPECTED)


def namespace(text: str) -> str:
    """Parse a namespace of keys."""
    if re.fullmatch(r"[A-Za-z0-9._-]{1,100}", text):
        return text
    raise ValueError("expected 1 to 100 letters, digits, dots, hyphens and underscores")


def one_of(*valid: str) -> Callable[[str], str]:
    """Return a parser that accepts only these names."""

    def choose(text: str) -> str:
        if text in valid:
            return text
        raise ValueError("expected " + " or ".join(valid))

    return choose


def switch(text: str) -> bool:
    """Parse an environment variable. As a flag, a switch takes no value."""
    words = {"1": True, "true": True, "yes": True, "on": True}
    words |= {"0": False, "false": False, "no": False, "off": False}
    try:
        return words[text.lower()]
    except KeyError:
        raise ValueError("expected 1, true, yes, on, or 0, false, no, off") from None
