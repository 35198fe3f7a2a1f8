"""Which requests an assertion takes for the expected ones, and how the journal is shown."""

from __future__ import annotations

import pytest

from mockserver.credentials import cookies
from mockserver.errors import UsageError
from mockserver.http.admin.record_answers import EntryAnswer, GotAnswer, SentAnswer
from mockserver.record.secrets import header_value
from mockserver.testing.journal_text import journal_lines
from mockserver.testing.matching import NotRequestedError, Pattern, expectation

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.abcdefghijklmnop"
COOKIE = cookies.encode("s1", cookies.sign("s1", "secret"))
COOKIE = f"{cookies.COOKIE_NAME}={COOKIE}"
SHOWN_COOKIE = header_value("Cookie", COOKIE)
JSON = {"content-type": "application/json; charset=utf-8"}


def entry(
    method: str = "POST",
    query: str = "",
    body: str = "",
    headers: dict[str, str] | None = None,
    *,
    truncated: bool = False,
    code: int = 1320001,
) -> EntryAnswer:
    return EntryAnswer(
        id=1, time="2026-01-01T12:00:00.000Z", method=method,
        path="/__sandbox/0123456789ab/api/v2/auth/token", endpoint="/auth/token", status=200,
        code=code, username="anna", sid="a", scenario="normal", faults=[], warnings=[],
        explain=["token returned"], duration_ms=0.5,
        request=SentAnswer(headers or {}, query, body, truncated),
        response=GotAnswer({}, "", truncated=False),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "came"),
    [
        (Pattern(), entry("GET", "a=b", "c")),
        (Pattern(method="post"), entry()),
        (Pattern(query={}), entry()),
        (Pattern(query=""), entry()),
        (Pattern(query="a=b"), entry(query="a=b")),
        (Pattern(query={"b": "é x", "a": ["1", "2"]}), entry(query="a=1&a=2&b=%C3%A9+x")),
        (Pattern(query={"a": ""}), entry(query="a=")),
        (Pattern(headers={"accept": "x"}), entry(headers={"Accept": "x", "Host": "h"})),
        (Pattern(headers={"Prefer": None}), entry(headers={"Accept": "x"})),
        (Pattern(body=""), entry()),
        (Pattern(body="a=b"), entry(body="a=b", headers=FORM)),
        (Pattern(body={"a": "b"}), entry(body="a=b", headers=FORM)),
        (Pattern(body={"a": "b", "password": "secret"}),
         entry(body="a=b&password=[redacted]", headers=FORM)),
        (Pattern(body={"n": 1, "l": [{"a": None}], "password": "x"}),
         entry(body='{"l":[{"a":null}],"n":1,"password":"[redacted]"}', headers=JSON)),
        (Pattern(body="abcdef"), entry(body="abc", truncated=True)),
        (Pattern(body='{"a": 1, "b": [2]}'), entry(body='{"b":[2],"a":1}', headers=JSON)),
        (Pattern(body="a=b&password=secret"),
         entry(body="a=b&password=[redacted]", headers=FORM)),
        (Pattern(body='{"password": "x", "n": 1}'),
         entry(body='{"n":1,"password":"[redacted]"}', headers=JSON)),
        (Pattern(body=f"t={TOKEN}"), entry(body="t=[token]", headers=FORM)),
        (Pattern(body={"t": TOKEN}), entry(body="t=[token]", headers=FORM)),
        (Pattern(body={"t": TOKEN}), entry(body='{"t":"[token]"}', headers=JSON)),
        (Pattern(body="a secret of any kind"), entry(body="[redacted]")),
        (Pattern(query=f"t={TOKEN}&code=5"), entry(query="t=[token]&code=[redacted]")),
        (Pattern(query={"t": TOKEN, "code": "5"}), entry(query="t=[token]&code=[redacted]")),
        (Pattern(headers={"Cookie": COOKIE}), entry(headers={"Cookie": SHOWN_COOKIE})),
        (Pattern(headers={"Cookie": SHOWN_COOKIE}), entry(headers={"Cookie": SHOWN_COOKIE})),
        (Pattern(headers={"authorization": "Bearer x"}),
         entry(headers={"Authorization": "[redacted]"})),
    ],
)  # fmt: skip
def test_a_request_matches(pattern: Pattern, came: EntryAnswer) -> None:
    assert pattern.mismatch(came) is None


@pytest.mark.parametrize(
    ("pattern", "came", "words"),
    [
        (Pattern(method="POST"), entry("GET"), "method GET"),
        (Pattern(query={}), entry(query="a=b"), "query 'a=b'"),
        (Pattern(query={"a": "b"}), entry(), "query none"),
        (Pattern(query={"a": "b"}), entry(query="a=b&c=d"), "query 'a=b&c=d'"),
        (Pattern(query={"a": ["1", "2"]}), entry(query="a=2&a=1"), "query 'a=2&a=1'"),
        (Pattern(headers={"Accept": "y"}), entry(headers={"Accept": "x"}), "header Accept: x"),
        (Pattern(headers={"Accept": "y"}), entry(), "no header Accept"),
        (Pattern(headers={"Accept": None}), entry(headers={"Accept": "x"}), "header Accept: x"),
        (Pattern(body=""), entry(body="{}"), "body '{}'"),
        (Pattern(body={"a": "b"}), entry(body="a=c", headers=FORM), "body 'a=c'"),
        (Pattern(body={"a": "1"}), entry(body='{"a":1}', headers=JSON), "body '{\"a\":1}'"),
        (Pattern(body={"a": True}), entry(body='{"a":1}', headers=JSON), "body '{\"a\":1}'"),
        (Pattern(body={"a": 1}), entry(body='{"a":1', headers=JSON), "body '{\"a\":1'"),
        (Pattern(body="abcdef"), entry(body="abc"), "body 'abc'"),
        (Pattern(body='{"a": 1}'), entry(body='{"a":2}', headers=JSON), "body '{\"a\":2}'"),
        (Pattern(body=""), entry(body="[redacted]"), "body '[redacted]'"),
        (Pattern(body={"t": "short"}), entry(body="t=[token]", headers=FORM), "body 't=[token]'"),
        (Pattern(query={"t": "short"}), entry(query="t=[token]"), "query 't=[token]'"),
        (Pattern(headers={"Cookie": COOKIE}), entry(headers={"Cookie": f"x; {SHOWN_COOKIE}"}),
         f"header Cookie: x; {SHOWN_COOKIE}"),
    ],
)  # fmt: skip
def test_a_request_does_not_match_and_the_reason_is_told(
    pattern: Pattern, came: EntryAnswer, words: str
) -> None:
    assert pattern.mismatch(came) == words


def test_fields_of_a_body_that_was_cut_are_refused() -> None:
    with pytest.raises(UsageError, match=r"^body: expected text, .* got dict$"):
        Pattern(body={"a": "b"}).mismatch(entry(body="a=b", headers=FORM, truncated=True))


def test_a_failure_says_what_was_expected_and_what_is_wrong_with_what_came() -> None:
    expected = expectation("/auth/token", None, 2, Pattern("POST", query={}, body=""))
    error = expected.failure(1, True, [entry(), entry("GET")])
    assert isinstance(error, NotRequestedError)
    assert str(error) == (
        "expected /auth/token with method POST, no query, no body 2 times, found it 1 time; "
        "this is what came:\n"
        "  POST /api/v2/auth/token -> 200 1320001 anna: token returned\n"
        "  GET /api/v2/auth/token -> 200 1320001 anna: token returned [does not match: method GET]"
    )


def test_evicted_requests_make_an_exact_number_uncertain() -> None:
    exactly = expectation("/auth/token", None, 2, Pattern())
    assert exactly.is_met(2, complete=True)
    assert not exactly.is_met(2, complete=False)
    assert expectation("/auth/token", None, None, Pattern()).is_met(1, complete=False)
    assert "the journal has evicted older requests" in str(exactly.failure(2, False, []))


@pytest.mark.parametrize(("times", "least"), [(None, 1), (0, 1), (2, 3)])
def test_an_exact_number_is_judged_when_one_too_many_came_or_the_time_is_up(
    times: int | None, least: int
) -> None:
    assert expectation("/auth/token", None, times, Pattern()).least == least


@pytest.mark.parametrize(("path", "times"), [("auth/token", None), ("", 1), ("/auth/token", -1)])
def test_an_expectation_that_nothing_can_meet_is_refused(path: str, times: int | None) -> None:
    with pytest.raises(UsageError):
        expectation(path, None, times, Pattern())


def test_equal_lines_are_folded_and_long_journals_shortened() -> None:
    came = [entry(code=number // 3) for number in range(30)]
    lines = journal_lines(came, most=4, earlier=100)
    assert lines[0] == "… 118 earlier requests"
    assert [line.split()[4] for line in lines[1:]] == ["6", "7", "8", "9"]
    assert all(line.endswith("token returned (3 times)") for line in lines[1:])
    assert journal_lines(came[:1]) == ["POST /api/v2/auth/token -> 200 0 anna: token returned"]
    assert journal_lines(came[:1], earlier=1)[0] == "… 1 earlier request"
    assert journal_lines([]) == []
