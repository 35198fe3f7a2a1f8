"""Describes connection errors for users."""

from __future__ import annotations

import http.client
import socket
import ssl
from typing import Final

from mockserver.errors import shortened

# The start of a TLS alert, which a TLS port sends in reply to plain HTTP.
_TLS_ALERT: Final = "\x15\x03"
_MAY_BE_TLS: Final = "does it speak TLS, is it https:// ?"
_NOT_TLS: Final = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG")


def described(error: Exception) -> tuple[bool, str]:
    """Return whether something other than the API answered, and a description of the error."""
    if isinstance(error, http.client.HTTPException):
        return _described_http(error)
    if isinstance(error, ssl.SSLError):
        return False, _described_tls(error)
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return False, "unknown host"
    if isinstance(error, ConnectionResetError):
        return False, f"it reset the connection; {_MAY_BE_TLS}"
    if isinstance(error, ConnectionRefusedError):
        return False, "connection refused; nothing listens there"
    return False, getattr(error, "strerror", None) or str(error)


def _described_tls(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        words = f"its certificate is not trusted ({error.verify_message})"
        return f"{words}; --insecure skips the check"
    if error.reason in _NOT_TLS:
        return "it does not speak TLS; is it http:// ?"
    return f"TLS failed ({error.reason or error.strerror or 'no reason given'})"


def _described_http(error: http.client.HTTPException) -> tuple[bool, str]:
    # RemoteDisconnected is a BadStatusLine too.
    if isinstance(error, http.client.RemoteDisconnected):
        return False, f"it closed the connection without a reply; {_MAY_BE_TLS}"
    if isinstance(error, http.client.BadStatusLine):
        line = str(error.args[0])
        if line.startswith(_TLS_ALERT):
            return False, "it speaks TLS; is it https:// ?"
        return True, f"it does not speak HTTP; its answer begins with {shortened(line)}"
    if isinstance(error, http.client.IncompleteRead):
        return True, "the reply ends in the middle of its body"
    return True, f"its reply cannot be read ({shortened(str(error))})"
