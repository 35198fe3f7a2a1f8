from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.record.text import one_line, printable, redacted
from mockserver.verify.examiner import shown
from tests.helpers.text import DOCUMENTED_COOKIE, DOCUMENTED_TOKEN, TURNING
from tests.helpers.timing import seconds

SIGNATURE = "7Hqy/8Nk8d0rFr4ygSCoEnwg5GD+VMfghQieThqQ2dU"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (DOCUMENTED_TOKEN, "[token]"),
        (f"/x/{DOCUMENTED_TOKEN}/y", "/x/[token]/y"),
        (f"%3D{DOCUMENTED_TOKEN}", "%3D[token]"),
        (f"{DOCUMENTED_TOKEN},{DOCUMENTED_TOKEN}", "[token],[token]"),
        ("eyJ.eyJh.b.c.d", "eyJ.[token].d"),
        ("eyJa.", "[token]"),
        ("eyJhbGciOi", "eyJhbGciOi"),
        (SIGNATURE, "[signature]"),
        (f"{SIGNATURE}=", "[signature]="),
        (f"s:sid.{SIGNATURE}", "s:sid.[signature]"),
        (DOCUMENTED_COOKIE, "s%3A4VtJUXAabKIew3Wib8scACX1lDZK6Z3d.[signature]"),
        (f"sid%2E{SIGNATURE}%3D", "sid%2E[signature]%3D"),
        ("a" * 44, "a" * 44),
        ("a" * 42, "a" * 42),
    ],
)
def test_tokens_and_signatures_are_left_out_in_any_form(text: str, expected: str) -> None:
    assert redacted(text) == expected


# What the expressions said that took quadratic time.
_TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*)?")


@given(st.lists(st.sampled_from(["eyJ", ".", "a", "-_", " ", "/", "eyJab.c.d", "é"])).map("".join))
def test_a_token_is_a_header_a_payload_and_maybe_a_signature(text: str) -> None:
    assert redacted(text) == _TOKEN.sub("[token]", text)


@pytest.mark.parametrize(
    "piece", ["eyJ", "eyJ.", ".eyJ", "eyJa", "eyJ.a", "a", "%2F", "%41", "+-", "a" * 42 + "-"]
)
def test_a_megabyte_is_redacted_in_linear_time(piece: str) -> None:
    """Quadratic, a megabyte of `eyJ` took ten minutes."""
    text = piece * (2**20 // len(piece))
    assert seconds(lambda: redacted(text)) < 10
    assert seconds(lambda: shown(text, [DOCUMENTED_COOKIE])) < 10


@pytest.mark.parametrize("letter", [*TURNING, "\u2028", "\u2029", "\n", "\r", "\x1b", "\x9b"])
def test_what_moves_or_turns_text_is_escaped(letter: str) -> None:
    assert one_line(f"a{letter}b").isprintable()
    if letter != "\n":
        assert letter not in printable(f"a{letter}b")


def test_other_text_stays_as_it_is() -> None:
    for text in ("plain", "żółć 日本 😀", "عربي", "e\u0301"):
        assert one_line(text) == text
    assert printable("a\nb") == "a\nb"
