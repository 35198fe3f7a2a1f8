"""The pages in docs/, and where their parts come from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from website.generated import with_parts

ROOT: Final = Path(__file__).parent.parent
DOCS: Final = ROOT / "docs"


def sources() -> list[Path]:
    """Return the pages in docs/, in both languages."""
    return sorted(DOCS.rglob("*.md"))


def refresh() -> Iterator[str]:
    """Write the generated parts of the pages anew. Yields the pages that changed."""
    for path in sources():
        text = path.read_text("utf-8")
        if (fresh := with_parts(text)) != text:
            path.write_text(fresh, "utf-8")
            yield path.relative_to(ROOT).as_posix()
