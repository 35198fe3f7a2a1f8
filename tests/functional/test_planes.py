"""Two planes behind one switch: whatever the path, the gate stands before the control plane."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from falcon.testing import create_environ
from hypothesis import given
from hypothesis import strategies as st

from mockserver import create_app
from mockserver.api.common import BAD_REQUEST_BODY
from mockserver.http.admin.policy import AdminPolicy
from tests.helpers.text import SHIPPED

PIECES = st.sampled_from(
    ["/", "//", "__admin", "__Admin", "__sandbox", "default", "users", "health", "sandboxes",
     "api", "v2", "auth", "token", ".", "..", "\\", ";", " ", "\x00", "%2f", "\xc3\xa9", "\xff",
     "?", "http:"]
)  # fmt: skip
PATHS = st.lists(PIECES, max_size=8).map("".join)

GUARDED = {
    profile: create_app(SHIPPED, profile=profile, admin=AdminPolicy(token="sesame"))
    for profile in ("documented", "server")
}


def ask(app: Callable[..., Any], path_info: str, method: str = "GET") -> tuple[int, bytes]:
    """The reply to exactly this PATH_INFO, whether it begins with a slash or not."""
    environ = create_environ("/", method=method, host="localhost")
    environ["PATH_INFO"] = path_info
    statuses: list[int] = []

    def start(line: str, _headers: object, _error: object = None) -> None:
        statuses.append(int(line[:3]))

    body = b"".join(app(environ, start))
    return statuses[0], body


@pytest.mark.parametrize("profile", GUARDED)
@given(path=PATHS)
def test_no_path_gets_more_of_the_control_plane_than_the_gate_gives(
    profile: str, path: str
) -> None:
    status, body = ask(GUARDED[profile], path)
    is_api = body == BAD_REQUEST_BODY or b'"code":1' in body
    of_sandbox = path.startswith("/__sandbox/") and status == 404
    refused = status == 401 and path.startswith("/__admin")
    only_health = status == 200 and body == b'{"status":"ok"}' and path == "/__admin/health"
    assert is_api or of_sandbox or refused or only_health, (path, status, body)


@pytest.mark.parametrize("profile", GUARDED)
@pytest.mark.parametrize(
    "path",
    [
        "__admin/users", "__admin", "__admin/health", "//__admin/users", "///__admin/health",
        "/__adminx", "/x/__admin/users", "api/v2/auth/token", "//api/v2/auth/token",
        "__sandbox/default/api/v2/auth/token", "",
    ],
)  # fmt: skip
def test_a_path_that_is_not_exactly_one_is_the_apis_bad_request(profile: str, path: str) -> None:
    for method in ("GET", "POST", "PUT"):
        assert ask(GUARDED[profile], path, method) == (400, BAD_REQUEST_BODY)
