"""What a mock has recorded of a request, for tests to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from mockserver.http.admin.answers import EntryAnswer
from mockserver.record.text import one_line


class RecordedRequest(Struct, frozen=True):
    """An entry of the journal; `document` is the whole of it, as the control plane sends it."""

    document: Mapping[str, Any]

    @property
    def entry(self) -> EntryAnswer:
        """The same with its members as attributes."""
        return msgspec.convert(self.document, EntryAnswer)

    @property
    def endpoint(self) -> str | None:
        """The documented path, such as `/auth/token`; None where none was reached."""
        return self.entry.endpoint

    @property
    def code(self) -> int | None:
        """The code in the envelope."""
        return self.entry.code

    @property
    def username(self) -> str | None:
        """Whose session it was, where the cookie proved one."""
        return self.entry.username

    @property
    def explain(self) -> Sequence[str]:
        """Step by step why it was answered as it was."""
        return self.entry.explain

    def __str__(self) -> str:
        entry = self.entry
        user = entry.username or "-"
        steps = "; ".join(entry.explain)
        came = f"{entry.method} {entry.path} -> {entry.status} {entry.code} {user}: {steps}"
        return one_line(came)
