"""The documents say what the code does: their tables, examples and flags; and the JSON Schema."""

from __future__ import annotations

import argparse
import json
import re

import jsonschema
import pytest

import mockserver
from animeloop_mock_pytest import options
from mockserver.api.page import Code, Page
from mockserver.api.pages import OWN_PAGES, PAGES
from mockserver.cli import driving, verify
from mockserver.cli.flag_values import COOKIE_KINDS
from mockserver.cli.parser import DRIVING, commands, parser_of
from mockserver.faults.builtin import BUILTIN_SCENARIOS
from mockserver.fixtures import load_fixtures
from mockserver.fixtures.schema import FaultEntry, json_schema
from mockserver.fixtures.source import SourceFile
from mockserver.server.settings import SETTINGS, Setting
from mockserver.verify.contract import DIFFERENCES, Difference
from tests.helpers.snippets import all_pages, page
from tests.helpers.text import SHIPPED

# Where the codes of each page of the API's documentation stand.
CODES_OF = {
    "token": ("README.md", "README.zh-CN.md"),
    "account": ("docs/accounts.md", "docs/zh/accounts.md"),
    "dashboard": ("docs/web-application.md",),
}
COMMAND_LINE = page("docs/command-line.md")
FIXTURES = page("docs/fixtures.md")
SCENARIOS = page("docs/scenarios.md")
VERIFY = page("docs/verify.md")
FIXTURE_EXAMPLE = next(
    block for block in re.findall(r"```yaml\n(.*?)```", FIXTURES, re.DOTALL) if "secrets:" in block
)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.flag)
def test_the_command_line_has_each_flag(setting: Setting) -> None:
    short = f"`{setting.short}`, " if setting.short else ""
    metavar = f" {setting.metavar}" if setting.metavar else ""
    cells = [f"{short}`{setting.flag}{metavar}`", setting.default, setting.help]
    assert " | ".join(["", *cells, f"`{setting.variable}` |"]).strip() in COMMAND_LINE


def plugin_options() -> list[str]:
    """The options of the plugin of pytest."""
    parser = pytest.Parser(_ispytest=True)
    options.add(parser)
    return [name for one in parser.getgroup("animeloop-mock").options for name in one.names()]


def test_the_page_on_pytest_has_each_option() -> None:
    assert len(plugin_options()) > 10
    for name in plugin_options():
        assert re.search(rf"\| `{name}( [A-Z]+)?` \|", page("docs/python.md")), name


@pytest.mark.parametrize("name", all_pages())
def test_no_page_has_a_flag_that_does_not_exist(name: str) -> None:
    known = {
        flag for one in commands() for action in actions(one) for flag in action.option_strings
    }
    known |= set(plugin_options())
    known |= {"--version"}
    foreign = {
        "--blocking-threads",
        "--collect-only",
        "--factory",
        "--interface",
        "--max-warnings",
        "--no-cache-dir",
        "--only",
        "--read-only",
        "--rm",
        "--rounds",
        "--save-dev",
        "--seed",
        "--server",
        "--test",
        "--wait",
    }
    found = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", page(name)))
    assert found <= known | foreign


def actions(command: str) -> list[argparse.Action]:
    return list(parser_of(command)._actions)


def verify_actions() -> list[argparse.Action]:
    parser = argparse.ArgumentParser(add_help=False)
    verify.add_arguments(parser)
    return list(parser._actions)


def driving_actions() -> list[argparse.Action]:
    """The flags and arguments of the commands that drive a mock, each once."""
    found: dict[str, argparse.Action] = {}
    for command in DRIVING:
        parser = argparse.ArgumentParser(add_help=False)
        driving.add_arguments(parser, command)
        found |= {action.dest: action for action in parser._actions}
    return list(found.values())


@pytest.mark.parametrize("action", driving_actions(), ids=lambda action: action.dest)
def test_the_command_line_has_each_flag_of_the_commands_that_drive_a_mock(
    action: argparse.Action,
) -> None:
    flags = "`, `".join(action.option_strings)
    metavar = f" {action.metavar}" if action.metavar else ""
    shown = f"`{flags}{metavar}`" if flags else action.metavar
    assert str(shown) in COMMAND_LINE


@pytest.mark.parametrize("action", verify_actions(), ids=lambda action: action.dest)
def test_the_command_line_has_each_flag_of_verify(action: argparse.Action) -> None:
    metavar = f" {action.metavar}" if action.metavar else ""
    assert f"`{action.option_strings[0]}{metavar}`" in COMMAND_LINE


@pytest.mark.parametrize("difference", DIFFERENCES.values(), ids=lambda one: one.name)
def test_the_page_of_verify_has_each_known_difference(difference: Difference) -> None:
    row = f"| `{difference.name}` | {difference.documented} | {difference.instead} |"
    assert row in VERIFY


@pytest.mark.parametrize(
    ("api_page", "code"),
    [
        (one, code)
        for one in (*PAGES, *OWN_PAGES["dashboard"][:1])
        for endpoint in one.endpoints
        for code in endpoint.codes
    ],
    ids=lambda one: str(getattr(one, "number", "")) or one.name,
)
def test_the_documents_have_each_code(api_page: Page, code: Code) -> None:
    for name in CODES_OF[api_page.name]:
        assert f"| {code.number} | {code.status} | {code.message} |" in page(name)


@pytest.mark.parametrize("name", [scenario.name for scenario in BUILTIN_SCENARIOS])
def test_the_page_of_scenarios_has_each_scenario(name: str) -> None:
    scenario = next(s for s in BUILTIN_SCENARIOS if s.name == name)
    assert f"| `{name}` | {scenario.description} |" in SCENARIOS


@pytest.mark.parametrize("field", FaultEntry.__struct_fields__)
def test_the_page_of_scenarios_has_each_field_of_a_fault(field: str) -> None:
    assert re.search(rf"\| .*`{field}\b.* \|", SCENARIOS)
    assert re.search(rf"\| .*`{field}\b.* \|", page("docs/zh/scenarios.md"))


@pytest.mark.parametrize("kind", [kind for kind in COOKIE_KINDS if kind != "valid"])
def test_the_page_of_fixtures_has_each_kind_of_cookie(kind: str) -> None:
    assert f"`{kind}`" in FIXTURES


def test_the_example_of_the_page_of_fixtures_loads(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("documents") / "example.yaml"
    path.write_text(FIXTURE_EXAMPLE)
    fixtures = load_fixtures(path)
    assert len(fixtures.users) == 100_001
    assert fixtures.scenario("db-down-for-anna").faults
    jsonschema.validate(SourceFile(path).value, json_schema())


def test_the_shipped_schema_is_the_one_of_the_code() -> None:
    shipped = json.loads((SHIPPED / "fixtures.schema.json").read_text())
    assert shipped == json_schema()
    jsonschema.Draft202012Validator.check_schema(shipped)


@pytest.mark.parametrize("name", ["session_store", "session-store"])
def test_the_schema_takes_both_names_of_the_session_store(name: str) -> None:
    fault = {"operation": name, "error": "database"}
    jsonschema.validate({"scenarios": {"x": {"faults": [fault]}}}, json_schema())


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.name)
def test_the_shipped_fixtures_reference_the_schema_and_fulfil_it(path: object) -> None:
    file = next(p for p in SHIPPED.glob("*.yaml") if p == path)
    first = file.read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=./fixtures.schema.json"
    jsonschema.validate(SourceFile(file).value, json_schema())


@pytest.mark.parametrize(
    "wrong",
    [
        {"user": []},
        {"users": [{"usrname": "a"}]},
        {"users": [{"username": 5}]},
        {"users": [{"username": "a", "repeat": 0}]},
        {"sessions": [{"sid": "a", "ttl": 30}]},
        {"scenarios": {"x": {"faults": [{"operation": "find-user"}]}}},
        {"scenarios": {"x": {"faults": [{"endpoint": "/auth"}]}}},
    ],
)
def test_editors_are_told_of_mistakes(wrong: object) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, json_schema())


def test_every_error_and_every_result_of_the_python_api_is_explained() -> None:
    text = page("docs/python.md")
    for name in mockserver.__all__:
        if name == "MockError" or not name.endswith(("Error", "Answer")):
            continue
        row = re.search(rf"^\| `{name}` \|.*$", text, re.MULTILINE)
        assert row, name
        if name.endswith("Answer") and name != "AdHocFaultAnswer":
            fields = getattr(mockserver, name).__struct_fields__
            assert [one for one in fields if f"`{one}`" not in row[0]] == [], name
