"""What text of flags and variables means: each function parses one, or raises ValueError."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mockserver.http.authority import entries, header_entry, host_entry, origin_entry


def port(text: str) -> int:
    """A port, 0 for any free one."""
    if text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535:
        return int(text)
    raise ValueError("expected a port from 0 to 65535")


def seed(text: str) -> int:
    """An integer."""
    try:
        return int(text) if len(text) <= 20 else int("")
    except ValueError:
        raise ValueError("expected an integer of at most 20 digits") from None


def amount(most: int) -> Callable[[str], int]:
    """A parser of whole numbers from 1 to `most`."""

    def parse(text: str) -> int:
        if text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= most:
            return int(text)
        raise ValueError(f"expected a number from 1 to {most}")

    return parse


def names(text: str) -> tuple[str, ...]:
    """One or more names, with commas between them."""
    found = tuple(name.strip() for name in text.split(",") if name.strip())
    if not found:
        raise ValueError("expected one or more, with commas between them")
    return found


def hosts(text: str) -> tuple[str, ...]:
    """Names and addresses of hosts; raises EntryError, which names the wrong one."""
    return entries(names(text), host_entry)


def origins(text: str) -> tuple[str, ...]:
    """Origins; raises EntryError, which names the wrong one."""
    return entries(names(text), origin_entry)


def headers(text: str) -> tuple[str, ...]:
    """Names of headers; raises EntryError, which names the wrong one."""
    return entries(names(text), header_entry)


def some(text: str) -> str:
    """Text that is not empty."""
    if not text:
        raise ValueError("expected text that is not empty")
    return text


def path(text: str) -> Path:
    """The name of a file or directory."""
    return Path(some(text))


def port_file(text: str) -> Path:
    """The name of a file, which cannot be standard output."""
    if text == "-":
        raise ValueError("expected the name of a file, such as ./- for one called -")
    return path(text)


def one_of(*valid: str) -> Callable[[str], str]:
    """A parser that takes only these names."""

    def choose(text: str) -> str:
        if text in valid:
            return text
        raise ValueError("expected " + " or ".join(valid))

    return choose


def switch(text: str) -> bool:
    """For environment variables; as a flag a switch takes no value."""
    words = {"1": True, "true": True, "yes": True, "on": True}
    words |= {"0": False, "false": False, "no": False, "off": False}
    try:
        return words[text.lower()]
    except KeyError:
        raise ValueError("expected 1, true, yes, on, or 0, false, no, off") from None
