"""One HTTP exchange over asyncio."""

from __future__ import annotations

import asyncio
import http.client
import io
from collections.abc import Mapping

# pytest leaves the frames of this module out of tracebacks.
__tracebackhide__ = True


class _Received:
    """What `HTTPResponse` reads a reply from: bytes in place of a socket."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self._data)


async def fetch(  # noqa: PLR0917  what a request consists of
    scheme: str,
    host: str,
    port: int,
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes | None,
    timeout_s: float,
) -> http.client.HTTPResponse:
    """Send a request on a connection of its own, and return the whole response.

    Raises OSError, or HTTPException if the response is broken. A cancel closes the connection.
    """
    shown = f"[{host}]" if ":" in host else host
    length = str(len(body or b""))
    sent = {
        "Host": f"{shown}:{port}", **headers, "Content-Length": length, "Connection": "close"
    }  # fmt: skip
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {text}" for name, text in sent.items())]
    request = "\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b"")
    tls = scheme == "https" or None
    try:
        async with asyncio.timeout(timeout_s):
            reader, writer = await asyncio.open_connection(host, port, ssl=tls)
            try:
                writer.write(request)
                data = await reader.read()
            finally:
                writer.close()
    except OSError as error:
        raise error.with_traceback(None) from None
    response = http.client.HTTPResponse(_Received(data), method=method)  # type: ignore[arg-type]
    response.begin()
    return response
