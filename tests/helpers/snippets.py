"""The fenced blocks of the documents, and how a test runs them.

A comment on the line before a block says how: `<!-- test: skip: REASON -->` (it cannot run here),
`<!-- test: serves -->` (it serves until it is stopped), `<!-- test: browser -->`. A block with a
title is a file, which later blocks of its page use.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import Final, NamedTuple

from tests.helpers.text import ROOT

STUBS: Final = ROOT / "tests" / "stubs"
# With which command a block of this language is compiled.
COMPILERS: Final = {
    "go": ("go", "vet"),
    "kotlin": ("kotlinc", "-d", "out", str(STUBS / "android.kt"), str(STUBS / "okhttp.kt")),
    "swift": ("swiftc", "-typecheck"),
}
# Programs that a machine may lack.
TOOLS: Final = ("curl", "go", "java", "node", "npm")
# Languages of blocks that nothing runs: what programs print.
PRINTED: Final = ("console", "http", "text")
_BLOCK: Final = re.compile(
    r"(?:^<!-- test: (?P<directive>.+?) -->\n)?"
    r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


class Snippet(NamedTuple):
    """A fenced block: where it stands, what it is, and its text."""

    page: str
    line: int
    language: str
    title: str
    directive: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}:{self.title or self.language}"

    @property
    def missing(self) -> str:
        """Why this block cannot run on this machine, or nothing."""
        if self.directive.startswith("skip: "):
            return self.directive.removeprefix("skip: ")
        if self.language in COMPILERS:
            return _missing_compiler(COMPILERS[self.language][0])
        if self.language == "dockerfile":
            return "building an image needs a container engine"
        return _missing_program(self.text) if self.language == "sh" else ""


def _missing_compiler(tool: str) -> str:
    if tool == "swiftc" and sys.platform != "darwin":
        return "URLSession and WebKit of Apple's SDK are only on macOS"
    return "" if shutil.which(tool) else f"this machine has no {tool}"


def _missing_program(text: str) -> str:
    if "redis://" in text:
        return "it needs a Redis server"
    if re.search(r"(^|\s)docker\s", text):
        return "it needs a container engine"
    used = (tool for tool in TOOLS if re.search(rf"(^|\s){tool}\s", text))
    missing = next((tool for tool in used if not shutil.which(tool)), "")
    return missing and f"this machine has no {missing}"


def page(name: str) -> str:
    """Return the text of a page, by its path from the top of the checkout."""
    return (ROOT / name).read_text("utf-8")


def all_pages() -> list[str]:
    """Return the pages that users read."""
    files = [ROOT / "README.md", ROOT / "README.zh-CN.md", *(ROOT / "docs").rglob("*.md")]
    return sorted(file.relative_to(ROOT).as_posix() for file in files)


def snippets_of(text: str, name: str = "page.md") -> list[Snippet]:
    """Return the fenced blocks of a page, in order."""
    found = []
    for block in _BLOCK.finditer(text):
        language, _, rest = block["info"].partition(" ")
        title = re.search(r'title="([^"]+)"', rest)
        line = text.count("\n", 0, block.start()) + 1
        found.append(
            Snippet(
                name,
                line,
                language,
                title[1] if title else "",
                block["directive"] or "",
                block["text"],
            )
        )
    return found


def snippets(name: str) -> list[Snippet]:
    """Return the fenced blocks of a page, by its path from the top of the checkout."""
    return snippets_of(page(name), name)


def save(snippet: Snippet, folder: Path) -> Path:
    """Write a block with a title to a file of that name."""
    path = folder / snippet.title
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(snippet.text, "utf-8")
    return path
