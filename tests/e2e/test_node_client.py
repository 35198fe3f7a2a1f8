"""The Node client: its tests, its types, its package, and the examples with that package."""

from __future__ import annotations

import json
import os
import re
import shutil
import tarfile
from pathlib import Path

import pytest

from mockserver.version import __version__
from tests.helpers import browser
from tests.helpers.node import CLIENT, node, require_node, require_tools
from tests.helpers.process import run

MODULES = CLIENT / "node_modules"
TESTS = sorted(path.name for path in (CLIENT / "test").glob("*.test.js"))


@pytest.mark.parametrize("name", TESTS)
def test_the_clients_tests_pass(name: str) -> None:
    require_node()
    result = node("node", "--test", f"test/{name}", cwd=CLIENT)
    assert result.returncode == 0, result.stdout
    assert int(re.findall(r"^. pass (\d+)$", result.stdout, re.MULTILINE)[0]) > 4


def test_the_types_are_those_of_the_control_planes_document(tmp_path: Path) -> None:
    require_tools()
    document = run("openapi", "--control-plane").stdout
    made = tmp_path / "schema.ts"
    result = node("node", "scripts/generate-types.js", made, "-", cwd=CLIENT, text=document)
    assert result.returncode == 0, result.stderr
    current = (CLIENT / "src" / "schema.ts").read_text("utf-8")
    assert made.read_text("utf-8") == current, "run `make node-types`"


def test_the_package_has_the_version_of_the_mock() -> None:
    for name in ("package.json", "package-lock.json"):
        assert json.loads((CLIENT / name).read_text("utf-8"))["version"] == __version__, name


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packed client, from a copy in which other files lie about."""
    require_tools()
    copy = tmp_path_factory.mktemp("client")
    left_out = shutil.ignore_patterns("node_modules", "types")
    shutil.copytree(CLIENT, copy, ignore=left_out, dirs_exist_ok=True)
    (copy / "node_modules").symlink_to(MODULES)
    for place in (copy, copy / "src"):
        (place / "secret.env").write_text("TOKEN=x")
    result = node("npm", "pack", "--json", cwd=copy)
    assert result.returncode == 0, result.stderr
    return copy / f"animeloop-mock-{__version__}.tgz"


def test_the_package_holds_sources_and_types_and_nothing_else(package: Path) -> None:
    sources = {path.stem for path in (CLIENT / "src").glob("*.js")}
    with tarfile.open(package) as archive:
        names = set(archive.getnames())
    assert names == {
        "package/package.json",
        "package/README.md",
        *(f"package/src/{name}.js" for name in sources),
        *(f"package/types/{name}.d.ts" for name in sources | {"schema"}),
    }


def test_publint_finds_nothing_in_the_package(package: Path) -> None:
    result = node(MODULES / ".bin" / "publint", "--strict", package, cwd=package.parent)
    assert (result.returncode, "All good!" in result.stdout) == (0, True), result.stdout


@pytest.fixture
def project(tmp_path: Path, package: Path) -> Path:
    """A project with the packed client installed, and the examples in it."""
    shutil.copytree(CLIENT / "examples", tmp_path, dirs_exist_ok=True)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    modules = tmp_path / "node_modules"
    modules.mkdir()
    for entry in MODULES.iterdir():
        (modules / entry.name).symlink_to(entry)
    with tarfile.open(package) as archive:
        archive.extractall(modules, filter="data")
    (modules / "package").rename(modules / "animeloop-mock")
    return tmp_path


def test_the_example_for_node_test_passes(project: Path) -> None:
    result = node("node", "--test", "node-test.test.js", cwd=project)
    assert (result.returncode, "pass 9" in result.stdout) == (0, True), result.stdout


def test_the_example_passes_beside_a_mock_that_exec_starts(project: Path) -> None:
    test = str(project / "node-test.test.js")
    result = run("exec", "--require-coverage", "35", "--", "node", "--test", test)
    assert (result.returncode, "pass 9" in result.stdout) == (0, True), result.stdout


def test_the_example_for_vitest_passes(project: Path) -> None:
    result = node(MODULES / ".bin" / "vitest", "run", "vitest.test.js", cwd=project)
    assert (result.returncode, "2 passed" in result.stdout) == (0, True), result.stdout


def test_the_example_for_playwright_passes(project: Path) -> None:
    path = browser.executable()
    if path is None:
        browser.give_up("this machine has no browser")
    options = {"executablePath": path, "chromiumSandbox": os.geteuid() != 0}
    config = {"reporter": "line", "use": {"launchOptions": options}}
    (project / "playwright.config.js").write_text(f"export default {json.dumps(config)};")
    program = MODULES / ".bin" / "playwright"
    result = node(program, "test", "playwright.spec.js", cwd=project)
    assert (result.returncode, "2 passed" in result.stdout) == (0, True), result.stdout


TYPED = """
import { startMock, type RecordedRequest } from "animeloop-mock";
await using mock = await startMock({ scenario: "db-down" });
await using sandbox = await mock.sandbox();
const cookie: string = sandbox.cookie("alice");
const [first]: RecordedRequest[] = await sandbox.requests({ code: 1950301 });
const explained: string[] | undefined = first?.explain;
await using fault = await sandbox.fault({ operation: "database", error: "database", times: 1 });
const id: number = fault.id;
// @ts-expect-error a misspelt field
await sandbox.fault({ operatoin: "database" });
// @ts-expect-error a misspelt option
await startMock({ fixture: "x" });
export { cookie, explained, id };
"""


def test_typescript_sees_the_types_of_the_package(project: Path) -> None:
    (project / "typed.ts").write_text(TYPED)
    flags = "--noEmit --strict --module nodenext --target es2022 --lib es2022,esnext.disposable"
    program = MODULES / ".bin" / "tsc"
    result = node(program, *flags.split(), "--types", "node", "typed.ts", cwd=project)
    assert result.returncode == 0, result.stdout


def test_the_snippet_of_the_readme_passes(project: Path) -> None:
    found = re.findall(r"```js\n(.*?)```", (CLIENT / "README.md").read_text("utf-8"), re.DOTALL)
    assert len(found) == 1
    (project / "readme.test.js").write_text(found[0])
    result = node("node", "--test", "readme.test.js", cwd=project)
    assert (result.returncode, "pass 1" in result.stdout) == (0, True), result.stdout


def test_the_readme_names_every_method_and_option() -> None:
    text = re.sub("```.*?```", "", (CLIENT / "README.md").read_text("utf-8"), flags=re.DOTALL)
    mock, sandbox, start = (
        (CLIENT / "src" / f"{name}.js").read_text("utf-8") for name in ("mock", "sandbox", "start")
    )
    methods = set(re.findall(r"^  (?:async )?(\w+)\(", mock + sandbox, re.MULTILINE))
    options = set(re.findall(r"@property \{.*\} \[(\w+)\]", start))
    assert {"scenario", "assertRequested", "fixtures", "timeoutMs"} <= methods | options
    named = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", text))))
    assert methods - {"constructor"} | options <= named
