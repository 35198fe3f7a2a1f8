from __future__ import annotations

import hashlib
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.credentials.cookies import decode_component
from mockserver.record.text import cut, one_line, printable, redacted
from mockserver.verify.masks import Masks
from tests.helpers.text import DOCUMENTED_COOKIE, DOCUMENTED_TOKEN, TURNING
from tests.helpers.timing import seconds

SIGNATURE = "7Hqy/8Nk8d0rFr4ygSCoEnwg5GD+VMfghQieThqQ2dU"
IN_URLS = SIGNATURE.replace("/", "_").replace("+", "-")
# As long, or cut to the length of a signature by its slashes, and yet made of words and ids.
PLAIN = (
    "/__admin/sandboxes/672d727bfc66/requests/12",
    "/__admin/sessions/4VtJUXAabKIew3Wib8scACX1lDZK6Z3d",
    "/__admin/sessions/4VtJUXAabKIew3Wib8scACX1-DZK_Z3d/x",
    "/__sandbox/672d727bfc66/api/v2/auth/token",
    "/users/550e8400-e29b-41d4-a716-446655440000",
    "/src/Example/MyProject/OneComponent/TestCase",
    "this-is-a-path-of-words-with-43-letters-now",
    "THIS_IS_A_NAME_OF_MANY_WORDS_AND_43_LETTERS",
    "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
)


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
        ("a" * 43, "[signature]"),
        ("a" * 42, "a" * 42),
        (f"{SIGNATURE} {SIGNATURE}", "[signature] [signature]"),
        (f"/x/{SIGNATURE}/y/{SIGNATURE}", "/x/[signature]/y/[signature]"),
        (f"/x/{IN_URLS}", "/x/[signature]"),
        (f"x={IN_URLS}&y", "x=[signature]&y"),
        (f"/x/{IN_URLS.replace('_', '-')}/y", "/x/[signature]/y"),
        (f"x-{SIGNATURE}", "x-[signature]"),
        (f"//{SIGNATURE[1:]}/", "/[signature]"),
        (f"DELETE /__admin/sessions/{SIGNATURE} 404", "DELETE /__admin/sessions/[signature] 404"),
    ],
)
def test_tokens_and_signatures_are_left_out_in_any_form(text: str, expected: str) -> None:
    assert redacted(text) == expected


@pytest.mark.parametrize("levels", [1, 2, 3])
@pytest.mark.parametrize("digits", [str.upper, str.lower])
def test_tokens_and_signatures_are_left_out_however_often_they_are_encoded(
    levels: int, digits: Callable[[str], str]
) -> None:
    for text, expected in (
        (DOCUMENTED_TOKEN.replace(".", "%2E"), "/x/[token]/y"),
        (SIGNATURE.replace("/", "%2F").replace("+", "%2B"), "/x/[signature]/y"),
        ("".join(f"%{ord(letter):02x}" for letter in SIGNATURE), "/x/[signature]/y"),
        (f"%2F{SIGNATURE}".replace("+", "%2B"), "/x/%2F[signature]/y"),
        (f"s%3As.{SIGNATURE}".replace("/", "%2F"), "/x/s%3As.[signature]/y"),
    ):
        sent = re.sub("%..", lambda found: digits(found[0]), text)
        left = re.sub("%..", lambda found: digits(found[0]), expected)
        for _ in range(1, levels):
            sent, left = sent.replace("%", "%25"), left.replace("%", "%25")
        assert redacted(f"/x/{sent}/y") == left


@given(st.binary(min_size=32, max_size=32), st.sampled_from(["/x/{}", "/{}/y", "x={}", "s:x.{}"]))
def test_a_signature_is_left_out_wherever_it_stands(digest: bytes, around: str) -> None:
    random = hashlib.sha256(digest).digest()
    for encoded in (b64encode(random), urlsafe_b64encode(random)):
        signature = encoded.decode().rstrip("=")
        shown = redacted(around.format(signature))
        # One whose last letters follow a slash can take as many letters before it with it.
        assert re.fullmatch(r"(/x/|/|x=|s:x\.)?\[signature\](/y)?", shown)


@pytest.mark.parametrize("text", PLAIN)
def test_words_paths_and_ids_stay(text: str) -> None:
    assert redacted(text) == redacted(f"GET {text} 200")[4:-4] == text


# What the expressions said that took quadratic time.
_TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*)?")


@given(st.lists(st.sampled_from(["eyJ", ".", "a", "-_", " ", "/", "eyJab.c.d", "é"])).map("".join))
def test_a_token_is_a_header_a_payload_and_maybe_a_signature(text: str) -> None:
    assert redacted(text) == _TOKEN.sub("[token]", text)


@pytest.mark.parametrize(
    "piece",
    ["eyJ", "eyJ.", ".eyJ", "eyJa", "eyJ.a", "a", "%2F", "%41", "+-", "a" * 42 + "-", "%252F",
     "%25", "/", "A/a/0/", "A0a-/"],
)  # fmt: skip
def test_a_long_text_is_redacted_in_linear_time(piece: str) -> None:
    """Quadratic, a megabyte of `eyJ` took ten minutes, and these texts forty seconds."""
    text = piece * (2**18 // len(piece))
    assert seconds(lambda: redacted(text)) < 10
    masks = Masks()
    masks.add_cookie(decode_component(DOCUMENTED_COOKIE))
    assert seconds(lambda: masks.shown(text)) < 10


@pytest.mark.parametrize("letter", [*TURNING, "\u2028", "\u2029", "\n", "\r", "\x1b", "\x9b"])
def test_what_moves_or_turns_text_is_escaped(letter: str) -> None:
    assert one_line(f"a{letter}b").isprintable()
    if letter != "\n":
        assert letter not in printable(f"a{letter}b")


def test_other_text_stays_as_it_is() -> None:
    for text in ("plain", "żółć 日本 😀", "عربي", "e\u0301"):
        assert one_line(text) == text
    assert printable("a\nb") == "a\nb"


def test_what_is_cut_is_not_cut_through_a_secret() -> None:
    for secret in (SIGNATURE, DOCUMENTED_TOKEN):
        text = cut("x" * 80 + f" {secret}")
        assert secret[:10] not in text
    assert cut("x" * 101) == "x" * 100 + "…"
    assert cut("x" * 100) == "x" * 100
