"""HTTP as the deployed server's Node reads and refuses it, for the profile `deployed`.

Where Node and waitress differ: which request lines and headers are an error, which of repeated
headers counts, what a refusal looks like, and that one malformed request costs the replies of
those that came in the same packet. Source: the recorded exchanges `proto.*` and `header.*`, and
Node's documentation of `http.IncomingMessage.headers` and of the event `clientError`.
"""

from __future__ import annotations

import re
from typing import Final

from waitress.channel import ClientDisconnected
from waitress.parser import ParsingError, get_header_lines
from waitress.utilities import Error

from mockserver.http.express import replies as express
from mockserver.http.paths import is_admin_path
from mockserver.server.channel import Channel, OnePiece, Parser, Refusal

_METHODS: Final = (
    "ACL|BIND|CHECKOUT|CONNECT|COPY|DELETE|GET|HEAD|LINK|LOCK|M-SEARCH|MERGE|MKACTIVITY|MKCALENDAR"
    "|MKCOL|MOVE|NOTIFY|OPTIONS|PATCH|POST|PROPFIND|PROPPATCH|PURGE|PUT|QUERY|REBIND|REPORT|SEARCH"
    "|SOURCE|SUBSCRIBE|TRACE|UNBIND|UNLINK|UNLOCK|UNSUBSCRIBE"
)
_WORDS: Final = _METHODS.encode().split(b"|")
_TARGET: Final = r"(?:[/*]|[A-Za-z]+://)[\x21-\x7e]*"
_REQUEST_LINE: Final = re.compile(
    rf"({_METHODS}) +({_TARGET})(?: +HTTP/(0\.9|1\.[01]|2\.0))?".encode()
)
# Of these the first counts; Cookie is joined with semicolons, all others with commas.
_FIRST_COUNTS: Final = frozenset(
    b"AGE AUTHORIZATION CONTENT-TYPE ETAG EXPIRES FROM HOST IF-MODIFIED-SINCE IF-UNMODIFIED-SINCE "
    b"LAST-MODIFIED LOCATION MAX-FORWARDS PROXY-AUTHORIZATION REFERER RETRY-AFTER SERVER "
    b"USER-AGENT".split()
)
_ONCE: Final = frozenset((b"CONTENT-LENGTH", b"TRANSFER-ENCODING"))
_LONGEST_LENGTH: Final = 19
_CONTINUE: Final = re.compile(r"(?:^|\W)100-continue(?:$|\W)", re.IGNORECASE)


class ExpectationFailedError(Error):  # type: ignore[misc]
    """An `Expect` that is not `100-continue`."""

    code = 417
    reason = "Expectation Failed"


class NodeParser(Parser):
    """Refuses what Node's parser refuses, and reads repeated headers as Node does."""

    def received(self, data: bytes) -> int:
        consumed = super().received(data)
        if not self.completed and self.body_rcv is None and not _may_begin(self.header_plus):
            return self._refuse(data, "what begins here is no request")
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        if header_plus.startswith(b"CONNECT "):
            self.command = "CONNECT"
            raise ParsingError("CONNECT, for which the server has no use")
        first, _, rest = header_plus.partition(b"\r\n")
        line = _REQUEST_LINE.fullmatch(first)
        if line is None:
            raise ParsingError("the request line is none that Node takes")
        method, target, version = line.groups()
        if re.search(rb"(?:^|\r\n)[ \t]", rest):
            raise ParsingError("a header line begins with a blank")
        super().parse_header(b" ".join((method, target, b"HTTP/1.1\r\n")) + rest)
        self._settle_repeated(rest)
        if len(self.headers.get("CONTENT_LENGTH", "")) > _LONGEST_LENGTH:
            raise ParsingError("Content-Length is too large for a number")
        if version == b"1.1" and "HOST" not in self.headers:
            raise ParsingError("HTTP/1.1 without a Host")
        self._settle_connection(version)

    def _settle_repeated(self, lines: bytes) -> None:
        first: dict[bytes, bytes] = {}
        for field in get_header_lines(lines):
            name, _, value = field.partition(b":")
            name = name.upper()
            if name not in first:
                first[name] = value.strip(b" \t")
            elif name in _ONCE:
                raise ParsingError(f"{name.decode().title()} is given twice")
            elif name in _FIRST_COUNTS:
                self.headers[name.decode().replace("-", "_")] = first[name].decode("latin-1")
        if first.keys() >= _ONCE:
            raise ParsingError("both Content-Length and Transfer-Encoding")

    def _settle_connection(self, version: bytes) -> None:
        """All versions but 1.1 are taken for 1.0, with chunks all the same."""
        options = {text.strip().lower() for text in self.headers.get("CONNECTION", "").split(",")}
        for option in ("close", "keep-alive"):
            if option in options:
                self.headers["CONNECTION"] = option
                break
        self.connection_close = "close" in options
        expected = self.headers.get("EXPECT", "")
        self.expect_continue = version == b"1.1" and bool(_CONTINUE.search(expected))
        if version != b"1.1":
            self.version = "1.0"
            self.connection_close = self.headers.get("CONNECTION") != "keep-alive"
        elif expected and not self.expect_continue:
            self.error = ExpectationFailedError("an expectation that Node does not know")


def _may_begin(head: bytes) -> bool:
    """Whether a request can begin so; Node does not wait for the end of a line that is none."""
    word, blank, _ = head.lstrip(b"\r\n").partition(b" ")
    return word in _WORDS if blank else any(method.startswith(word) for method in _WORDS)


class NodeTask(OnePiece):
    """A reply whose head is written as Node writes it."""

    def build_response_header(self) -> bytes:
        head: bytes = super().build_response_header()
        return head.replace(b"HTTP/1.0", b"HTTP/1.1", 1).replace(b"\r\nEtag: ", b"\r\nETag: ", 1)


class NodeRefusal(Refusal):
    """A status line and nothing more; a CONNECT does not get even that."""

    def execute(self) -> None:
        if is_admin_path(self.request.path):  # which is the mock's own in every profile
            super().execute()
            return
        status, reason = self.verdict()
        self.refuse(status, None)
        if self.request.command == "CONNECT":
            raise ClientDisconnected
        self.wrote_header = True
        self.channel.write_soon(_TOO_LARGE if status == 413 else _bare(status, reason))


_MALFORMED: Final = b"data after the end of the connection\r\n\r\n"


def _bare(status: int, reason: str) -> bytes:
    return f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\n\r\n".encode()


def _too_large() -> bytes:
    """Express' page, as for any body that is over its limit."""
    page = express.error_page(413)
    headers = [
        *express.ERROR_PAGE_HEADERS, ("Content-Type", express.HTML),
        ("Content-Length", str(len(page))), ("Connection", "close"),
    ]  # fmt: skip
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"HTTP/1.1 413 {express.REASONS[413]}\r\n{head}\r\n".encode() + page


_TOO_LARGE: Final = _too_large()


class NodeChannel(Channel):
    """A connection on which a malformed request costs what came in the same packet before it."""

    parser_class = NodeParser
    task_class = NodeTask
    error_task_class = NodeRefusal
    max_body_bytes = 100 * 1024 * 1024  # Node has no limit; most bodies are ignored
    recv_bytes = 65536  # Node's, because what comes in one packet is refused together
    cut_short_code = None
    cut_short_reply = (_bare(400, "Bad Request"), b"")

    def received(self, data: bytes) -> bool:
        if self.request is None and data.find(b"\r\n\r\n") not in (-1, len(data) - 4):
            data = self._without_unanswered(data)
        return bool(super().received(data))

    def _without_unanswered(self, data: bytes) -> bytes:
        """The packet from its malformed request on, if there is one behind others."""
        before: list[NodeParser] = []
        at = 0
        while at < len(data):
            start, parser = at, NodeParser(self.adj)
            while not parser.completed and at < len(data):
                at += parser.received(data[at:])
            if parser.error:
                return self._unanswered(before, data[start:])
            before.append(parser)
            if parser.connection_close and data[at:].strip(b"\r\n"):
                return self._unanswered(before, _MALFORMED)
        return data

    def _unanswered(self, requests: list[NodeParser], malformed: bytes) -> bytes:
        """Tell of the requests that are lost with what is malformed behind them."""
        for request in requests:
            self.report(request, 0, None, "not answered: what follows it is not HTTP")
        return malformed
