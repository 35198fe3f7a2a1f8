"""Which step of a trace is the reason that is told first."""

from __future__ import annotations

from mockserver.api.trace import Step, Trace, short_reason

SITES = ("http://localhost", "http://[::1]", "http://[::1]", "http://localhost")


def test_the_last_step_is_the_reason_and_warnings_follow() -> None:
    trace = Trace()
    trace.add(Step.GET_ACCEPTED)
    trace.add(Step.SESSION_OF, "s", "anna")
    trace.add(Step.TOKEN_RETURNED)
    assert trace.why() == f"token returned; {Step.GET_ACCEPTED.value}"
    assert trace.ends_with(Step.TOKEN_RETURNED)


def test_a_warning_can_be_the_reason() -> None:
    trace = Trace()
    trace.add(Step.UNANSWERABLE, "the real server dies")
    assert trace.why() == "warning: the real server dies; 1950301 stands for that"


def test_a_hint_at_a_misnamed_cookie_follows_the_reason() -> None:
    trace = Trace()
    trace.add(Step.COOKIE_MISNAMED, "connect.sid")
    trace.add(Step.NO_COOKIE, "c")
    trace.add(Step.OTHER_SITE, *SITES)
    why = trace.why()
    assert why.startswith("no cookie named c; hint: the cookie connect.sid looks like the session")
    assert short_reason(trace.sentences()) == why


def test_a_short_reason_of_no_steps_is_empty() -> None:
    assert not short_reason([])


def test_an_afterthought_is_never_the_reason() -> None:
    trace = Trace()
    trace.add(Step.GET_ACCEPTED)
    trace.add(Step.NO_COOKIE, "c")
    trace.add(Step.OTHER_SITE, *SITES)
    why = trace.why()
    assert why.startswith(f"no cookie named c; {Step.GET_ACCEPTED.value}; warning: browsers drop")
    assert short_reason(trace.sentences()) == why
    assert not trace.ends_with(Step.NO_COOKIE)
    assert not Trace().ends_with(Step.NO_COOKIE)
