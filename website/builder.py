"""Builds the site: an English and a Chinese project, from pages that are put together first.

A page that has no Chinese edition is in the Chinese site in English, with a note.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from website.calls import reference_page
from website.generated import with_parts
from website.pages import DOCS, ROOT

SITE: Final = ROOT / "site"
STAGE: Final = ROOT / "build" / "website"
NODE_CLIENT: Final = ROOT / "clients" / "node" / "README.md"
# The default language is at the root of the site.
LANGUAGES: Final = {"en": "", "zh": "zh"}
_HERE: Final = Path(__file__).parent
_ONLY_IN_ENGLISH: Final = "> 本页暂时只有英文版。\n"
_COMMENT: Final = re.compile(r"^<!-- (?:test:|begin generated|end generated).*-->\n", re.MULTILINE)
_SWITCH: Final = re.compile(r'<a href="[^"]*" hreflang="(?P<language>en|zh)"')
_ANCHORED: Final = re.compile(r"\]\(([\w-]+\.md)#[^)\s]+\)")
_NODE_CLIENT: Final = re.compile(r"\]\(\.\./clients/node/README\.md")
# A link to a file of the repository that is no page of the site.
_ELSEWHERE: Final = re.compile(r"(?<!!)\[([^\]\n]+)\]\((?:\.\./|examples)[^)\s]*\)")
_FIRST_HEADING: Final = re.compile(r"\A# .*\n")


def build(site: Path = SITE, stage: Path = STAGE) -> int:
    """Build the site. Returns 0, or the exit status of the generator."""
    shutil.rmtree(stage, ignore_errors=True)
    for language, folder in LANGUAGES.items():
        put_together(language, stage / "pages" / language)
        config = stage / f"{language}.toml"
        config.write_text(configuration(language, stage / "pages" / language), "utf-8")
        status = _generate(config)
        if status != 0:
            return status
        built = stage / "html" / language
        if not folder:
            shutil.rmtree(site, ignore_errors=True)
        shutil.copytree(built, site / folder, dirs_exist_ok=True)
    for page in site.rglob("index.html"):
        page.write_text(with_switch(page.read_text("utf-8"), page.relative_to(site)), "utf-8")
    return 0


def configuration(language: str, pages: Path) -> str:
    """Return the generator's configuration. Pages that it does not name come last."""
    text = (_HERE / f"{language}.toml").read_text("utf-8")
    entries = ""
    for page in sorted(pages.glob("*.md")):
        if f'"{page.name}"' not in text:
            title = page.read_text("utf-8").partition("\n")[0].removeprefix("# ")
            entries += (
                f"  {{ {json.dumps(title, ensure_ascii=False)} = {json.dumps(page.name)} }},\n"
            )
    return text.replace("\n]\n", f"\n{entries}]\n", 1)


def with_switch(html: str, path: Path) -> str:
    """Return a page whose switch of languages leads to the same page in the other language."""
    folders = path.parent.parts
    below = folders[1:] if folders[:1] == (LANGUAGES["zh"],) else folders
    up = "../" * len(folders)

    def link(found: re.Match[str]) -> str:
        parts = [part for part in (LANGUAGES[found["language"]], *below) if part]
        target = up + "".join(f"{part}/" for part in parts)
        return f'<a href="{target or "./"}" hreflang="{found["language"]}"'

    return _SWITCH.sub(link, html)


def put_together(language: str, target: Path) -> None:
    """Write all pages of a language to a folder, as the generator reads them."""
    target.mkdir(parents=True)
    english = {path.name: path.read_text("utf-8") for path in DOCS.glob("*.md")}
    english["control-plane-calls.md"] = reference_page()
    english["node.md"] = NODE_CLIENT.read_text("utf-8")
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    english["changelog.md"] = changelog.replace("](docs/", "](").replace(
        "](clients/", "](../clients/"
    )
    for name, text in english.items():
        translated = DOCS / language / name
        if translated.exists():
            page = translated.read_text("utf-8").replace("](../", "](")
        elif language == "en":
            page = text
        else:
            page = _FIRST_HEADING.sub(lambda heading: f"{heading[0]}\n{_ONLY_IN_ENGLISH}", text)
            page = _without_anchors_of_translations(page, language)
        page = _NODE_CLIENT.sub("](node.md", page)
        page = _ELSEWHERE.sub(r"\1", _COMMENT.sub("", with_parts(page)))
        (target / name).write_text(page, "utf-8")
    for picture in DOCS.glob("*.png"):
        shutil.copy(picture, target)
    shutil.copytree(_HERE / "assets", target / "assets")


def _without_anchors_of_translations(text: str, language: str) -> str:
    """Return an English page whose links to translated pages lead to their beginning."""

    def link(found: re.Match[str]) -> str:
        translated = (DOCS / language / found[1]).exists()
        return f"]({found[1]})" if translated else found[0]

    return _ANCHORED.sub(link, text)


def _generate(config: Path) -> int:
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--config-file", config.name]
    return subprocess.run(command, cwd=config.parent, check=False).returncode
