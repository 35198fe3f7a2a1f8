"""Replies and refusals as the real server's Node sends them, for the profile `server`.

Node's refusals look different from waitress'. A malformed request also suppresses the replies to
earlier requests in the same packet. Source: the recorded exchanges `proto.*`, and Node's
documentation of the event `clientError`.
"""

from __future__ import annotations

from typing import ClassVar, Final

from waitress.channel import ClientDisconnected

from mockserver.http.express import replies as express
from mockserver.server.channel import Channel
from mockserver.server.node_parser import ExtensionsTooLargeError, NodeParser
from mockserver.server.tasks import Refusal, ReplyHeads, SingleWrite


class NodeTask(SingleWrite):
    """Writes the head of a reply as Node does."""

    known_heads: ClassVar[ReplyHeads] = {}

    def build_response_header(self) -> bytes:
        head: bytes = super().build_response_header()
        return head.replace(b"HTTP/1.0", b"HTTP/1.1", 1).replace(b"\r\nEtag: ", b"\r\nETag: ", 1)


class NodeRefusal(Refusal):
    """Refuses with a bare status line. A CONNECT gets no reply at all."""

    def refuse_request(self, status: int, reason: str) -> None:
        self.refuse(status, None)
        if self.request.command == "CONNECT":
            raise ClientDisconnected
        self.wrote_header = True
        is_page = status == 413 and not isinstance(self.request.error, ExtensionsTooLargeError)
        self.channel.write_soon(_TOO_LARGE if is_page else _bare(status, reason))


_MALFORMED: Final = b"data after the end of the connection\r\n\r\n"


def _bare(status: int, reason: str) -> bytes:
    return f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\n\r\n".encode()


def _too_large() -> bytes:
    """Build Express' page for a body over the limit."""
    page = express.error_page(413)
    headers = [
        *express.ERROR_PAGE_HEADERS, ("Content-Type", express.HTML),
        ("Content-Length", str(len(page))), ("Connection", "close"),
    ]  # fmt: skip
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"HTTP/1.1 413 {express.REASONS[413]}\r\n{head}\r\n".encode() + page


_TOO_LARGE: Final = _too_large()


class NodeChannel(Channel):
    """A connection. A malformed request suppresses earlier replies of the same packet."""

    parser_class = NodeParser
    task_class = NodeTask
    error_task_class = NodeRefusal
    max_body_bytes = 100 * 1024 * 1024  # Node has no limit; most bodies are ignored
    recv_bytes = 65536  # Node's: requests in one read are refused together
    cut_short_code = None
    cut_short_reply = (_bare(400, "Bad Request"), b"")

    def received(self, data: bytes) -> bool:
        if self.request is None and data.find(b"\r\n\r\n") not in (-1, len(data) - 4):
            data = self._without_unanswered(data)
        return bool(super().received(data))

    def _without_unanswered(self, data: bytes) -> bytes:
        """Drop the requests before a malformed one in the same packet."""
        before: list[NodeParser] = []
        at = 0
        while at < len(data):
            start, parser = at, NodeParser(self.adj)
            while not parser.completed and at < len(data):
                at += parser.received(data[at:])
            if parser.error:
                return self._unanswered(before, data[start:])
            if not parser.empty:
                before.append(parser)
            if parser.connection_close and data[at:].strip(b"\r\n"):
                return self._unanswered(before, _MALFORMED)
        return data

    def _unanswered(self, requests: list[NodeParser], malformed: bytes) -> bytes:
        """Report the requests that get no reply. Returns the malformed rest."""
        for request in requests:
            self.report(request, 0, None, "not answered: the data after it is not HTTP")
        return malformed
