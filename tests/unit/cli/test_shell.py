"""Commands and comments fit a narrow terminal, and a shell reads what was meant."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.cli.shell import WIDTH, commented, continued

WORD = st.text("ab-/:%=.&'\"\\ $`!*#;\u00e9", max_size=200)


def width_of(lines: list[str]) -> int:
    return max(map(len, lines))


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (["curl", "x"], ["curl x"]),
        (["curl", "a" * 75], ["curl " + "a" * 75]),
        (["curl", "a" * 76], ["curl \\", "a" * 76]),
        (["curl", "a" * 160], ["curl " + "a" * 74 + "\\", "a" * 79 + "\\", "a" * 7]),
        (["curl", "b" * 70, "-H", "a b"], ["curl " + "b" * 70 + " \\", "-H 'a b'"]),
    ],
)
def test_a_command_is_broken_between_words_if_that_takes_no_more_lines(
    words: list[str], lines: list[str]
) -> None:
    assert continued(words) == lines


def test_within_quotes_it_is_closed_and_opened_again() -> None:
    first, second = continued(["curl", "a b" * 30])
    assert first.endswith("'\\")
    assert second.startswith("'")
    assert len(first) == WIDTH


@given(st.lists(WORD.filter(lambda word: "'" not in word), min_size=1, max_size=6))
def test_no_line_is_too_wide(words: list[str]) -> None:
    assert width_of(continued(words)) <= WIDTH


@pytest.mark.skipif(shutil.which("sh") is None, reason="this machine has no sh")
@pytest.mark.parametrize("letter", list("a '\"\\$`!*#;%\u00e9"))
@pytest.mark.parametrize("length", [70, 79, 80, 81, 158, 159, 160, 240])
def test_a_shell_reads_the_words_that_were_meant(letter: str, length: int) -> None:
    words = ["x" * (length // 3), letter * length, f"b{letter}", ""]
    script = "\n".join(continued(["show", *words]))
    define = "show() { for word; do printf '[%s]' \"$word\"; done; }\n"
    result = subprocess.run(
        ["sh", "-c", define + script], capture_output=True, text=True, check=True, timeout=60
    )
    assert result.stdout == "".join(f"[{word}]" for word in words)
    assert result.stderr == ""


def test_a_comment_is_wrapped_and_stays_a_comment() -> None:
    lines = commented("word " * 40 + "\nrm -rf x")
    assert len(lines) > 2
    assert width_of(lines) <= WIDTH
    assert all(line.startswith("# ") for line in lines)
    assert r"\x0arm -rf x" in " ".join(line[2:] for line in lines)
