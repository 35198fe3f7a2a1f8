"""Replays what the real server was recorded to answer (`tests/wire/README.md`)."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from mockserver import MockServer
from tests.helpers.raw_http import Reply, ask

JWT = re.compile(r'(?<="token":")([\w-]+)\.([\w-]+)\.[\w-]+(?=")')
COOKIE = re.compile(
    r"animeloop\.auth\.sid=(s%3A([^;]+)\.([^;.]+)); Path=/; Expires=([^;]+); HttpOnly"
)
_UNAVAILABLE = {"recaptcha", "send_mail"}


class Replay:
    """Replays one case. `fresh` maps names of cookies and codes to their values."""

    def __init__(self, mock: MockServer) -> None:
        self.mock = mock
        self.cookies: dict[str, str] = {}
        self.codes: dict[str, str] = {}
        self.tokens: list[str] = []
        mock.control.call("POST", "/reset")

    def carry_out(self, step: dict[str, Any]) -> None:
        """Carry out a step of the case, and check what it says."""
        if step.get("unscored"):
            return
        if "request_b64" in step:
            self._exchange(step)
        elif "expect_user" in step:
            self._expect_user(**step["expect_user"])
        else:
            self._prepare(step)

    def _prepare(self, step: dict[str, Any]) -> None:
        control = self.mock.control
        match step:
            case {"put_session": {"sid": sid, "username": username}}:
                control.call("PUT", f"/sessions/{quote(sid, safe='')}", {"username": username})
            case {"delete_session": sid}:
                control.call("DELETE", f"/sessions/{quote(sid, safe='')}")
            case {"put_user": {"username": username, **fields}}:
                control.call("PUT", f"/users/{quote(username, safe='')}", fields)
            case {"put_token": {"_id": token_id, "token": token, "userid": uid, **fields}}:
                users = control.call("GET", "/users?limit=1000")["users"]
                (owner,) = (user["username"] for user in users if user["uid"] == uid)
                named = {"name": fields["name"]} if "name" in fields else {}
                path = f"/users/{quote(owner, safe='')}/tokens/{token_id}"
                control.call("PUT", path, {"token": token, **named})
            case {"delete_user": username}:
                control.call("DELETE", f"/users/{quote(username, safe='')}")
            case {"fail": operations}:
                control.call("DELETE", "/faults")
                for operation in operations:
                    error = "unavailable" if operation in _UNAVAILABLE else "database"
                    control.call("POST", "/faults", {"operation": operation, "error": error})
            case _:
                raise AssertionError(f"unknown step {step}")

    def _expect_user(self, username: str, **expected: Any) -> None:
        wanted = expected["is"]
        users = self.mock.control.call("GET", "/users?limit=1000")["users"]
        found = next((user for user in users if user["username"] == username), None)
        if wanted is None:
            assert found is None
            return
        assert found is not None
        for field in ("uid", "email", "verified"):
            assert found[field] == wanted.get(field), field
        for field in ("admin", "avatar"):
            if field in wanted:
                assert found[field] == wanted[field], field
        token = wanted.get("token")
        if token and token.startswith("<JWT#"):
            token = self.tokens[int(token[5:-1]) - 1]
        assert found["token"] == token

    def _exchange(self, step: dict[str, Any]) -> None:
        request = base64.b64decode(step["request_b64"])
        for name, value in self.cookies.items():
            request = request.replace(f"<COOKIE:{name}>".encode(), value.encode())
        for name, value in self.codes.items():
            request = request.replace(f"<CODE:{name}>".encode(), value.encode())
        before = self._mails()[-1]["id"] if self._mails() else 0
        recorded = step["responses"]
        replies = ask(self.mock.port, request, len(recorded))
        assert len(replies) == len(recorded), step["label"]
        for reply, expected in zip(replies, recorded, strict=True):
            self._assert_as_recorded(reply, expected, step)
        if "mails" in step:
            self._assert_mails(step, [mail for mail in self._mails() if mail["id"] > before])

    def _mails(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.mock.control.call("GET", "/outbox")["messages"]
        return [mail for mail in found if mail["delivered"]]

    def _assert_mails(self, step: Mapping[str, Any], mails: list[dict[str, Any]]) -> None:
        assert len(mails) == len(step["mails"])
        for mail, expected in zip(mails, step["mails"], strict=True):
            header, claims, _ = (*map(decoded, mail["code"].split(".")[:2]), None)
            assert header == expected["jwt"]["header"]
            assert list(json.loads(claims)) == expected["jwt"]["claim_order"]
            assert json.loads(claims)["username"] == expected["jwt"]["claims"]["username"]
            # The mail library normalizes addresses. The outbox keeps them as they were given.
            if expected["to"] != "<>":
                assert mail["to"].lower().replace(",", ", ") == expected["to"].lower()
        if "save_code" in step:
            self.codes[step["save_code"]] = mails[-1]["code"]

    def _assert_as_recorded(
        self, reply: Reply, recorded: dict[str, Any], step: dict[str, Any]
    ) -> None:
        headers = [(name.title(), value) for name, value in recorded["headers"]]
        got = [(name.title(), value) for name, value in reply.headers]
        body = reply.body
        if "jwt" in recorded:
            headers.append(("Etag", etag_by_the_rule(body)))
            token = JWT.search(body)
            assert token is not None
            self.tokens.append(token[0])
            assert_token(token, recorded["jwt"])
            body = JWT.sub("<JWT>", body)
        elif (again := re.search(r"<JWT#(\d+)>", recorded["body"])) is not None:
            headers.append(("Etag", etag_by_the_rule(body)))
            body = body.replace(self.tokens[int(again[1]) - 1], again[0])
        cookies = [value for name, value in got if name == "Set-Cookie"]
        for value in cookies:
            self._take_cookie(value, recorded.get("sid"), step)
        assert len(cookies) == sum(name == "Set-Cookie" for name, _ in headers)
        without = [
            sorted((name, value) for name, value in one if name != "Set-Cookie")
            for one in (got, headers)
        ]
        assert (reply.status, without[0], body) == (
            recorded["status"], without[1], recorded["body"],
        ), step["label"]  # fmt: skip

    def _take_cookie(
        self, header: str, sid: Mapping[str, Any] | None, step: Mapping[str, Any]
    ) -> None:
        found = COOKIE.fullmatch(header)
        assert found is not None, header
        assert sid is not None, step["label"]
        if "fresh" in sid:
            assert re.fullmatch(r"[A-Za-z0-9_-]{32}", found[2])
            assert all(found[2] not in value for value in self.cookies.values())
        else:
            kind, name = sid["same_as"].split(" ")
            assert found[2] == (name if kind == "put_session" else self.cookies[name][4:36])
        if "save_cookie" in step:
            self.cookies[step["save_cookie"]] = found[1]


def decoded(part: str) -> str:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()


def etag_by_the_rule(body: str) -> str:
    data = body.encode()
    return f'W/"{len(data):x}-{base64.b64encode(hashlib.sha1(data).digest()).decode()[:27]}"'


def assert_token(token: re.Match[str], expected: Mapping[str, Any]) -> None:
    claims = json.loads(decoded(token[2]))
    assert decoded(token[1]) == expected["header"]
    assert list(claims) == expected["claim_order"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", claims["date"])
    assert {**claims, "date": expected["claims"]["date"]} == expected["claims"]
