"""The image's steps, carried out in a directory, because tests have no container engine."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.helpers.eventually import PATIENCE_S
from tests.helpers.node import node, require_node
from tests.helpers.text import ROOT

DOCKERFILE: Final = (ROOT / "Dockerfile").read_text("utf-8")
PAGE: Final = (ROOT / "docs" / "containers.md").read_text("utf-8")
LIBRARIES: Final = [path for path in sys.path if path.endswith("site-packages")]


def instructions(word: str) -> list[str]:
    """The arguments of an instruction of the Dockerfile, wherever it stands."""
    lines = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE))
    return re.findall(rf"^{word} +(.*)$", lines, re.MULTILINE)


def lets_through(name: str) -> bool:
    """Whether .dockerignore lets a path into the build. The last rule that matches decides."""
    allowed = True
    for rule in (ROOT / ".dockerignore").read_text("utf-8").splitlines():
        pattern = rule.removeprefix("!")
        if not rule or rule.startswith("#"):
            continue
        parts = name.split("/")
        above = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
        if pattern.startswith("**/"):
            matches = any(fnmatch(part, pattern[3:]) for part in parts)
        else:
            matches = any(fnmatch(one, pattern) for one in above)
        if matches:
            allowed = rule.startswith("!")
    return allowed


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("mockserver/cli/main.py", True),
        ("pyproject.toml", True),
        ("tests/conftest.py", False),
        (".git/config", False),
        ("secret.env", False),
        ("mockserver/secret.env", False),
        ("mockserver/__pycache__/x.pyc", False),
    ],
)
def test_the_build_sees_only_what_it_needs(name: str, allowed: bool) -> None:
    assert lets_through(name) is allowed


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory in which the Dockerfile's steps have been carried out."""
    root = tmp_path_factory.mktemp("image")
    source = root / "src"
    for folder in ("mockserver", "animeloop_mock_pytest", "fixtures"):
        for path in (ROOT / folder).rglob("*"):
            copy(path, source)
    for path in ROOT.iterdir():
        copy(path, source)
    (source / "mockserver" / "secret.env").write_text("TOKEN=x")
    (step,) = instructions("RUN")
    # Offline: the libraries and hatchling come from this environment, all else from the step.
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.defpath}",
        "PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONPATH": ":".join(LIBRARIES),
    }  # fmt: skip
    subprocess.run(
        ["sh", "-ec", step.replace("/opt/", f"{root}/opt/")],
        cwd=source, env=environment, check=True, capture_output=True, timeout=2 * PATIENCE_S,
    )  # fmt: skip
    return root


def copy(path: Path, source: Path) -> None:
    name = path.relative_to(ROOT)
    if path.is_file() and lets_through(name.as_posix()):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, source / name)


def variables(root: Path) -> dict[str, str]:
    """The environment of a container: that of the Dockerfile, on a free port."""
    found = dict(pair.split("=", 1) for one in instructions("ENV") for pair in shlex.split(one))
    found["PATH"] = found["PATH"].replace("/opt/", f"{root}/opt/").replace("$PATH", os.defpath)
    return found | {"ANIMELOOP_MOCK_PORT": "0", "PYTHONPATH": ":".join(LIBRARIES)}


@pytest.fixture
def container(image: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The entry point, running. Its directory is empty, as is the image's."""
    (entry,) = map(json.loads, instructions("ENTRYPOINT"))
    environment = variables(image)
    program = shutil.which(entry[0], path=environment["PATH"])
    assert program is not None
    assert str(image) in program
    with subprocess.Popen(
        [program, *entry[1:]], cwd=tmp_path, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        yield process
        if process.poll() is None:
            process.kill()


def test_the_container_is_healthy_until_it_is_stopped(
    image: Path, container: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert container.stdout is not None
    found = re.search(r"http://0\.0\.0\.0:(\d+)/api/v2$", container.stdout.readline())
    assert found is not None
    environment = variables(image) | {"ANIMELOOP_MOCK_PORT": found[1]}
    (check,) = instructions("HEALTHCHECK")
    words = json.loads(check[check.index("CMD ") + 4 :])
    words[0] = shutil.which(words[0], path=environment["PATH"])
    asked = [words, {"env": environment, "timeout": PATIENCE_S, "capture_output": True}]

    def health() -> int:
        return subprocess.run(asked[0], **asked[1], check=False).returncode

    assert health() == 0
    assert list(tmp_path.iterdir()) == [], "it writes nothing"
    container.send_signal(signal.SIGTERM)
    assert container.wait(PATIENCE_S) == 0
    assert health() == 1


def test_the_image_has_the_package_and_no_stray_file(image: Path) -> None:
    names = {path.name for path in (image / "opt").rglob("*")}
    assert {"recaptcha.js", "index.html", "users.yaml", "animeloop-mock"} <= names
    assert not {"secret.env", "conftest.py", "hatchling"} & names


def test_the_image_runs_as_an_unprivileged_user_and_as_process_1() -> None:
    (user,) = instructions("USER")
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user), "a number: Kubernetes checks it"
    for word in ("ENTRYPOINT", "HEALTHCHECK"):
        assert "[" in instructions(word)[0], "a shell in between would swallow signals"


def test_hadolint_finds_nothing() -> None:
    program = shutil.which("hadolint") or shutil.which(
        "hadolint", path=str(Path(sys.executable).parent)
    )
    if program is None:
        pytest.skip("there is no hadolint for this kind of machine")
    result = subprocess.run(
        [program, ROOT / "Dockerfile"], capture_output=True, text=True, check=False,
        timeout=PATIENCE_S,
    )  # fmt: skip
    assert (result.returncode, result.stdout) == (0, "")


def test_haproxy_takes_the_configuration() -> None:
    if shutil.which("haproxy") is None:
        pytest.skip("this machine has no haproxy")
    configuration = ROOT / "containers" / "haproxy.cfg"
    result = subprocess.run(
        ["haproxy", "-c", "-f", configuration], capture_output=True, text=True, check=False,
        timeout=PATIENCE_S,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr


def test_compose_has_one_mock_and_with_a_profile_three_with_one_state() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    services = compose["services"]
    assert [name for name in services if "profiles" not in services[name]] == ["mock"]
    assert services["replica"]["deploy"] == {"replicas": 3}
    assert services["replica"]["environment"]["ANIMELOOP_MOCK_STATE"] == "redis://redis:6379/0"
    redis = services["redis"]["command"]
    assert redis[redis.index("--appendonly") + 1] == "yes", "a restart keeps the state"
    assert (ROOT / services["balancer"]["volumes"][0].split(":")[0]).is_file()
    for service in services.values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
        for needed in service.get("depends_on", ()):
            assert needed in services


@pytest.mark.parametrize("language", ["yaml", "json", "js"])
def test_the_snippets_of_the_page_can_be_read(language: str, tmp_path: Path) -> None:
    found = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    for number, text in enumerate(found):
        if language == "js":
            require_node()
            path = tmp_path / f"{number}.mjs"
            path.write_text(text)
            assert node("node", "--check", path, cwd=tmp_path).stderr == ""
        else:
            assert yaml.safe_load(text) if language == "yaml" else json.loads(text)


def test_the_page_names_only_variables_that_exist() -> None:
    from mockserver.server.settings import SETTINGS  # noqa: PLC0415

    known = {setting.variable for setting in SETTINGS} | {"ANIMELOOP_MOCK_URL"}
    assert set(re.findall(r"ANIMELOOP_MOCK_[A-Z_]+", PAGE + DOCKERFILE)) <= known
