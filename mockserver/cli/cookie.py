"""`cookie`: prints a user's cookie, or one that must be refused."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

from mockserver.cli.progress import progress_line
from mockserver.credentials import cookies
from mockserver.errors import UnknownNameError, UsageError
from mockserver.fixtures import Fixtures, load_fixtures
from mockserver.record.text import one_line
from mockserver.sandbox.reachability import cookie_of, negative_cookie, tampered
from mockserver.state.clock import SystemClock
from mockserver.state.model import Session
from mockserver.state.store import HIDDEN_SESSIONS


def cookie_value(username: str, path: Path, kind: str = "valid", header: bool = False) -> str:
    """Return the cookie of the user's first unexpired session, or another `kind` (see `--kind`).

    With `header` the cookie's name is included. The kinds `expired` and `userless` are of sessions
    that every sandbox `default` has, so the user needs none. Raises UnknownNameError for an unknown
    user, UsageError for a user without a session.
    """
    with progress_line() as progress:
        fixtures = load_fixtures(path, progress)
    if kind in HIDDEN_SESSIONS:
        _check_user(username, fixtures)
        value, _ = negative_cookie(kind, "", fixtures)
    else:
        value = _of_kind(kind, _session_of(username, fixtures), fixtures)
    return cookies.header(value) if header else value


def _check_user(username: str, fixtures: Fixtures) -> None:
    if fixtures.users.find(username) is None:
        raise UnknownNameError("user", username, fixtures.users.names())


def _session_of(username: str, fixtures: Fixtures) -> Session:
    now_ms = SystemClock().now_ms()
    expired = None
    for session in fixtures.sessions.entries():
        if session.username == username:
            if session.expiry_ms(now_ms) > now_ms:
                return session
            expired = session
    if expired is not None:
        print(f"animeloop-mock: every session of {one_line(username)} has expired", file=sys.stderr)
        return expired
    _check_user(username, fixtures)
    raise UsageError(f"user {username!r} has no session; add one under sessions in the fixtures")


def _of_kind(kind: str, session: Session, fixtures: Fixtures) -> str:
    valid = cookie_of(session, fixtures)
    if kind == "tampered":
        return tampered(valid)
    if kind == "unsigned":
        return cookies.encode_component(session.sid)
    if kind == "wrong-secret":
        return cookies.encode(session.sid, cookies.sign(session.sid, secrets.token_hex()))
    if kind == "unknown-session":
        sid = secrets.token_urlsafe(24)
        return cookies.encode(sid, cookies.sign(sid, fixtures.session_secrets[0]))
    return valid
