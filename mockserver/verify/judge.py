"""Judges the documented statements by a reply or a token."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import Struct

from mockserver.api.account.page import LOGGED_IN, LOGGED_OUT
from mockserver.api.account.statements import ACCOUNT_DATA
from mockserver.api.common import COMPACT, CONTENT_TYPE, HTTP_STATUS, KEYS
from mockserver.api.dashboard.page import DASHBOARD_DATA
from mockserver.api.dashboard.page import PAGE as DASHBOARD_PAGE
from mockserver.api.page import Code, Data, Endpoint, Statement, compact_json
from mockserver.api.token.page import DATA, JWT_CLAIMS, JWT_DATE, JWT_FORM, JWT_HEADER, TokenData
from mockserver.api.token.page import PAGE as TOKEN_PAGE
from mockserver.errors import shortened
from mockserver.verify.contract import BAD_REQUEST, pair_of
from mockserver.verify.target import HttpReply
from mockserver.verify.terms import DOCUMENTED, Terms

_TOKEN_CODES: Final = frozenset(
    code for endpoint in TOKEN_PAGE.endpoints for code in endpoint.codes
)
_DASHBOARD_CODES: Final = frozenset(
    endpoint.success for endpoint in DASHBOARD_PAGE.endpoints if endpoint.success != LOGGED_OUT
)
_HEADER: Final = '{"typ":"JWT","alg":"HS256"}'
_JWT: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)


class Judgement(Struct, frozen=True):
    """Whether a reply or token agrees with a statement.

    `expected` completes the phrase "expected …". `came` describes what came, if the reply itself
    does not show it.
    """

    check: Statement
    holds: bool
    expected: str
    came: str = ""


def code_of(reply: HttpReply) -> int | None:
    """Return the code in the envelope, or None."""
    number = reply.document.get("code") if isinstance(reply.document, dict) else None
    return number if type(number) is int else None


def token_of(reply: HttpReply) -> str | None:
    """Return the token in the envelope, or None."""
    data = reply.document.get("data") if isinstance(reply.document, dict) else None
    token = data.get("token") if isinstance(data, dict) else None
    return token if isinstance(token, str) and token else None


def judge_reply(
    reply: HttpReply,
    endpoint: Endpoint,
    code: Code,
    mode: str,
    about: Statement | None = None,
    *,
    terms: Terms = DOCUMENTED,
) -> Iterator[Judgement]:
    """Judge a reply that should have this code.

    Each statement breaks for one reason only. The pair breaks if code, `status` or message differ.
    The statements about the envelope are judged by the code that came. If another documented code
    came, it breaks `about` instead of the pair, if that is given.
    """
    document, known = reply.document, terms.codes
    pair, wanted = pair_of(endpoint, code), f"code {code.number}"
    if not isinstance(document, dict):
        yield Judgement(pair, False, f"{wanted}, in a JSON object")
        return
    came = code_of(reply)
    nameless = "code" not in document and document.get("message") == terms.message(code)
    if came != code.number and not nameless:
        yield Judgement(about if about and came in known else pair, False, wanted)
    else:
        if about is not None:
            yield Judgement(about, True, wanted)
        message = terms.message(code)
        words = {"status": code.status, "message": message}
        right = all(document.get(key, word) == word for key, word in words.items())
        expected = f'{wanted}, status "{code.status}", message "{message}"'
        yield Judgement(pair, right, expected)
    if came is None or came in known:
        sent = known[came] if came is not None else code
        yield from _judge_envelope(reply, document, sent, mode, terms)
    yield from judge_form(reply)


def _judge_envelope(
    reply: HttpReply, document: dict[str, Any], code: Code, mode: str, terms: Terms
) -> Iterator[Judgement]:
    status = code.sent_status(mode)
    yield Judgement(HTTP_STATUS, reply.status == status, f"HTTP {status}")
    keys = ["status", "code", "message"] + ["data"] * code.is_success
    yield Judgement(KEYS, list(document) == keys, "the keys " + ", ".join(keys))
    if code.is_success and "data" in document:
        data = document["data"]
        if code in _DASHBOARD_CODES:
            holds = _is_like(data, code.example)
            yield Judgement(DASHBOARD_DATA, holds, "data as the branch sends it")
        elif isinstance(code.example, TokenData):
            holds = isinstance(data, dict) and list(data) == ["token"] and bool(token_of(reply))
            yield Judgement(DATA, holds, 'data to be {"token":"…"}')
        elif code == LOGGED_IN and terms.login_keys:
            keys = list(terms.login_keys)
            holds = isinstance(data, dict) and list(data) in (keys, [k for k in keys if k != "uid"])
            yield Judgement(ACCOUNT_DATA, holds, f"data with the keys {', '.join(keys)}")
        else:
            check = DATA if code in _TOKEN_CODES else ACCOUNT_DATA
            yield Judgement(check, data == {}, "data to be {}")


def _is_like(data: Any, example: Data | None) -> bool:
    """Whether data has the form of an example, its keys in the same order."""
    kind: Any = type(example)
    if isinstance(example, tuple):
        kind = list[type(example[0])]  # type: ignore[misc]
    try:
        made = msgspec.convert(data, kind)
    except msgspec.ValidationError:
        return False
    return compact_json(made) == compact_json(data)


def judge_page(reply: HttpReply, check: Statement) -> Judgement:
    """Judge a reply that should be the server's HTML page of an error."""
    html = reply.content_type.lower().startswith("text/html")
    came = f"HTTP {reply.status} {shortened(reply.content_type)}"
    return Judgement(check, reply.status == 500 and html, "HTTP 500 and an HTML page", came)


def judge_form(reply: HttpReply) -> Iterator[Judgement]:
    """Judge the form of a reply: its content type, and that its JSON is compact."""
    # Media types and charsets are case-insensitive (RFC 9110, section 8.3.1).
    media = reply.content_type.lower().replace(" ", "").replace('"', "")
    right = media == "application/json;charset=utf-8"
    came = f"Content-Type: {shortened(reply.content_type)}"
    yield Judgement(CONTENT_TYPE, right, "application/json; charset=utf-8", came)
    compact = reply.body == compact_json(reply.document)
    yield Judgement(COMPACT, compact, "JSON without whitespace or needless escapes")


def judge_refusal(reply: HttpReply, check: Statement) -> Iterator[Judgement]:
    """Judge the reply to an undocumented request, which should be the 400 envelope."""
    right = reply.status == 400 and reply.document == BAD_REQUEST
    yield Judgement(check, right, "HTTP 400, code 400, message `Bad request`")
    if right:
        yield Judgement(KEYS, list(reply.document) == list(BAD_REQUEST), ", ".join(BAD_REQUEST))
        yield from judge_form(reply)


class Claims(Struct, frozen=True):
    """The known facts about a token's user. `uid` is None if the user has none."""

    username: str
    uid: int | None


def judge_token(token: str, known: Claims | None) -> Iterator[Judgement]:
    """Judge a newly issued token. If `known` is given, compare the claims with it.

    Judgements do not contain the token, only its decoded header and the names of its claims.
    """
    formed = _JWT.fullmatch(token) is not None
    header, claims = _decoded(token)
    yield Judgement(
        JWT_FORM,
        formed,
        "three parts of base64url with dots between them, the last of 32 bytes",
        "parts of " + ", ".join(str(len(part)) for part in token.split(".")[:5]) + " characters",
    )
    if not formed:
        return
    yield Judgement(JWT_HEADER, header == _HEADER, _HEADER, f"the header {shortened(header)}")
    try:
        document = msgspec.json.decode(claims)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        yield Judgement(JWT_CLAIMS, False, "a JSON object", f"{len(claims)} characters")
        return
    yield _judge_claims(document, known)
    date = document.get("date")
    if isinstance(date, str):
        form = "a date such as 2026-01-01T12:00:00.000Z"
        came = f"the date {shortened(date)}"
        yield Judgement(JWT_DATE, _DATE.fullmatch(date) is not None, form, came)


def _judge_claims(document: dict[str, Any], known: Claims | None) -> Judgement:
    names = [["uid", "username", "date"], ["username", "date"]]
    if known is not None:
        names = names[known.uid is None :][:1]
    expected = "the claims " + ", ".join(names[0])
    came = "the claims " + ", ".join(shortened(name) for name in document)
    if list(document) not in names:
        return Judgement(JWT_CLAIMS, False, expected, came)
    typed = isinstance(document["username"], str) and isinstance(document["date"], str)
    if not typed or type(document.get("uid", 0)) is not int:
        return Judgement(JWT_CLAIMS, False, f"{expected}: a number and two texts", "other types")
    if known is not None:
        own = (document["username"], document.get("uid")) == (known.username, known.uid)
        return Judgement(JWT_CLAIMS, own, f"{expected} of the session's user", "another user's")
    return Judgement(JWT_CLAIMS, True, expected)


def _decoded(token: str) -> tuple[str, str]:
    header, _, rest = token.partition(".")
    return _text(header), _text(rest.partition(".")[0])


def _text(part: str) -> str:
    try:
        decoded = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        return ""
    return decoded.decode("utf-8", "backslashreplace")
