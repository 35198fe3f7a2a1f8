"""The file that tells other processes the port."""

from __future__ import annotations

import os
import re
import socket
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final

from mockserver.errors import UsageError

# What a port file holds; an empty one may have been made by mktemp.
_PORT_FILE: Final = re.compile(rb"([0-9]{1,5}\n?)?")
_MOST_BYTES: Final = 100


def _somebody_listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
    except (OSError, OverflowError):
        return False
    return True


class PortFile:
    """Absent while the server is not ready: removed on entering and on leaving.

    On entering, a file with the port of a server that is running is left until `write` replaces
    it: should this server fail to start, the other one keeps its file.

    A file that another server has put in its place by then is left alone. A path of None does
    nothing. Entering and `write` raise UsageError where the file system refuses; entering also
    where something is there that is no port file, which is then left as it is.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._written: int | None = None

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
        if not path.is_file() or not _PORT_FILE.fullmatch(path.read_bytes()[:_MOST_BYTES]):
            raise UsageError(
                f"--port-file {path}: there is something else than a port file; "
                "name another file, or remove it"
            )
        number = path.read_bytes()[:_MOST_BYTES].strip()
        if not number or not _somebody_listens(int(number)):
            path.unlink()

    def write(self, port: int) -> None:
        """Write the decimal port and a newline; readers see all of it or nothing."""
        if self._path is None:
            return
        try:
            with tempfile.NamedTemporaryFile(
                "w", dir=self._path.parent, prefix=f".{self._path.name}.", delete=False
            ) as file:
                file.write(f"{port}\n")
            whole = Path(file.name)
            whole.chmod(0o644)
            whole.replace(self._path)
        except OSError as error:
            raise self._refused(error) from None
        self._written = port

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._path is None or self._written is None:
            return
        with suppress(OSError):
            if self._path.read_text() == f"{self._written}\n":
                self._path.unlink()

    def _refused(self, error: OSError) -> UsageError:
        return UsageError(f"--port-file {self._path}: {error.strerror or error}")
