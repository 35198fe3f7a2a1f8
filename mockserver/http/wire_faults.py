"""Carries out wire faults.

Falcon itself can send a wrong body. Faults that need the connection use a function of the server,
which the server puts into the WSGI environment under `CONNECTION_FAULT`.
"""

from __future__ import annotations

from typing import Final

from falcon import Request, Response

from mockserver.api.page import Code, Endpoint, compact_json
from mockserver.faults.model import Wire
from mockserver.record.exchange import NOT_SENT

CONNECTION_FAULT: Final = "animeloop_mock.connection_fault"

_BAD_GATEWAY: Final = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>proxy</center>\r\n"
    b"</body>\r\n</html>\r\n"
)
# How much of the message a malformed reply lacks: "successfully." becomes "succ".
_CUT: Final = len("essfully.")


def break_reply(req: Request, resp: Response, wire: Wire, endpoint: Endpoint) -> None:
    """Put the reply of a wire fault in the place of the endpoint's, if the fault has one."""
    if wire is Wire.MALFORMED:
        resp.content_type = "application/json; charset=utf-8"
        resp.data = _malformed(endpoint.success)
    elif wire is Wire.HTML:
        resp.status = "502 Bad Gateway"
        resp.content_type = "text/html"
        resp.data = _BAD_GATEWAY
        req.context.of_proxy = True


def break_connection(req: Request, wire: Wire) -> None:
    """Carry out a wire fault of the connection.

    Faults that the server cannot carry out were refused earlier, when they were chosen.
    """
    if wire not in {Wire.MALFORMED, Wire.HTML}:
        req.env[CONNECTION_FAULT](wire)


def mend_reply(req: Request, resp: Response) -> None:
    """Forget the reply so far, because the request is decided anew."""
    req.context.of_proxy = False
    for name in resp.headers:
        resp.delete_header(name)


def _malformed(code: Code) -> bytes:
    """Return the beginning of the envelope with this code, up to the middle of its message."""
    head = {"status": code.status, "code": code.number, "message": code.message[:-_CUT]}
    return compact_json(head).removesuffix(b'"}')


def is_of_proxy(req: Request) -> bool:
    """Whether the reply imitates a proxy, which does not send the API's headers."""
    return getattr(req.context, "of_proxy", False)


def seen_status(wire: Wire, status: int) -> int:
    """Return the HTTP status that the client sees, 0 if it sees none."""
    return {Wire.RESET: NOT_SENT, Wire.EMPTY: NOT_SENT, Wire.HTML: 502}.get(wire, status)
