"""A mock that starts from exported fixtures answers as the one that has exported them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mockserver.state.times import parse_time
from tests.helpers.app import Mock
from tests.helpers.examples import examples
from tests.helpers.exporting import (
    FIXTURES,
    NAMES,
    SIDS,
    Peer,
    comparable,
    escaped,
    restarted,
    undated,
)
from tests.helpers.text import GET, NEW, NOON_MS, REVOKE

pytestmark = pytest.mark.usefixtures("state_kind")

PASSWORDS = st.one_of(st.sampled_from(["secret-0", "secret-x"]), st.text(min_size=6, max_size=17))
EMAILS = st.sampled_from([None, "anna@example.org", "x@y.zz", "1e3", "🦊@x.y", ""])
TOKENS = st.sampled_from([None, "issue", "a b", "123", "on", "", "2026-01-01"])
LIVES = st.sampled_from([
    {}, {"ttl": "1h"}, {"ttl": "0s"}, {"ttl": "40h"}, {"expires": "2026-01-01T12:30:00Z"},
    {"expires": "2026-01-03T00:00:00.5Z"}, {"expires": "9999-12-31T23:59:59Z"},
])  # fmt: skip
NAME = st.one_of(st.sampled_from(NAMES), st.text(min_size=5, max_size=15))
SID = st.sampled_from(SIDS)
SCENARIOS = (
    "normal",
    "db-down",
    "db-write-error",
    "revoke-fails",
    "session-store-down",
    "mail-down",
)
STEP = st.one_of(
    st.tuples(st.just("put_user"), NAME, EMAILS, PASSWORDS, TOKENS, st.booleans()),
    st.tuples(st.just("delete_user"), NAME),
    st.tuples(st.just("register"), NAME, PASSWORDS),
    st.tuples(st.just("verify"), st.integers(0, 5)),
    st.tuples(st.just("token"), st.sampled_from([GET, NEW, REVOKE]), st.integers(0, 15)),
    st.tuples(st.just("log_in"), NAME, st.integers(-3, 15)),
    st.tuples(st.just("log_out"), st.integers(0, 15)),
    st.tuples(st.just("put_session"), SID, st.one_of(st.none(), NAME), LIVES),
    st.tuples(st.just("delete_session"), st.integers(0, 15)),
    st.tuples(st.just("advance"), st.integers(0, 40)),
    st.tuples(st.just("freeze"), st.sampled_from(["2026-01-01T18:00:00Z", "2031-05-05T05:05:05Z"])),
    st.tuples(st.just("scenario"), st.sampled_from(SCENARIOS)),
)  # fmt: skip


def take(peer: Peer, step: tuple[Any, ...]) -> None:  # noqa: C901, PLR0912
    match step:
        case ("put_user", name, email, password, token, verified):
            body = {"email": email, "password": password, "token": token, "verified": verified}
            if peer.admin("PUT", f"/users/{escaped(name)}", body).status in {200, 201}:
                peer.passwords[name] = password
        case ("delete_user", name):
            peer.admin("DELETE", f"/users/{escaped(name)}")
        case ("register", name, password):
            fields = {"username": name, "password": password, "email": f"{len(name)}@x.y"}
            envelope, _ = peer.post("/auth/register", fields | {"g-recaptcha-response": "ok"})
            if envelope["code"] == 1120001:
                peer.passwords[name] = password
        case ("verify", at):
            mails = peer.admin("GET", "/outbox").json["messages"][at : at + 1]
            for mail in mails:
                peer.post(f"/auth/verify?code={mail['code']}")
        case ("token", path, at):
            peer.post(path, None, peer.sids[at % len(peer.sids)])
        case ("log_in", name, at):
            _, sid = peer.log_in(name, None if at < 0 else peer.sids[at % len(peer.sids)])
            if sid and sid not in peer.sids:
                peer.sids.append(sid)
        case ("log_out", at):
            peer.post("/auth/logout", None, peer.sids[at % len(peer.sids)])
        case ("put_session", sid, name, life):
            body = {"username": name, **life}
            peer.admin("PUT", f"/sessions/{escaped(peer.prefix + sid)}", body)
        case ("delete_session", at):
            peer.admin("DELETE", f"/sessions/{escaped(peer.sids[at % len(peer.sids)])}")
        case ("advance", hours):
            peer.admin("PUT", "/clock", {"advance": f"{hours}h"})
        case ("freeze", now):
            peer.admin("PUT", "/clock", {"now": now})
        case ("scenario", name):
            peer.admin("PUT", "/scenario", {"name": name})


def answers(peer: Peer, codes: list[str]) -> list[object]:
    """Replies to requests that show all of the state, as time goes by."""
    found: list[object] = [(sid, peer.post(GET, None, sid)) for sid in peer.sids]
    for _ in range(3):
        found += [(sid, undated(peer.post(GET, None, sid))) for sid in peer.sids]
        found += [peer.post(f"/auth/verify?code={code}") for code in codes]
        for number, (name, password) in enumerate(peer.passwords.items()):
            sid = peer.sids[number % len(peer.sids)]
            found.append((sid, name, comparable(peer.log_in(name, sid), sid)))
            fields = {"username": name, "password": password}
            found.append((name, peer.post("/auth/verify/sendemail", fields)))
            found.append((sid, undated(peer.post(NEW, None, sid))))
        peer.admin("PUT", "/clock", {"advance": "11h"})
    for sid in peer.sids:
        found.append((sid, peer.post(REVOKE, None, sid)))
        found.append((sid, peer.post("/auth/logout", None, sid)))
    return found


@settings(max_examples=examples(200))
@given(st.lists(STEP, max_size=12), st.booleans(), st.booleans())
@example([("advance", 31)], False, False)
@example([("freeze", "2031-05-05T05:05:05Z"), ("log_in", "anna0", 0)], True, False)
@example([("put_user", "anna0", "x@y.zz", "secret-0", "issue", True)], True, True)
@example([("put_user", "bulk2", "x@y.zz", None, None, True), ("delete_user", "bulk9")], True, True)
@example([("register", "\x00\x85\u2028🦊{n}", "1e3 \n "), ("advance", 3)], False, True)
def test_a_mock_that_starts_from_an_export_answers_as_its_source(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[Any, ...]],
    is_named: bool,
    has_its_clock: bool,
) -> None:
    folder = tmp_path_factory.mktemp("export")
    path = folder / "fixtures.yaml"
    path.write_text(FIXTURES)
    mock = Mock(path)
    peer = Peer(mock, mock.sandbox()["id"] if is_named else "")
    for step in steps:
        take(peer, step)
    codes = [mail["code"] for mail in peer.admin("GET", "/outbox").json["messages"]][:3]
    for name in NAMES:  # tokens of bulk entries that nobody has asked for are issued anew
        peer.admin("GET", f"/users/{escaped(name)}")
    now_ms = parse_time(peer.admin("GET", "/clock").json["now"])
    started = restarted(peer, folder / "export.yaml", now_ms if has_its_clock else NOON_MS)
    assert answers(started, codes) == answers(peer, codes)
