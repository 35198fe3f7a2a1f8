"""`completion`: prints a script that lets a shell complete the command line.

The scripts are text: a shell that has read one never starts the mock to complete a word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from mockserver.api.catalog import PAIRS_OF_PAGE
from mockserver.api.profiles import PROFILES
from mockserver.cli.flag_values import COOKIE_KINDS
from mockserver.errors import UnknownNameError
from mockserver.faults.builtin import BUILTIN_SCENARIOS
from mockserver.record.log_line import LOG_FORMATS
from mockserver.server.settings import COLOR_MODES, HTTP_STATUS_MODES

SHELLS: Final = ("bash", "zsh", "fish")
_SCENARIOS: Final = tuple(one.name for one in BUILTIN_SCENARIOS)
# What a flag may be given, where that is a short list.
_VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "--color": tuple(COLOR_MODES),
    "--coverage-page": tuple(PAIRS_OF_PAGE),
    "--http-status": tuple(HTTP_STATUS_MODES),
    "--kind": COOKIE_KINDS,
    "--log-format": tuple(LOG_FORMATS),
    "--profile": tuple(PROFILES),
    "--scenario": _SCENARIOS,
}


class CommandLine(Struct, frozen=True):
    """A command to complete. `flags` says of each flag whether it takes a value."""

    name: str
    description: str
    flags: Mapping[str, bool]


def shell(text: str) -> str:
    """Return one of SHELLS. Raises UnknownNameError."""
    if text not in SHELLS:
        raise UnknownNameError("shell", text, SHELLS)
    return text


def script(name: str, program: str, commands: list[CommandLine]) -> str:
    """Return the script for one of SHELLS. `commands` begins with the default command."""
    lines = _fish(program, commands) if name == "fish" else _bash(name, program, commands)
    return "\n".join(lines)


def _operands(command: str, commands: list[CommandLine]) -> tuple[str, ...]:
    """Return what may follow a command that is not a flag, where that is a short list."""
    names = tuple(one.name for one in commands)
    return {"completion": SHELLS, "help": names, "scenario": _SCENARIOS}.get(command, ())


def _bash(name: str, program: str, commands: list[CommandLine]) -> Iterator[str]:
    """Yield the script for bash, which zsh can read."""
    function = f"_{program.replace('-', '_')}"
    yield f"# Completion of {program} for {name}: source <({program} completion {name})"
    if name == "zsh":
        yield "autoload -Uz compinit bashcompinit && compinit && bashcompinit"
    yield f"{function}() {{"
    yield "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}"
    yield f"    local command={commands[0].name} words= joined= prefix="
    # bash makes three words of --flag=value, others one.
    yield "    [[ $previous == = ]] && joined== previous=${COMP_WORDS[COMP_CWORD-2]}"
    yield "    [[ $current == = ]] && joined== current="
    yield "    if [[ $current == --*=* ]]; then"
    yield "        joined== prefix=${current%%=*}= previous=${current%%=*} current=${current#*=}"
    yield "    fi"
    yield '    [[ " ${COMP_WORDS[*]:0:COMP_CWORD} " == *" -- "* ]] && return'
    yield "    if (( COMP_CWORD > 1 )); then case ${COMP_WORDS[1]} in"
    yield f"        {'|'.join(one.name for one in commands)}) command=${{COMP_WORDS[1]}} ;;"
    yield "    esac; fi"
    yield "    case $previous in"
    for flag, values in _VALUES.items():
        yield f"        {flag}) words='{' '.join(values)}' ;;"
    yield "        *) case $joined$current in"
    yield "            =*) ;;"
    yield "            -*) case $command in"
    for one in commands:
        yield f"                {one.name}) words='{' '.join(one.flags)}' ;;"
    yield "            esac ;;"
    yield "            *) case $COMP_CWORD:$command in"
    yield f"                1:*) words='{' '.join(one.name for one in commands)}' ;;"
    for one in commands:
        if operands := _operands(one.name, commands):
            yield f"                2:{one.name}) words='{' '.join(operands)}' ;;"
    yield "            esac ;;"
    yield "        esac ;;"
    yield "    esac"
    yield '    COMPREPLY=($(compgen -P "$prefix" -W "$words" -- "$current"))'
    yield "}"
    yield f"complete -o default -F {function} {program}"


def _fish(program: str, commands: list[CommandLine]) -> Iterator[str]:
    """Yield the script for fish."""
    others = " ".join(one.name for one in commands[1:])
    yield f"# Completion of {program} for fish: {program} completion fish | source"
    for one in commands:
        text = one.description.replace("'", r"\'")
        yield f"complete -c {program} -n __fish_use_subcommand -a {one.name} -d '{text}'"
    for one in commands:
        seen = f"__fish_seen_subcommand_from {one.name}"
        if one is commands[0]:
            seen = f"not __fish_seen_subcommand_from {others}"
        if operands := _operands(one.name, commands):
            yield f"complete -c {program} -n '{seen}' -f -a '{' '.join(operands)}'"
        for flag, takes_value in one.flags.items():
            values = f" -x -a '{' '.join(_VALUES[flag])}'" if flag in _VALUES else " -r"
            kind = f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}"
            yield f"complete -c {program} -n '{seen}' {kind}{values * takes_value}"
