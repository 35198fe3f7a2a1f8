"""What `verify` makes of single replies, and how it reports; the replies are made by hand."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path
from threading import Event
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from mockserver.api.catalog import DOCUMENTED_PAIRS
from mockserver.api.common import KEYS, SESSION_MISSING
from mockserver.api.token.page import (
    GET_TOKEN,
    NO_TOKEN,
    REVOKE_REMOVES,
    REVOKE_TOKEN,
    SAMPLES_SEND_GET,
    TOKEN_FOUND,
    TOKEN_REVOKED,
)
from mockserver.verify import junit
from mockserver.verify.bounded import within
from mockserver.verify.contract import BAD_REQUEST, DIFFERENCES, PAIRS, STATEMENTS, pair_of
from mockserver.verify.findings import UNTRIED, Findings, Verdict
from mockserver.verify.judge import Judgement, judge_reply, judge_token
from mockserver.verify.report import lines
from mockserver.verify.run import ContractReport
from mockserver.verify.target import HttpReply, api_url, reply_of
from tests.helpers.text import DOCUMENTED_TOKEN
from tests.helpers.verifying import JSON, envelope

MISSING = {"status": "error", "code": 1940103, "message": "cookie session doesn't exist."}


def broken(reply: HttpReply, **options: Any) -> set[str]:
    found = judge_reply(reply, GET_TOKEN, SESSION_MISSING, "200", **options)
    return {judgement.check.name for judgement in found if not judgement.holds}


@pytest.mark.parametrize(
    ("reply", "names"),
    [
        (envelope(MISSING), set()),
        (reply_of(200, "Application/JSON;charset=UTF-8", envelope(MISSING).body), set()),
        (envelope(MISSING, 401), {"http-status"}),
        (envelope(MISSING, 503), {"http-status"}),
        (envelope(MISSING | {"data": {}}), {"keys"}),
        (envelope({"status": "error", "message": MISSING["message"]}), {"keys"}),
        (envelope(MISSING | {"message": "x"}), {"/auth/token 1940103"}),
        (envelope(MISSING | {"code": True}), {"/auth/token 1940103"}),
        (envelope(MISSING | {"code": 1940103.0}), {"/auth/token 1940103"}),
        (envelope([MISSING]), {"/auth/token 1940103"}),
        (envelope(None), {"/auth/token 1940103"}),
        (envelope({}), {"/auth/token 1940103", "keys"}),
        (reply_of(200, JSON, b'{"status":"error"'), {"/auth/token 1940103"}),
        (reply_of(200, JSON, b"[" * 100_000), {"/auth/token 1940103"}),
        (reply_of(200, JSON, b"\xff"), {"/auth/token 1940103"}),
        (reply_of(200, JSON, b"\xef\xbb\xbf" + envelope(MISSING).body), {"/auth/token 1940103"}),
        (reply_of(200, JSON, envelope(MISSING).body[:-1] + b',"code":1940103}'), {"compact"}),
    ],
)
def test_a_reply_breaks_what_it_breaks_and_no_more(reply: HttpReply, names: set[str]) -> None:
    assert broken(reply) == names


def test_another_code_is_judged_by_its_own_form() -> None:
    found = {"status": "success", "code": 1320001, "message": TOKEN_FOUND.message}
    assert broken(envelope(found | {"data": {"token": "t"}})) == {"/auth/token 1940103"}
    assert broken(envelope(found)) == {"/auth/token 1940103", "keys"}


def test_a_statement_about_a_sequence_takes_the_blame_for_another_documented_code() -> None:
    found = envelope({"status": "error", "code": 1340401, "message": NO_TOKEN.message})
    assert broken(found, about=REVOKE_REMOVES) == {"revoke-removes"}
    assert broken(envelope(MISSING | {"code": 1}), about=REVOKE_REMOVES) == {"/auth/token 1940103"}


def test_under_from_code_the_status_is_that_of_the_code() -> None:
    for status, names in ((401, set()), (200, {"http-status"})):
        found = judge_reply(envelope(MISSING, status), GET_TOKEN, SESSION_MISSING, "from-code")
        assert {one.check.name for one in found if not one.holds} == names


def test_the_documentations_own_token_would_not_do_for_a_new_one() -> None:
    names = {one.check.name for one in judge_token(DOCUMENTED_TOKEN, None) if not one.holds}
    assert names == {"jwt-claims"}


@pytest.mark.parametrize("token", ["", "..", "a.b.c", "é.é.é", "a" * 10_000, "=.=." + "A" * 43])
def test_what_is_no_token_breaks_its_form_alone(token: str) -> None:
    assert [one.check.name for one in judge_token(token, None) if not one.holds] == ["jwt-form"]


@pytest.mark.parametrize(
    "claims", [{"uid": "7", "username": "a", "date": "d"}, {"username": 1, "date": "d"}]
)
def test_claims_have_types_also_where_the_user_is_not_known(claims: dict[str, Any]) -> None:
    header, _, signature = DOCUMENTED_TOKEN.split(".")
    middle = urlsafe_b64encode(envelope(claims).body).rstrip(b"=").decode()
    token = f"{header}.{middle}.{signature}"
    assert "jwt-claims" in {one.check.name for one in judge_token(token, None) if not one.holds}


def test_parts_that_do_not_decode_are_told() -> None:
    found = {one.check.name for one in judge_token("A.A." + "A" * 43, None) if not one.holds}
    assert found == {"jwt-header", "jwt-claims"}


def test_each_documented_pair_is_a_statement_and_is_skipped_if_nothing_provokes_it() -> None:
    assert tuple(PAIRS.values()) == DOCUMENTED_PAIRS
    results = Findings().results((), {})
    assert [result.check for result in results] == list(STATEMENTS)
    assert {(result.verdict, result.reason) for result in results} == {(Verdict.SKIPPED, UNTRIED)}


def test_names_of_statements_are_unique() -> None:
    assert len({check.name for check in STATEMENTS}) == len(STATEMENTS)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("http://a", "http://a/api/v2"),
        ("http://a:80/", "http://a:80/api/v2"),
        ("https://a/api/v2/", "https://a/api/v2"),
        ("http://[::1]:7775", "http://[::1]:7775/api/v2"),
        ("http://a/__sandbox/x/api/v2", "http://a/__sandbox/x/api/v2"),
    ],
)
def test_an_origin_or_an_api_url_is_a_target(given: str, url: str) -> None:
    assert api_url(given) == url


def test_waiting_ends_whatever_the_action_does() -> None:
    never = Event()
    with pytest.raises(TimeoutError):
        within(0.001, never.wait)
    never.set()
    assert within(60, lambda: "done") == "done"
    with pytest.raises(ZeroDivisionError):
        within(60, lambda: 1 / 0)


def test_a_statement_is_accepted_only_if_each_time_it_was_that_difference() -> None:
    findings = Findings()
    for reply in (_REPLY, envelope({})):
        findings.add(Judgement(_ACCEPTED, False, "code 1940103"), reply, "POST", "")
    (result,) = [one for one in findings.results(["no-1940103"], {}) if one.check == _ACCEPTED]
    assert result.verdict is Verdict.FAIL
    assert result.drifts[0].difference is None, "what is not accepted is told first"


# --- reports

FINDINGS = Findings()
_FAILED = pair_of(GET_TOKEN, TOKEN_FOUND)
_ACCEPTED = pair_of(GET_TOKEN, SESSION_MISSING)
for _came in ("first \x00\x1b[2J", "second ￾"):
    FINDINGS.add(Judgement(_FAILED, False, "code 1320001"), None, "POST /auth/token", _came)
_REPLY = envelope(
    {"status": "error", "code": 1940102, "message": "cookie session validation failed."}
)
FINDINGS.add(Judgement(_ACCEPTED, False, "code 1940103"), _REPLY, "POST", "1940102")
FINDINGS.add(Judgement(KEYS, True, ""), None, "", "")
REASONS: Mapping[Any, str] = {pair_of(REVOKE_TOKEN, TOKEN_REVOKED): "for a reason"}


def outcome(*accepted: str) -> ContractReport:
    return ContractReport("http://a/api/v2", FINDINGS.results(accepted, REASONS), "it hung up")


def test_the_report_has_a_line_for_each_statement_and_a_paragraph_for_each_drift() -> None:
    text = "\n".join(lines(outcome("no-1940103")))
    assert "  fail      /auth/token            1320001 request token successfully.\n" in text
    accepted = "  accepted  /auth/token            1940103 no-1940103: 1940102 is sent in its place"
    assert accepted in text
    assert "  skipped   /auth/token/revoke     1320003 for a reason\n" in text
    assert text.count("\ndrift ") == 1
    assert "  documented  table of responses: 1320001 `request token successfully.`" in text
    assert "  how often   2 of 2 times\n" in text
    assert f"{len(PAIRS)} pairs: 1 failed, {len(PAIRS) - 2} skipped, 1 accepted; " in text
    assert text.endswith("the run ended early: it hung up")


def test_a_drift_that_is_known_names_the_flag_that_accepts_it() -> None:
    assert "known       --accept no-1940103 lets it pass" in "\n".join(lines(outcome()))


def test_junit_has_a_case_for_each_statement(tmp_path: Path) -> None:
    path = tmp_path / "junit.xml"
    path.write_text("old")
    with junit.JunitFile(path) as file:
        assert path.read_text() == "old"
        file.write(junit.of_report(outcome("no-1940103")))
    suite = ET.parse(path).getroot()[0]
    cases = {case.get("name"): case for case in suite}
    assert list(cases) == [check.name for check in STATEMENTS]
    assert suite.attrib == {
        "name": "animeloop-mock verify", "tests": str(len(STATEMENTS)), "failures": "1",
        "errors": "0", "skipped": str(len(suite.findall("testcase/skipped"))),
    }  # fmt: skip
    failure = cases["/auth/token 1320001"][0]
    assert failure.tag == "failure"
    assert failure.get("message", "").startswith("table of responses: 1320001")
    assert "came: first" in (failure.text or "")
    assert "came: second" in (failure.text or "")
    accepted = cases["/auth/token 1940103"][0]
    assert (accepted.tag, (accepted.text or "")[:20]) == ("system-out", "accepted: no-1940103")
    assert cases["/auth/token/revoke 1320003"][0].get("message") == "for a reason"
    assert cases["keys"].get("classname") == "verify.envelope"
    assert len(cases["keys"]) == 0
    assert list(tmp_path.iterdir()) == [path]


def test_junit_leaves_what_is_there_if_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "junit.xml"
    path.write_text("old")
    with junit.JunitFile(path):
        pass
    assert [one.read_text() for one in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize("difference", DIFFERENCES.values(), ids=lambda one: one.name)
def test_a_difference_does_not_explain_other_statements(difference: Any) -> None:
    explained = {
        check.name
        for check in STATEMENTS
        for reply in (_REPLY, envelope(BAD_REQUEST, 400))
        if difference.explains(check, reply.status, reply.document)
    }
    mine = {"no-1940103": {c.name for c in PAIRS if "1940103" in c.name}}
    assert explained == mine.get(difference.name, {SAMPLES_SEND_GET.name})
