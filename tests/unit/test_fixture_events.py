"""Files that are right are read without nodes, and mean the same as with them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.errors import FixtureError
from mockserver.fixtures import events, load_fixtures, places, source
from mockserver.fixtures.core_schema import CoreSchemaLoader
from mockserver.fixtures.events import NotPlainError, read_plain
from mockserver.fixtures.source import SourceFile
from tests.support import SHIPPED
from tests.unit.test_fixture_fuzz import DOCUMENTS, PIECES

# Of what numbers, true, null and their misspellings are made.
ODD_SCALARS = st.text(st.sampled_from("0127+-._eExXoOnNuUlLtTrRfFaAsSiIyY~ "), max_size=6)
ENTRIES = """
users:
  - {{username: u{n}, uid: {n}}}
sessions:
  - sid: s{n}
    username: u{n}
"""


class Sources:
    """Reads a text in both ways."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "a.yaml"

    def with_nodes(self, text: str) -> SourceFile:
        self._path.write_bytes(text.encode("utf-8", "surrogatepass"))
        with without_fast_path():
            return SourceFile(self._path)

    def said(self, text: str) -> tuple[object, ...]:
        """All that is found wrong with the text, or that is loaded from it and warned of."""
        self._path.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            loaded = load_fixtures(self._path)
        except FixtureError as error:
            return error.problems, error.illustrated
        listed = (*loaded.users.samples(), *loaded.sessions.samples(), *loaded.scenarios.values())
        return tuple(map(repr, (*listed, *loaded.warnings)))


@contextmanager
def without_fast_path() -> Iterator[None]:
    """Every file is read with nodes."""

    def refuse(*_: object) -> None:
        raise NotPlainError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "read_plain", refuse)
        yield


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return Sources(tmp_path_factory.mktemp("sources"))


def told(_done: int, _whole: int) -> None:
    """Progress that nobody looks at."""


@given(st.one_of(ODD_SCALARS, st.text(max_size=5)), st.sampled_from(["- {}", "a: {}", '- "{}"']))
@example("null", "- {}")
@example("", "a: {}")
@example("0x1F", "- {}")
@example("-.INF", "- {}")
@example("True", '- "{}"')
@example("\\U0000d800", '- "{}"')
@example("\\ud83d\\ude00", '- "{}"')
@example("a\u2028b", '- "{}"')
@example("a\x85b", '- "{}"')
@example("&a b\n- *a", "- {}")
@example("&a b\n- &a b", "- {}")
@example("!!str 1", "- {}")
@example("1\n---\n2", "- {}")
@example("1\na: 2", "a: {}")
@example("{{}: 1}", "- {}")
@example("[" * 101 + "]" * 101, "- {}")
def test_a_text_means_the_same_in_both_ways(sources: Sources, text: str, form: str) -> None:
    text = form.replace("{}", text, 1)
    try:
        value = read_plain(text, told)
    except NotPlainError:
        return
    composed = sources.with_nodes(text)
    assert composed.mistakes == []
    assert repr(value) == repr(composed.value)


@given(st.data())
def test_a_file_has_the_same_mistakes_and_entries_in_both_ways(
    sources: Sources, data: st.DataObject
) -> None:
    text = json.dumps(data.draw(DOCUMENTS), indent=data.draw(st.sampled_from([None, 1])))
    for _ in range(data.draw(st.integers(0, 2))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(PIECES) + text[at:]
    said = sources.said(text)
    with without_fast_path():
        assert sources.said(text) == said


@pytest.mark.parametrize(
    "mistaken",
    [
        "users: [{username: a}, {username: b, uid: x}]",
        "users:\n- username: a\n- username: b\n- username:  a",
        "users: [{username: a, token: isue}]\nsessions:\n- sid: s\n  username: nobody",
        "users: [{username: 'a{n}'}]",
        "scenarios:\n  x:\n    faults:\n    - {error: database, skip: -1}\n    - {}",
        "secrets: {jwt: ''}",
        "sessions: [{sid: s, ttl: 1h, expires: '2026-01-01T00:00:00Z'}]",
    ],
)
def test_what_is_wrong_with_the_entries_of_a_good_form_has_its_place(
    sources: Sources, mistaken: str
) -> None:
    read_plain(mistaken, told)
    said = sources.said(mistaken)
    with without_fast_path():
        assert sources.said(mistaken) == said
    assert said[0]


class CountingLoader(CoreSchemaLoader):
    """Counts events, and makes no nodes."""

    events = 0

    def get_event(self) -> Any:
        CountingLoader.events += 1
        return super().get_event()

    def get_single_node(self) -> Any:
        raise AssertionError("nodes take four times as long, and three times the memory")


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    CountingLoader.events = 0
    for module in (events, places, source):
        monkeypatch.setattr(module, "CoreSchemaLoader", CountingLoader)
    return lambda: CountingLoader.events


def entries(count: int) -> str:
    """A file with that many users and that many sessions, written out."""
    users = (f"- {{username: u{n}, uid: {n}, token: issue}}" for n in range(count))
    sessions = (f"- sid: s{n}\n  username: u{n}" for n in range(count))
    return "\n".join(("users:", *users, "sessions:", *sessions))


@pytest.mark.parametrize("count", [1, 2000])
def test_a_good_file_costs_one_pass_over_its_events(
    tmp_path: Path, counted: Callable[[], int], count: int
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(entries(count))
    fixtures = load_fixtures(path)
    assert (len(fixtures.users), len(fixtures.sessions)) == (count, count)
    # Beginning and end of 2 mappings, their 5 keys and 5 values; what stands around them.
    assert counted() == 14 * count + 13


@pytest.mark.parametrize("name", ["users.yaml", "scenarios.yaml"])
def test_the_shipped_files_are_read_without_nodes(counted: Callable[[], int], name: str) -> None:
    assert isinstance(SourceFile(SHIPPED / name).value, dict)
    assert counted() > 0


def test_progress_is_told_after_each_entry(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    text = entries(3)
    path.write_text(text)
    steps: list[tuple[int, int]] = []
    SourceFile(path, lambda done, whole: steps.append((done, whole)))
    assert len(steps) == 6
    assert steps == sorted(steps)
    assert steps[-1] == (len(text), len(text))
    assert {whole for _, whole in steps} == {len(text)}


def test_all_that_takes_long_says_what_it_does(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(entries(1).replace("u0", name).replace("s0", name))
    said: list[str] = []
    load_fixtures(tmp_path, lambda what, _done, _whole: said.append(what))
    assert list(dict.fromkeys(said)) == [
        "reading file 1 of 2", "reading file 2 of 2", "checking the users", "checking the sessions",
        "looking at the users", "looking at the sessions",
    ]  # fmt: skip


@pytest.mark.parametrize("mistaken", ["- {sid: s, username: gone}", "- {sid: s, ttl: &x 1h}"])
def test_looking_for_places_tells_progress_too(tmp_path: Path, mistaken: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(f"{entries(3)}\n{mistaken}")
    steps: list[int] = []
    load_fixtures(path, lambda what, done, _: steps.append(done) if "reading" in what else None)
    assert len(steps) >= 6 + 7
    assert steps.count(steps[0]) == 2
