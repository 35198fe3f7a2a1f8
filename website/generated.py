"""The generated parts of the pages: what stands between two comments, by name.

<!-- begin generated: NAME -->
<!-- end generated -->
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from mockserver.cli import parser
from mockserver.faults.builtin import BUILTIN_SCENARIOS
from mockserver.server.settings import SETTINGS, Setting
from website.calls import calls_table
from website.markdown import code, table

_PART: Final = re.compile(
    r"(?P<begin><!-- begin generated: (?P<name>[\w-]+) -->\n).*?(?P<end><!-- end generated -->)",
    re.DOTALL,
)
_SETTING_OF: Final[Mapping[str, Setting]] = {setting.flag: setting for setting in SETTINGS}


def with_parts(text: str) -> str:
    """Return a page with each generated part written anew."""
    return _PART.sub(
        lambda part: f"{part['begin']}\n{PARTS[part['name']]()}\n\n{part['end']}", text
    )


def scenarios_table() -> str:
    """Return the table of the built-in scenarios."""
    rows = ((code(one.name), one.description) for one in BUILTIN_SCENARIOS)
    return table(("scenario", "what goes wrong"), rows)


def commands() -> str:
    """Return a section for each command: what it does, its arguments and flags."""
    names = parser.commands()
    rows = ((f"[`{name}`](#{name})", f"{text}") for name, text in names.items())
    sections = [_section(name) for name in names if name != "help"]
    overview = table(("command", "does"), rows)
    help_text = "## help\n\n`animeloop-mock help CMD` prints the help of a command."
    return "\n\n".join([overview, *sections, help_text])


def _section(name: str) -> str:
    made = parser.parser_of(name)
    usage = " ".join(made.format_usage().split()).removeprefix("usage: ")
    rows = list(_flags(made))
    has_variables = name in ("serve", "exec", "check", "cookie", "openapi")
    head = ("flag or argument", "default", "meaning") + (("variable",) if has_variables else ())
    parts = [f"## {name}", str(made.description)]
    if "[-h]" not in usage:  # argparse's own usage only repeats the flags
        parts.append(code(usage))
    if rows:
        parts.append(table(head, (row[: len(head)] for row in rows)))
    if made.epilog:
        parts.append(_as_code(made.epilog))
    return "\n\n".join(parts)


def _flags(made: argparse.ArgumentParser) -> Iterator[tuple[str, str, str, str]]:
    for action in made._actions:  # noqa: SLF001  argparse has no public list of them
        if action.help in (None, argparse.SUPPRESS) or action.dest == "help":
            continue
        flags = ", ".join(map(code, action.option_strings))
        metavar = f" {action.metavar}" if action.metavar else ""
        shown = f"{flags[:-1]}{metavar}`" if flags else code(str(action.metavar))
        setting = _SETTING_OF.get(action.option_strings[-1]) if action.option_strings else None
        text, default = _without_default(str(action.help).replace("%%", "%"))
        ignored = made.prog.endswith(" exec") and action.dest in parser.NOT_FROM_ENVIRONMENT
        yield shown, default, text, code(setting.variable) if setting and not ignored else ""


def _without_default(text: str) -> tuple[str, str]:
    found = re.fullmatch(r"(.*) \(default: (.*)\)", text, re.DOTALL)
    return (found[1], found[2]) if found else (text, "")


def _as_code(text: str) -> str:
    return re.sub(r"(?<![\w-])(--[a-z][\w-]*|[A-Z]+_[A-Z_]+)", r"`\1`", text)


PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "calls": calls_table,
    "commands": commands,
    "scenarios": scenarios_table,
}
