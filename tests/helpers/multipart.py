"""Multipart forms (RFC 7578)."""

from __future__ import annotations

BOUNDARY = "picture-boundary"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def part(name: str, content: bytes, filename: str | None = "me.png") -> bytes:
    """A part of a form: a file, or a plain field where there is no file name."""
    file = "" if filename is None else f'; filename="{filename}"'
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    """A whole form."""
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
