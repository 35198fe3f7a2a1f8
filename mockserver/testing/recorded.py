"""Recorded requests, for tests to inspect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from mockserver.http.admin.record_answers import EntryAnswer
from mockserver.record.text import one_line


class RecordedRequest(Struct, frozen=True):
    """An entry of the journal. `document` is the whole entry, as the control plane sends it."""

    document: Mapping[str, Any]

    @property
    def entry(self) -> EntryAnswer:
        """The entry with typed attributes."""
        return msgspec.convert(self.document, EntryAnswer)

    @property
    def endpoint(self) -> str | None:
        """The documented path, such as `/auth/token`, or None if the request reached none."""
        return self.entry.endpoint

    @property
    def code(self) -> int | None:
        """The code in the envelope."""
        return self.entry.code

    @property
    def username(self) -> str | None:
        """The user of the session that the cookie proved, or None."""
        return self.entry.username

    @property
    def explain(self) -> Sequence[str]:
        """The steps that led to the reply, as sentences."""
        return self.entry.explain

    def __str__(self) -> str:
        entry = self.entry
        user = entry.username or "-"
        steps = "; ".join(entry.explain)
        came = f"{entry.method} {entry.path} -> {entry.status} {entry.code} {user}: {steps}"
        return one_line(came)
