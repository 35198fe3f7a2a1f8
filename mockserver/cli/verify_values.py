"""Reads the values of the flags of `verify`."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Final

from mockserver.errors import UnknownNameError, UsageError, shortened
from mockserver.server.settings import HTTP_STATUS_MODES
from mockserver.verify.contract import DIFFERENCES
from mockserver.verify.control import ADMIN_PATH
from mockserver.verify.target import admin_url
from mockserver.verify.terms import TERMS

_MOST_SECONDS: Final = 600.0
_MOST_BYTES_OF_TEXT: Final = 4096


def admin(text: str) -> str:
    """Read `--admin`. Raises UsageError."""
    return admin_url(text, ADMIN_PATH)


def token(text: str) -> str:
    """Read `--admin-token`. Raises UsageError."""
    if not text or not text.isascii() or not text.isprintable():
        raise UsageError("--admin-token: expected printable ASCII characters")
    return text


def text_of(flag: str) -> Callable[[str], str]:
    """Return a reader of texts. Its messages do not repeat the text, which may be secret."""

    def read(text: str) -> str:
        try:
            encoded = text.encode()
        except UnicodeEncodeError:
            raise UsageError(f"{flag}: expected UTF-8") from None
        if not encoded or len(encoded) > _MOST_BYTES_OF_TEXT:
            raise UsageError(f"{flag}: expected 1 to {_MOST_BYTES_OF_TEXT} bytes")
        return text

    return read


def profile(text: str) -> str:
    """Read `--profile`. Raises UsageError."""
    if text not in TERMS:
        raise UnknownNameError("profile", text, TERMS)
    return text


def differences(text: str) -> list[str]:
    """Read `--accept`. Raises UsageError."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        expected = " or ".join(DIFFERENCES)
        raise UsageError(f"--accept: expected {expected}, got {shortened(text)}")
    for name in names:
        if name not in DIFFERENCES:
            raise UnknownNameError("difference", name, DIFFERENCES)
    return names


def http_status(text: str) -> str:
    """Read `--http-status`. Raises UsageError."""
    if text not in HTTP_STATUS_MODES:
        expected = " or ".join(HTTP_STATUS_MODES)
        raise UsageError(f"--http-status: expected {expected}, got {shortened(text)}")
    return text


def junit_file(text: str) -> Path:
    """Read `--junit`. Raises UsageError."""
    if not text:
        raise UsageError("--junit: expected a file name, got ''")
    return Path(text)


def timeout(text: str) -> float:
    """Read `--timeout`. Raises UsageError."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= _MOST_SECONDS:
        most = f"{_MOST_SECONDS:g}"
        raise UsageError(
            f"--timeout: expected seconds, more than 0 and at most {most}, got {text!r}"
        )
    return seconds
