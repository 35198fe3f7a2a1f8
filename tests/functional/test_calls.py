"""The table of the control plane's calls is true: types, statuses and strictness hold."""

from __future__ import annotations

import re
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import pytest
from msgspec import inspect

from mockserver.http.admin.call import Call, HtmlPage, Put
from mockserver.http.admin.call_spec import CallSpec
from mockserver.http.admin.calls import SANDBOX_CALLS, SERVER_CALLS
from tests.helpers.app import Answer, Mock
from tests.helpers.text import GET, SHIPPED, cookie

CALLS = (*SANDBOX_CALLS, *SERVER_CALLS)
ALICE = cookie("session-of-alice")
# For each call the requests that it is to answer: path, body, status.
EXAMPLES: dict[str, list[tuple[str, Any, int]]] = {
    "GET /health": [("/health", None, 200)],
    "HEAD /health": [("/health", None, 200)],
    "POST /reset": [("/reset", None, 204), ("/reset", {}, 204)],
    "GET /scenarios": [("/scenarios", None, 200)],
    "GET /scenario": [("/scenario", None, 200)],
    "PUT /scenario": [
        ("/scenario", {"name": name}, 200)
        for name in ("db-flaky", "db-outage", "db-recovers", "malformed-json", "normal")
    ],
    "DELETE /scenario": [("/scenario", None, 204)],
    "GET /faults": [("/faults", None, 200)],
    "POST /faults": [
        ("/faults", {"delay": {"min": "1ms", "max": "2s"}, "ttl": "1h", "probability": 0.25}, 201),
        ("/faults", {"delay": "1ms", "times": 0, "seed": 3, "endpoint": GET}, 201),
        ("/faults", {"error": "database", "operation": "save_token", "after_commit": True}, 201),
        ("/faults", {"operation": "request", "wire": "malformed", "username": "x", "skip": 2}, 201),
        ("/faults", {"delay": "1s", "starts_after": "90s", "lasts": "5m"}, 201),
    ],
    "DELETE /faults": [("/faults", None, 204)],
    "DELETE /faults/{fault_id}": [("/faults/1", None, 204)],
    "GET /clock": [("/clock", None, 200)],
    "PUT /clock": [("/clock", {"advance": "1s"}, 200)],
    "DELETE /clock": [("/clock", None, 204)],
    "GET /users": [("/users?limit=2&after=alice", None, 200), ("/users?limit=1000", None, 200)],
    "GET /users/{username:path}": [("/users/alice", None, 200)],
    "PUT /users/{username:path}": [("/users/a/b", {}, 201), ("/users/alice", {"uid": 1}, 200)],
    "DELETE /users/{username:path}": [("/users/alice", None, 204)],
    "PUT /users/{username:path}/tokens/{token_id}": [
        ("/users/alice/tokens/900", {"token": "issue"}, 201),
        ("/users/alice/tokens/0", {"token": "t", "name": None}, 200),
    ],
    "DELETE /users/{username:path}/tokens/{token_id}": [("/users/alice/tokens/0", None, 204)],
    "GET /sessions": [("/sessions?username=alice&limit=1", None, 200), ("/sessions", None, 200)],
    "POST /sessions": [("/sessions", {"username": "alice"}, 201)],
    "GET /sessions/{sid:path}": [("/sessions/session-of-alice", None, 200)],
    "PUT /sessions/{sid:path}": [
        ("/sessions/new", {"username": None}, 201),
        ("/sessions/session-of-alice", {"username": "alice", "ttl": "1h"}, 200),
    ],
    "DELETE /sessions/{sid:path}": [("/sessions/session-of-alice", None, 204)],
    "GET /cookies": [("/cookies?kind=expired", None, 200)],
    "GET /use": [("/use?username=alice", None, 200)],
    "GET /fixtures.yaml": [("/fixtures.yaml", None, 200)],
    "GET /requests": [("/requests", None, 200), ("/requests?limit=1&code=400", None, 200)],
    "DELETE /requests": [("/requests", None, 204)],
    "GET /requests/count": [("/requests/count?at_least=1&wait=60s", None, 200)],
    "GET /requests/{request_id}": [("/requests/1", None, 200)],
    "GET /requests.har": [("/requests.har?order=newest&limit=1&wait=60s", None, 200)],
    "GET /outbox": [
        ("/outbox", None, 200),
        ("/outbox?to=kyon@sos-dan.jp&username=kyon777&after=0&limit=1&wait=60s", None, 200),
    ],
    "DELETE /outbox": [("/outbox", None, 204)],
    "GET /outbox/{mail_id}": [("/outbox/1", None, 200)],
    "GET /coverage": [("/coverage", None, 200), ("/coverage?scope=server", None, 200)],
    "GET /openapi.json": [("/openapi.json", None, 200)],
    "GET /control-plane.json": [("/control-plane.json", None, 200)],
    "POST /sandboxes": [("/sandboxes", {"ttl": "1m"}, 201)],
    "GET /sandboxes": [("/sandboxes", None, 200)],
    "GET /sandboxes/{sandbox_id}": [("/sandboxes/default", None, 200)],
    "DELETE /sandboxes/{sandbox_id}": [("/sandboxes/{made}", None, 204)],
}


KYON = {
    "username": "kyon777",
    "password": "imjohnsmith777",
    "email": "kyon@sos-dan.jp",
    "g-recaptcha-response": "ok",
}


def named(spec: CallSpec) -> str:
    return f"{spec.method} {spec.path}"


def used_mock() -> Mock:
    """A mock with an entry of each kind, such as a mail and a fault."""
    mock = Mock(SHIPPED, seed=1)
    mock.call(GET, ALICE, prefer="scenario=db-read-error")
    mock.client.simulate_post("/api/v2/auth/register", json=KYON)
    mock.call("/nothing")
    mock.admin("POST", "/faults", {"error": "database", "ttl": "1h"})
    return mock


def answer_to(spec: CallSpec, path: str, body: object) -> Answer:
    """What a mock that has been used answers to an example."""
    mock = used_mock()
    return mock.admin(spec.method, path.replace("{made}", mock.sandbox()["id"]), body)


each_call = pytest.mark.parametrize("spec", CALLS, ids=named)


def parameters(spec: CallSpec) -> list[inspect.Field]:
    described = inspect.type_info(spec.query)
    assert isinstance(described, inspect.StructType)
    return list(described.fields)


def valid_text(field: inspect.Field) -> str:
    """A value that the parameter takes."""
    assert isinstance(field.type, inspect.Metadata)
    extra = field.type.extra or {}
    if "valid" in extra:
        return str(extra["valid"][0])
    return {"wait": "1s", "username": "alice"}.get(field.name, "1")


@each_call
def test_a_handler_takes_and_returns_the_declared_types(spec: CallSpec) -> None:
    hints = get_type_hints(spec.handler)
    assert get_args(hints["call"]) == (spec.query, spec.body)
    assert get_origin(hints["call"]) is Call
    returned = hints["return"]
    if spec.statuses == (204,):
        assert (spec.answer, returned) == (None, type(None))
    elif spec.statuses == (200, 201):
        assert (get_origin(returned), *get_args(returned)) == (Put, spec.answer)
    else:
        assert spec.statuses in ((200,), (201,))
        assert returned == spec.answer


@each_call
def test_an_answer_is_of_the_declared_type_to_the_byte_and_has_a_declared_status(
    spec: CallSpec,
) -> None:
    for path, body, status in EXAMPLES[named(spec)]:
        answer = answer_to(spec, path, body)
        assert answer.status == status, (path, body, answer.text)
        assert status in spec.statuses
        if spec.answer is None or spec.method == "HEAD":
            assert answer.text == ""
        elif spec.answer is HtmlPage:
            assert answer.headers["content-type"] == "text/html; charset=utf-8"
        elif spec.answer is str:
            assert answer.headers["content-type"] == spec.media
        else:
            read = msgspec.json.decode(answer.text, type=spec.answer, strict=True)
            assert msgspec.json.encode(read).decode() == answer.text


def test_every_call_is_declared_once_and_has_an_example() -> None:
    assert [named(spec) for spec in CALLS] == list(dict.fromkeys(named(spec) for spec in CALLS))
    assert {named(spec) for spec in CALLS} == set(EXAMPLES)


@each_call
def test_a_call_says_what_it_does_and_what_each_parameter_means(spec: CallSpec) -> None:
    assert re.fullmatch(r"[A-Z].*\.", spec.says)
    for field in parameters(spec):
        assert isinstance(field.type, inspect.Metadata), field.name
        assert (field.type.extra_json_schema or {})["description"].endswith("."), field.name


def test_a_schema_can_be_made_of_all_that_is_declared() -> None:
    declared = {kind for spec in CALLS for kind in (spec.query, spec.body, spec.answer)}
    _, components = msgspec.json.schema_components(declared - {None, HtmlPage})
    wait = components["CountQuery"]["properties"]["wait"]
    assert wait["type"] == "string"
    assert components["EntriesQuery"]["properties"]["endpoint"]["enum"][0] == GET


def wrong_texts(field: inspect.Field) -> list[tuple[str, str]]:
    """Texts that the parameter does not take, percent-encoded, and words of the refusal."""
    assert isinstance(field.type, inspect.Metadata)
    kind, extra = field.type.type, field.type.extra or {}
    if isinstance(kind, inspect.UnionType):
        kind = kind.types[0]
    if "valid" in extra:
        return [("nope", f"unknown {field.name} 'nope'"), ("", f"unknown {field.name} ''")]
    if "parse" in extra:
        texts = ["", "1", "-1s", "x", "61s"]
    elif isinstance(kind, inspect.IntType):
        assert kind.le is not None
        texts = ["-1", "%2B1", "1.0", "x", "", "%201", "1_0", "%EF%BC%91", str(kind.le + 1)]
    else:
        texts = []
    return [(text, f"{field.name}: expected ") for text in texts]


@each_call
def test_a_query_is_read_strictly(spec: CallSpec) -> None:
    fields = parameters(spec)
    names = ", ".join(field.name for field in fields)
    expected = f"expected one of {names}" if names else "this call takes none"
    refusals = [("zzzzzz=1", f"unknown query parameter 'zzzzzz'; {expected}")]
    for field in fields:
        given = f"{field.name}={valid_text(field)}"
        refusals += [
            (f"{given}&{given}", f"query parameter {field.name!r} is given twice"),
            (f"{field.name}x=1", f"did you mean {field.name!r}?"),
            *((f"{field.name}={text}", words) for text, words in wrong_texts(field)),
        ]
        if field.required:
            refusals.append(("", f"{field.name} is missing"))
    mock = Mock(SHIPPED)
    path, body, _ = EXAMPLES[named(spec)][0]
    path = path.partition("?")[0].replace("{made}", "default")
    for query, words in refusals:
        answer = mock.admin(spec.method, f"{path}?{query}", body)
        assert answer.status == 422, query
        assert spec.method == "HEAD" or words in answer.json["detail"]


def test_a_number_may_be_as_great_and_as_small_as_declared() -> None:
    mock = Mock(SHIPPED)
    for query in ("users?limit=1000", "requests?limit=0", "requests/count?wait=60s"):
        assert mock.admin("GET", f"/{query}").status == 200
    assert mock.admin("GET", "/users?limit=0").json == {"users": [], "next": None}
