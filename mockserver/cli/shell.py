"""Formats shell commands and comments for a narrow terminal."""

from __future__ import annotations

import math
import shlex
import textwrap
from collections.abc import Sequence
from typing import Final

from mockserver.record.text import one_line

WIDTH: Final = 80


def commented(text: str) -> list[str]:
    """Return the text as lines of a shell comment. Words are not broken."""
    lines = textwrap.wrap(one_line(text), WIDTH - 2, break_long_words=False, break_on_hyphens=False)
    return [f"# {line}" for line in lines]


def continued(words: Sequence[str]) -> list[str]:
    """Return a command as lines of at most WIDTH columns. All but the last end with a backslash.

    A shell that is given these lines runs the command. It breaks between words if that takes no
    more lines, else within them. A word with a single quote in it is not broken.
    """
    rest = one_line(shlex.join(words))
    lines: list[str] = []
    if any("'" in word for word in words):
        return [rest]
    while len(rest) > WIDTH:
        at = _break(rest)
        quote = "'" if _is_quoted(rest[:at]) else ""
        lines.append(f"{rest[:at]}{quote}\\")
        rest = quote + rest[at:]
    return [*lines, rest]


def _break(text: str) -> int:
    """Return where to break a text that is longer than a line."""
    # A quote may have to be closed and opened again, beside the backslash.
    most = WIDTH - 2 if "'" in text else WIDTH - 1
    spaces = [at + 1 for at in range(most) if text[at] == " " and not _is_quoted(text[:at])]
    if spaces and _lines(text[spaces[-1] :], most) == _lines(text[most:], most):
        return spaces[-1]
    return most


def _lines(text: str, most: int) -> int:
    """Return how many lines a text takes if only the last may have WIDTH columns."""
    return 1 + max(0, math.ceil((len(text) - WIDTH) / most))


def _is_quoted(text: str) -> bool:
    """Whether the end of the text is within single quotes, as `shlex` writes them."""
    return text.count("'") % 2 == 1
