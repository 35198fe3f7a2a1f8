"""The generated parts of the documents are those of the code, and the site's pages are complete."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from mockserver.cli.parser import commands
from mockserver.http.admin.calls import SANDBOX_CALLS, SERVER_CALLS
from tests.helpers.snippets import all_pages, page
from website import builder
from website.calls import calls_of, kind, reference_page
from website.generated import PARTS, with_parts
from website.markdown import table

CALLS = (*SANDBOX_CALLS, *SERVER_CALLS)


@pytest.mark.parametrize("name", all_pages())
def test_the_generated_parts_of_a_page_are_current(name: str) -> None:
    assert page(name) == with_parts(page(name)), "run: .venv/bin/python -m website refresh"


def test_each_generated_part_stands_somewhere() -> None:
    text = "".join(map(page, all_pages()))
    assert [name for name in PARTS if f"<!-- begin generated: {name} -->" not in text] == []


def test_a_part_is_written_anew_and_the_rest_stays() -> None:
    before = "a\n<!-- begin generated: scenarios -->\nold\n<!-- end generated -->\nb"
    after = with_parts(before)
    assert after.startswith("a\n<!-- begin")
    assert after.endswith("-->\nb")
    assert "old" not in after
    assert "db-down" in after


def test_each_command_has_a_section() -> None:
    text = page("docs/command-line.md")
    assert [name for name in commands() if f"\n## {name}\n" not in text] == []


def test_the_reference_has_each_call_with_its_answers() -> None:
    text = reference_page()
    methods = {f"{call.method} " for call in CALLS}
    assert len([line for line in text.splitlines() if line.startswith("### ")]) == len(CALLS)
    assert {
        line.split()[1] + " " for line in text.splitlines() if line.startswith("### ")
    } <= methods
    assert "`at_least`" in text
    assert "| 204 |" in text


def test_a_bar_stays_in_its_cell() -> None:
    assert table(("a",), [("b|c\nd",)]).splitlines()[-1] == "| b\\|c d |"


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "array", "items": {"type": "string"}}, "list of string"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string or null"),
        ({"enum": ["a", "b"]}, "`a`, `b`"),
        ({"type": "integer", "default": 0}, "integer, default `0`"),
        ({"$ref": "#/components/schemas/X"}, "object"),
    ],
)
def test_a_type_in_a_few_words(schema: dict[str, Any], words: str) -> None:
    api = {"components": {"schemas": {"X": {"type": "object"}}}}
    assert kind(api, schema) == words


def test_calls_know_whether_a_sandbox_has_them() -> None:
    item = {"get": {"summary": "x"}}
    api = {"paths": {"/__admin/a": item, "/__admin/b": item,
                     "/__admin/sandboxes/{sandbox_id}/a": item}}  # fmt: skip
    assert [(one.name, one.everywhere) for one in calls_of(api)] == [
        ("GET /a", True),
        ("GET /b", False),
    ]


def settings(language: str, pages: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads(builder.configuration(language, pages))["project"]
    return found


def pages_of(nav: Any) -> list[str]:
    if isinstance(nav, str):
        return [nav]
    entries = nav.values() if isinstance(nav, dict) else nav
    return [page for entry in entries for page in pages_of(entry)]


def test_both_languages_have_the_same_pages_and_all_of_them(tmp_path: Path) -> None:
    navigations = {}
    for language in builder.LANGUAGES:
        builder.put_together(language, tmp_path / language)
        navigations[language] = pages_of(settings(language, tmp_path / language)["nav"])
    assert navigations["en"] == navigations["zh"]
    written = sorted(file.name for file in (tmp_path / "en").glob("*.md"))
    assert sorted(navigations["en"]) == written


def test_a_page_that_the_configuration_does_not_name_comes_last(tmp_path: Path) -> None:
    (tmp_path / "new.md").write_text('# A "new" page\n\nText.\n')
    assert settings("en", tmp_path)["nav"][-1] == {'A "new" page': "new.md"}


def test_a_link_to_a_file_that_is_no_page_becomes_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = tmp_path / "docs"
    (docs / "zh").mkdir(parents=True)
    (docs / "a.md").write_text("# A\n[b](b.md) [client](../clients/README.md) ![p](../p.png)\n")
    (docs / "zh" / "a.md").write_text("# A\n[b](../b.md) [c](../../clients/README.md)\n")
    monkeypatch.setattr(builder, "DOCS", docs)
    for language in builder.LANGUAGES:
        builder.put_together(language, tmp_path / language)
    assert (tmp_path / "en" / "a.md").read_text() == "# A\n[b](b.md) client ![p](../p.png)\n"
    assert (tmp_path / "zh" / "a.md").read_text() == "# A\n[b](b.md) c\n"


def test_a_page_without_a_chinese_edition_is_there_in_english_and_says_so(tmp_path: Path) -> None:
    builder.put_together("zh", tmp_path / "zh")
    text = (tmp_path / "zh" / "limits.md").read_text("utf-8")
    assert text.startswith("# Limits\n\n> 本页")
    assert (tmp_path / "zh" / "index.md").read_text("utf-8") != page("docs/index.md")


def test_what_tests_and_the_generator_of_parts_need_is_not_on_the_site(tmp_path: Path) -> None:
    builder.put_together("en", tmp_path / "en")
    for file in (tmp_path / "en").glob("*.md"):
        assert "<!--" not in file.read_text("utf-8"), file.name


@pytest.mark.parametrize(
    ("path", "english", "chinese"),
    [
        ("index.html", "./", "zh/"),
        ("zh/index.html", "../", "../zh/"),
        ("ci/index.html", "../ci/", "../zh/ci/"),
        ("zh/ci/index.html", "../../ci/", "../../zh/ci/"),
    ],
)
def test_the_switch_of_languages_leads_to_the_same_page(
    path: str, english: str, chinese: str
) -> None:
    html = '<a href="x" hreflang="en"><a href="y" hreflang="zh"><a href="z">'
    assert builder.with_switch(html, Path(path)) == (
        f'<a href="{english}" hreflang="en"><a href="{chinese}" hreflang="zh"><a href="z">'
    )


@pytest.mark.parametrize("language", builder.LANGUAGES)
def test_the_site_asks_no_other_host_for_fonts(language: str, tmp_path: Path) -> None:
    theme = settings(language, tmp_path)["theme"]
    assert theme["font"] is False
    assert theme["language"] == language
