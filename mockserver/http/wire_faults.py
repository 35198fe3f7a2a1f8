"""Replies that are broken on purpose.

Falcon can send a wrong body itself. What needs the connection (`reset`, `empty`) is asked of the
server through `CONNECTION_FAULT` in the WSGI environment, where the server put a function that can.
"""

from __future__ import annotations

from typing import Final

from falcon import Request, Response

from mockserver.faults.model import Wire

CONNECTION_FAULT: Final = "animeloop_mock.connection_fault"

_BAD_GATEWAY: Final = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>proxy</center>\r\n"
    b"</body>\r\n</html>\r\n"
)
_MALFORMED: Final = b'{"status":"success","code":1320001,"message":"request token succ'


def break_exchange(req: Request, resp: Response, wire: Wire) -> None:
    """Make the reply, or the want of one, what the fault says.

    A server that cannot break a connection has had the fault refused when it was chosen.
    """
    if wire is Wire.MALFORMED:
        resp.content_type = "application/json; charset=utf-8"
        resp.data = _MALFORMED
    elif wire is Wire.HTML:
        resp.status = "502 Bad Gateway"
        resp.content_type = "text/html"
        resp.data = _BAD_GATEWAY
        req.context.of_proxy = True
    else:
        req.env[CONNECTION_FAULT](wire)


def is_of_proxy(req: Request) -> bool:
    """Whether the reply stands for a proxy's, which knows nothing of the API's headers."""
    return getattr(req.context, "of_proxy", False)


def seen_status(wire: Wire, status: int) -> int:
    """The HTTP status that the client sees; 0 for none."""
    return {Wire.RESET: 0, Wire.EMPTY: 0, Wire.HTML: 502}.get(wire, status)
