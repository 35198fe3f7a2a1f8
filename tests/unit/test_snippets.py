"""What stands in fenced blocks is right in form, and the Chinese pages have the English blocks."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from mockserver.cli import parser
from mockserver.fixtures import load_fixtures
from mockserver.fixtures.schema import FixtureFile
from tests.helpers.snippets import PRINTED, Snippet, all_pages, page, snippets, snippets_of
from tests.helpers.text import DOCUMENTED_COOKIE, ROOT

ALL = [snippet for name in all_pages() for snippet in snippets(name)]
RUN = ("html", "java", "js", "python", "sh")  # the tests in e2e/ and browser/ run them
COMPILED = ("dockerfile", "go", "kotlin", "swift", "ts")  # the same, where there is a tool
CHECKED = ("json", "toml", "xml", "yaml")  # this module checks them
FIXTURE_KEYS = set(FixtureFile.__struct_fields__)
CHINESE = [name for name in all_pages() if name.startswith("docs/zh/") or name == "README.zh-CN.md"]


def of_language(language: str) -> list[Snippet]:
    return [snippet for snippet in ALL if snippet.language == language]


def test_a_block_has_a_place_a_language_a_title_and_a_directive() -> None:
    text = 'a\n<!-- test: serves -->\n```sh\nx\n```\n\n```js title="a/b.mjs"\n```\n'
    assert snippets_of(text) == [
        Snippet("page.md", 2, "sh", "", "serves", "x\n"),
        Snippet("page.md", 7, "js", "a/b.mjs", "", ""),
    ]


def test_each_block_is_found() -> None:
    fences = sum(len(re.findall("^```", page(name), re.MULTILINE)) for name in all_pages())
    assert fences == 2 * len(ALL)
    assert len(ALL) > 60


@pytest.mark.parametrize("snippet", ALL, ids=str)
def test_each_block_has_a_language_that_some_test_knows(snippet: Snippet) -> None:
    assert snippet.language in {*RUN, *COMPILED, *CHECKED, *PRINTED}


PARSERS: dict[str, Callable[[str], object]] = {
    "json": json.loads,
    "toml": tomllib.loads,
    "xml": lambda text: ElementTree.fromstring(text.encode()),
    "yaml": yaml.safe_load,
}


@pytest.mark.parametrize("snippet", [one for one in ALL if one.language in PARSERS], ids=str)
def test_data_parses(snippet: Snippet) -> None:
    assert PARSERS[snippet.language](snippet.text) is not None


@pytest.mark.parametrize("snippet", of_language("python"), ids=str)
def test_python_compiles(snippet: Snippet) -> None:
    compile(snippet.text, str(snippet), "exec")


@pytest.mark.parametrize("snippet", of_language("yaml"), ids=str)
def test_yaml_loads_if_it_is_a_fixture_file(snippet: Snippet, tmp_path: Path) -> None:
    keys = set(yaml.safe_load(snippet.text))
    if snippet.title or not keys <= FIXTURE_KEYS:
        return
    path = tmp_path / "fixtures.yaml"
    path.write_text(snippet.text, "utf-8")
    load_fixtures(path)


def commands_in(text: str) -> Iterator[list[str]]:
    """The arguments of each `animeloop-mock …` in a block, up to the end of that command.

    In the commands of a container engine it is the name of the image.
    """
    joined = re.sub(r"^docker .*$", "", re.sub(r"\\\n", " ", text), flags=re.MULTILINE)
    joined = joined.replace("s%3A…", DOCUMENTED_COOKIE)
    joined = re.sub(r"\$\{\{.*?\}\}|\$\((?!animeloop-mock)[^()]*\)", "documented", joined)
    for found in re.finditer(r"animeloop-mock((?: [^\n#|&;()]+)?)", joined):
        words = found[1].partition(" > ")[0].partition("' ")[0]
        if words.count("'") % 2:
            words += "'"
        if words.count('"') % 2:
            words = words.rpartition('"')[0]
        yield shlex.split(words.replace("$PROFILE", "server"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("animeloop-mock --port 0 & mock=$!", [["--port", "0"]]),
        ('curl "$(animeloop-mock cookie a --header)" x', [["cookie", "a", "--header"]]),
        ("animeloop-mock reset   # back", [["reset"]]),
        ("docker build -t animeloop-mock .", []),
        ("animeloop-mock exec -- sh -c 'a $B'", [["exec", "--", "sh", "-c", "a $B"]]),
    ],
)
def test_commands_are_found_in_blocks(text: str, found: list[list[str]]) -> None:
    assert list(commands_in(text)) == found


@pytest.mark.parametrize(
    "snippet",
    [one for one in ALL if one.language in ("sh", "yaml") and "animeloop-mock" in one.text],
    ids=str,
)
def test_each_command_line_parses(snippet: Snippet) -> None:
    for arguments in commands_in(snippet.text):
        if arguments[:1] != ["cookie"] or "$kind" not in arguments:
            parser.parse(arguments)


@pytest.mark.parametrize("name", CHINESE)
def test_a_chinese_page_has_the_blocks_of_the_english_one(name: str) -> None:
    elsewhere = {"README.zh-CN.md": "README.md", "docs/zh/node.md": "clients/node/README.md"}
    english = elsewhere.get(name, name.replace("docs/zh/", "docs/"))
    assert [(one.directive, one.title, one.text) for one in snippets(name)] == [
        (one.directive, one.title, one.text) for one in snippets(english)
    ]


def test_the_pages_that_a_user_needs_first_are_there_in_chinese() -> None:
    needed = {"index", "get-started", "browser", "mobile", "ci", "scenarios", "troubleshooting"}
    assert {Path(name).stem for name in CHINESE} >= needed


LINK = re.compile(r"\]\((?!https?://)([^)#\s]*)(?:#([^)\s]+))?\)")


def anchors_of(text: str) -> set[str]:
    """The anchors of headings, as GitHub and the site name them."""
    headings = re.findall(
        r"^#+ +(.+)$",
        re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE),
        re.MULTILINE,
    )
    return {re.sub(r"[^\w\- ]", "", one.lower()).strip().replace(" ", "-") for one in headings}


@pytest.mark.parametrize("name", [*all_pages(), "CONTRIBUTING.md", "CHANGELOG.md"])
def test_each_link_and_picture_of_a_page_leads_somewhere(name: str) -> None:
    here = ROOT / name
    prose = re.sub(r"^```.*?^```$", "", page(name), flags=re.DOTALL | re.MULTILINE)
    for path, anchor in LINK.findall(prose):
        target = (here.parent / path).resolve() if path else here
        assert target.exists(), path
        if anchor:
            assert anchor in anchors_of(target.read_text("utf-8")), f"{path}#{anchor}"


def test_the_readmes_are_short() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        assert len(page(name).splitlines()) <= 150


def test_ci_files_have_steps() -> None:
    """What is shown for GitHub and GitLab has the commands where these services look for them."""
    files: dict[str, Any] = {
        one.title: yaml.safe_load(one.text) for one in snippets("docs/ci.md") if one.title
        and one.language == "yaml"
    }  # fmt: skip
    steps = files[".github/workflows/contract.yml"]["jobs"]["contract"]["steps"]
    assert any("animeloop-mock exec" in step.get("run", "") for step in steps)
    assert any(
        "animeloop-mock exec" in one for one in files[".gitlab-ci.yml"]["contract"]["script"]
    )
