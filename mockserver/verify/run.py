"""One run of `verify`: probes the target, runs the sequences and cleans up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import ExitStack
from typing import Final

from msgspec import Struct

from mockserver.api.account.page import (
    CAPTCHA_FAILED,
    LOGGED_IN,
    REGISTER,
    REGISTERED,
    WRONG_CREDENTIALS,
)
from mockserver.api.catalog import EVERY_CODE
from mockserver.api.page import Needs, Statement
from mockserver.api.token.page import GET_TOKEN
from mockserver.credentials import cookies
from mockserver.errors import UsageError, shortened
from mockserver.verify.account_provoked import PROVOKED_ACCOUNTS
from mockserver.verify.account_sequences import (
    WITH_AN_ACCOUNT,
    WITHOUT_AN_ACCOUNT,
    end_of_a_session,
)
from mockserver.verify.accounts import NOT_PASSED, Accounts
from mockserver.verify.bounded import Deadline
from mockserver.verify.contract import BAD_REQUEST, pair_of, statements_of
from mockserver.verify.control import SandboxUsers, sandbox_users
from mockserver.verify.dashboard import DASHBOARD_SEQUENCES, PROVOKED_DASHBOARD
from mockserver.verify.examiner import BrokenOffError, Examiner, SentCookie
from mockserver.verify.findings import Result, Verdict
from mockserver.verify.given import NOTHING_GIVEN, Given
from mockserver.verify.judge import code_of
from mockserver.verify.members import Captcha, LoginSession, Member
from mockserver.verify.provoked import PROVOKED
from mockserver.verify.restoring import Warn, had_token, kept_list, kept_token, sandbox_member
from mockserver.verify.sequences import ANONYMOUS, WITH_A_SESSION
from mockserver.verify.target import BadAnswerError, HttpReply, RemoteApi
from mockserver.verify.terms import DOCUMENTED, Terms, never_kept

_MESSAGES: Final = {code.message for code in EVERY_CODE}
_UNMET: Final = {
    Needs.SESSION: "needs a session: --cookie, --username, or --admin of a mock",
    Needs.ACCOUNT: "needs a user: --username and --password, or --admin of a mock",
    Needs.CONTROL_PLANE: "cannot be provoked from outside; --admin of a mock can",
}


class ContractReport(Struct, frozen=True):
    """The results of a run. `broken_off` says why the run ended early, if it did."""

    url: str
    results: list[Result]
    broken_off: str = ""

    def of(self, *verdicts: Verdict) -> list[Result]:
        """Return the results with these verdicts."""
        return [result for result in self.results if result.verdict in verdicts]


def probe(target: RemoteApi, terms: Terms = DOCUMENTED) -> None:
    """Raise BadAnswerError or NoAnswerError unless this API answers at the target."""
    path = GET_TOKEN.path
    reply = target.ask(terms.token_method, path)
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
    given: Given = NOTHING_GIVEN,
    *,
    accepted: Collection[str] = (),
    http_status: str = "200",
    terms: Terms = DOCUMENTED,
    warn: Warn = print,
) -> ContractReport:
    """Run all sequences that the user's input allows. Returns the results.

    - `warn` is called if the cleanup fails.
    - `accepted` are the names of accepted differences.
    - `http_status` is the target's `--http-status` mode. `terms` are those of its profile.

    Raises UsageError if the cookie or the user is not accepted, ControlPlaneError if the control
    plane fails.
    """
    broken_off = ""
    examiner = Examiner(target, deadline, http_status, terms)
    with ExitStack() as stack:
        try:
            _Run(examiner, given, warn, stack).play()
        except BrokenOffError as error:
            broken_off = str(error)
    results = examiner.findings.results(accepted, _reasons(given.met, terms, broken_off))
    return ContractReport(target.url, results, broken_off)


class _Run:
    """One run. What it opens and changes is undone when the stack is closed."""

    def __init__(self, examiner: Examiner, given: Given, warn: Warn, stack: ExitStack) -> None:
        self._examiner = examiner
        self._given = given
        self._warn = warn
        self._stack = stack

    def play(self) -> None:
        """Run all sequences."""
        given, examiner = self._given, self._examiner
        users = None
        if given.control is not None:
            users = self._stack.enter_context(sandbox_users(given.control))
        cookie = None if users is None else sandbox_member(examiner.target, users, examiner.terms)
        with ExitStack() as tokens:
            if given.cookie is not None:
                examiner.masks.add_cookie(given.cookie)
                header = cookies.header(cookies.encode_component(given.cookie))
                cookie = SentCookie(header, "the cookie")
                self._keep_token(tokens, cookie, "--cookie")
            own, first = self._log_in()
            if first is not None:
                self._keep_token(tokens, first.cookie, "--username")
                cookie = cookie if given.cookie is not None else first.cookie
            self._play_tokens(cookie, users)
            if own is not None and given.member is not None and first is not None:
                self._play_account(own, given.member, first)
        if own is not None and first is not None:
            end_of_a_session(own, first)
        self._play_accounts(users, own)

    def _keep_token(self, tokens: ExitStack, cookie: SentCookie, flag: str) -> None:
        target = self._examiner.target
        if self._examiner.terms.own_page:
            tokens.enter_context(kept_list(target, cookie, flag, self._warn))
            return
        had = had_token(target, cookie, flag)
        tokens.enter_context(kept_token(target, cookie, flag, self._warn, had))

    def _log_in(self) -> tuple[Accounts | None, LoginSession | None]:
        """Log the user in, before anything else: a reCAPTCHA value may pass only once."""
        member = self._given.member
        if member is None:
            return None, None
        accounts = self._accounts(self._examiner)
        self._stack.callback(self._close, accounts)
        answer = accounts.try_login(LOGGED_IN, member)
        code = code_of(answer.reply)
        if code == WRONG_CREDENTIALS.number:
            url = self._examiner.target.url
            raise UsageError(f"--username: {url} refuses the username or password (code {code})")
        first = accounts.session_of(answer, member)
        if first is None:
            reason = "the login of --username failed"
            if code == CAPTCHA_FAILED.number:
                reason = NOT_PASSED
            self._skip(reason, Needs.SESSION, Needs.ACCOUNT)
        return accounts, first

    def _skip(self, reason: str, *needs: Needs) -> None:
        """Say why no step led to the statements that need this."""
        for check in self._examiner.findings.statements:
            if check.needs in needs:
                self._examiner.findings.skip(check, reason)

    def _accounts(self, examiner: Examiner) -> Accounts:
        certain = self._given.control is not None
        return Accounts(examiner, Captcha(self._given.captcha, certain))

    def _close(self, accounts: Accounts) -> None:
        if not accounts.close():
            self._warn("warning: a session that verify opened may have been left open")

    def _play_tokens(self, cookie: SentCookie | None, users: SandboxUsers | None) -> None:
        for anonymous in ANONYMOUS:
            self._examiner.begin()
            anonymous(self._examiner)
        of_profile = DASHBOARD_SEQUENCES if self._examiner.terms.own_page else WITH_A_SESSION
        provoked_ones = PROVOKED_DASHBOARD if self._examiner.terms.own_page else PROVOKED
        if cookie is not None:
            for sequence in of_profile:
                self._examiner.begin()
                sequence(self._examiner, cookie)
        if users is not None:
            for provoked in provoked_ones:
                self._examiner.begin()
                provoked(self._examiner, users)

    def _play_account(self, accounts: Accounts, member: Member, first: LoginSession) -> None:
        for sequence in WITH_AN_ACCOUNT:
            self._examiner.begin()
            sequence(accounts, member, first)

    def _play_accounts(self, users: SandboxUsers | None, own: Accounts | None) -> None:
        """Run the sequences of the account page, in the sandbox if there is one."""
        examiner = self._examiner if users is None else self._examiner.under(users.prefix)
        accounts = own
        if users is not None or accounts is None:
            accounts = self._accounts(examiner)
            accounts.captcha_refused = own is not None and own.captcha_refused
        for sequence in WITHOUT_AN_ACCOUNT:
            examiner.begin()
            sequence(accounts)
        if users is None:
            return
        member = users.member("verify-member")
        examiner.begin()
        first = accounts.log_in(member)
        if first is not None:
            self._play_account(accounts, member, first)
            end_of_a_session(accounts, first)
        for provoked in PROVOKED_ACCOUNTS:
            examiner.begin()
            provoked(accounts, users)
        if accounts.captcha_refused:
            self._skip(NOT_PASSED, Needs.ACCOUNT, Needs.CONTROL_PLANE)


def _reasons(met: Needs, terms: Terms, broken_off: str) -> Mapping[Statement, str]:
    statements = statements_of(terms.name)
    reasons = dict.fromkeys(statements, f"the run ended before: {broken_off}") if broken_off else {}
    unmet = {check: _UNMET[check.needs] for check in statements if check.needs > met}
    if met < Needs.CONTROL_PLANE:
        unmet[pair_of(REGISTER, REGISTERED)] = "without --admin of a mock, verify registers nobody"
    return (
        reasons
        | unmet
        | never_kept(
            terms,
            with_account=met >= Needs.ACCOUNT,
            with_control_plane=met >= Needs.CONTROL_PLANE,
        )
    )
