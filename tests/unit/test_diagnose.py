"""Each mistake against YAML, with the place of its cause and words for people."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from mockserver.errors import FixtureError
from mockserver.fixtures import core_schema, load_fixtures, source

# Each file with the place and the beginning of what is said of it.
CAUSES = {
    "users:\n\t- username: a": "2:1: a tab where only spaces may indent; use spaces",
    "users:\n  - username: a\n\t  token: b": "3:1: a tab where",
    "users:\n-\tusername: a": "2:2: a tab where",
    "a: |\n\tb": "2:1: a tab where",
    "a: @b": "1:4: text cannot begin with '@'; put the text in quotes",
    "a: `b`": "1:4: text cannot begin with '`'; put",
    "a: %b": "1:4: text cannot begin with '%'; put",
    "%a: 1": "1:1: a line that begins with '%' is a directive; put the text in quotes",
    "%YAML 3.0\n---\na: 1": "1:1: expected %YAML 1.2",
    'a: "b\nc: d\n': '1:4: the quote that opens here is never closed; expected another "',
    "a: 'b\nc: d\n": "1:4: the quote that opens here is never closed; expected another '",
    "a: 'b\n---\nc: d\n": "1:4: the quote that opens here is never closed",
    'a: "b\nc: "d"\n': '1:4: the quote that opens here ends only on line 2; expected another "',
    "a: 'it's'": "1:8: text behind a closing quote; put all of it in quotes (a ' within single",
    "a: [1\n": "1:4: the '[' here is never closed; expected ']'",
    "a: [{b: c\n\n": "1:5: the '{' here is never closed; expected '}'",
    "a: [{b: c}\nd: 1": "2:1: expected ',' or ']' before this: the '[' at 1:4 is not closed",
    "a: [{b: c]": "1:10: expected '}' for the '{' at 1:5, got ']'",
    "a: {b: c d: e}": "1:11: expected ',' or '}' in the '{' at 1:4: a comma is missing before",
    "a: []]": "1:6: ']' closes nothing that is open; remove it",
    "a: [1,,2]": "1:7: a comma with nothing before it; remove it",
    "a: b: c": "1:5: a second ': ' on one line; text that has ': ' in it needs quotes",
    "- a: b\n    c: d": "2:5: indented deeper than 'a' above, which has a value; expected 2 spaces",
    "- a:b\n  c: d": "1:3: expected a space after the ':' of 'a'",
    "a: b\nc:d\n": "2:1: expected a space after the ':' of 'c'",
    "a:\n  - b: c\n  -d: e\n": "3:3: expected a space after '-'",
    "a\nb: c": "1:1: expected a key with ': ' behind it",
    "a: - b": "1:4: a list cannot begin on the line of its key; begin it on the next line",
    "a:\n    - b\n  - c": "3:3: indented by 2 spaces, which fits no line above; expected 4 spaces",
    "a:\n  - b: c\n   d: e": "3:4: indented by 3 spaces, which fits no line above; expected 4",
    "a:\n  b: c\n  - d": "3:3: a list entry among keys",
    "a: *": "1:4: '*' begins an alias here; if it is text, put it in quotes",
    "a: *b": "1:4: alias '*b' has no anchor above",
    "a: & b": "1:4: '&' begins an anchor here",
    "a: &b 1\nc: &b 2": "2:4: an anchor that is given twice; first at 1:4",
    "a: !e!x y": "1:4: '!' begins a tag here",
    "a: |b\n  c": "1:4: '|' begins a block of text here",
    r'a: "C:\path"': "1:7: a backslash in double quotes begins an escape",
    r'a: "\xzz"': "1:7: expected hexadecimal digits",
    "a: {n}-b": "1:7: text behind a closing bracket; put all of it in quotes",
    "a: 1\n---\nb: 2": "2:1: a second document begins here; expected one in a file",
    "a: 1\n...\nb: 2": "3:1: expected nothing behind the end of the document",
    "<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> b\n": "2:2: a merge conflict",
}


def causes(tmp_path: Path, text: str) -> tuple[str, ...]:
    path = tmp_path / "f.yaml"
    path.write_text(text)
    with pytest.raises(FixtureError) as caught:
        load_fixtures(path)
    return tuple(one.replace(f"{path}:", "") for one in caught.value.problems)


@pytest.mark.parametrize("text", CAUSES)
def test_the_cause_is_named_with_its_place_and_remedy(tmp_path: Path, text: str) -> None:
    place, _, message = CAUSES[text].partition(": ")
    (told,) = causes(tmp_path, text)
    assert told.startswith(f"{place}: YAML: {message}")


@pytest.mark.parametrize("text", [text for text in CAUSES if "\\" not in text])
def test_the_parser_of_pyyaml_itself_leads_to_the_same_words(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Pure(yaml.SafeLoader):
        yaml_implicit_resolvers = core_schema.CoreSchemaLoader.yaml_implicit_resolvers

    monkeypatch.setattr(source, "CoreSchemaLoader", Pure)
    test_the_cause_is_named_with_its_place_and_remedy(tmp_path, text)


@pytest.mark.parametrize("text", ['a: "\\Uffffffff"', 'a: "\\U0000d800"'])
def test_an_escape_that_stands_for_nothing_is_told_by_both_parsers(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert any("surrogate pair" in one for one in causes(tmp_path, text))
    monkeypatch.setattr(source, "CoreSchemaLoader", yaml.SafeLoader)
    assert causes(tmp_path, text)


def test_a_text_that_uses_up_all_stand_ins_is_refused(tmp_path: Path) -> None:
    private = "".join(map(chr, range(0xE000, 0xF900)))
    (told,) = causes(tmp_path, f"# {private}\u2028")
    assert re.fullmatch(r"1:1: YAML: has too many characters of private use", told)
