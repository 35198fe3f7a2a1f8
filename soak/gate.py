"""Checks that no spelling of an address bypasses the control plane's access check."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice, product
from typing import Final

from mockserver.api.common import BASE_PATH
from soak.client import Client, cookie
from soak.deadline import Deadline
from soak.figures import Findings
from soak.mutations import TOKEN
from soak.promises import Due, broken, is_behind_gate
from soak.replies import BrokenReplyError
from soak.server import Server

_MOST_TOLD: Final = 10
# Interesting targets, without their leading slash.
_WANTED: Final = (
    "__admin", "__admin/", "__admin/health", "__admin/users?limit=1", "__admin/users/alice",
    "__admin/sessions", "__admin/scenario", "__admin/reset", "__admin/requests",
    "__admin/sandboxes", "__admin/sandboxes/default/users", "__admin/use?username=alice",
)  # fmt: skip
# Targets of the API. They are invalid without their slash, too.
_API: Final = (
    f"{BASE_PATH[1:]}/auth/token", f"__sandbox/default{BASE_PATH}/auth/token", "__sandbox/x",
)  # fmt: skip
_FORMS: Final = (
    "{}", "./{}", "../{}", "?/{}", "#/{}", "*/{}", ";/{}", "\\{}", "%2F{}", "%2f%2F{}", "x/../{}",
    "localhost/{}", "localhost:80/{}", ":/{}", "\xff/{}", "@/{}", "http:{}", "http:/{}", "://{}",
    "/{}", "//{}", "///{}", "/./{}", "/x/../{}", "/%2F{}", "/\\{}", "/;/{}", "//localhost/{}",
    "http://localhost{}", "http://localhost/{}", "http://localhost//{}", "http:///{}", "x:///{}",
    "a://{}", "a://x?/{}", "/__sandbox/default/{}", "/__sandbox/{}", " /{}", "\t{}", "/?/{}",
    f"{BASE_PATH}/{{}}", "/\x00{}",
)  # fmt: skip
_CALLS: Final = ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS")
_CONTEXTS: Final = (
    "Host: localhost\r\n",
    f"Host: localhost\r\nCookie: {cookie('session-of-alice')}\r\nPrefer: scenario=db-down\r\n",
    "Host: evil.example\r\nOrigin: http://evil.example\r\nSec-Fetch-Site: cross-site\r\n",
    "Host: localhost\r\nAuthorization: Bearer guessed\r\nX-Forwarded-Host: localhost\r\n",
)
# A path, encoded or not, or a URL with a scheme (RFC 9112, 3.2), after optional spaces.
_ADDRESS: Final = re.compile(r" *(?:/|%2f)|[A-Za-z][A-Za-z0-9+.-]*:", re.IGNORECASE)
_BODY: Final = '{"name":"db-down"}'


def is_slashless(target: str) -> bool:
    """Whether a target is neither a path nor a URL, so that the API must answer 400."""
    return not _ADDRESS.match(target) and target != "*"


def run(profile: str, step: int, deadline: Deadline) -> Findings:
    """Try every `step`th address and method without the token. The state must not change."""
    findings = Findings("gate")
    counts: Counter[str] = Counter()
    for flags in ((), ("--disable-admin",)):
        with Server("--quiet", "--profile", profile, *flags, admin_token=TOKEN) as server:
            try:
                _knock(server, profile, step, deadline, counts, findings)
                if not flags:
                    _check_state(server, findings)
            except (BrokenReplyError, OSError) as error:
                findings.failures.append(f"{flags}: {type(error).__name__}: {error}")
            if server.stop(deadline) != 0:
                findings.failures.append("the server did not end with exit status 0")
    more = len(findings.failures) - _MOST_TOLD
    if more > 0:
        findings.failures[_MOST_TOLD:] = [f"and {more} more"]
    findings.figures |= {
        "requests": counts["requests"],
        "let in": counts["let in"],
        "without a slash": counts["slashless"],
        "of these not the API's 400": counts["slashless answered"],
    }
    return findings


def _requests() -> Iterator[tuple[str, str, bytes]]:
    """Yield method, target and bytes of each request."""
    wanted = [form.format(name) for form, name in product(_FORMS, _WANTED)]
    for method, target, context in product(_CALLS, (*wanted, *_API), _CONTEXTS):
        body = _BODY if method in ("POST", "PUT") else ""
        kind = "Content-Type: application/json\r\n" if body else ""
        head = f"{method} {target} HTTP/1.1\r\n{context}{kind}Content-Length: {len(body)}\r\n\r\n"
        yield method, target, (head + body).encode("latin-1")


def _knock(  # noqa: PLR0917  one run of this part
    server: Server,
    profile: str,
    step: int,
    deadline: Deadline,
    counts: Counter[str],
    findings: Findings,
) -> None:
    client: Client | None = None
    for method, target, request in islice(_requests(), None, None, step):
        deadline.check()
        client = client or Client(server)
        client.connection.sendall(request)
        due = Due(head=method == "HEAD", slashless=is_slashless(target))
        reply = client.replies.due(bodiless=due.head)
        counts["requests"] += 1
        counts["slashless"] += due.slashless
        line = f"{method} {target!r} was answered {reply.status} {reply.body[:80]!r}"
        if is_behind_gate(reply):
            counts["let in"] += 1
            findings.failures.append(f"let in: {line}")
        elif wrong := broken(due, reply, profile):
            counts["slashless answered"] += 1
            findings.failures.append(f"{wrong}: {line}")
        if reply.closes:
            client.connection.close()
            client = None
    if client is not None:
        client.connection.close()


def _check_state(server: Server, findings: Findings) -> None:
    admin = server.admin()
    scenario = admin.call("GET", "/scenarios")["active"]
    sandboxes = len(admin.call("GET", "/sandboxes")["sandboxes"])
    alice = [u for u in admin.call("GET", "/users")["users"] if u["username"] == "alice"]
    if scenario != "normal" or sandboxes != 1 or not alice:
        findings.failures.append(
            f"the state was changed: scenario {scenario}, {sandboxes} sandboxes, {len(alice)} alice"
        )
