"""The profile `server` against what the real server was recorded to answer."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from mockserver import MockServer
from tests.helpers.raw_http import Reply, ask
from tests.helpers.text import WIRE

CASES = [json.loads(line) for line in (WIRE / "server.jsonl").read_text().splitlines()]
JWT = re.compile(r'(?<="token":")([\w-]+)\.([\w-]+)\.[\w-]+(?=")')


@pytest.fixture(scope="module")
def as_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MockServer]:
    path: Path = tmp_path_factory.mktemp("recorded") / "users.yaml"
    secrets = {"session": ["mock-session-secret"], "jwt": "mock-jwt-secret"}
    users = json.loads((WIRE / "users.json").read_text())
    path.write_text(json.dumps({"secrets": secrets, "users": users}))
    with MockServer(path, profile="server") as server:
        yield server


def prepare(mock: MockServer, step: dict[str, Any]) -> None:
    """Carry out a step of a case that is no request."""
    match step:
        case {"put_session": {"sid": sid, "username": username}}:
            mock.control.call("PUT", f"/sessions/{quote(sid, safe='')}", {"username": username})
        case {"put_user": {"username": username, **fields}}:
            mock.control.call("PUT", f"/users/{username}", fields)
        case {"delete_user": username}:
            mock.control.call("DELETE", f"/users/{username}")
        case {"fail": operations}:
            mock.control.call("DELETE", "/faults")
            for operation in operations:
                fault = {"operation": operation, "error": "database"}
                mock.control.call("POST", "/faults", fault)
        case _:
            raise AssertionError(f"unknown step {step}")


def decoded(part: str) -> str:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()


def etag_by_the_rule(body: str) -> str:
    data = body.encode()
    return f'W/"{len(data):x}-{base64.b64encode(hashlib.sha1(data).digest()).decode()[:27]}"'


def assert_as_recorded(reply: Reply, recorded: dict[str, Any]) -> None:
    headers = sorted((name, value) for name, value in recorded["headers"])
    body = reply.body
    if "jwt" in recorded:
        headers = sorted([*headers, ("ETag", etag_by_the_rule(body))])
        token = JWT.search(body)
        assert token is not None
        claims = json.loads(decoded(token[2]))
        assert decoded(token[1]) == recorded["jwt"]["header"]
        assert list(claims) == recorded["jwt"]["claim_order"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", claims["date"])
        assert {**claims, "date": recorded["jwt"]["claims"]["date"]} == recorded["jwt"]["claims"]
        body = JWT.sub("<JWT>", body)
    assert (reply.status, reply.headers, body) == (recorded["status"], headers, recorded["body"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_recorded_exchange_repeats(case: dict[str, Any], as_server: MockServer) -> None:
    as_server.control.call("POST", "/reset")
    for step in case["steps"]:
        if "request_b64" not in step:
            prepare(as_server, step)
            continue
        recorded = step["responses"]
        replies = ask(as_server.port, base64.b64decode(step["request_b64"]), len(recorded))
        assert len(replies) == len(recorded), step["label"]
        for reply, expected in zip(replies, recorded, strict=True):
            assert_as_recorded(reply, expected)


def test_the_recordings_are_all_there() -> None:
    assert sum("request_b64" in step for case in CASES for step in case["steps"]) == 196
