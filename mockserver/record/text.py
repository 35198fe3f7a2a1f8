"""Text of others, made fit to be shown: without secrets, on one line, not too long."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from mockserver.credentials.cookies import SIGNATURE_LENGTH
from mockserver.errors import clipped

_MOST: Final = 100
# Marks, embeddings, overrides and isolates: they change the order in which a terminal shows what
# follows (Unicode Standard Annex 9, section 2).
_BIDIRECTIONAL: Final = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x2070))
_LINE_ENDS: Final = (0x2028, 0x2029)
_CONTROLS: Final = {number: f"\\x{number:02x}" for number in (*range(0x20), *range(0x7F, 0xA0))} | {
    number: f"\\u{number:04x}" for number in (*_BIDIRECTIONAL, *_LINE_ENDS)
}

# Every expression here either matches where it begins or fails within a bounded number of steps,
# so that it takes linear time: text of others can be a megabyte.
_ESCAPE: Final = re.compile(r"%(?:[2-6][0-9A-Fa-f]|7[0-9A-Ea-e])")
# A path is shown decoded once, a query or a refused target as it was sent.
_LEVELS: Final = 3
_TOKEN_LETTERS: Final = re.compile(r"[A-Za-z0-9_.-]+")
_TOKEN_BEGIN: Final = "eyJ"  # base64 of `{"`, with which the header of a JSON Web Token begins
_LONG: Final = re.compile(rf"[A-Za-z0-9+/_-]{{{SIGNATURE_LENGTH}}}")


def _of_length(letters: str, beside: str) -> str:
    """An expression for where so many letters stand, and none of the others beside them."""
    beside = f"A-Za-z0-9{beside}"
    return rf"(?<![{beside}])(?=[A-Za-z0-9{letters}]{{{SIGNATURE_LENGTH}}}(?![{beside}]))"


# What clients mistype holds secrets where none are expected: a form in a path or a username, for
# example. What follows the name of a secret field is hidden to the end.
_NAMED: Final = re.compile(
    r"(?:passw|captcha)[\w\]-]{0,40}(?:=|[\"'\\]{1,4}\s{0,4}:)", re.IGNORECASE
)
_USER_INFO: Final = re.compile(r"(?<=//)[^\s/@:]{0,200}:[^\s/@]{0,200}(?=@)")
_CODE: Final = re.compile(r"(?<=[?&;]code=)[^\s&#]+")

_ALTERNATIVES: Final = (
    _of_length("+/", beside="+/"),
    # A slash may be a letter of it, or separate it from the rest of a path.
    _of_length("+/", beside="+_-"),
    _of_length("+", beside="+"),
    _of_length("_-", beside="_-"),
)
_MAYBE_SIGNATURE: Final = rf"(?<![A-Za-z0-9])(?:{'|'.join(_ALTERNATIVES)})"
_SMALL: Final = re.compile("[a-z]")
_CAPITAL: Final = re.compile("[A-Z]")
_DIGIT: Final = re.compile("[0-9]")
# Of three random signatures in a million one has fewer; words have fewer, in paths as in CamelCase.
_FEWEST_OF_A_CASE: Final = 3
_FEWEST_NOT_SMALL: Final = 10

_Spans: TypeAlias = Iterator[tuple[int, int]]


def redacted(text: str) -> str:
    """The text without what looks like a secret, percent-encoded or not.

    That is a token, a signature, or the value of a field whose name says so.
    """
    if not (
        "%" in text
        or _TOKEN_BEGIN in text
        or _LONG.search(text)
        or (("=" in text or ":" in text) and any(one.search(text) for one in _FIELDS))
    ):
        return text
    for spans, label in _KINDS:
        plain, places = _decoded(text)
        kept, done = [], 0
        for begin, end in spans(plain):
            kept += [text[done : places[begin]], label]
            done = places[end]
        if kept:
            text = "".join((*kept, text[done:]))
    return text


def _decoded(text: str) -> tuple[str, Sequence[int]]:
    """The text with its visible letters decoded, and for each, and the end, its place before."""
    places: Sequence[int] = range(len(text) + 1)
    for _ in range(_LEVELS):
        if "%" not in text:
            break
        kept, moved, done = [], array("L"), 0
        for found in _ESCAPE.finditer(text):
            kept += [text[done : found.start()], chr(int(found[0][1:], 16))]
            moved.extend(places[done : found.start() + 1])
            done = found.end()
        if not done:
            break
        moved.extend(places[done:])
        text, places = "".join((*kept, text[done:])), moved
    return text, places


def _tokens(text: str) -> _Spans:
    """A token is a header, a dot, a payload, and maybe a dot and a signature."""
    if _TOKEN_BEGIN not in text:
        return
    for found in _TOKEN_LETTERS.finditer(text):
        run, at = found[0], found.start()
        begin = run.find(_TOKEN_BEGIN)
        while begin >= 0:
            dot = run.find(".", begin)
            if dot < 0:
                break
            end = dot
            if dot > begin + len(_TOKEN_BEGIN):
                end = _end_of_part(run, dot + 1)
                if end < len(run):
                    end = _end_of_part(run, end + 1)
                yield at + begin, at + end
            begin = run.find(_TOKEN_BEGIN, end)


def _fields(text: str) -> _Spans:
    named = _NAMED.search(text)
    end = len(text) if named is None else named.start()
    found = [one.span() for kind in (_USER_INFO, _CODE) for one in kind.finditer(text, 0, end)]
    done = 0
    for begin, after in sorted(found):
        if begin >= done:
            yield begin, after
            done = after
    if named is not None:
        yield end, len(text)


_FIELDS: Final = (_NAMED, _USER_INFO, _CODE)


def _end_of_part(run: str, begin: int) -> int:
    dot = run.find(".", begin)
    return len(run) if dot < 0 else dot


def _signatures(text: str) -> _Spans:
    """Those that overlap, of which at most one is a signature, are one."""
    begin = end = 0
    for found in re.finditer(_MAYBE_SIGNATURE, text):
        at = found.start()
        if not _is_signature(text, at):
            continue
        if at > end:
            if end:
                yield begin, end
            begin = at
        end = at + SIGNATURE_LENGTH
    if end:
        yield begin, end


def _is_signature(text: str, at: int) -> bool:
    """Whether what stands there, if it is not all of one word, is as mixed as chance mixes."""
    run = text[at : at + SIGNATURE_LENGTH]
    if run.isalnum():  # no word is as long
        return True
    capitals = len(_CAPITAL.findall(run))
    return (
        capitals >= _FEWEST_OF_A_CASE
        and len(_SMALL.findall(run)) >= _FEWEST_OF_A_CASE
        and capitals + len(_DIGIT.findall(run)) >= _FEWEST_NOT_SMALL
    )


_KINDS: Final = (
    (_tokens, "[token]"),
    (_signatures, "[signature]"),
    (_fields, "[redacted]"),
)


def one_line(text: str) -> str:
    """The text with control characters escaped.

    It can neither begin a line, nor move a cursor, nor turn around what stands after it.
    """
    return text if text.isprintable() else text.translate(_CONTROLS)


def printable(text: str) -> str:
    """The same for text of several lines, which stay."""
    return "\n".join(map(one_line, text.split("\n")))


def cut(text: str) -> str:
    """Redacted, then cut where it is long: nobody would know half of a secret again."""
    return clipped(redacted(text), _MOST)
