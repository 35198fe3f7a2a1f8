"""A file that a command writes: readers see the old content, or all of the new."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

_MODE: Final = 0o666  # the process's umask takes bits away
# What a rename onto a mount point, or in a directory that is not ours, ends with.
_NO_RENAME: Final = frozenset(
    {errno.EACCES, errno.EBUSY, errno.EPERM, errno.EROFS, errno.EXDEV, errno.ETXTBSY}
)
_BINARY: Final = getattr(os, "O_BINARY", 0)


class OutputFile:
    """Writes one file, whole and at once where the file system allows.

    A regular file is replaced by renaming a draft onto it. Anything else is written through: a
    symbolic link, a device, a FIFO, a file with several hard links or another owner, and a file
    that a rename cannot replace, such as one that is bind-mounted. What standard output or error
    already writes to goes there, behind what they have written. All methods raise OSError.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._number: int | None = None
        self._draft: Path | None = None
        self._is_shared = False

    def open(self) -> None:
        """Find a way to write the file without changing it; a FIFO waits for its reader."""
        if self._path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a directory")
        self._number = _standard_descriptor(self._path)
        self._is_shared = self._number is not None
        if self._is_shared:
            return
        if not _is_replaceable(self._path):
            self._number = os.open(self._path, os.O_WRONLY | os.O_CREAT | _BINARY, _MODE)
            return
        try:
            self._draft, self._number = _draft_beside(self._path)
        except OSError:
            if not self._path.is_file():
                raise
            self._number = os.open(self._path, os.O_WRONLY | _BINARY)

    def write(self, data: bytes) -> None:
        """Write the content; call it once, between `open` and `close`."""
        if self._number is None:
            raise ValueError("the file is not open")
        if self._is_shared:
            _write_all(self._number, data)
        elif self._draft is None:
            _overwrite(self._number, data)
        else:
            _write_all(self._number, data)
            os.close(self._number)
            self._number = None
            self._put_in_place(self._draft, data)

    def _put_in_place(self, draft: Path, data: bytes) -> None:
        try:
            draft.replace(self._path)
            self._draft = None
        except OSError as error:
            if error.errno not in _NO_RENAME or not self._path.is_file():
                raise
            self._number = os.open(self._path, os.O_WRONLY | _BINARY)
            _overwrite(self._number, data)

    def close(self) -> None:
        """Close the file; a draft that has not become the file is removed."""
        if self._number is not None:
            os.close(self._number)
            self._number = None
        if self._draft is not None:
            with suppress(OSError):
                self._draft.unlink(missing_ok=True)
            self._draft = None


def _standard_descriptor(path: Path) -> int | None:
    """A duplicate of the standard descriptor that writes to this very file, if one does."""
    for number in (1, 2):
        with suppress(OSError):
            if os.path.samestat(path.stat(), os.fstat(number)):
                return os.dup(number)
    return None


def _is_replaceable(path: Path) -> bool:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return True
    ours = not hasattr(os, "geteuid") or found.st_uid == os.geteuid()
    return stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and ours


def _draft_beside(path: Path) -> tuple[Path, int]:
    draft = path.parent / f".{os.urandom(8).hex()}.draft"
    number = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, _MODE)
    with suppress(OSError):  # a file that is there keeps its permissions
        draft.chmod(stat.S_IMODE(path.stat().st_mode))
    return draft, number


def _write_all(number: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(number, rest) :]


def _overwrite(number: int, data: bytes) -> None:
    _write_all(number, data)
    if stat.S_ISREG(os.fstat(number).st_mode):
        os.ftruncate(number, len(data))
