"""Any request through the WSGI application: a whole reply, and never a failure of the mock."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.api.profiles import PROFILES
from soak import vocabulary as words
from tests.helpers.app import Mock
from tests.helpers.text import SHIPPED

LATIN = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\x00"), max_size=20)
TOKEN_CALLS = st.tuples(
    st.sampled_from(["POST", "POST", "GET"]),
    st.sampled_from([target.decode("latin-1") for target in words.TOKEN_TARGETS]),
)
ODD_CALLS = st.tuples(
    st.sampled_from([method.decode() for method in words.METHODS]),
    st.sampled_from([target.decode("latin-1") for target in words.ODD_TARGETS])
    | st.builds("/{}".format, LATIN),
)
ADMIN_CALLS = st.sampled_from(
    [(method.decode(), target.decode("latin-1")) for method, target in words.ADMIN_CALLS]
)
CALLS = st.one_of(TOKEN_CALLS, TOKEN_CALLS.map(tuple), ODD_CALLS, ADMIN_CALLS)


def header(pieces: tuple[bytes, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from([piece.decode("latin-1") for piece in pieces]) | LATIN


NAMES = ("HTTP_ORIGIN", "HTTP_ACCEPT", "HTTP_AUTHORIZATION", "HTTP_CONTENT_ENCODING", "HTTP_RANGE",
         "HTTP_ACCESS_CONTROL_REQUEST_METHOD", "HTTP_EXPECT", "HTTP_SEC_FETCH_SITE",
         "HTTP_IF_NONE_MATCH", "HTTP_X_FORWARDED_HOST")  # fmt: skip
HEADERS = st.builds(
    dict.__or__,
    st.fixed_dictionaries(
        {},
        optional={
            "HTTP_COOKIE": header(words.COOKIES),
            "HTTP_PREFER": header(words.PREFERENCES),
            "HTTP_HOST": header(words.HOSTS),
        },
    ),
    st.dictionaries(st.sampled_from(NAMES), LATIN, max_size=2),
)
TYPES = st.sampled_from([kind.decode("latin-1") for kind in words.CONTENT_TYPES])
REQUESTS = st.lists(
    st.tuples(CALLS, HEADERS, TYPES, st.sampled_from(words.BODIES) | st.binary(max_size=50)),
    max_size=8
)  # fmt: skip
Sent = tuple[tuple[str, str], dict[str, str], str, bytes]
HEADER = re.compile(r"[\t -~\x80-\xff]*")


def environment(request: Sent) -> dict[str, Any]:
    """What a server hands over (PEP 3333)."""
    (method, target), headers, kind, body = request
    path, _, query = target.partition("?")
    length = {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": kind} if body else {}
    return {
        "REQUEST_METHOD": method, "REQUEST_URI": target, "SCRIPT_NAME": "", "QUERY_STRING": query,
        "PATH_INFO": unquote_to_bytes(path.encode("latin-1")).decode("latin-1"),
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost", "wsgi.input": io.BytesIO(body), "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(), "wsgi.version": (1, 0), **headers, **length,
    }  # fmt: skip


def answer(app: Callable[..., Any], request: Sent) -> tuple[int, dict[str, str], bytes]:
    started: list[tuple[str, Sequence[tuple[str, str]]]] = []
    body = b"".join(app(environment(request), lambda *given: started.append(given)))
    ((status, headers),) = started
    assert all(HEADER.fullmatch(text) for header in headers for text in header), headers
    return int(status[:3]), {name.lower(): value for name, value in headers}, body


@pytest.mark.parametrize("profile", PROFILES)
@given(requests=REQUESTS)
def test_any_request_gets_a_whole_reply(profile: str, requests: list[Sent]) -> None:
    app = Mock(SHIPPED, profile=profile).app
    for request in requests:
        status, headers, body = answer(app, request)
        assert status < 500 or b'"title":"Limit reached"' in body, body
        if "json" in headers.get("content-type", "") and request[0][0] != "HEAD":
            json.loads(body)
