"""The port file, from which other processes read the port."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Final

from mockserver.errors import UsageError
from mockserver.record.output_file import OutputFile
from mockserver.server.binding import is_listening

# A port, or nothing: mktemp creates an empty file.
_PORT_FILE: Final = rb"([0-9]{1,5})?\n?"
_MOST_BYTES: Final = 100


class PortFile:
    """Writes the port file once the server listens, and removes it at exit.

    - Entering removes a stale file. It keeps the file of another running server until `write`
      replaces it: if this server fails to start, the other one keeps its file.
    - Leaving removes the file, unless another server has replaced it.
    - A file that cannot be removed, such as a mount point, is emptied instead.

    `host` is the address that this server will listen on. If `path` is None, nothing is written.
    Entering and `write` raise UsageError if the file system refuses. Entering also raises it if the
    path holds something other than a port file, which it keeps.
    """

    def __init__(self, path: Path | None, host: str) -> None:
        self._named = path
        # A symbolic link stays: its target is created and removed.
        self._path = None if path is None else Path(os.path.realpath(path))
        self._host = host
        self._written: bytes | None = None

    def __enter__(self) -> PortFile:
        if self._path is not None:
            try:
                self._remove_old(self._path)
            except OSError as error:
                raise self._refused(error) from None
        return self

    def _remove_old(self, path: Path) -> None:
        if not os.path.lexists(path):
            return
        content = _start_of(path) if path.is_file() else None
        if content is None or not re.fullmatch(_PORT_FILE, content):
            raise UsageError(
                f"--port-file {self._named}: this is not a port file; "
                "choose another path, or remove it"
            )
        if not content.strip() or not is_listening(int(content), self._host):
            _vacate(path)

    def write(self, port: int) -> None:
        """Write the decimal port and a newline, atomically."""
        if self._path is None:
            return
        content = f"{port}\n".encode()
        file = OutputFile(self._path)
        try:
            file.open()
            file.write(content)
        except OSError as error:
            raise self._refused(error) from None
        finally:
            file.close()
        self._written = content

    def remove(self) -> None:
        """Remove the file, unless another server has replaced it."""
        if self._path is None or self._written is None:
            return
        with suppress(OSError):
            if _start_of(self._path) == self._written:
                _vacate(self._path)

    def __exit__(self, *_exception: object) -> None:
        self.remove()

    def _refused(self, error: OSError) -> UsageError:
        return UsageError(f"--port-file {self._named}: {error.strerror or error}")


def _start_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_MOST_BYTES)


def _vacate(path: Path) -> None:
    try:
        path.unlink()
    except OSError:
        os.truncate(path, 0)
