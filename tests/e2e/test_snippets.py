"""The blocks of the documents run: page by page, in order, against a mock of the page's own."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mockserver import MockServer
from mockserver.testing.control_plane import ControlPlane
from tests.helpers.eventually import PATIENCE_S, eventually
from tests.helpers.snippets import COMPILERS, Snippet, all_pages, save, snippets
from tests.helpers.text import ROOT

# The Chinese pages have the same blocks, which another test holds.
PAGES = [name for name in all_pages() if "zh" not in name and snippets(name)]
ALONE = [
    one for name in PAGES for one in snippets(name) if one.missing or one.language in COMPILERS
]
BIN = Path(sys.executable).parent
DEFAULT = re.compile(r"(127\.0\.0\.1|localhost):7775")
NPM_TEST = 'test -n "$ANIMELOOP_API_URL"'
# A block that is only a start of the mock needs no comment.
SERVING = re.compile(r"animeloop-mock( -(?!-version|-help)[^&\n]*)?\n")
SERVES = ("serves", "serves on granian")


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder for a page, with programs of the machine that behave as in a terminal."""
    shims = tmp_path / "bin"
    shims.mkdir()
    for name, command in {
        "curl": 'exec "$CURL" -sS -w "\\n" "$@"',
        "pytest": f'exec "{sys.executable}" -m pytest -p no:cacheprovider -p no:schemathesis "$@"',
        "python3": f'exec "{sys.executable}" "$@"',
        "animeloop-mock": f'exec "{sys.executable}" "{ROOT / "run_mock.py"}" "$@"',
    }.items():
        (shims / name).write_text(f"#!/bin/sh\n{command}\n")
        (shims / name).chmod(0o755)
    folder = tmp_path / "page"
    folder.mkdir()
    (folder / "pytest.ini").write_text("[pytest]\n")
    # The Node client, as npm would install it.
    (folder / "node_modules").mkdir()
    (folder / "node_modules" / "animeloop-mock").symlink_to(ROOT / "clients" / "node")
    # The reader's own tests, which `npm test` runs.
    (folder / "package.json").write_text(json.dumps({"scripts": {"test": NPM_TEST}}))
    return folder


def environment(work: Path, mock: MockServer) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("ANIMELOOP_")}
    return own | {
        "ANIMELOOP_MOCK_URL": mock.url,
        "CURL": shutil.which("curl") or "curl",
        "PATH": f"{work.parent / 'bin'}{os.pathsep}{BIN}{os.pathsep}{os.environ['PATH']}",
        "PYTEST_ADDOPTS": "",
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def play(snippet: Snippet, work: Path, mock: MockServer) -> None:
    """Run a block as a reader would who pastes it."""
    port = mock.url.rpartition(":")[2]
    text = DEFAULT.sub(rf"\1:{port}", snippet.text)
    if snippet.title:
        path = save(snippet._replace(text=text), work)
        if snippet.language == "python" and not path.name.startswith("test_"):
            finish([sys.executable, path.name], snippet, work, mock)
        elif re.search(r"\.config\.[cm]js$", snippet.title):
            finish(["node", "-e", f"import({json.dumps(str(path))})"], snippet, work, mock)
    elif snippet.language == "js":
        path = save(snippet._replace(title=f"block-{snippet.line}.mjs", text=text), work)
        finish(["node", "--check", path.name], snippet, work, mock)
    elif snippet.directive in SERVES or SERVING.fullmatch(text):
        serve(snippet, work, mock)
    elif snippet.language == "sh":
        said = finish(["sh", "-ec", text], snippet, work, mock)
        check_answers(said, snippet)


def finish(command: list[str], snippet: Snippet, work: Path, mock: MockServer) -> str:
    done = subprocess.run(
        command, cwd=work, env=environment(work, mock), capture_output=True, text=True,
        timeout=2 * PATIENCE_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{snippet}\n{done.stdout}{done.stderr}"
    return done.stdout


def check_answers(said: str, snippet: Snippet) -> None:
    """Each reply that the block shows has come, and no request was refused as malformed."""
    came = [reply for line in said.splitlines() if (reply := as_json(line)) is not None]
    for reply in came:
        assert reply.get("code") != 400, f"{snippet}: {reply}"
        assert not isinstance(reply.get("status"), int), f"{snippet}: {reply}"
    for line in re.findall(r"^# (\{.*\})$", snippet.text, re.MULTILINE):
        assert without_token(json.loads(line)) in map(without_token, came), f"{snippet}: {line}"


def as_json(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def without_token(reply: dict[str, Any]) -> dict[str, Any]:
    return {**reply, "data": dict.fromkeys(reply["data"])} if "data" in reply else reply


def serve(snippet: Snippet, work: Path, mock: MockServer) -> None:
    """Start what serves, see that it listens, and stop it."""
    if snippet.text.startswith("make "):
        words = ["make", "-n", *snippet.text.split()[1:]]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
        assert "run_mock.py" in done.stdout
        return
    if snippet.directive == "serves on granian":
        serve_on_granian(snippet, work, mock)
        return
    variables = {**environment(work, mock), "ANIMELOOP_MOCK_PORT": "0"}
    process = subprocess.Popen(
        ["sh", "-c", f"exec {snippet.text}"], cwd=work, env=variables, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    with process:
        try:
            assert "is listening on http://" in process.stdout.readline(), snippet
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_S) == 0


def serve_on_granian(snippet: Snippet, work: Path, mock: MockServer) -> None:
    pytest.importorskip("granian")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = f"exec {snippet.text.strip()} --host 127.0.0.1 --port {port}"
    process = subprocess.Popen(
        ["sh", "-c", command], cwd=work, env=environment(work, mock),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    control = ControlPlane(f"http://127.0.0.1:{port}/__admin")

    def answers() -> bool:
        try:
            return bool(control.call("GET", "/health")["status"] == "ok")
        except (OSError, RuntimeError):
            return False

    try:
        eventually(answers, f"{snippet} answers")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)


@pytest.mark.skipif(sys.platform == "win32", reason="the blocks are for a POSIX shell")
@pytest.mark.parametrize("name", PAGES)
def test_the_blocks_of_a_page_run(name: str, work: Path) -> None:
    with MockServer() as mock:
        for snippet in snippets(name):
            if not snippet.missing and snippet.directive != "browser":
                play(snippet, work, mock)


@pytest.mark.parametrize("snippet", ALONE, ids=str)
def test_a_block_that_needs_another_tool(snippet: Snippet, tmp_path: Path) -> None:
    """It is compiled where the tool is there, and skipped by name where it is not."""
    if snippet.missing:
        pytest.skip(f"{snippet}: {snippet.missing}")
    path = save(snippet, tmp_path)
    command = [*COMPILERS[snippet.language], path.name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_block_whose_reply_is_not_the_one_shown_fails(work: Path) -> None:
    shown = '# {"status":"error","code":1940102,"message":"cookie session validation failed."}'
    text = f"curl -X POST http://127.0.0.1:7775/api/v2/auth/token\n{shown}\n"
    with MockServer() as mock, pytest.raises(AssertionError, match="1940102"):
        play(Snippet("page.md", 1, "sh", "", "", text), work, mock)
