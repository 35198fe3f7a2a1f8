"""One run of `verify`: probes the target, runs the sequences and cleans up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Final

from msgspec import Struct

from mockserver.api.catalog import CODES, ENDPOINTS
from mockserver.api.common import SESSION_INVALID, SESSION_MISSING
from mockserver.api.page import Needs, Statement
from mockserver.api.token.page import GET_TOKEN, NEW_TOKEN, NO_TOKEN, REVOKE_TOKEN, TOKEN_FOUND
from mockserver.credentials import cookies
from mockserver.errors import MockError, UsageError, shortened
from mockserver.verify.bounded import Deadline
from mockserver.verify.contract import BAD_REQUEST, STATEMENTS
from mockserver.verify.control import BoundedControlPlane, SandboxUsers, sandbox_users
from mockserver.verify.examiner import BrokenOffError, Credentials, Examiner
from mockserver.verify.findings import Result, Verdict
from mockserver.verify.judge import code_of
from mockserver.verify.provoked import PROVOKED
from mockserver.verify.sequences import ANONYMOUS, LOGGED_IN
from mockserver.verify.target import BadAnswerError, HttpReply, RemoteApi

_REFUSED: Final = {SESSION_INVALID.number, SESSION_MISSING.number}
_MESSAGES: Final = {code.message for code in CODES}
_UNMET: Final = {
    Needs.SESSION: "needs a session: --cookie, or --admin of a mock",
    Needs.CONTROL_PLANE: "cannot be provoked from outside; --admin of a mock can",
}

Warn = Callable[[str], None]


class ContractReport(Struct, frozen=True):
    """The results of a run. `broken_off` says why the run ended early, if it did."""

    url: str
    results: list[Result]
    broken_off: str = ""

    def of(self, *verdicts: Verdict) -> list[Result]:
        """Return the results with these verdicts."""
        return [result for result in self.results if result.verdict in verdicts]


def probe(target: RemoteApi) -> None:
    """Raise BadAnswerError or NoAnswerError unless this API answers at the target."""
    path = GET_TOKEN.path
    reply = target.ask("POST", path)
    document = reply.document
    if isinstance(document, dict):
        number = code_of(reply)
        if (number is not None and number > 10**6) or document.get("message") in _MESSAGES:
            return
    raise BadAnswerError(f"{target.url}{path}: {_why_not(reply)}")


def _why_not(reply: HttpReply) -> str:
    document = reply.document
    said = f"it answered HTTP {reply.status}"
    if document == BAD_REQUEST:
        return f"{said} `Bad request`: this API may be there, but not under this URL"
    if 300 <= reply.status < 400 and reply.location:
        return f"{said}, a redirect to {shortened(reply.location)}; give that URL if it is right"
    if isinstance(document, dict) and isinstance(document.get("detail"), str):
        return f"{said}: {shortened(document['detail'])}"
    if document is not None:
        return f"{said} and JSON that is not of this API"
    kind = f"of type {shortened(reply.content_type)}" if reply.content_type else "without a type"
    return f"{said} with a body {kind} that is not JSON; this is not the API"


def examine(
    target: RemoteApi,
    deadline: Deadline,
    *,
    cookie: str | None = None,
    control: BoundedControlPlane | None = None,
    accepted: Collection[str] = (),
    http_status: str = "200",
    warn: Warn = print,
) -> ContractReport:
    """Run all sequences that the cookie and the control plane allow. Returns the results.

    - `cookie` is a decoded cookie value. If its user had a token before the run, the user gets a
      new one afterwards. Otherwise the user ends without a token.
    - `warn` is called if this cleanup fails.
    - `accepted` are the names of accepted differences.
    - `http_status` is the target's `--http-status` mode.

    Raises UsageError if the cookie is not logged in, ControlPlaneError if the control plane fails.
    """
    broken_off = ""
    examiner = Examiner(target, deadline, http_status, () if cookie is None else _secrets(cookie))
    with ExitStack() as stack:
        try:
            users = None if control is None else stack.enter_context(sandbox_users(control))
            credentials = None if users is None else _member(target, users)
            if cookie is not None:
                credentials = Credentials(
                    cookies.header(cookies.encode_component(cookie)), "the cookie"
                )
                stack.enter_context(
                    _kept(target, credentials, _had_token(target, credentials), warn)
                )
            _play(examiner, credentials, users)
        except BrokenOffError as error:
            broken_off = str(error)
    met = Needs.CONTROL_PLANE if control else Needs.NOTHING if cookie is None else Needs.SESSION
    results = examiner.findings.results(accepted, _reasons(met, broken_off))
    return ContractReport(target.url, results, broken_off)


def _play(examiner: Examiner, credentials: Credentials | None, users: SandboxUsers | None) -> None:
    for anonymous in ANONYMOUS:
        examiner.begin()
        anonymous(examiner)
    if credentials is not None:
        for logged_in in LOGGED_IN:
            examiner.begin()
            logged_in(examiner, credentials)
    if users is not None:
        for provoked in PROVOKED:
            examiner.begin()
            provoked(examiner, users)


def _reasons(met: Needs, broken_off: str) -> Mapping[Statement, str]:
    reasons = dict.fromkeys(STATEMENTS, f"the run ended before: {broken_off}") if broken_off else {}
    unmet = {check: check.needs for check in STATEMENTS if check.needs > met}
    return reasons | {check: _UNMET[needs] for check, needs in unmet.items()}


def _member(target: RemoteApi, users: SandboxUsers) -> Credentials:
    """Create a user in the sandbox. Raises UsageError if the target does not know its session."""
    member = users.create("verify", 7)
    answers = [code_of(target.ask("POST", e.path, member.cookie)) for e in ENDPOINTS]
    if _REFUSED.issuperset(answers):
        raise UsageError(
            f"--admin: {target.url} does not know the sessions created there; "
            "expected the control plane of the same mock, and its plain URL as --target"
        )
    return member


def _had_token(target: RemoteApi, credentials: Credentials) -> bool:
    reply = target.ask("POST", GET_TOKEN.path, credentials.cookie)
    code = code_of(reply)
    if code in _REFUSED:
        raise UsageError(
            f"--cookie: {target.url} refuses it (code {code}); log in again, and copy the value of "
            f"the cookie {cookies.COOKIE_NAME}"
        )
    if code not in (TOKEN_FOUND.number, NO_TOKEN.number):
        raise UsageError(
            f"--cookie: expected a session that works, got code {code} (HTTP {reply.status})"
        )
    return code == TOKEN_FOUND.number


@contextmanager
def _kept(
    target: RemoteApi, credentials: Credentials, had_token: bool, warn: Warn
) -> Iterator[None]:
    """Leave the user with a token at the end only if there was one at the start."""
    try:
        yield
    finally:
        endpoint = NEW_TOKEN if had_token else REVOKE_TOKEN
        try:
            done = code_of(target.ask("POST", endpoint.path, credentials.cookie))
        except MockError:
            done = None
        if done != endpoint.success.number:
            state = "without a token" if had_token else "with a token that it did not have"
            warn(f"warning: the user of --cookie may have been left {state}")


def _secrets(cookie: str) -> list[str]:
    """Return the cookie and its parts, in all encodings in which a server may repeat them."""
    signed = cookies.split(cookie)
    signature = "" if isinstance(signed, cookies.Malformed) else signed.signature
    texts = [cookie, signed.sid, signature]
    return [
        form for text in texts if len(text) >= 8 for form in (text, cookies.encode_component(text))
    ]


def cookie_value(text: str) -> str:
    """Decode a pasted cookie: a value, percent-encoded or not, or NAME=VALUE.

    Raises UsageError if it is not a signed session cookie.
    """
    pasted = text.strip()
    named = f"{cookies.COOKIE_NAME}=" in pasted
    value = cookies.find(pasted if named else cookies.header(pasted)) or ""
    taken = cookies.split(value)
    expected = f"--cookie: expected the value of the cookie {cookies.COOKIE_NAME}"
    if isinstance(taken, cookies.Malformed):
        raise UsageError(f"{expected}, such as s%3A…; {taken.defect.value}")
    if not value.isprintable():
        raise UsageError(f"{expected}; it contains control characters")
    return value
