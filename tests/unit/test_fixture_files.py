"""Fixture files: what they may say, and how their mistakes are told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mockserver.errors import FixtureError
from mockserver.faults.model import Fault
from mockserver.fixtures import Fixtures, load_fixtures
from mockserver.fixtures import source as yaml_source
from mockserver.fixtures.source import SourceFile
from mockserver.state.model import Session, User
from mockserver.state.operations import Operation
from mockserver.state.times import parse_time

HOURS_30_MS = 108_000_000
PEM = '"-----BEGIN PUBLIC KEY-----\\nAA\\n-----END PUBLIC KEY-----"'


def load(tmp_path: Path, **files: str | bytes) -> Fixtures:
    """Load a directory with these files in it, by name without `.yaml`."""
    for name, text in files.items():
        data = text if isinstance(text, bytes) else text.encode()
        (tmp_path / f"{name}.yaml").write_bytes(data)
    return load_fixtures(tmp_path)


def mistakes(tmp_path: Path, **files: str | bytes) -> list[str]:
    """The mistakes, with their paths shortened to the file's name."""
    with pytest.raises(FixtureError) as caught:
        load(tmp_path, **files)
    return [problem.replace(f"{tmp_path}{os.sep}", "") for problem in caught.value.problems]


def test_an_empty_file_is_a_set_without_users(tmp_path: Path) -> None:
    fixtures = load(tmp_path, a="# nothing yet\n")
    assert (len(fixtures.users), len(fixtures.sessions)) == (0, 0)
    assert fixtures.session_secrets == ("mock-session-secret",)
    assert fixtures.jwt_secret == "animeloop-mock-jwt-secret-for-tests-only"


def test_users_and_sessions_are_read_as_the_readme_says(tmp_path: Path) -> None:
    fixtures = load(
        tmp_path,
        a="""
secrets: {session: [new, old], jwt: k}
users:
  - {username: anna, uid: 7, email: a@b.c, token: literal, scenario: db-down}
  - {username: ben, token: issue}
  - {username: on}
sessions:
  - {sid: a, username: anna}
  - {sid: b, username: anna, signature: pin/ned+, ttl: 1h}
  - {sid: c, expires: 2026-01-01T00:00:00Z}
""",
    )
    assert fixtures.session_secrets == ("new", "old")
    assert fixtures.jwt_secret == "k"
    assert fixtures.users.find("anna") == User("anna", 7, "a@b.c", "literal", False, "db-down")
    assert fixtures.users.find("ben") == User("ben", issue_at_load=True)
    assert fixtures.users.find("on") == User("on")
    assert fixtures.sessions.find("a") == Session("a", "anna", HOURS_30_MS)
    assert fixtures.sessions.find("b") == Session("b", "anna", 3_600_000, None, "pin/ned+")
    expires = parse_time("2026-01-01T00:00:00Z")
    assert fixtures.sessions.find("c") == Session("c", None, None, expires)


def test_bulk_entries_count_from_one(tmp_path: Path) -> None:
    fixtures = load(
        tmp_path,
        a="""
users:
  - {username: "u-{n:03}", uid: "{n}", email: "u{n}@x", token: issue, repeat: 1000}
  - {username: "v{n}", uid: 5, token: same, repeat: 2}
sessions:
  - {sid: "s-{n}", username: "u-{n:03}", repeat: 1000}
  - {sid: "t-{n}", repeat: 1}
""",
    )
    assert (len(fixtures.users), len(fixtures.sessions)) == (1002, 1001)
    assert fixtures.users.find("u-007") == User("u-007", 7, "u7@x", issue_at_load=True)
    assert fixtures.users.find("u-1000") == User("u-1000", 1000, "u1000@x", issue_at_load=True)
    assert fixtures.users.find("v2") == User("v2", 5, None, "same")
    assert fixtures.sessions.find("s-1000") == Session("s-1000", "u-1000", HOURS_30_MS)
    assert fixtures.sessions.find("t-1") == Session("t-1", None, HOURS_30_MS)


def test_the_files_of_a_directory_are_merged(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not: [yaml")
    (tmp_path / ".hidden.yaml").write_text("not: [yaml")
    (tmp_path / "c.yml").write_text("users: [{username: c}]")
    fixtures = load(
        tmp_path,
        a="users: [{username: a}]\nsecrets: {session: [one]}\nscenarios: {x: {}}",
        b="users: [{username: b, scenario: x}]\nsecrets: {session: [two], jwt: j}",
    )
    assert list(fixtures.users.names()) == ["a", "b", "c"]
    assert fixtures.session_secrets == ("one", "two")
    assert fixtures.jwt_secret == "j"


def test_a_scenario_may_override_a_builtin_one(tmp_path: Path) -> None:
    fixtures = load(
        tmp_path,
        a="""
scenarios:
  db-down:
    description: Only for anna.
    faults:
      - {operation: save_token, error: database, after_commit: true, username: anna, skip: 1,
         times: 2, probability: 0.5, seed: 3, starts_after: 1s, lasts: 2s,
         delay: {min: 10ms, max: 2s}, endpoint: /auth/token/new}
      - {delay: 250ms}
""",
    )
    first, second = fixtures.scenario("db-down").faults
    assert first == Fault(
        operation=Operation.SAVE_TOKEN, endpoint="/auth/token/new", username="anna", fails=True,
        after_commit=True, delay_ms=(10, 2000), skip=1, times=2, probability=0.5, seed=3,
        starts_after_ms=1000, lasts_ms=2000,
    )  # fmt: skip
    assert second == Fault(delay_ms=(250, 250))


# Each file with all that is said of it.
MISTAKES = {
    "a reserved sid": (
        "sessions: [{sid: 'default~!x'}, {sid: 'default~!{n}', repeat: 2}]",
        [
            "1:18: sid: session id 'default~!x' is reserved for cookies that must be refused",
            "1:39: sid: session id 'default~!{n}' is reserved for cookies that must be refused",
        ],
    ),
    "half of a surrogate pair": (
        'users: [{username: "x\\ud83d"}]',
        ["1:20: username: text with half of a surrogate pair in it"],
    ),
    "a wire fault without its operation": (
        "scenarios: {x: {faults: [{wire: reset}]}}",
        ["1:33: wire: wire needs operation: request beside it"],
    ),
    "a key that would break the line into other parts": (
        "'a: b': 1",
        ["1:1: 'a\\x3a b': unknown key 'a: b'; expected one of"],
    ),
    "not a mapping": ("[1]", ["1:1: file: expected a mapping, got a list"]),
    "misspelt key": (
        "user: []",
        ["1:1: user: unknown key 'user'; did you mean 'users'?"],
    ),
    "misspelt field": (
        "users:\n  - usrname: x",
        ["2:5: usrname: unknown key 'usrname'; did you mean 'username'?"],
    ),
    "a number where text stands": (
        "users: [{username: 007}]",
        ["1:20: username: expected text of 1 to 4096 characters, got the number 7; in quotes"],
    ),
    "null where text stands": (
        "users: [{username: }]",
        ["1:20: username: expected text of 1 to 4096 characters, got null"],
    ),
    "a uid in words": (
        "users: [{username: a, uid: seven}]",
        ["1:28: uid: expected an integer of at most 53 bits (with repeat also \"{n}\"), got"],
    ),
    "a uid template without repeat": (
        'users: [{username: a, uid: "{n}"}]',
        ["1:28: uid: expected an integer: {n} means something only with repeat"],
    ),
    "an unknown scenario": (
        "users: [{username: a, scenario: db-dwn}]",
        ["1:33: scenario: unknown scenario 'db-dwn'; did you mean 'db-down'?"],
    ),
    "a username twice": (
        "users:\n  - {username: a}\n  - {username: a}",
        ["3:16: username: username 'a' is given twice; first at f.yaml:2:16"],
    ),
    "a username in a bulk and alone": (
        "users:\n  - {username: u2}\n  - {username: 'u{n}', repeat: 3}",
        ["3:16: username: username 'u2' is given twice; first at f.yaml:2:16"],
    ),
    "a username in a bulk and alone after it": (
        "users:\n  - {username: 'u{n}', repeat: 3}\n  - {username: u2}",
        ["3:16: username: username 'u2' is given twice; first at f.yaml:2:16"],
    ),
    "two bulks that overlap": (
        "users:\n  - {username: 'u{n:02}', repeat: 20}\n  - {username: 'u{n}', repeat: 10}",
        ["3:16: username: username 'u10' is given twice; first at f.yaml:2:16"],
    ),
    "a sid twice": (
        "sessions:\n  - {sid: a}\n  - {sid: a}",
        ["3:11: sid: sid 'a' is given twice; first at f.yaml:2:11"],
    ),
    "a bulk without placeholder": (
        "users: [{username: a, repeat: 3}]",
        ["1:20: username: expected {n} or {n:06} in it: all 3 would be 'a'"],
    ),
    "other braces": (
        "users: [{username: 'a{x}', repeat: 3}]",
        ["1:20: username: expected no braces except {n} or {n:06}, got 'a{x}'"],
    ),
    "repeat of nothing": (
        "users: [{username: 'a{n}', repeat: 0}]",
        ["1:36: repeat: expected an integer from 1 to 1000000, got the number 0"],
    ),
    "a signature for many": (
        "sessions: [{sid: 'a{n}', repeat: 2, signature: x}]",
        ["1:48: signature: one signature cannot hold for many sids (see repeat)"],
    ),
    "a signature with a dot": (
        "sessions: [{sid: a, signature: a.b}]",
        ["1:32: signature: expected a signature: text without a dot, got 'a.b'"],
    ),
    "a ttl without a unit": (
        "sessions: [{sid: a, ttl: 30}]",
        ["1:26: ttl: expected a duration such as 250ms, 2s, 10m or 30h, got the number 30"],
    ),
    "a time without an offset": (
        "sessions: [{sid: a, expires: 2026-01-01T00:00:00}]",
        [
            ("1:30: expires: expected a time such as 2026-01-01T00:00:00Z, with Z or an offset, "
            "got '2026-01-01T00:00:00'")
        ],
    ),
    "a day that does not exist": (
        "sessions: [{sid: a, expires: 2026-13-45T00:00:00Z}]",
        ["1:30: expires: expected a time that exists, such as 2026-01-01T00:00:00Z"],
    ),
    "ttl and expires": (
        "sessions: [{sid: a, ttl: 1h, expires: 2026-01-01T00:00:00Z}]",
        ["1:39: expires: expected ttl or expires, not both"],
    ),
    "an empty list of secrets": (
        "secrets: {session: []}",
        ["1:20: session: expected a list of at least one secret, got an empty list"],
    ),
    "a key file as secret": (
        f"secrets: {{jwt: {PEM}}}",
        ["1:16: jwt: expected a plain text secret"],
    ),
    "a fault that does nothing": (
        "scenarios: {x: {faults: [{skip: 1}]}}",
        ["1:26: faults: a fault needs error, delay or wire"],
    ),
    "a misspelt operation": (
        "scenarios: {x: {faults: [{operation: find-user, delay: 1s}]}}",
        [
            ("1:38: operation: expected one of database, find_user, save_token, session-store, "
            "request, got 'find-user'; did you mean 'find_user'?")
        ],
    ),
    "a misspelt endpoint": (
        "scenarios: {x: {faults: [{endpoint: /auth/token/nw, delay: 1s}]}}",
        [
            ("1:37: endpoint: expected one of /auth/token, /auth/token/new, /auth/token/revoke, "
            "got '/auth/token/nw'; did you mean '/auth/token/new'?")
        ],
    ),
    "a database error of the exchange": (
        "scenarios: {x: {faults: [{operation: request, error: database}]}}",
        ["1:54: error: operation request is no database operation: expected delay or wire"],
    ),
    "after_commit without an error": (
        "scenarios: {x: {faults: [{delay: 1s, after_commit: true}]}}",
        ["1:52: after_commit: after_commit needs error: database beside it"],
    ),
    "after_commit of a read": (
        "scenarios: {x: {faults: [{operation: find_user, error: database, after_commit: true}]}}",
        ["1:80: after_commit: operation find_user writes nothing: after_commit needs operation"],
    ),
    "a delay that is too long": (
        "scenarios: {x: {faults: [{delay: 11m}]}}",
        ["1:34: delay: expected at most 10m, got '11m'"],
    ),
    "a range the wrong way round": (
        "scenarios: {x: {faults: [{delay: {min: 2s, max: 1s}}]}}",
        ["1:34: delay: min 2s is longer than max 1s"],
    ),
    "half a range": (
        "scenarios: {x: {faults: [{delay: {min: 2s}}]}}",
        ["1:34: delay: key 'max' is missing"],
    ),
    "a probability over one": (
        "scenarios: {x: {faults: [{error: database, probability: 30}]}}",
        ["1:57: probability: expected a number from 0 to 1, got the number 30"],
    ),
    "a scenario without a name": (
        "scenarios: {'': {}}",
        ["1:13: '': expected a name that is not empty and has no control characters, got ''"],
    ),
    "a key twice": (
        "users: []\nusers: []",
        ["2:1: users: key 'users' stands twice in one mapping; first on line 1"],
    ),
    "a merge key, which YAML 1.2 does not have": (
        "users:\n  - {<<: {username: x}}",
        ["2:5: users: key 'username' is missing", ("2:6: <<: unknown key '<<'; expected one of "
         "username, uid, email, token, scenario, repeat")],
    ),
    "not YAML": (
        "users: [1",
        ["1:8: YAML: the '[' here is never closed; expected ']'"],
    ),
    "two documents": (
        "users: []\n---\nusers: []",
        ["2:1: YAML: a second document begins here; expected one in a file"],
    ),
    "a control character": ("users: [\x01]", ["1:9: YAML: a character that YAML does not allow"]),
    "a tag that builds an object": (
        "users: !!python/object/apply:os.system [ls]",
        ["1:8: users: tag '!!python/object/apply:os.system' is not allowed here"],
    ),
    "a tag on a key": (
        "!!binary users: []",
        ["1:1: users: tag '!!binary' is not allowed here"],
    ),
    "a tag that does not fit": (
        "users: [{username: a, uid: !!int x}]",
        ["1:28: uid: 'x' is not of the type '!!int'"],
    ),
    "a key that is a list": (
        "? [a]\n: 1",
        ["1:3: file: expected a plain key, got a list or a mapping"],
    ),
    "an anchor within itself": (
        "users: &a [*a]",
        ["1:8: users: an anchor that contains itself"],
    ),
    "too deep": ("[" * 200_000, ["1:101: YAML: nested more than 100 levels deep"]),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_its_place_and_what_would_be_right(
    tmp_path: Path, name: str
) -> None:
    text, expected = MISTAKES[name]
    told = mistakes(tmp_path, f=text)
    assert len(told) == len(expected)
    for line, start in zip(sorted(told), sorted(f"f.yaml:{e}" for e in expected), strict=True):
        assert line.startswith(start)


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path,
        a="users:\n  - {username: x, uid: true}\n  - {username: y}\n  - {username: y}",
        b="scenarios: {s: {faults: [{}]}}\nusers: [{username: y}, {username: z, scenario: zz}]",
        c="secrets: {jwt: one}\nscenarios: {s: {}}",
        d="secrets: {jwt: two}",
        e=b"users: \xff",
    )
    assert [line.partition(": ")[0] for line in told] == [
        "a.yaml:2:24", "a.yaml:4:16", "b.yaml:1:26", "b.yaml:2:20", "b.yaml:2:48", "c.yaml:2:13",
        "d.yaml:1:16", "e.yaml:1:8",
    ]  # fmt: skip


def test_what_faults_contradict_is_told_while_the_shape_is_wrong(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path,
        a="""
scenarios:
  s:
    description: 3
    faults:
      - {wire: reset, colour: red}
      - {eror: database}
      - {endpoint: /auth, error: databse}
      - {}
      - 5
      - {operation: requst, wire: reset, after_commit: true}
      - {operation: request, error: database, delay: {min: 2s}}
users:
  - {usrname: a, scenario: nope}
  - {username: 5, scenario: nope}
  - {username: "x{n}", repeat: 0, uid: "{n}", scenario: nope}
  - {username: x1}
sessions:
  - {ttl: 5, expires: 2020-01-01T00:00:00Z}
""",
    )
    assert [":".join(line.split(":")[1:4]) for line in told] == [
        "4:18: description",
        "6:16: wire", "6:23: colour",
        "7:10: eror",
        "8:20: endpoint", "8:34: error",
        "9:9: faults",
        "10:9: faults",
        "11:21: operation", "11:56: after_commit",
        "12:37: error", "12:54: delay",
        "14:6: usrname", "14:28: scenario",
        "15:16: username", "15:29: scenario",
        "16:32: repeat", "16:57: scenario",
        "19:5: sessions", "19:11: ttl", "19:23: expires",
    ]  # fmt: skip


def test_a_wrong_key_hides_no_other_mistake_of_its_entry(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path,
        a="users: [{username: a, uid: x, scenario: nope}]\n"
        "sessions: [{sid: s, ttl: 3}, {sid: s, colour: red}]",
    )
    assert [line.partition(": ")[0] for line in told] == [
        "a.yaml:1:28", "a.yaml:1:41", "a.yaml:2:26", "a.yaml:2:36", "a.yaml:2:39",
    ]  # fmt: skip


def test_aliases_work_until_they_explode(tmp_path: Path) -> None:
    fixtures = load(tmp_path, a="users: [{username: &a x}]\nsessions: [{sid: *a, username: *a}]")
    assert fixtures.sessions.find("x") == Session("x", "x", HOURS_30_MS)
    bomb = "\n".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10) if n else 'x'}]" for n in range(12)
    )
    assert any("aliases that stand for more than" in line for line in mistakes(tmp_path, a=bomb))
    flat = f"a: &a [{', '.join(['1'] * 5000)}]\nb: [{', '.join(['*a'] * 5000)}]"
    assert any("aliases that stand for more than" in line for line in mistakes(tmp_path, a=flat))


def test_a_file_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml_source, "MAX_FILE_BYTES", 2 * 1024 * 1024)
    assert mistakes(tmp_path, a="#" * (2 * 1024 * 1024 + 1)) == [
        "a.yaml:1:1: file: is larger than 2 MiB"
    ]


def test_missing_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(FixtureError, match=r"expected \*\.yaml or \*\.yml files"):
        load_fixtures(tmp_path)
    with pytest.raises(FixtureError, match="cannot be read: No such file"):
        load_fixtures(tmp_path / "nowhere.yaml")


def test_warnings_name_what_is_probably_not_meant(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        """
users: [{username: "u{n}", repeat: 5, token: "t{n}"}, {username: "v{n}"}]
sessions:
  - {sid: a, username: u6}
  - {sid: "b{n}", username: "u{n}", repeat: 6}
  - {sid: c}
scenarios:
  s: {faults: [{error: database, username: u7, after_commit: true}]}
"""
    )
    told = [str(one).partition("a.yaml:")[2] for one in load_fixtures(tmp_path).warnings]
    assert [line.partition(";")[0] for line in told] == [
        "2:46: token: warning: {n} means nothing here: it stays 't{n}'",
        "2:66: username: warning: {n} means nothing here: it stays 'v{n}'",
        "4:24: username: warning: unknown user 'u6': 1940102 while this session lives",
        "5:29: username: warning: unknown user 'u6': 1940102 while this session lives",
        "8:44: username: warning: unknown user 'u7'",
        (
            "8:62: after_commit: warning: has no effect with operation database, "
            "which fails at the read that comes first"
        ),
    ]


@pytest.mark.parametrize("token", ["isue", "Issue", "ISSUE", "issued", "isseu", " issue", "tissu"])
def test_a_token_that_nearly_says_issue_is_warned_of(tmp_path: Path, token: str) -> None:
    (warning,) = load(tmp_path, a=f"users: [{{username: a, token: '{token}'}}]").warnings
    assert "a.yaml:1:30: token: warning: " in str(warning)
    assert str(warning).endswith(f"{token!r} is taken as the token itself; did you mean 'issue'?")


@pytest.mark.parametrize("token", ["issue", "tis", "tissues-1", "secret", "a.b.c", "null", "''"])
def test_other_tokens_are_not_warned_of(tmp_path: Path, token: str) -> None:
    assert load(tmp_path, a=f"users: [{{username: a, token: {token}}}]").warnings == ()


def test_sessions_in_bulk_are_warned_of_without_looking_each_up(tmp_path: Path) -> None:
    bulk = "username: 'u{n}', repeat: 1000000"
    text = f"users: [{{{bulk}}}]\nsessions: [{{sid: 's{{n}}', {bulk}}}]"
    assert load(tmp_path, a=text).warnings == ()
    text = text.replace("1000000}]\n", "999999}]\n")
    (warning,) = load(tmp_path, a=text).warnings
    assert "unknown user 'u1000000'" in str(warning)


def test_no_more_than_a_hundred_warnings_are_told(tmp_path: Path) -> None:
    sessions = ", ".join(f"{{sid: s{n}, username: u{n}}}" for n in range(5000))
    assert len(load(tmp_path, a=f"sessions: [{sessions}]").warnings) == 100


@pytest.mark.parametrize("letter", ["\x85", "\u2028", "\u2029"])
def test_only_cr_and_lf_break_lines(tmp_path: Path, letter: str) -> None:
    fixtures = load(
        tmp_path,
        a=f"""# a comment{letter}users: 5
users:
  - {{username: "a{letter}b", email: 'c{letter}d', token: e{letter}f}}
  - {{username: g, token: "\\x85\\u2028\\u2029"}}
scenarios:
  x{letter}y:
    description: |
      h{letter}i
""",
    )
    assert fixtures.users.find(f"a{letter}b") == User(
        f"a{letter}b", None, f"c{letter}d", f"e{letter}f"
    )
    assert fixtures.users.find("g") == User("g", token="\x85\u2028\u2029")
    assert fixtures.scenario(f"x{letter}y").description == f"h{letter}i\n"


def test_places_count_other_separators_as_characters(tmp_path: Path) -> None:
    told = mistakes(tmp_path, a="# \x85 \u2028\r\n#\rusers: [{username: \u2029, uid: x}]")
    assert [line.partition(": ")[0] for line in told] == ["a.yaml:3:28"]


def test_surrogate_pairs_of_json_are_one_character(tmp_path: Path) -> None:
    fixtures = load(
        tmp_path,
        a=r"""{"users": [{"username": "\ud83d\ude00", "token": "\uD83D\uDE00 \\ud83d \ue000"},
        {"username": '\ud83d\uDe00 \\ud83d', "email": "\u00fc\\\ud83d\ude00"}]} # \ud83d""",
    )
    assert list(fixtures.users.entries()) == [
        User("\U0001f600", token="\U0001f600 \\ud83d \ue000"),
        User(r"\ud83d\uDe00 \\ud83d", email="ü\\\U0001f600"),
    ]


CORE_SCHEMA = {
    "on": "on", "no": "no", "yes": "yes", "12:30": "12:30", "2026-01-01": "2026-01-01",
    "1_000": "1_000", "0b1": "0b1", "~": None, "": None, "Null": None, "true": True,
    "FALSE": False, "017": 17, "0o17": 15, "0x1F": 31, "-5": -5, "1e3": 1000.0, "-.5": -0.5,
    ".inf": float("inf"), "'1'": "1", "!!str 1": "1",
}  # fmt: skip


@pytest.mark.parametrize("text", CORE_SCHEMA)
def test_scalars_follow_the_core_schema_of_yaml_1_2(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(f"value: {text}\n")
    value = SourceFile(path).value
    expected = CORE_SCHEMA[text]
    assert value == {"value": expected}
    assert isinstance(value, dict)
    assert type(value["value"]) is type(expected)
