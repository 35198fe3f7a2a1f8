"""The OpenAPI document of the control plane as a mock serves it, and calls that are not JSON."""

from __future__ import annotations

import json

import pytest

from mockserver.http.admin import routes
from mockserver.http.admin.call import HtmlPage, PlainCall
from mockserver.http.admin.call_spec import CallSpec
from mockserver.http.admin.calls import SANDBOX_CALLS
from mockserver.http.admin.openapi import document as module
from mockserver.http.admin.openapi.document import document
from mockserver.http.admin.openapi.operations import TAGS, operation
from tests.functional.test_calls import each_call
from tests.helpers.app import Mock
from tests.helpers.text import SHIPPED


def test_it_is_served_for_the_server_that_was_asked(shipped: Mock) -> None:
    answer = shipped.admin("GET", "/control-plane.json", Host="127.0.0.1:8080")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json == document("http://127.0.0.1:8080")
    assert answer.json["servers"] == [{"url": "http://127.0.0.1:8080"}]


def test_behind_a_proxy_its_server_is_the_public_one(shipped: Mock) -> None:
    answer = shipped.admin("GET", "/control-plane.json", X_Forwarded_Proto="https")
    assert answer.json["servers"] == [{"url": "https://localhost"}]


def test_it_describes_all_sandboxes_and_so_belongs_to_none(shipped: Mock) -> None:
    sandbox = shipped.sandbox()
    assert shipped.admin("GET", "/control-plane.json", sandbox=sandbox["id"]).status == 404


def test_it_is_derived_once_whatever_hosts_ask(shipped: Mock) -> None:
    module._document.cache_clear()
    for port in range(3):
        shipped.admin("GET", "/control-plane.json", Host=f"localhost:{port}")
    assert module._document.cache_info()[:2] == (2, 1), "hits and misses"
    assert document("http://a")["paths"] is document("http://b")["paths"]
    assert document("http://a")["servers"] == [{"url": "http://a"}]


def greet(_call: PlainCall) -> str:
    """Answer with YAML."""
    return "héllo: true\n"


GREETING = CallSpec(
    method="GET", path="/health.yaml", handler=greet, says="Greet.", answer=str,
    media="application/yaml",
)  # fmt: skip


def test_a_call_declares_another_media_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "SANDBOX_CALLS", (*SANDBOX_CALLS, GREETING))
    answer = Mock(SHIPPED).admin("GET", "/health.yaml")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/yaml")
    assert answer.text == "héllo: true\n"
    made = operation(GREETING, "/__admin/health.yaml", "", {})
    assert made["operationId"] == "greet"
    # A schema describes the document in a YAML file, not its text.
    content = {"application/yaml": {"schema": {"type": "object"}}}
    assert made["responses"]["200"]["content"] == content


def test_a_call_without_a_tag_is_a_mistake() -> None:
    strange = CallSpec(method="GET", path="/strange/{sid}", handler=greet, says="Greet.")
    with pytest.raises(KeyError, match="no tag has the word 'strange'"):
        operation(strange, "/__admin/strange/{sid}", "", {})
    assert len({word for tag in TAGS.values() for word in tag.words}) == sum(
        len(tag.words) for tag in TAGS.values()
    )


@each_call
def test_json_is_declared_where_the_answer_is_no_text(spec: CallSpec) -> None:
    assert (spec.media == "application/json") == (spec.answer not in {str, HtmlPage})
    assert json.dumps(spec.example)
