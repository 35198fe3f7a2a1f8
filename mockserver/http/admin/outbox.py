"""Handlers of the calls about the outbox."""

from __future__ import annotations

from html import escape
from typing import Final

from mockserver.api.account.page import VERIFY
from mockserver.api.common import BASE_PATH
from mockserver.errors import NotFoundError
from mockserver.http.admin.bodies import NoBody
from mockserver.http.admin.call import Call, PlainCall, wait_for
from mockserver.http.admin.queries import MailsQuery
from mockserver.http.admin.reading import digits
from mockserver.http.admin.record_answers import MailAnswer, MailsAnswer
from mockserver.http.paths import SANDBOX_PATH
from mockserver.record.outbox import OutboxQuery, SentMail
from mockserver.sandbox.rules import DEFAULT_ID
from mockserver.state.times import iso

SUBJECT: Final = "Verify your Animeloop account"


def get_outbox(call: Call[MailsQuery, NoBody]) -> MailsAnswer:
    """Return the matching mails, oldest first. With `wait`, wait until there is one."""
    query, outbox = call.query, call.sandbox.outbox
    wanted = OutboxQuery(query.to, query.username, query.after)
    if query.wait:
        count = outbox.counter(wanted)
        wait_for(call, outbox, lambda: count() > 0, query.wait)
    mails, total, complete = outbox.find(wanted, query.limit)
    api_url = _api_url(call.base_url, call.sandbox.id)
    return MailsAnswer(complete, total, [_mail(sent, api_url) for sent in mails])


def get_mail(call: PlainCall) -> MailAnswer:
    """Return a mail of the outbox."""
    text = call.arguments["mail_id"]
    number = digits(text)
    sent = None if number is None else call.sandbox.outbox.entry(number)
    if sent is None:
        raise NotFoundError(f"the outbox has no mail {text!r}; it may have been evicted")
    return _mail(sent, _api_url(call.base_url, call.sandbox.id))


def delete_outbox(call: PlainCall) -> None:
    """Delete all mails of the outbox."""
    call.sandbox.outbox.clear()


def _api_url(base_url: str, sandbox_id: str) -> str:
    of_sandbox = "" if sandbox_id == DEFAULT_ID else f"{SANDBOX_PATH}{sandbox_id}"
    return f"{base_url}{of_sandbox}{BASE_PATH}"


def _mail(sent: SentMail, api_url: str) -> MailAnswer:
    mail = sent.mail
    link = f"{api_url}{VERIFY.path}?code={mail.code}"
    html = (
        f"<p>Hello {escape(mail.username)},</p>"
        f'<p>verify your account: <a href="{escape(link)}">{escape(link)}</a></p>'
    )
    return MailAnswer(
        id=sent.id,
        time=iso(sent.time_ms),
        username=mail.username,
        to=mail.to,
        subject=SUBJECT,
        html=html,
        link=link,
        code=mail.code,
        delivered=mail.refusal is None,
        reason=mail.refusal,
    )
