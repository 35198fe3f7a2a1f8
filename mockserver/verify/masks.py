"""Hides secrets in the texts that `verify` shows."""

from __future__ import annotations

import html
import json
import re
from typing import Final
from urllib.parse import quote, quote_plus

from mockserver.credentials import cookies
from mockserver.record.text import one_line, redacted

_MOST_SHOWN: Final = 240
_SHORTEST_PART_OF_COOKIE: Final = 8


class Masks:
    """The secrets of a run. A label replaces each, also where it is encoded once or twice."""

    def __init__(self) -> None:
        self._labels: dict[str, str] = {}

    def add(self, secret: str, label: str) -> None:
        """Hide a secret behind a label, such as `[password]`."""
        if secret:
            twice = {two for one in _encodings(secret) for two in _encodings(one)}
            self._labels |= {form.lower(): label for form in twice}

    def add_cookie(self, value: str) -> None:
        """Hide a decoded cookie value, and its parts."""
        signed = cookies.split(value)
        signature = "" if isinstance(signed, cookies.Malformed) else signed.signature
        for text in (value, signed.sid, signature):
            if len(text) >= _SHORTEST_PART_OF_COOKIE:
                self.add(text, "[cookie]")

    def shown(self, text: str) -> str:
        """Return a text on one line, truncated, without secrets, tokens and signatures."""
        if self._labels:
            longest_first = sorted(self._labels, key=len, reverse=True)
            secrets = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
            text = secrets.sub(lambda found: self._labels.get(found[0].lower(), "[secret]"), text)
        text = one_line(redacted(text))
        return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "…"


def _encodings(text: str) -> set[str]:
    return {
        text,
        quote(text, safe=""),
        quote_plus(text),
        cookies.encode_component(text),
        html.escape(text),
        json.dumps(text)[1:-1],
        json.dumps(text, ensure_ascii=False)[1:-1],
    }
