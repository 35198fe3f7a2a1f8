"""`init`: copies the shipped fixtures to a directory, to begin with."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Final

from mockserver.errors import UsageError
from mockserver.record.text import one_line
from mockserver.server.settings import default_fixtures

_PATTERNS: Final = ("*.yaml", "*.schema.json")


def init(directory: str) -> None:
    """Copy the shipped fixtures and their JSON Schema, and say what to do next.

    Raises UsageError, without having copied anything, if one of the files exists. So it does if the
    directory cannot be written.
    """
    if not directory:
        raise UsageError("DIR: expected a directory, got ''")
    target, shipped = Path(directory), default_fixtures()
    sources = sorted(source for pattern in _PATTERNS for source in shipped.glob(pattern))
    try:
        target.mkdir(parents=True, exist_ok=True)
        _copy(sources, target)
    except OSError as error:
        raise UsageError(f"cannot write {directory!r}: {error.strerror or error}") from None
    shown = one_line(shlex.quote(directory))
    print(f"{one_line(directory)}: {', '.join(source.name for source in sources)}")
    print(f"Edit them, then run: animeloop-mock check {shown}")
    print(f"Serve them: animeloop-mock --fixtures {shown}")


def _copy(sources: list[Path], target: Path) -> None:
    present = [source.name for source in sources if (target / source.name).exists()]
    if present:
        names = ", ".join(present)
        raise UsageError(f"{str(target)!r} already has {names}; choose another directory")
    for source in sources:
        with (target / source.name).open("xb") as file:
            file.write(source.read_bytes())
