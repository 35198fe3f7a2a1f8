"""Declares the flags of settings."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from mockserver.server.settings import Setting


def add_settings(
    parser: argparse.ArgumentParser | argparse._ArgumentGroup, settings: Iterable[Setting]
) -> None:
    """Add a flag for each setting, with its help."""
    for setting in settings:
        flags = [setting.short, setting.flag] if setting.short else [setting.flag]
        text = setting.help + (f" (default: {setting.default})" if setting.default else "")
        if setting.is_switch:
            parser.add_argument(*flags, dest=setting.field, action="store_true", help=text)
        else:
            parser.add_argument(
                *flags,
                dest=setting.field,
                metavar=setting.metavar,
                action="append" if setting.is_list else "store",
                help=text.replace("%", "%%"),
            )
