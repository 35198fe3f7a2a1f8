"""Text of others, made fit to be shown: without secrets, on one line, not too long."""

from __future__ import annotations

import re
from typing import Final

# Marks, embeddings, overrides and isolates: they change the order in which a terminal shows what
# follows (Unicode Standard Annex 9, section 2).
_BIDIRECTIONAL: Final = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x2070))
_LINE_ENDS: Final = (0x2028, 0x2029)
_CONTROLS: Final = {number: f"\\x{number:02x}" for number in (*range(0x20), *range(0x7F, 0xA0))} | {
    number: f"\\u{number:04x}" for number in (*_BIDIRECTIONAL, *_LINE_ENDS)
}

# Every expression here either matches where it begins or fails within a bounded number of steps,
# so that it takes linear time: text of others can be a megabyte.
_TOKEN_LETTERS: Final = re.compile(r"[A-Za-z0-9_.-]+")
_TOKEN_BEGIN: Final = "eyJ"  # base64 of `{"`, with which the header of a JSON Web Token begins
# What a cookie is signed with: base64 of 32 bytes without padding, percent-encoded or not.
_SIGNATURE_LENGTH: Final = 43
_MAYBE_SIGNATURE: Final = re.compile(rf"[A-Za-z0-9+/%]{{{_SIGNATURE_LENGTH}}}")
_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/]|%2[BbFf])+|%[0-9A-Fa-f]{2}")


def redacted(text: str) -> str:
    """The text without what looks like a token or a signature."""
    if _TOKEN_BEGIN in text:
        text = _TOKEN_LETTERS.sub(_without_tokens, text)
    if _MAYBE_SIGNATURE.search(text):
        text = _BASE64.sub(_without_signature, text)
    return text


def _without_tokens(found: re.Match[str]) -> str:
    """A run of a token's letters and dots: a header, a dot, a payload, and maybe a signature."""
    run = found[0]
    kept, done = [], 0
    begin = run.find(_TOKEN_BEGIN)
    while begin >= 0:
        dot = run.find(".", begin)
        if dot < 0:
            break
        if dot == begin + len(_TOKEN_BEGIN):
            begin = run.find(_TOKEN_BEGIN, dot)
            continue
        kept += [run[done:begin], "[token]"]
        done = _end_of_part(run, dot + 1)
        if done < len(run):
            done = _end_of_part(run, done + 1)
        begin = run.find(_TOKEN_BEGIN, done)
    return "".join((*kept, run[done:]))


def _end_of_part(run: str, begin: int) -> int:
    dot = run.find(".", begin)
    return len(run) if dot < 0 else dot


def _without_signature(found: re.Match[str]) -> str:
    run = found[0]
    length = len(run) - 2 * run.count("%")
    return "[signature]" if length == _SIGNATURE_LENGTH else run


def one_line(text: str) -> str:
    """The text with control characters escaped.

    It can neither begin a line, nor move a cursor, nor turn around what stands after it.
    """
    return text if text.isprintable() else text.translate(_CONTROLS)


def printable(text: str) -> str:
    """The same for text of several lines, which stay."""
    return "\n".join(map(one_line, text.split("\n")))
