"""Answers and refuses requests where waitress has no setting for it."""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar, Final, TypeAlias

from waitress.task import ErrorTask, WSGITask
from waitress.utilities import build_http_date

from mockserver.http.paths import is_admin_path
from mockserver.http.refusals import RefusalReply, call_refusal, request_refusal


class Refusal(ErrorTask):  # type: ignore[misc]
    """Answers a malformed or too large request with a 4xx, and logs the reason."""

    def execute(self) -> None:
        """Refuse, as the plane does that the request was sent to."""
        status, reason = self.verdict()
        if is_admin_path(self.request.path):
            self.reply(call_refusal(status, reason, self.request.error.body))
        else:
            self.refuse_request(status, reason)

    def refuse_request(self, status: int, reason: str) -> None:
        """Refuse a request of the API."""
        path, headers = self.request.path, self.request.headers
        detail, content_type = self.request.error.body, headers.get("CONTENT_TYPE", "")
        self.reply(
            request_refusal(status, reason, detail, path, headers.get("ORIGIN"), content_type)
        )

    def reply(self, reply: RefusalReply) -> None:
        """Send a refusal."""
        self.status = f"{reply.status} {reply.reason}"
        self.response_headers.extend(reply.headers)
        self.content_length = len(reply.body)
        self.refuse(reply.status, reply.code)
        self.write(b"" if self.request.is_head else reply.body)

    def verdict(self) -> tuple[int, str]:
        """Return the HTTP status and its reason phrase."""
        error = self.request.error
        # waitress answers 501 to an unknown transfer coding. No endpoint needs a body: 400.
        return (400, "Bad Request") if error.code == 501 else (error.code, error.reason)

    def refuse(self, status: int, code: int | None) -> None:
        """Log the reason, and close the connection after the reply."""
        self.request.headers.pop("CONNECTION", None)  # otherwise keep-alive would be granted
        self.set_close_on_finish()
        self.channel.discards = True
        self.channel.report(self.request, status, code, f"not accepted: {self.request.error.body}")


_MOST_HEADS: Final = 64
ReplyHeads: TypeAlias = dict[tuple[object, ...], bytes]
"""Heads of replies, by what they are made of."""


@lru_cache(2)
def _date(seconds: int) -> str:
    return str(build_http_date(seconds))


class SingleWrite(WSGITask):  # type: ignore[misc]
    """Answers a request. Sends the head and the body of the reply in one call."""

    known_heads: ClassVar[ReplyHeads] = {}
    wrote_header = False

    def write(self, data: bytes) -> None:
        if self.wrote_header or not self.complete or len(data) != self.content_length:
            super().write(data)
            return
        self.response_headers.append(("Date", _date(int(self.start_time))))
        head = self._head()
        self.wrote_header = True
        self.content_bytes_written = len(data)
        self.channel.write_soon(head + data if self.has_body else head)

    def _head(self) -> bytes:
        """Return the head. Within a second many replies have the same, so the latest are kept."""
        closes = self.close_on_finish or self.request.headers.get("CONNECTION") == "close"
        if closes or not self.has_body or self.version != "1.1":
            return bytes(self.build_response_header())
        reply = (self.status, self.content_length, *self.response_headers)
        head = self.known_heads.get(reply)
        if head is None:
            head = self.build_response_header()
            if len(self.known_heads) >= _MOST_HEADS:
                self.known_heads.clear()
            self.known_heads[reply] = head
        return head
