"""Parses the values of flags and arguments. The functions raise UsageError."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from mockserver.api.catalog import PAIRS_OF_PAGE
from mockserver.errors import UnknownNameError, UsageError, shortened

_PERCENT: Final = r"[0-9]{1,3}(\.[0-9]+)?"
COOKIE_KINDS: Final = (
    "valid", "tampered", "unsigned", "wrong-secret", "unknown-session", "expired", "userless",
)  # fmt: skip


def existing_name(text: str) -> Path:
    """Return the path of fixtures, which must not be empty."""
    if not text:
        raise UsageError("PATH: expected a file or a directory, got ''")
    return Path(text)


def log_file(text: str) -> Path:
    """Return the path of `--log-file`, which must not be empty."""
    if not text:
        raise UsageError("--log-file: expected a file name or -, got ''")
    return Path(text)


def cookie_kind(text: str) -> str:
    """Return one of COOKIE_KINDS."""
    if text not in COOKIE_KINDS:
        raise UnknownNameError("kind", text, COOKIE_KINDS)
    return text


def coverage_page(text: str) -> str:
    """Return the name of a page, or ALL_PAGES."""
    if text not in PAIRS_OF_PAGE:
        raise UnknownNameError("page", text, PAIRS_OF_PAGE)
    return text


def percent(text: str) -> float:
    """Return a number from 0 to 100."""
    if re.fullmatch(_PERCENT, text, re.ASCII) and float(text) <= 100:
        return float(text)
    raise UsageError(f"--require-coverage: expected a number from 0 to 100, got {shortened(text)}")
