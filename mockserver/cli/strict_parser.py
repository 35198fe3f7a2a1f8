"""An argument parser that explains mistakes."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING, NoReturn

from mockserver.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


class StrictParser(argparse.ArgumentParser):
    """An ArgumentParser that raises UsageError, with the nearest valid flag."""

    def error(self, message: str) -> NoReturn:
        message = re.sub(
            r"^argument (.*): ignored explicit argument .*$", r"\1 takes no value", message
        )
        raise UsageError(f"{message} (see {self.prog} --help)")

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        # argparse's own method ignores write errors.
        print(self.format_help(), end="", file=file)

    def flags(self) -> dict[str, bool]:
        """Return the flags that the help shows. The value says whether the flag takes one."""
        shown = (one for one in self._actions if one.help != argparse.SUPPRESS)
        return {flag: one.nargs != 0 for one in shown for flag in one.option_strings}

    def parse_strictly(self, arguments: list[str]) -> argparse.Namespace:
        values, unknown = self.parse_known_args(arguments)
        if unknown:
            name = unknown[0].partition("=")[0]
            kind = "flag" if name.startswith("-") else "argument"
            hint = did_you_mean(name, self.flags()) if kind == "flag" else ""
            self.error(f"unknown {kind} {name!r}{hint}")
        return values
