"""The OpenAPI document of the control plane has the errors that a call gives, and no others."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from falcon.testing import TestClient

from mockserver.api.profiles import DOCUMENTED
from mockserver.errors import StateUnavailableError
from mockserver.fixtures import load_fixtures
from mockserver.fixtures.field_types import MAX_TEXT
from mockserver.fixtures.source import MAX_FILE_BYTES
from mockserver.http.admin.call_spec import CallSpec
from mockserver.http.admin.calls import SANDBOX_CALLS
from mockserver.http.admin.openapi.document import document
from mockserver.http.admin.openapi.problems import Problem
from mockserver.http.admin.policy import AdminPolicy
from mockserver.http.admin.reading import MAX_BODY_BYTES
from mockserver.http.app import make_app
from mockserver.http.waiting_places import WaitingPlaces
from mockserver.record.bounded_log import LogBudget
from mockserver.sandbox.active_faults import MAX_AD_HOC_FAULTS
from mockserver.sandbox.memory import MemoryBackend
from mockserver.sandbox.rules import DEFAULT_ID, Rules
from mockserver.server.limits import MAX_HEADER_BYTES
from mockserver.state.budget import StateBudget
from mockserver.state.model import User
from tests.functional.test_calls import CALLS, named
from tests.functional.test_control_plane_document import flaws
from tests.helpers.app import ManualClock, Mock
from tests.helpers.text import SHIPPED


@dataclass(frozen=True)
class Clients:
    """Of a mock as it is, of one that needs a token, of one without a control plane, and of one
    whose state is away.
    """

    plain: TestClient
    locked: TestClient
    disabled: TestClient
    lost: TestClient


class LostBackend(MemoryBackend):
    """Cannot be reached."""

    def in_use(self, sandbox_id: str) -> AbstractContextManager[None]:
        raise StateUnavailableError("Redis cannot be used")


MADE = document("http://localhost")
FORMS = [("/__admin", spec) for spec in CALLS]
FORMS += [("/__admin/sandboxes/{sandbox_id}", spec) for spec in SANDBOX_CALLS]
each_form = pytest.mark.parametrize(
    ("prefix", "spec"), FORMS, ids=lambda one: one if isinstance(one, str) else named(one)
)


@pytest.fixture(scope="module")
def clients() -> Clients:
    lost = LostBackend(load_fixtures(SHIPPED), Rules(ManualClock(), DOCUMENTED))
    return Clients(
        Mock(SHIPPED).client,
        Mock(SHIPPED, admin=AdminPolicy(token="secret")).client,
        Mock(SHIPPED, admin=AdminPolicy(enabled=False)).client,
        TestClient(make_app(lost), headers={"Host": "localhost"}),
    )


def responses(prefix: str, spec: CallSpec) -> dict[int, dict[str, Any]]:
    """The error responses of a call, by status."""
    item = MADE["paths"][prefix + re.sub(r":path\b", "", spec.path)]
    found = {}
    for status, response in item[spec.method.lower()]["responses"].items():
        name = response.get("$ref", "").rpartition("/")[2]
        found[int(status)] = MADE["components"]["responses"][name] if name else response
    return {status: response for status, response in found.items() if status >= 400}


def provoked(clients: Clients, prefix: str, spec: CallSpec) -> dict[int, Any]:
    """What the call answers to every kind of bad request, by status."""
    path = re.sub(r"\{\w+(:path)?\}", "default", prefix + spec.path)
    bad_path = re.sub(r"\{\w+(:path)?\}", "%FF", prefix + spec.path)
    json_body = {"Content-Type": "application/json"}
    requests: list[tuple[TestClient, str, dict[str, Any]]] = [
        (clients.locked, path, {}),
        (clients.disabled, path, {}),
        (clients.lost, path, {}),
        (clients.plain, path, {"headers": {"Host": "evil.example"}}),
        (clients.plain, path, {"query_string": "zzzz=1"}),
        (clients.plain, bad_path, {"query_string": "zzzz=1"}),
        (clients.plain, path, {"body": "{", "headers": json_body, "query_string": "zzzz=1"}),
        (clients.plain, path, {"body": "{", "headers": json_body}),
        (clients.plain, path, {"body": "{}", "headers": {"Content-Type": "text/plain"}}),
        (clients.plain, path, {"body": "x" * (MAX_BODY_BYTES + 1), "headers": json_body}),
    ]
    found = {}
    for client, where, options in requests:
        if spec.method in ("GET", "HEAD") and "body" in options:
            continue
        answer = client.simulate_request(spec.method, where, **options)
        if answer.status_code >= 400:
            found[answer.status_code] = answer
    return found


@each_form
def test_the_errors_of_a_call_are_those_that_it_gives(
    clients: Clients, prefix: str, spec: CallSpec
) -> None:
    documented, given = responses(prefix, spec), provoked(clients, prefix, spec)
    long = {431} if "{" in prefix + spec.path or spec.query.__struct_fields__ else set()
    assert set(documented) == set(given) | set(spec.problems) | long


@each_form
def test_each_error_is_a_problem_as_it_is_described(
    clients: Clients, prefix: str, spec: CallSpec
) -> None:
    documented = responses(prefix, spec)
    for status, answer in provoked(clients, prefix, spec).items():
        if spec.method == "HEAD":
            assert "content" not in documented[status]
            continue
        assert list(documented[status]["content"]) == [answer.headers["content-type"]]
        schema = documented[status]["content"]["application/problem+json"]["schema"]
        assert flaws(schema, answer.json) == []
        assert msgspec.json.encode(msgspec.json.decode(answer.content, type=Problem)) == (
            answer.content
        )
        for name in documented[status].get("headers", ()):
            assert name in {header.title().replace("Www", "WWW") for header in answer.headers}


def exhausted() -> TestClient:
    """A mock with room for nothing more, and without a journal."""
    rules = Rules(ManualClock(), DOCUMENTED, journal=None, state=StateBudget(0))
    backend = MemoryBackend(load_fixtures(SHIPPED), rules, max_sandboxes=0)
    client = TestClient(make_app(backend), headers={"Host": "localhost"})
    for _ in range(MAX_AD_HOC_FAULTS):
        assert (
            client.simulate_post("/__admin/faults", json={"error": "database"}).status_code == 201
        )
    return client


def overfull() -> TestClient:
    """A mock whose state does not fit into a fixture file."""
    rules = Rules(ManualClock(), DOCUMENTED)
    backend = MemoryBackend(load_fixtures(SHIPPED), rules)
    for number in range(MAX_FILE_BYTES // MAX_TEXT + 1):
        backend.add_user(DEFAULT_ID, User(f"user-{number}", token="x" * MAX_TEXT))
    return TestClient(make_app(backend), headers={"Host": "localhost"})


def busy() -> TestClient:
    """A mock on which as many calls wait as may."""
    rules = Rules(ManualClock(), DOCUMENTED, journal=LogBudget(10))
    backend = MemoryBackend(load_fixtures(SHIPPED), rules)
    app = make_app(backend, pause=WaitingPlaces(0).pause)
    return TestClient(app, headers={"Host": "localhost"})


# For each declared problem a request that meets it: the mock, the path, the query, the body.
MET: dict[tuple[str, int], tuple[Callable[[], TestClient], str, str, object]] = {
    ("POST /faults", 409): (exhausted, "/faults", "", {"error": "database"}),
    ("PUT /users/{username:path}", 409): (exhausted, "/users/new", "", {}),
    ("PUT /users/{username:path}/tokens/{token_id}", 409): (
        exhausted,
        "/users/alice/tokens/900",
        "",
        {"token": "issue"},
    ),
    ("POST /sessions", 409): (exhausted, "/sessions", "", {"username": "alice"}),
    ("PUT /sessions/{sid:path}", 409): (exhausted, "/sessions/new", "", {"username": "alice"}),
    ("GET /use", 409): (exhausted, "/use", "username=carol", None),
    ("GET /fixtures.yaml", 409): (overfull, "/fixtures.yaml", "", None),
    ("GET /requests", 409): (exhausted, "/requests", "", None),
    ("DELETE /requests", 409): (exhausted, "/requests", "", None),
    ("GET /requests/count", 409): (exhausted, "/requests/count", "", None),
    ("GET /requests.har", 409): (exhausted, "/requests.har", "", None),
    ("GET /requests/{request_id}", 409): (exhausted, "/requests/1", "", None),
    ("POST /sandboxes", 503): (exhausted, "/sandboxes", "", {}),
    ("DELETE /sandboxes/{sandbox_id}", 409): (exhausted, "/sandboxes/default", "", None),
    ("GET /requests", 503): (busy, "/requests", "wait=60s", None),
    ("GET /requests.har", 503): (busy, "/requests.har", "wait=60s", None),
    ("GET /requests/count", 503): (busy, "/requests/count", "at_least=1&wait=60s", None),
    ("GET /outbox", 503): (busy, "/outbox", "wait=60s", None),
}


def test_each_declared_problem_has_a_request_that_meets_it() -> None:
    assert set(MET) == {(named(spec), status) for spec in CALLS for status in spec.problems}


@pytest.mark.parametrize(("call", "status"), MET, ids=str)
def test_a_declared_problem_is_met(call: str, status: int) -> None:
    make, path, query, body = MET[call, status]
    method = call.partition(" ")[0]
    client = make()
    if call == "GET /use":  # no session of the user lives any more
        for session in client.simulate_get("/__admin/sessions", query_string=query).json[
            "sessions"
        ]:
            client.simulate_delete(f"/__admin/sessions/{session['sid']}")
    answer = client.simulate_request(method, f"/__admin{path}", query_string=query, json=body)
    assert answer.status_code == status, answer.text
    spec = next(one for one in CALLS if named(one) == call)
    content = responses("/__admin", spec)[status]["content"]
    assert flaws(content["application/problem+json"]["schema"], answer.json) == []


def test_the_limit_of_the_request_line_is_the_real_one() -> None:
    said = MADE["components"]["responses"]["HeadersTooLarge"]["description"]
    assert f"{MAX_HEADER_BYTES // 1024} KiB" in said
