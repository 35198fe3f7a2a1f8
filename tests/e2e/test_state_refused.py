"""A state that cannot be used is refused in one sentence, and nothing is overwritten."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from soak.redis_server import RedisServer, free_port
from tests.helpers.cluster import Node
from tests.helpers.process import run


@pytest.fixture
def users(tmp_path: Path) -> str:
    path = tmp_path / "users.yaml"
    path.write_text("users: [{username: alice}]\n", encoding="utf-8")
    return str(path)


def refusal(status: int, *arguments: str) -> str:
    ended = run("--port", "0", *arguments)
    assert ended.returncode == status, ended.stderr
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    return line.removeprefix("animeloop-mock: ")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:6379",
        "redis://",
        "127.0.0.1:6379",
        "redis://127.0.0.1:port",
        "redis://h/x",
    ],
)
def test_a_wrong_url(url: str) -> None:
    assert "--state: expected a URL such as redis://" in refusal(2, "--state", url)


def test_a_wrong_url_is_not_shown_with_its_password() -> None:
    assert "geheim" not in refusal(2, "--state", "http://me:geheim@127.0.0.1")


@pytest.mark.parametrize(
    "query", ["decode_responses=true", "foo=1", "protocol=3", "socket_timeout=30", "foo="]
)
def test_an_unknown_parameter_of_a_url(query: str) -> None:
    name = query.partition("=")[0]
    said = refusal(2, "--state", f"redis://127.0.0.1:{free_port()}/0?{query}")
    assert said.startswith(f"--state: unknown parameter {name!r} in the URL; expected one of db, ")


def test_a_wrong_namespace() -> None:
    said = refusal(2, "--state-namespace", "a{b}")
    assert said.startswith("--state-namespace: expected 1 to 100 letters, digits")


def test_no_redis() -> None:
    url = f"redis://127.0.0.1:{free_port()}/0"
    assert refusal(3, "--state", url).startswith(f"--state: no Redis at {url}: ")


def test_a_wrong_password() -> None:
    with RedisServer() as locked:
        locked.ask("CONFIG", "SET", "requirepass", "right")
        for url in (locked.url, locked.url.replace("unix://", "unix://me:wrong@")):
            said = refusal(2, "--state", url)
            assert "password" in said
            assert "wrong" not in said


@pytest.fixture
def web_server() -> Iterator[int]:
    """Something that answers, and is no Redis."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            for _ in range(10):
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(1024)
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield listening.getsockname()[1]


def test_something_that_is_no_redis(web_server: int) -> None:
    url = f"redis://127.0.0.1:{web_server}/0"
    assert refusal(3, "--state", url) == f"--state: what answers at {url} is no Redis"


def test_other_fixtures(redis_server: RedisServer, users: str, tmp_path: Path) -> None:
    shared = ("--state", redis_server.url, "--state-namespace", "other-fixtures")
    with Node("--fixtures", users, *shared):
        pass
    other = tmp_path / "other.yaml"
    other.write_text("users: [{username: bob}]\n", encoding="utf-8")
    said = refusal(2, "--fixtures", str(other), *shared)
    assert said.startswith("--state: the state in Redis was made from other fixtures; ")
    assert "animeloop-mock reset --state URL" in said
    with Node("--fixtures", users, *shared) as node:
        assert node.call("GET", "/users")["users"][0]["username"] == "alice"
    removed = run("reset", *shared)
    assert removed.returncode == 0
    assert removed.stdout.startswith("namespace other-fixtures is empty: ")
    with Node("--fixtures", str(other), *shared) as node:
        assert node.call("GET", "/users")["users"][0]["username"] == "bob"


@pytest.mark.parametrize(
    "key",
    [
        *("server", "fixtures", "sandboxes", "owners", "coverage", "sizes"),
        *(
            "default:state",
            "default:users",
            "default:tokens",
            "default:expiries",
            "default:journal",
        ),
    ],
)
def test_keys_of_a_wrong_type(redis_server: RedisServer, users: str, key: str) -> None:
    redis_server.ask("FLUSHALL")
    redis_server.ask("SET", f"{{taken}}:{key}", "mine")
    shared = ("--state", redis_server.url, "--state-namespace", "taken")
    said = refusal(2, "--fixtures", users, *shared)
    assert said == (
        "--state: keys that begin with {taken}: are not those of animeloop-mock; choose another "
        "--state-namespace"
    )
    assert redis_server.ask("GET", f"{{taken}}:{key}") == b"mine"
    assert redis_server.ask("DBSIZE") == 1


@pytest.mark.parametrize("layout", ["0", "1", "2"])
def test_an_older_layout(redis_server: RedisServer, users: str, layout: str) -> None:
    redis_server.ask("HSET", "{older}:server", "layout", layout, "fixtures", "x")
    shared = ("--state", redis_server.url, "--state-namespace", "older")
    said = refusal(2, "--fixtures", users, *shared)
    assert said.startswith(f"--state: the state in Redis has layout {layout}, this version reads 3")
    assert redis_server.ask("HGET", "{older}:server", "layout") == layout.encode()


@pytest.mark.parametrize("flag", [["--url", "http://127.0.0.1:1"], ["--sandbox", "x"]])
def test_a_reset_of_state_and_mock_at_once(redis_server: RedisServer, flag: list[str]) -> None:
    ended = run("reset", "--state", redis_server.url, *flag)
    assert ended.returncode == 2
    assert f"either --state or {flag[0]}" in ended.stderr
