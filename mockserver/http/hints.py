"""Hints at what a client meant, where that is plain."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from mockserver.api.catalog import ENDPOINTS
from mockserver.api.common import BASE_PATH
from mockserver.credentials.cookies import COOKIE_NAME
from mockserver.errors import clipped
from mockserver.http.paths import SANDBOX_PATH
from mockserver.record.text import one_line

_MOST_PATH: Final = 200
_MOST_NAME: Final = 60
_MOST_WRONG: Final = 2
_MOST_COOKIES: Final = 50
_SANDBOX: Final = rf"{SANDBOX_PATH}[^/]+"
# What clients send in place of the base path, from the longest to none.
_BASES: Final = (BASE_PATH, "", BASE_PATH * 2, "/api/v1", "/api", "/v2", "/v1")
_MEANT: Final = {base + one.path: BASE_PATH + one.path for base in _BASES for one in ENDPOINTS}
# Of these, paths that differ by letters are found too.
_COMPARED: Final = [base + one.path for base in _BASES[:2] for one in ENDPOINTS]
# The end of a session id in a value of the form that express-session makes: `s:ID.SIGNATURE`.
_SIGNED: Final = r"(?i)\"?s(?::|%3A|%253A)[^.]+\."
_SESSION_NAMES: Final = ("connect.sid", "animeloop.sid", "animeloop_auth_sid", "animeloop.auth.id")


def path_hint(path: str) -> str:
    """Return `; did you mean '…'?` with the documented path that `path` is nearly, or nothing.

    It is nearly one if only its case, its slashes, its percent-encoding, its base path, or at most
    two letters in one place differ.
    """
    if len(path) > _MOST_PATH:
        return ""
    prefix = re.match(_SANDBOX, path)
    begin = prefix.end() if prefix else 0
    asked = re.sub("/+", "/", "/" + unquote(path[begin:])).rstrip("/").casefold()
    if asked not in _MEANT:
        asked = next((one for one in _COMPARED if _is_near(asked, one)), "")
    meant = _MEANT.get(asked, path[begin:])
    return "" if meant == path[begin:] else f"; did you mean {path[:begin]}{meant}?"


def _is_near(text: str, other: str) -> bool:
    """Whether at most two letters in one place differ."""
    if abs(len(text) - len(other)) > _MOST_WRONG:
        return False
    head = _same(text, other)
    tail = _same(text[head:][::-1], other[head:][::-1])
    return max(len(text), len(other)) - head - tail <= _MOST_WRONG


def _same(text: str, other: str) -> int:
    """Return how many letters are the same from the beginning on."""
    pairs = enumerate(zip(text, other, strict=False))
    different = (at for at, (one, another) in pairs if one != another)
    return next(different, min(len(text), len(other)))


def similar_cookie(header: str | None) -> str | None:
    """Return the name of a cookie that is probably the session cookie under another name, or None.

    Its name is nearly that of the session cookie, or its value is signed as a session id is.
    """
    if header is None:
        return None
    for pair in header.split(";", _MOST_COOKIES)[:_MOST_COOKIES]:
        name, equals, value = pair.strip().partition("=")
        if equals and name and (re.match(_SIGNED, value) or _is_session_name(name)):
            return clipped(one_line(name), _MOST_NAME)
    return None


def _is_session_name(name: str) -> bool:
    folded = name.casefold()
    return folded in _SESSION_NAMES or _is_near(folded, COOKIE_NAME)
