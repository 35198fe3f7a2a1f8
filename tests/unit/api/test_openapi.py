"""The OpenAPI document: valid, derived from the tables alone, and with every code in it."""

from __future__ import annotations

import json

import pytest
from openapi_spec_validator import validate

from mockserver.api import common
from mockserver.api.account import page as account
from mockserver.api.account.page import (
    ALREADY_VERIFIED,
    EXAMPLE_CODE,
    LOG_IN,
    LOGGED_IN,
    REGISTER,
    SEND_EMAIL,
    USERNAME_TAKEN,
    VERIFY,
)
from mockserver.api.behaviours import SENT
from mockserver.api.catalog import ALL_PAGES, DOCUMENTED_PAIRS, ENDPOINTS, pairs_of
from mockserver.api.common import BAD_REQUEST, BAD_REQUEST_BODY
from mockserver.api.openapi import document
from mockserver.api.page import FROM_CODE, Code, Endpoint, Page, Reply
from mockserver.api.pages import PAGES
from mockserver.api.profiles import PROFILES, SERVER
from mockserver.api.token import page as token
from mockserver.api.token.page import TokenData
from mockserver.server.settings import HTTP_STATUS_MODES
from tests.helpers.openapi import errors, media
from tests.helpers.text import DOCUMENTED_COOKIE, GET, NEW, REVOKE

URL = "http://localhost:1/api/v2"
PROFILE_NAMES = pytest.mark.parametrize("profile", PROFILES)
MODES = pytest.mark.parametrize("mode", HTTP_STATUS_MODES)
PAIRS = pytest.mark.parametrize(
    ("profile", "endpoint", "code"),
    [(name, *pair) for name in PROFILES for pair in pairs_of(name)[ALL_PAGES]],
    ids=lambda v: v if isinstance(v, str) else getattr(v, "path", None) or str(v.number),
)
DOCUMENTED = pytest.mark.parametrize(
    ("endpoint", "code"), DOCUMENTED_PAIRS, ids=lambda v: getattr(v, "path", None) or str(v.number)
)


@MODES
@PROFILE_NAMES
def test_the_document_is_valid(profile: str, mode: str) -> None:
    made = document(URL, mode, profile=PROFILES[profile])
    validate(made)
    assert made["openapi"].startswith("3.1.")
    assert json.loads(json.dumps(made)) == made


def test_it_has_each_endpoint_by_its_method_with_what_it_takes() -> None:
    made = document(URL)
    assert made["servers"] == [{"url": URL}]
    assert list(made["paths"]) == [endpoint.path for endpoint in ENDPOINTS]
    assert [tag["name"] for tag in made["tags"]] == [page.name for page in PAGES]
    for page in PAGES:
        for endpoint in page.endpoints:
            [(method, operation)] = made["paths"][endpoint.path].items()
            assert method == endpoint.method.lower()
            assert operation["operationId"] == endpoint.operation_id
            assert operation["tags"] == [page.name]
            assert operation["summary"]
            assert ("requestBody" in operation) == (endpoint.body is not None)
            assert ("parameters" in operation) == (endpoint.query is not None)
            assert operation.get("security") == (None if endpoint.needs_session else [])
    assert made["security"] == [{"session": []}]
    scheme = made["components"]["securitySchemes"]["session"]
    assert (scheme["type"], scheme["in"]) == ("apiKey", "cookie")
    assert scheme["name"] == "animeloop.auth.sid"
    assert DOCUMENTED_COOKIE not in json.dumps(made), "tools would send it as if it were theirs"


def test_a_body_is_a_form_or_json_with_the_documented_fields() -> None:
    made = document(URL)
    body = made["paths"][REGISTER.path]["post"]["requestBody"]
    assert body["required"]
    assert set(body["content"]) == {"application/x-www-form-urlencoded", "application/json"}
    [ref] = {content["schema"]["$ref"] for content in body["content"].values()}
    schema = made["components"]["schemas"][ref.rpartition("/")[2]]
    names = ["username", "password", "email", "g-recaptcha-response"]
    assert (list(schema["properties"]), schema["required"]) == (names, names)
    for field in schema["properties"].values():
        assert field["type"] == "string"
        assert field["description"]
        assert field["examples"]


def test_a_query_is_a_parameter() -> None:
    [parameter] = document(URL)["paths"][VERIFY.path]["get"]["parameters"]
    assert (parameter["name"], parameter["in"], parameter["required"]) == ("code", "query", True)
    assert parameter["schema"] == {"type": "string", "examples": [EXAMPLE_CODE]}


@MODES
def test_only_a_login_sets_a_cookie(mode: str) -> None:
    for path, methods in document(URL, mode)["paths"].items():
        for operation in methods.values():
            sets = [status for status, one in operation["responses"].items() if "headers" in one]
            assert sets == (["200"] if path == LOG_IN.path else [])


def test_two_successes_of_one_endpoint_are_apart_from_its_errors() -> None:
    made = document(URL)
    schemas = made["components"]["schemas"]
    successes = schemas["SendVerificationEmailSuccess"]["properties"]["code"]["enum"]
    failures = schemas["SendVerificationEmailError"]["properties"]["code"]["enum"]
    assert successes == [code.number for code in SEND_EMAIL.codes if code.is_success]
    assert failures == [code.number for code in SEND_EMAIL.codes if not code.is_success]


def test_messages_and_data_are_those_of_the_profile() -> None:
    differ = {code for sent in SENT["server"] for code in sent.replies}
    assert differ == {LOGGED_IN, USERNAME_TAKEN, ALREADY_VERIFIED}
    documented, server = document(URL), document(URL, profile=SERVER)
    for endpoint, code in DOCUMENTED_PAIRS:
        shown = [
            media(made, endpoint.path, 200)["examples"][str(code.number)]
            for made in (documented, server)
        ]
        assert (shown[0] == shown[1]) == (code not in differ)
    assert "AccountData" not in documented["components"]["schemas"]
    assert set(server["components"]["schemas"]["AccountData"]["properties"]) == {
        "username", "email",
    }  # fmt: skip


def test_every_code_travels_in_200_unless_the_status_comes_from_the_code() -> None:
    for mode in HTTP_STATUS_MODES:
        paths = document(URL, mode)["paths"]
        for endpoint in ENDPOINTS:
            [operation] = paths[endpoint.path].values()
            statuses = {code.sent_status(mode) for code in endpoint.codes} | {400}
            assert list(operation["responses"]) == [str(status) for status in sorted(statuses)]
    assert list(document(URL, FROM_CODE)["paths"][GET]["post"]["responses"]) == [
        "200", "400", "401", "404", "503",
    ]  # fmt: skip


@MODES
@PAIRS
def test_each_documented_code_has_its_example_which_fulfils_the_schema(
    profile: str, mode: str, endpoint: Endpoint, code: Code
) -> None:
    made, status = document(URL, mode, profile=PROFILES[profile]), code.sent_status(mode)
    example = media(made, endpoint.path, status)["examples"][str(code.number)]
    sent = [one.replies[code] for one in SENT[profile] if code in one.replies]
    [reply] = sent or [Reply(code, code.example)]
    assert json.dumps(example["value"]) == json.dumps(json.loads(reply.body()))
    assert example["summary"] == (reply.wording or code.message)
    assert errors(made, endpoint.path, status, example["value"]) == []


@MODES
def test_there_is_no_example_of_anything_else(mode: str) -> None:
    made = document(URL, mode)
    for endpoint in ENDPOINTS:
        [operation] = made["paths"][endpoint.path].values()
        responses = operation["responses"]
        shown = [
            int(name)
            for response in responses.values()
            for name in response["content"]["application/json"]["examples"]
        ]
        assert sorted(shown) == sorted(code.number for code in (*endpoint.codes, BAD_REQUEST))
        assert errors(made, endpoint.path, 400, json.loads(BAD_REQUEST_BODY)) == []


@MODES
@DOCUMENTED
@pytest.mark.parametrize(
    "change",
    [{"code": 1320009}, {"code": "1320001"}, {"status": "failed"}, {"more": 1}, {"data": {"x": 1}},
     {"data": {"token": "no JWT"}}, {"message": None}],
    ids=str,
)  # fmt: skip
def test_a_reply_that_breaks_the_contract_does_not_fulfil_the_schema(
    mode: str, endpoint: Endpoint, code: Code, change: dict[str, object]
) -> None:
    made, status = document(URL, mode), code.sent_status(mode)
    value = media(made, endpoint.path, status)["examples"][str(code.number)]["value"]
    assert errors(made, endpoint.path, status, value | change)
    for key in value:
        rest = {name: value[name] for name in value if name != key}
        assert errors(made, endpoint.path, status, rest), f"{key} is required"


def test_status_tells_success_and_error_apart() -> None:
    made = document(URL)
    schemas = made["components"]["schemas"]
    names = {GET: "GetTokenReply", NEW: "IssueTokenReply", REVOKE: "RevokeTokenReply"}
    for path, name in names.items():
        assert media(made, path, 200)["schema"] == {"$ref": f"#/components/schemas/{name}"}
        mapping = schemas[name]["discriminator"]["mapping"]
        assert schemas[name]["discriminator"]["propertyName"] == "status"
        assert schemas[name]["oneOf"] == [{"$ref": ref} for ref in mapping.values()]
        for kind, ref in mapping.items():
            found = schemas[ref.rpartition("/")[2]]
            assert found["properties"]["status"]["enum"] == [kind]
    found = schemas["GetTokenError"]["properties"]["code"]
    assert found["enum"] == [1340401, 1940102, 1940103, 1950301]
    assert found["x-enum-varnames"] == [
        "NO_TOKEN", "SESSION_INVALID", "SESSION_MISSING", "DATABASE_ERROR",
    ]  # fmt: skip


@MODES
@PROFILE_NAMES
def test_every_schema_is_used(profile: str, mode: str) -> None:
    made = document(URL, mode, profile=PROFILES[profile])
    text = json.dumps(made)
    for name in made["components"]["schemas"]:
        assert f'{{"$ref": "#/components/schemas/{name}"}}' in text


def test_a_code_is_called_what_the_source_calls_it() -> None:
    constants = {
        name: value
        for name, value in (vars(common) | vars(token) | vars(account)).items()
        if isinstance(value, Code)
    }
    assert {name: code.name for name, code in constants.items()} == {n: n for n in constants}


@MODES
def test_a_new_endpoint_with_new_codes_needs_nothing_but_its_line(mode: str) -> None:
    shown = Code(1320004, "SCOPES_FOUND", "request scopes successfully.", 200, TokenData("a.b.c"))
    refused = Code(1340301, "SCOPES_HIDDEN", "scopes are hidden.", 403)
    odd = Code(1340001, "SCOPES_ODD", "scopes are odd.", 400)
    new = Endpoint("/auth/scopes", "getScopes", "get the scopes", (shown, refused, odd))
    made = document(URL, mode, (*PAGES, Page("scopes", "What a token may do.", (new,))))
    validate(made)
    assert made["paths"]["/auth/scopes"]["post"]["operationId"] == "getScopes"
    for code in (*new.codes, BAD_REQUEST):
        status = 400 if code is BAD_REQUEST else code.sent_status(mode)
        example = media(made, new.path, status)["examples"][str(code.number)]["value"]
        assert errors(made, new.path, status, example) == []
    before = document(URL, mode)
    assert before["paths"].items() <= made["paths"].items()
    assert before["components"]["schemas"].items() <= made["components"]["schemas"].items()
