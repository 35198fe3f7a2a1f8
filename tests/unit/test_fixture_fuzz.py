"""Whatever stands in a fixture file: it loads, or every mistake is told with its place."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.errors import FixtureError
from mockserver.fixtures import load_fixtures

PLACED = re.compile(
    r"(?P<path>.*\.yaml):(?P<line>[0-9]+):(?P<column>[0-9]+): "
    r"(?P<key>'[^:]*'|\"[^:]*\"|[^\s:]+): (?P<what>\S.*)",
    re.DOTALL,
)

WORDS = st.sampled_from(
    ["alice", "bob", "u{n}", "u{n:06}", "{x}", "{n", "issue", "normal", "db-down", "db-dwn", "30h",
    "2s",
     "-1s", "1h30m", "2026-01-01T00:00:00Z", "2026-13-45T00:00:00Z", "/auth/token", "/auth",
     "database",
     "find_user", "request", "session-store", "reset", "truncate", "", " ", "\x00", "\u2028", "ü",
     "a.b"]
)  # fmt: skip
SCALARS = st.one_of(
    WORDS, st.none(), st.booleans(), st.integers(-5, 5), st.integers(), st.floats(),
    st.text(max_size=5)
)  # fmt: skip
KEYS = st.sampled_from(
    ["username", "uid", "email", "token", "scenario", "repeat", "sid", "signature", "ttl",
    "expires",
     "description", "faults", "operation", "endpoint", "error", "after_commit", "delay", "wire",
     "skip",
     "times", "probability", "seed", "starts_after", "lasts", "session", "jwt", "min", "max",
     "usrname",
     ""]
)  # fmt: skip
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)
ENTRIES = st.lists(st.dictionaries(KEYS, VALUES, max_size=6) | VALUES, max_size=4) | VALUES
SCENARIOS = st.dictionaries(
    WORDS, st.fixed_dictionaries({}, optional={"description": SCALARS,
    "faults": ENTRIES}) | VALUES, max_size=3
)  # fmt: skip
DOCUMENTS = st.fixed_dictionaries(
    {}, optional={"users": ENTRIES, "sessions": ENTRIES, "scenarios": SCENARIOS | VALUES,
                  "secrets": VALUES, "user": VALUES}
)  # fmt: skip
PIECES = st.sampled_from(
    ["{", "}", "[", "]", ":", ": ", ",", "&a ", "*a", "!!int ", "!!python/name:os ", "!x ", "? ",
    "- ", "<<: ",
     "\n", "\t", '"', "'", "|\n", ">-\n", "#", "---\n", "...\n", "%YAML 1.1\n", "\x85", "\ufeff",
     "\u2028", "\u2029", "\\ud800", "\\ud83d\\ude00", "\\"]
)  # fmt: skip


def problems(path: Path) -> tuple[str, ...]:
    try:
        load_fixtures(path)
    except FixtureError as error:
        return error.problems
    return ()


def check(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "a.yaml"
    path.write_bytes(data)
    lines = len(re.split(r"\r\n|\r|\n", data.decode("utf-8-sig", "replace")))
    for problem in problems(path):
        found = PLACED.fullmatch(problem)
        assert found, problem
        assert found["path"] == str(path)
        assert 1 <= int(found["line"]) <= lines
        assert int(found["column"]) >= 1
        assert "is not YAML" not in found["what"], "a cause without words of its own"


@given(DOCUMENTS)
def test_any_structure_loads_or_has_its_mistakes_told(
    tmp_path_factory: pytest.TempPathFactory, document: object
) -> None:
    check(tmp_path_factory, json.dumps(document).encode())


@given(st.data())
def test_any_change_of_a_file_loads_or_has_its_mistakes_told(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    text = json.dumps(data.draw(DOCUMENTS), indent=1)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = start + data.draw(st.integers(0, 9))
        text = text[:start] + data.draw(PIECES | st.text(max_size=3)) + text[end:]
    check(tmp_path_factory, text.encode("utf-8", "surrogatepass"))


@given(st.one_of(st.binary(), st.text().map(str.encode)))
@example(b"\xef\xbb\xbf")
@example(b"users: [{username: &a x, uid: *a}]\n\x00")
def test_any_bytes_load_or_have_their_mistakes_told(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    check(tmp_path_factory, data)
