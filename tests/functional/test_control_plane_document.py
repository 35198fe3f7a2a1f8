"""The OpenAPI document of the control plane: valid, complete, and true of every answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
import yaml
from msgspec import NODEFAULT, inspect
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from mockserver.http.admin.bodies import NoBody
from mockserver.http.admin.call import HtmlPage
from mockserver.http.admin.call_spec import CallSpec
from mockserver.http.admin.calls import SANDBOX_CALLS
from mockserver.http.admin.openapi.document import document
from tests.functional.test_calls import CALLS, EXAMPLES, answer_to, each_call, named, parameters
from tests.helpers.app import Answer, Mock
from tests.helpers.text import SHIPPED

MADE = document("http://localhost")
IN_SANDBOX = "/__admin/sandboxes/{sandbox_id}"


def shown(spec: CallSpec) -> str:
    return spec.path.replace(":path}", "}")


def operation(spec: CallSpec, prefix: str = "/__admin") -> dict[str, Any]:
    found: dict[str, Any] = MADE["paths"][prefix + shown(spec)][spec.method.lower()]
    return found


def flaws(schema: dict[str, Any], value: object) -> list[str]:
    """What a schema of the document has against a value."""
    whole = {**schema, "components": MADE["components"]}
    found = jsonschema.Draft202012Validator(whole).iter_errors(value)
    return [error.message for error in found]


def errors(spec: CallSpec, answer: Answer) -> list[str]:
    """What the document has against an answer of a call."""
    response = operation(spec)["responses"][str(answer.status)]
    if "$ref" in response:
        response = MADE["components"]["responses"][response["$ref"].rpartition("/")[2]]
    missing = [
        f"no header {name}"
        for name in response.get("headers", ())
        if name.lower() not in answer.headers
    ]
    if "content" not in response:
        return missing + ([answer.text] if answer.text else [])
    ((media, content),) = response["content"].items()
    if answer.headers["content-type"].partition(";")[0] != media:
        return [*missing, f"not {media}"]
    readers: dict[str, Callable[[str], object]] = {
        "application/json": json.loads,
        "application/problem+json": json.loads,
        "application/yaml": yaml.safe_load,
    }
    return missing + flaws(content["schema"], readers.get(media, str)(answer.text))


def test_the_document_is_valid_and_json() -> None:
    validate(MADE, cls=OpenAPIV31SpecValidator)
    assert MADE["openapi"].startswith("3.1.")
    assert json.loads(json.dumps(MADE)) == MADE


def test_every_declared_call_is_in_it_and_nothing_else() -> None:
    declared = [(spec.method, f"/__admin{shown(spec)}") for spec in CALLS]
    declared += [(spec.method, IN_SANDBOX + shown(spec)) for spec in SANDBOX_CALLS]
    described = [(method.upper(), path) for path, item in MADE["paths"].items() for method in item]
    assert sorted(described) == sorted(declared)


def test_every_path_of_it_is_routed() -> None:
    mock = Mock(SHIPPED)
    for path, item in MADE["paths"].items():
        answer = mock.admin("PATCH", re.sub(r"\{\w+\}", "default", path.removeprefix("/__admin")))
        allowed = sorted(answer.headers["allow"].lower().split(", "))
        assert (answer.status, allowed) == (405, sorted(item)), path


def test_operations_have_ids_of_their_own_and_a_known_tag() -> None:
    operations = [one for item in MADE["paths"].values() for one in item.values()]
    ids = [one["operationId"] for one in operations]
    assert all(re.fullmatch("[a-z][A-Za-z]+", one) for one in ids)
    assert len(set(ids)) == len(ids)
    assert {"getUsers", "getUsersInSandbox", "headHealth", "postSandbox"} <= set(ids)
    used = {tag for one in operations for tag in one["tags"]}
    assert [tag["name"] for tag in MADE["tags"] if tag["name"] in used] == [
        tag["name"] for tag in MADE["tags"]
    ]
    assert len(used) == len(MADE["tags"])


@each_call
def test_the_summary_is_short_and_the_description_says_it_all(spec: CallSpec) -> None:
    described = operation(spec)
    assert described["description"] == spec.says
    assert spec.says.startswith(described["summary"])
    assert not described["summary"].endswith(".")


@each_call
def test_every_answer_fulfils_its_schema(spec: CallSpec) -> None:
    for path, body, status in EXAMPLES[named(spec)]:
        answer = answer_to(spec, path, body)
        assert answer.status == status
        assert errors(spec, answer) == []


@each_call
def test_the_successes_are_the_declared_ones(spec: CallSpec) -> None:
    responses = operation(spec)["responses"]
    assert {int(status) for status in responses if status < "400"} == set(spec.statuses)


@each_call
def test_the_parameters_are_those_of_path_and_query(spec: CallSpec) -> None:
    in_path = re.findall(r"\{(\w+)", spec.path)
    found = {(one["in"], one["name"]): one for one in operation(spec)["parameters"]}
    fields = {field.name: field for field in parameters(spec)}
    assert list(found) == [("path", name) for name in in_path] + [("query", n) for n in fields]
    for (place, name), one in found.items():
        assert one["required"] == (place == "path" or fields[name].required)
        assert one["description"].endswith(".")
        assert "null" not in json.dumps(one["schema"]), "a query has no null"
        assert one["schema"]["type"] in {"string", "integer"}
        if place == "path":
            assert flaws(one["schema"], one["example"]) == []


@each_call
def test_a_parameter_has_the_names_and_the_default_that_the_call_declares(spec: CallSpec) -> None:
    found = {one["name"]: one["schema"] for one in operation(spec)["parameters"]}
    for field in parameters(spec):
        assert isinstance(field.type, inspect.Metadata)
        schema = found[field.name]
        valid = (field.type.extra or {}).get("valid")
        assert tuple(map(str, schema.get("enum", ()))) == (valid or ())
        default = None if field.default is NODEFAULT else field.default
        assert schema.get("default") == ("0s" if field.name == "wait" else default)


WITH_BODY = pytest.mark.parametrize(
    "spec", [spec for spec in CALLS if spec.body is not NoBody], ids=named
)


@WITH_BODY
def test_the_example_of_a_body_fulfils_the_schema_and_works(spec: CallSpec) -> None:
    described = operation(spec)["requestBody"]
    ((media, content),) = described["content"].items()
    assert media == "application/json"
    for _, body, _ in [*EXAMPLES[named(spec)], ("", content["example"], 0)]:
        assert flaws(content["schema"], body) == []
    path = shown(spec).replace("{username}", "alice").replace("{sid}", "new")
    path = path.replace("{token_id}", "900")
    assert Mock(SHIPPED).admin(spec.method, path, content["example"]).status in spec.statuses


@WITH_BODY
def test_a_body_is_required_where_a_call_without_one_is_refused(spec: CallSpec) -> None:
    path = shown(spec).replace("{username}", "new").replace("{sid}", "new")
    path = path.replace("{token_id}", "900")
    status = Mock(SHIPPED).admin(spec.method, path).status
    described = operation(spec)["requestBody"]
    assert described["required"] == (status == 422)
    schema = described["content"]["application/json"]["schema"]
    assert (flaws(schema, {}) == []) == (status != 422)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/clock", {}),
        ("/clock", {"now": "2026-01-01T00:00:00Z", "advance": "1s"}),
        ("/clock", {"advance": "soon"}),
        ("/faults", {"operation": "database"}),
        ("/faults", {"delay": {"min": "1s"}}),
        ("/faults", {"delay": 5}),
        ("/faults", {"error": "database", "tmes": 1}),
        ("/sessions", {"username": "alice", "ttl": "1h", "expires": "2030-01-01T00:00:00Z"}),
        ("/sessions", {}),
        ("/sandboxes", {"ttl": None}),
    ],
)
def test_a_body_that_is_refused_does_not_fulfil_the_schema(path: str, body: object) -> None:
    method = "PUT" if path == "/clock" else "POST"
    assert Mock(SHIPPED).admin(method, path, body).status == 422
    content = MADE["paths"][f"/__admin{path}"][method.lower()]["requestBody"]["content"]
    assert flaws(content["application/json"]["schema"], body)


def test_an_answer_that_is_no_json_is_described_as_text() -> None:
    spec = next(one for one in CALLS if one.answer is HtmlPage)
    response = operation(spec)["responses"]["200"]
    assert response["content"] == {"text/html": {"schema": {"type": "string"}}}
    assert response["headers"]["Set-Cookie"]["required"]


def test_every_schema_and_every_response_is_used() -> None:
    text = json.dumps(MADE)
    for kind in ("schemas", "responses"):
        for name in MADE["components"][kind]:
            assert f'"$ref": "#/components/{kind}/{name}"' in text


def test_descriptions_have_no_indentation_and_enums_have_a_type() -> None:
    for schema in MADE["components"]["schemas"].values():
        assert "\n " not in schema["description"]
        assert "title" not in schema
        assert ("enum" not in schema) or schema["type"] == "string"
