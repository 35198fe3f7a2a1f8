"""Decides whether a log is colored."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TextIO

from mockserver.record.log_line import LineFormat, line_format
from mockserver.server.settings import ServeSettings


def log_lines(settings: ServeSettings, stream: TextIO) -> LineFormat:
    """Return what formats the lines of a log that is written to this stream."""
    return line_format(settings.log_format, is_colored(settings.color, stream, os.environ))


def is_colored(mode: str, stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether to write colors in this `--color` mode.

    `auto` means on a terminal. The variables NO_COLOR (https://no-color.org) and FORCE_COLOR
    overrule that if they are not empty. NO_COLOR wins.
    """
    if mode != "auto":
        return mode == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    if os.name == "nt" and "WT_SESSION" not in environment:  # the old console shows the escapes
        return False
    return environment.get("TERM") != "dumb" and stream.isatty()
