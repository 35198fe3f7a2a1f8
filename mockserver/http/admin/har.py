"""The journal as an HTTP Archive (HAR 1.2), which the developer tools of browsers open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl, quote

from mockserver.http.admin.record_answers import EntryAnswer, SentAnswer
from mockserver.record.secrets import HIDDEN
from mockserver.version import __version__

_HTTP: Final = "HTTP/1.1"
# HAR's word for "not known".
_UNKNOWN: Final = -1
# In targets. Everything else that a client may send unencoded is no part of a URL.
_SENT_AS_IT_IS: Final = "/?%~!$&'()*+,;=:@[]"


def archive(entries: Sequence[EntryAnswer], base_url: str) -> dict[str, Any]:
    """Return the archive of these entries of a server at `base_url`."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "animeloop-mock", "version": __version__},
            "entries": [_entry(entry, base_url) for entry in entries],
        }
    }


def _entry(entry: EntryAnswer, base_url: str) -> dict[str, Any]:
    return {
        "startedDateTime": entry.time,
        "time": entry.duration_ms,
        "request": _request(entry, base_url),
        "response": _response(entry),
        "cache": {},
        "timings": {"send": 0, "wait": entry.duration_ms, "receive": 0},
        "comment": "\n".join(entry.explain),
    }


def _request(entry: EntryAnswer, base_url: str) -> dict[str, Any]:
    sent = entry.request
    target = f"{entry.path}?{sent.query}" if sent.query else entry.path
    document: dict[str, Any] = {
        "method": entry.method,
        "url": base_url + quote(target, safe=_SENT_AS_IT_IS),
        "httpVersion": _HTTP,
        "cookies": _cookies(sent.headers.get("Cookie", "")),
        "headers": _named(sent.headers),
        "queryString": _pairs(sent.query),
        "headersSize": _UNKNOWN,
        "bodySize": _length(sent),
    }
    if sent.body:
        kind = sent.headers.get("Content-Type", "")
        document["postData"] = {"mimeType": kind, "params": [], "text": sent.body}
    return document


def _length(sent: SentAnswer) -> int:
    """Return the length of the body as it was sent: the one that is shown lacks secrets."""
    announced = sent.headers.get("Content-Length", "")
    return int(announced) if announced.isdecimal() else len(sent.body.encode())


def _response(entry: EntryAnswer) -> dict[str, Any]:
    got = entry.response
    known = {status.value: status.phrase for status in HTTPStatus}
    size = len(got.body.encode())
    return {
        "status": entry.status,
        "statusText": known.get(entry.status, ""),
        "httpVersion": _HTTP,
        "cookies": _set_cookies(got.headers.get("Set-Cookie", "")),
        "headers": _named(got.headers),
        "content": {"size": size, "mimeType": _kind(got.headers), "text": got.body},
        "redirectURL": "",
        "headersSize": _UNKNOWN,
        "bodySize": _UNKNOWN if got.truncated or HIDDEN in got.body else size,
    }


def _cookies(header: str) -> list[dict[str, Any]]:
    """Return the cookies of a `Cookie` header. What has no name is none."""
    pairs = (pair.strip().partition("=") for pair in header.split(";"))
    return [{"name": name, "value": value} for name, equals, value in pairs if name and equals]


def _set_cookies(header: str) -> list[dict[str, Any]]:
    """Return the cookie of a `Set-Cookie` header, as a list."""
    pair, _, rest = header.partition(";")
    found = _cookies(pair)
    attributes = {name.strip().lower(): value for name, _, value in _split(rest)}
    for cookie in found:
        cookie["httpOnly"] = "httponly" in attributes
        cookie["secure"] = "secure" in attributes
        if "path" in attributes:
            cookie["path"] = attributes["path"]
        if "expires" in attributes:
            cookie["expires"] = parsedate_to_datetime(attributes["expires"]).isoformat()
    return found


def _split(attributes: str) -> list[tuple[str, str, str]]:
    return [one.partition("=") for one in attributes.split(";")]


def _kind(headers: Mapping[str, str]) -> str:
    return next((value for name, value in headers.items() if name.lower() == "content-type"), "")


def _named(headers: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def _pairs(query: str) -> list[dict[str, str]]:
    return [
        {"name": name, "value": value} for name, value in parse_qsl(query, keep_blank_values=True)
    ]
