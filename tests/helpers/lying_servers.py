"""Servers that break one documented statement each, made from an honest one."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any

from mockserver.api.catalog import ENDPOINTS
from mockserver.api.page import Code, Endpoint
from mockserver.credentials import cookies
from mockserver.verify.contract import BAD_REQUEST
from mockserver.verify.target import HttpReply, NoAnswerError, reply_of
from tests.helpers.text import GET, NEW, REVOKE
from tests.helpers.verifying import Ask, Lie, envelope

METHODS = {endpoint.path: endpoint.method for endpoint in ENDPOINTS}
FORBIDDEN = envelope({"status": "error", "code": 1940102, "message": "no"})

# --- lies about single replies


def every(change: Callable[[HttpReply], HttpReply], when: Callable[[HttpReply, str], bool]) -> Lie:
    """Change the replies that are meant."""

    def lie(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
        reply = ask(method, path, cookie)
        return change(reply) if when(reply, path) else reply

    return lie


def code_is(*numbers: int) -> Callable[[HttpReply, str], bool]:
    return lambda reply, _path: reply.document["code"] in numbers


def anything(_reply: HttpReply, _path: str) -> bool:
    return True


def on(endpoint: Endpoint, code: Code) -> Callable[[HttpReply, str], bool]:
    return lambda reply, path: path == endpoint.path and reply.document["code"] == code.number


def fields(**changed: Any) -> Callable[[HttpReply], HttpReply]:
    return lambda reply: envelope(reply.document | changed, reply.status, reply.set_cookies)


def body(change: Callable[[bytes], bytes]) -> Callable[[HttpReply], HttpReply]:
    def changed(reply: HttpReply) -> HttpReply:
        text = change(reply.body)
        return reply_of(reply.status, reply.content_type, text, "", reply.set_cookies)

    return changed


def spaced(text: bytes) -> bytes:
    return json.dumps(json.loads(text)).encode()


def reversed_keys(reply: HttpReply) -> HttpReply:
    return envelope(dict(reversed(reply.document.items())), reply.status, reply.set_cookies)


def token(change: Callable[[str], str]) -> Lie:
    """Change every token, the same way each time."""

    def changed(reply: HttpReply) -> HttpReply:
        return envelope(
            reply.document | {"data": {"token": change(reply.document["data"]["token"])}}
        )

    return every(changed, code_is(1320001, 1320002))


def header(text: str) -> Callable[[str], str]:
    encoded = urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
    return lambda token: encoded + token[token.index(".") :]


def claims(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[str], str]:
    def changed(token: str) -> str:
        first, middle, last = token.split(".")
        document = json.loads(urlsafe_b64decode(middle + "=="))
        text = json.dumps(change(document), separators=(",", ":")).encode()
        return f"{first}.{urlsafe_b64encode(text).rstrip(b'=').decode()}.{last}"

    return changed


def swapped(document: dict[str, Any]) -> dict[str, Any]:
    return dict(reversed(document.items()))


# --- lies that need to remember


def get_issues_a_token(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
    reply = ask(method, path, cookie)
    if path == GET and reply.document["code"] == 1320001:
        ask("POST", NEW, cookie)
    return reply


def new_forgets_to_store(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
    reply = ask(method, path, cookie)
    if path == NEW and reply.document["code"] == 1320002:
        ask("POST", NEW, cookie)
    return reply


def revoke_does_nothing(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
    had = ask("POST", GET, cookie).document["code"] == 1320001
    reply = ask(method, path, cookie)
    if had and path == REVOKE and reply.document["code"] == 1320003:
        ask("POST", NEW, cookie)
    return reply


def revoke_twice_fails(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
    reply = ask(method, GET, cookie) if path == REVOKE else None
    missing = reply is not None and reply.document["code"] == 1340401
    return reply if missing and reply is not None else ask(method, path, cookie)


def revoke_before_it_refuses() -> Lie:
    good: dict[str, str] = {}

    def lie(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
        reply = ask(method, path, cookie)
        sid = sid_of(cookie)
        if cookie and reply.document["code"] == 1320002:
            good[sid] = cookie
        if reply.document["code"] == 1940102 and path == REVOKE and sid in good:
            ask(method, path, good[sid])
        return reply

    return lie


def signatures_do_not_count() -> Lie:
    good: dict[str, str] = {}

    def lie(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
        reply = ask(method, path, cookie)
        if cookie and reply.document["code"] == 1320002:
            good[sid_of(cookie)] = cookie
        if reply.document["code"] == 1940102 and sid_of(cookie) in good:
            return ask(method, path, good[sid_of(cookie)])
        return reply

    return lie


def sid_of(cookie: str | None) -> str:
    presented = cookies.presented(cookie)
    return "" if presented is None else presented.sid


def one_token_for_all() -> Lie:
    issued: list[Any] = []

    def lie(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
        reply = ask(method, path, cookie)
        if reply.document["code"] == 1320002:
            issued.append(reply.document["data"])
        if reply.document["code"] == 1320001 and reply.document["data"] in issued:
            return fields(data=issued[-1])(reply)
        return reply

    return lie


def a_token_for_each_session() -> Lie:
    owners: set[str | None] = set()
    issued: list[Any] = []

    def lie(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
        reply = ask(method, path, cookie)
        if reply.document["code"] == 1320002:
            owners.add(cookie)
            issued.append(reply.document["data"])
        found = reply.document["code"] == 1320001 and reply.document["data"] in issued
        if found and cookie not in owners:
            message = "request token failed. token doesn't exist."
            return envelope({"status": "error", "code": 1340401, "message": message})
        return reply

    return lie


def by_method(*methods: str, reply: HttpReply) -> Lie:
    """Give this reply to some methods, where they are not the documented one."""

    def lie(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
        meant = method in methods and method != METHODS.get(path)
        return reply if meant else ask(method, path, cookie)

    return lie


def undocumented_paths(reply: HttpReply) -> Lie:
    def lie(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
        return reply if path not in METHODS else ask(method, path, cookie)

    return lie


def silent_at(nth: int) -> Lie:
    count = 0

    def lie(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
        nonlocal count
        count += 1
        if count == nth:
            raise NoAnswerError("http://localhost: no whole reply within 10 s")
        return ask(method, path, cookie)

    return lie


def same_each_time(token: str) -> str:
    dated = claims(lambda document: document | {"date": "2026-01-01T12:00:00.000Z"})(token)
    return dated.rpartition(".")[0] + "." + "A" * 43


def as_the_server(ask: Ask, method: str, path: str, cookie: str | None) -> HttpReply:
    if method != METHODS.get(path):
        return REFUSED
    reply = ask(method, path, cookie)
    if reply.document["code"] == 1940103:
        message = "cookie session validation failed."
        return envelope({"status": "error", "code": 1940102, "message": message})
    return reply


HTML = reply_of(404, "text/html", b"<h1>Not found</h1>")
REFUSED = envelope(BAD_REQUEST, 400)
SUCCESSES = code_is(1320001, 1320002, 1320003)
ERRORS = code_is(1340401, 1940102, 1940103, 1950301)

BROKEN: list[tuple[str, Lie]] = [
    ("http-status", every(lambda r: reply_of(401, r.content_type, r.body), code_is(1940102))),
    ("content-type", every(lambda r: reply_of(r.status, "text/json", r.body), ERRORS)),
    ("content-type", every(lambda r: reply_of(r.status, "application/json", r.body), SUCCESSES)),
    ("keys", every(reversed_keys, SUCCESSES)),
    ("keys", every(reversed_keys, code_is(400))),
    ("keys", every(fields(data=None), ERRORS)),
    ("keys", every(fields(time=1), code_is(1320003))),
    ("data", every(fields(data=None), code_is(1320003))),
    ("data", every(fields(data=[]), code_is(1320003))),
    ("compact", every(body(spaced), code_is(1950301))),
    ("compact", every(body(lambda text: text + b"\n"), anything)),
    ("compact", every(body(lambda text: text.replace(b"'", b"\\u0027")), code_is(1340401))),
    ("whole", silent_at(40)),
    ("jwt-form", token(lambda text: text.replace(".", "-"))),
    ("jwt-form", token(lambda text: text + "=")),
    ("jwt-form", token(lambda text: text + "A" * 43)),
    ("jwt-header", token(header('{"alg":"HS256","typ":"JWT"}'))),
    ("jwt-header", token(header('{"typ":"JWT","alg":"HS512"}'))),
    ("jwt-header", token(header('{"typ": "JWT", "alg": "HS256"}'))),
    ("jwt-claims", token(claims(swapped))),
    ("jwt-claims", token(claims(lambda document: document | {"iat": 1}))),
    ("jwt-claims", token(claims(lambda document: document | {"username": "somebody"}))),
    ("jwt-claims", token(claims(lambda document: {"uid": "7"} | document))),
    ("jwt-date", token(claims(lambda document: document | {"date": "2026-01-01T12:00:00Z"}))),
    ("jwt-date", token(claims(lambda d: d | {"date": d["date"].replace("Z", "+00:00")}))),
    ("get-repeats", get_issues_a_token),
    ("new-replaces", new_forgets_to_store),
    ("new-differs", token(same_each_time)),
    ("revoke-removes", revoke_does_nothing),
    ("revoke-repeats", revoke_twice_fails),
    ("refusal-keeps", revoke_before_it_refuses()),
    ("users-apart", one_token_for_all()),
    ("sessions-share", a_token_for_each_session()),
    ("samples-send-get", by_method("GET", reply=REFUSED)),
    ("samples-send-get", by_method("GET", reply=HTML)),
    ("samples-send-get", by_method("GET", reply=FORBIDDEN)),
    ("other-methods", by_method("PUT", reply=HTML)),
    ("other-methods", by_method("DELETE", reply=FORBIDDEN)),
    ("other-methods", by_method("PATCH", reply=envelope(BAD_REQUEST))),
    ("other-paths", undocumented_paths(HTML)),
    ("other-paths", undocumented_paths(envelope(BAD_REQUEST | {"code": 404}, 400))),
]  # fmt: skip
