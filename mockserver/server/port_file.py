"""The file that tells other processes the port."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from mockserver.errors import UsageError


class PortFile:
    """Absent while the server is not ready: removed on entering and on leaving.

    A file that another server has put in its place by then is left alone. A path of None does
    nothing. Entering and `write` raise UsageError where the file system refuses.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._written: int | None = None

    def __enter__(self) -> PortFile:
        if self._path is not None:
            try:
                self._path.unlink(missing_ok=True)
            except OSError as error:
                raise self._refused(error) from None
        return self

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
