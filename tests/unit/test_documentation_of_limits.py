"""The page of limits says what the code says, and names every limit of the server."""

from __future__ import annotations

import re

from mockserver.api.account.rules import rules_of
from mockserver.faults.model import MAX_DELAY_MS
from mockserver.fixtures.field_types import MAX_REPEAT, MAX_TEXT, MAX_TOKENS
from mockserver.fixtures.source import MAX_FILE_BYTES
from mockserver.http.admin import queries, reading, unprocessable
from mockserver.http.app import DEFAULT_PLACES
from mockserver.http.bodies.parser import LIMIT_BYTES
from mockserver.http.express.upload import MAX_FILE_BYTES as MAX_PICTURE_BYTES
from mockserver.record import access_log, bounded_log, outbox
from mockserver.sandbox.active_faults import MAX_AD_HOC_FAULTS
from mockserver.sandbox.rules import STATE_TIMEOUT_S as TIMEOUT_S
from mockserver.server import limits
from mockserver.server.node import NodeChannel
from mockserver.server.settings import ServeSettings
from mockserver.state.budget import MAX_STATE_BYTES
from tests.helpers.text import ROOT

PAGE = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
DEFAULTS = ServeSettings()


def kib(number: int) -> str:
    return f"{number / 2**10:g} KiB"


def mib(number: int) -> str:
    return f"{number / 2**20:g} MiB"


# The first two columns of the tables, in their order.
LIMITS = {
    "request line and headers": kib(limits.MAX_HEADER_BYTES),
    "body of a request to the API": f"{mib(limits.MAX_BODY_BYTES)}; with `--profile server` "
    f"{kib(LIMIT_BYTES)} if it is read, else {mib(NodeChannel.max_body_bytes)}",
    "body of a control plane call": f"{reading.MAX_BODY_BYTES:,} bytes",
    "extensions of a chunk": kib(limits.MAX_EXTENSION_BYTES),
    "all trailers": kib(limits.MAX_TRAILER_BYTES),
    "head of a request, from its first byte": f"{limits.HEAD_S:g} s",
    "body of a request, from the end of its head": f"{limits.BODY_S:g} s",
    "connections": f"{limits.MAX_CONNECTIONS:,}",
    "connection without a request": f"{limits.IDLE_S:g} s",
    "unread replies of a slow reader": mib(limits.MAX_UNREAD_BYTES),
    "time for which a slow reader reads nothing": f"{limits.UNREAD_S:g} s",
    "data after a refused request, which the mock discards": f"{mib(limits.MAX_DISCARDED_BYTES)}, "
    f"{limits.DISCARD_S:g} s",
    "requests that wait at a time": f"{limits.MAX_WAITS}, or half of `ulimit -n`",
    "calls with `wait` on another server": str(DEFAULT_PLACES),
    "delay of a fault": f"{MAX_DELAY_MS // 60_000} min",
    "`wait` of a call": f"{queries.MAX_WAIT_MS // 1000} s",
    "requests in flight at a stop": f"{limits.GRACE_S:g} s",
    "answer of a Redis (`--state`)": f"{TIMEOUT_S:g} s",
    "sandboxes": f"{DEFAULTS.max_sandboxes:,} (`--max-sandboxes`)",
    "ad-hoc faults of a sandbox": str(MAX_AD_HOC_FAULTS),
    "users and sessions put by clients, in all sandboxes": mib(MAX_STATE_BYTES),
    "journal of a sandbox": f"{DEFAULTS.max_request_journal_entries:,} entries "
    "(`--max-request-journal-entries`)",
    "all journals": mib(bounded_log.MAX_BYTES),
    "outbox of a sandbox": f"{outbox.MAX_MAILS:,} mails",
    "all outboxes": mib(outbox.MAX_BYTES),
    "queue of the request log": f"{access_log.MAX_WAITING:,} lines, "
    f"{mib(access_log.MAX_WAITING_BYTES)}",
    "names and other texts": f"{MAX_TEXT:,} characters",
    "file of fixtures": mib(MAX_FILE_BYTES),
    "`repeat`": f"{MAX_REPEAT:,}",
    "`tokens` of a user": f"{MAX_TOKENS:,}",
    "picture to upload, with `--profile dashboard`": mib(MAX_PICTURE_BYTES),
    "page of the users or sessions": f"{queries.MAX_LIMIT:,} items, {queries.DEFAULT_LIMIT} "
    "by default",
    "mistakes listed in one refusal": str(unprocessable.MAX_ERRORS),
}


def test_the_page_has_each_limit_and_no_other() -> None:
    rows = re.findall(r"^\| (.+?) \| (.+?) \| .+ \|$", PAGE, re.MULTILINE)
    assert [row for row in rows if row[0] != "what"] == list(LIMITS.items())
    assert f"idle ones are closed after {limits.CROWDED_IDLE_S:g} s" in PAGE


def test_each_limit_of_the_server_is_on_the_page() -> None:
    """A new constant needs a row, and then its name here."""
    on_page = {
        "MAX_HEADER_BYTES", "MAX_BODY_BYTES", "MAX_EXTENSION_BYTES", "MAX_TRAILER_BYTES", "HEAD_S",
        "BODY_S", "MAX_CONNECTIONS", "CROWDED_IDLE_S", "IDLE_S", "MAX_UNREAD_BYTES", "UNREAD_S",
        "MAX_DISCARDED_BYTES", "DISCARD_S", "MAX_WAITS", "GRACE_S",
    }  # fmt: skip
    assert {name for name in vars(limits) if name.isupper()} == on_page


def test_the_longest_address_that_can_be_registered_is_the_longest_text_of_fixtures() -> None:
    for profile in ("documented", "server"):
        accepts = rules_of(profile).accepts_email
        longest = "a@b.cd".rjust(MAX_TEXT, "a")
        assert (accepts(longest), accepts("a" + longest)) == (True, False)
