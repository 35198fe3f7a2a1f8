"""Parses requests as Node does, for the profile `server`.

Source: the recorded exchanges `proto.*` and `header.*`, Node's documentation of
`http.IncomingMessage.headers`, and what Node 20 answers to the cases of the tests.
"""

from __future__ import annotations

import re
from typing import ClassVar, Final

from waitress.parser import ParsingError
from waitress.utilities import Error, RequestHeaderFieldsTooLarge

from mockserver.http.paths import ORIGIN_PART
from mockserver.server import head
from mockserver.server.parser import Parser, RequestHeads

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
# Of these headers only the first counts. Cookie is joined with semicolons, others with commas.
_FIRST_COUNTS: Final = frozenset((
    "AGE", "AUTHORIZATION", "CONTENT_TYPE", "ETAG", "EXPIRES", "FROM", "HOST", "IF_MODIFIED_SINCE",
    "IF_UNMODIFIED_SINCE", "LAST_MODIFIED", "LOCATION", "MAX_FORWARDS", "PROXY_AUTHORIZATION",
    "REFERER", "RETRY_AFTER", "SERVER", "USER_AGENT",
))  # fmt: skip
_LONGEST_LENGTH: Final = 19
_CONTINUE: Final = re.compile(r"(?:^|\W)100-continue(?:$|\W)", re.IGNORECASE)


class ExpectationFailedError(Error):  # type: ignore[misc]
    """`Expect` is not `100-continue`."""

    code = 417
    reason = "Expectation Failed"


class ExtensionsTooLargeError(Error):  # type: ignore[misc]
    """The extensions of a chunk exceed Node's limit."""

    code = 413
    reason = "Payload Too Large"


class NodeParser(Parser):
    """Refuses the requests that Node's parser refuses, and reads repeated headers as Node does."""

    extensions_error = ExtensionsTooLargeError
    trailers_error = RequestHeaderFieldsTooLarge
    known_heads: ClassVar = RequestHeads()

    def received(self, data: bytes) -> int:
        consumed = super().received(data)
        if not self.completed and self.body_rcv is None and not _may_begin(self.header_plus):
            return self._refuse(data, "the data does not begin with a request line")
        return consumed

    def read_first_line(self, line: bytes) -> tuple[head.RequestLine, head.Target]:
        if line.startswith(b"CONNECT "):
            raise ParsingError("the server does not support CONNECT")
        found = _REQUEST_LINE.fullmatch(line)
        if found is None:
            raise ParsingError("Node does not accept this request line")
        method, target, version = found.groups()
        return head.RequestLine(method, target, version or b""), _split(target)

    def read_fields(self, block: bytes) -> list[tuple[bytes, bytes]]:
        return head.read_fields(block, may_fold=False)

    def join(self, key: str, value: str, more: str) -> str:
        return value if key in _FIRST_COUNTS else super().join(key, value, more)

    def check_host(self) -> None:
        """Require `Host` in HTTP/1.1. Node does not validate its value."""
        if self.sent_version == b"1.1" and "HOST" not in self.headers:
            raise ParsingError("HTTP/1.1 without a Host header")

    def check_codings(self, codings: list[str]) -> None:
        """Require that `chunked` comes last. Node ignores the other codings."""
        if codings[-1:] != ["chunked"] or "chunked" in codings[:-1]:
            raise ParsingError("header Transfer-Encoding does not end with chunked")
        if "CONTENT_LENGTH" in self.headers:
            raise ParsingError("both Content-Length and Transfer-Encoding")

    def settle_connection(self) -> None:
        """Treat all versions but 1.1 as 1.0, except that chunks are allowed."""
        if len(self.headers.get("CONTENT_LENGTH", "")) > _LONGEST_LENGTH:
            raise ParsingError("header Content-Length has too many digits")
        self.settle_persistence(is_clear=True)
        expected = self.headers.get("EXPECT", "")
        self.expect_continue = self.sent_version == b"1.1" and bool(_CONTINUE.search(expected))
        if self.sent_version == b"1.1" and expected and not self.expect_continue:
            self.error = ExpectationFailedError("header Expect is not 100-continue")


def _split(target: bytes) -> head.Target:
    """Split the target. Node ignores the authority, but the URL parser after it checks brackets."""
    text = target.decode("ascii")
    origin = ORIGIN_PART.match(text)
    if origin is None:
        return head.split_target("", "", target)
    authority = origin[1]
    if ("[" in authority or "]" in authority) and not head.is_host(authority.rpartition("@")[2]):
        raise ParsingError("the request target has an invalid address in brackets")
    scheme = text.partition(":")[0].lower()
    return head.split_target(scheme, authority, target[origin.end() :])


def _may_begin(begun: bytes) -> bool:
    """Whether a request can begin like this. Node refuses before the end of the line."""
    word, blank, _ = begun.partition(b" ")
    return word in _WORDS if blank else any(method.startswith(word) for method in _WORDS)
