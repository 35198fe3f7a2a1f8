"""How a request is answered or refused, where waitress has no setting for it."""

from __future__ import annotations

from functools import lru_cache

from waitress.task import ErrorTask, WSGITask
from waitress.utilities import build_http_date

from mockserver.http.refusals import refusal


class Refusal(ErrorTask):  # type: ignore[misc]
    """A request that is not HTTP, or too large: a 4xx, and a line in the log that says why."""

    def execute(self) -> None:
        status, reason = self.verdict()
        origin = self.request.headers.get("ORIGIN")
        reply = refusal(status, reason, self.request.error.body, self.request.path, origin)
        self.status = f"{status} {reason}"
        self.response_headers.extend(reply.headers)
        self.content_length = len(reply.body)
        self.refuse(status, reply.code)
        self.write(b"" if self.request.is_head else reply.body)

    def verdict(self) -> tuple[int, str]:
        """The HTTP status and its phrase."""
        error = self.request.error
        # A 501 (unknown transfer coding) is the client's mistake here: nothing wants a body.
        return (400, "Bad Request") if error.code == 501 else (error.code, error.reason)

    def refuse(self, status: int, code: int | None) -> None:
        """Say why in the log, and close the connection behind the reply."""
        self.request.headers.pop("CONNECTION", None)  # else a wish to keep it alive is granted too
        self.set_close_on_finish()
        self.channel.discards = True
        self.channel.report(self.request, status, code, f"not accepted: {self.request.error.body}")


@lru_cache(2)
def _date(seconds: int) -> str:
    return str(build_http_date(seconds))


class SingleWrite(WSGITask):  # type: ignore[misc]
    """A request whose reply is sent by one call, its head with its body."""

    wrote_header = False

    def write(self, data: bytes) -> None:
        if self.wrote_header or not self.complete or len(data) != self.content_length:
            super().write(data)
            return
        self.response_headers.append(("Date", _date(int(self.start_time))))
        head = self.build_response_header()
        self.wrote_header = True
        self.content_bytes_written = len(data)
        self.channel.write_soon(head + data if self.has_body else head)
