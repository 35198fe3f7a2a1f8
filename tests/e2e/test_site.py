"""The documentation site builds, its links lead somewhere, and it needs no other host."""

from __future__ import annotations

import os
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest

from tests.helpers.eventually import PATIENCE_S
from tests.helpers.text import ROOT

PYTHON: Final = ROOT / ".venv" / "docs" / "bin" / "python"
# Set in CI: a missing generator is then a failure.
REQUIRED: Final = "TEST_SITE_REQUIRED"
BUILD: Final = """
import sys
from pathlib import Path
from website import builder
sys.exit(builder.build(Path(sys.argv[1]) / "site", Path(sys.argv[1]) / "stage"))
"""


class Links(HTMLParser):
    """The addresses in a page: those that a reader may follow, and those that are loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.followed: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.followed.append(given["href"])
        elif tag in ("script", "img") and "src" in given:
            self.loaded.append(given["src"])
        elif tag == "link" and given.get("rel") in ("stylesheet", "icon", "preconnect"):
            self.loaded.append(given["href"])


def links_of(page: Path) -> Links:
    found = Links()
    found.feed(page.read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (PYTHON.parents[1] / ".ready").exists():
        reason = "the generator of the site is not installed: `make docs` installs it"
        if os.environ.get(REQUIRED):
            pytest.fail(f"{REQUIRED} is set, but {reason}", pytrace=False)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("website")
    done = subprocess.run(
        [str(PYTHON), "-c", BUILD, str(folder)], cwd=ROOT, capture_output=True, text=True,
        timeout=2 * PATIENCE_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


def test_each_link_of_the_site_leads_to_a_page_and_an_anchor(site: Path) -> None:
    pages = {page: links_of(page) for page in site.rglob("index.html")}
    assert len(pages) > 40
    for page, links in pages.items():
        for address in links.followed + links.loaded:
            path, _, anchor = address.partition("#")
            if re.match(r"https?://|mailto:|data:|javascript:", path):
                continue
            target = (page.parent / path).resolve() if path else page
            target = target / "index.html" if target.is_dir() else target
            assert target.exists(), f"{page.relative_to(site)}: {address}"
            if anchor and target in pages and not anchor.startswith("__"):
                assert anchor in pages[target].anchors, f"{page.relative_to(site)}: {address}"


def test_nothing_is_loaded_from_another_host(site: Path) -> None:
    for page in site.rglob("*.html"):
        assert [one for one in links_of(page).loaded if "//" in one] == [], page
    for sheet in site.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(https?:)?//", sheet.read_text("utf-8")), sheet


def test_both_languages_have_each_page(site: Path) -> None:
    pages = {page.relative_to(site).as_posix() for page in site.rglob("index.html")}
    chinese = {page.removeprefix("zh/") for page in pages if page.startswith("zh/")}
    assert chinese == {page for page in pages if not page.startswith("zh/")}
    assert '<html lang="zh"' in (site / "zh" / "index.html").read_text("utf-8")


def test_a_broken_link_fails_the_build(site: Path, tmp_path: Path) -> None:
    stage = site.parent / "stage"
    broken = stage / "pages" / "en" / "index.md"
    whole = broken.read_text("utf-8")
    broken.write_text(f"{whole}\n[nowhere](nowhere.md)\n", "utf-8")
    try:
        done = subprocess.run(
            [str(PYTHON), "-m", "zensical", "build", "--strict", "--config-file", "en.toml"],
            cwd=stage, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
        )  # fmt: skip
    finally:
        broken.write_text(whole, "utf-8")
    assert done.returncode != 0
    assert "page does not exist" in done.stdout + done.stderr
