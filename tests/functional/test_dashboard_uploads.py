"""Profile `dashboard`: uploads of a picture, good and bad ones."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.http.express.upload import MAX_FILE_BYTES, MAX_FORM_BYTES
from tests.helpers.app import Answer, Mock
from tests.helpers.multipart import BOUNDARY, MULTIPART, PICTURE, form, part
from tests.helpers.text import SHIPPED, cookie

pytestmark = pytest.mark.usefixtures("state_kind")

AVATAR, USERINFO = "/profile/upload-new-avatar", "/profile/get-userinfo"
ALICE = cookie("session-of-alice")
GOOD = form(part("avatar", PICTURE))


@pytest.fixture
def mock() -> Mock:
    return Mock(SHIPPED, profile="dashboard")


def send(
    mock: Mock, body: bytes, kind: str = MULTIPART, sent: str | None = ALICE, **headers: str
) -> Answer:
    given = {**headers, "Content_Type": kind}
    return mock.call(AVATAR, sent, body=body, **given)


def avatar(mock: Mock) -> Any:
    return mock.call(USERINFO, ALICE, "GET").json["data"].get("avatar")


@pytest.mark.parametrize(
    ("filename", "path"),
    [
        ("me.png", "/users/uid-1/avatar.png"),
        ("me.JPEG", "/users/uid-1/avatar.JPEG"),
        ("me", "/users/uid-1/avatar"),
        ("../../../etc/passwd", "/users/uid-1/avatar"),
        ("../me.gif", "/users/uid-1/avatar.gif"),
        ("..\\\\..\\\\me.gif", "/users/uid-1/avatar.gif"),
        ("me.gif/../../x", "/users/uid-1/avatar"),
        ("me./../x", "/users/uid-1/avatar"),
        ("me.<b>", "/users/uid-1/avatar"),
        ("me." + "g" * 300, "/users/uid-1/avatar"),
        (".png", "/users/uid-1/avatar"),
        ("", "/users/uid-1/avatar"),
        ("ünï.png", "/users/uid-1/avatar.png"),
    ],
)
def test_of_the_name_of_a_file_only_its_extension_counts(
    mock: Mock, filename: str, path: str
) -> None:
    answer = send(mock, form(part("avatar", PICTURE, filename)))
    assert answer.text == (
        '{"status":"success","code":1520003,"message":"upload new avatar success.",'
        f'"data":{{"avatar":"{path}"}}}}'
    )
    assert avatar(mock) == path
    assert mock.admin("GET", "/users/alice").json["avatar"] == path


def test_a_user_without_uid_has_a_picture_too(mock: Mock) -> None:
    mock.admin("PUT", "/users/alice", {})
    assert send(mock, GOOD).json["data"] == {"avatar": "/users/uid-undefined/avatar.png"}


def test_fields_beside_the_file_are_ignored(mock: Mock) -> None:
    parts = (part("uid", b"7", None), part("avatar", PICTURE), part("x", b"y" * 10_000, None))
    assert send(mock, form(*parts)).code == 1520003


@pytest.mark.parametrize("size", [0, 1, MAX_FILE_BYTES])
def test_a_file_may_have_5_mib(mock: Mock, size: int) -> None:
    assert (
        send(mock, form(part("avatar", b"\r\n" * (size // 2) + b"-" * (size % 2)))).code == 1520003
    )


@pytest.mark.parametrize("size", [MAX_FILE_BYTES + 1, MAX_FORM_BYTES, 20_000_000])
def test_a_larger_file_is_refused(mock: Mock, size: int) -> None:
    answer = send(mock, form(part("avatar", b"x" * size)))
    assert (answer.status, "Payload Too Large" in answer.text) == (413, True)
    assert mock.why == "upload refused: more than 5 MiB"
    assert avatar(mock) == "/users/uid-1/avatar.png"


INVALID = 'malformed form: The value provided for the "Content-Type" header is invalid. '
BAD = {
    "no file": (form(), MULTIPART, "expected one file in field 'avatar', got none"),
    "no body": (b"", MULTIPART, "malformed form: unexpected form structure"),
    "another field": (
        form(part("file", PICTURE)), MULTIPART,
        "expected the file in field 'avatar', got it in field 'file'",
    ),
    "a plain field": (
        form(part("avatar", PICTURE, None)), MULTIPART,
        "expected one file in field 'avatar', got none",
    ),
    "two files": (
        form(part("avatar", PICTURE), part("avatar", PICTURE)), MULTIPART,
        "expected one file in field 'avatar', got 2",
    ),
    "no boundary": (
        GOOD, "multipart/form-data",
        INVALID + "No boundary specifier found in 'multipart/form-data'",
    ),
    "an empty boundary": (
        GOOD, "multipart/form-data; boundary=",
        INVALID + "The boundary parameter must consist of 1 to 70 characters",
    ),
    "another boundary": (
        GOOD, "multipart/form-data; boundary=x", "malformed form: unexpected form structure",
    ),
    "cut short in the file": (GOOD[:-40], MULTIPART, "malformed form: unexpected form structure"),
    "cut short in a head": (
        GOOD[:60], MULTIPART, "malformed form: incomplete body part headers",
    ),
    "a head that is not UTF-8": (
        GOOD.replace(b"me.png", b"\xff\xfe"), MULTIPART,
        "malformed form: a header of a part is not UTF-8",
    ),
    "too many parts": (
        form(*[part("x", b"", None)] * 100), MULTIPART,
        "malformed form: maximum number of form body parts exceeded",
    ),
    "JSON": (
        b'{"avatar":"x"}', "application/json", "expected a body of the type multipart/form-data",
    ),
    "a form": (
        b"avatar=x", "application/x-www-form-urlencoded",
        "expected a body of the type multipart/form-data",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_upload_gets_one_clear_error(mock: Mock, case: str) -> None:
    body, kind, why = BAD[case]
    answer = send(mock, body, kind)
    assert (answer.status, "<pre>Bad Request</pre>" in answer.text) == (400, True)
    assert mock.why == f"upload refused: {why}"
    (entry,) = mock.admin("GET", "/requests?limit=1&order=newest").json["requests"]
    assert (entry["status"], entry["code"], entry["username"]) == (400, None, "alice")
    assert avatar(mock) == "/users/uid-1/avatar.png"


def test_the_session_is_asked_for_first(mock: Mock) -> None:
    assert send(mock, b"", sent=None).code == 1940103
    assert send(mock, b"", sent=cookie("session-of-gone")).code == 1940102
    assert send(mock, b"", Prefer="scenario=db-down").code == 1950301


def test_a_failing_save_keeps_the_picture(mock: Mock) -> None:
    body = form(part("avatar", PICTURE, "me.gif"))
    mock.admin("POST", "/faults", {"operation": "save_user", "error": "database"})
    assert send(mock, body).code == 1950301
    assert avatar(mock) == "/users/uid-1/avatar.png"


def test_the_journal_has_the_beginning_of_an_upload(mock: Mock) -> None:
    send(mock, form(part("avatar", b"x" * 100_000)))
    (entry,) = mock.admin("GET", "/requests").json["requests"]
    sent = entry["request"]
    assert (sent["truncated"], len(sent["body"])) == (True, 4096)
    assert sent["body"].startswith(f"--{BOUNDARY}\r\nContent-Disposition: form-data; ")
    assert entry["explain"][-1] == "user alice has the avatar /users/uid-1/avatar.png"
    assert mock.admin("GET", "/requests.har").status == 200


def test_other_profiles_have_no_uploads() -> None:
    for profile in ("documented", "server"):
        assert send(Mock(SHIPPED, profile=profile), GOOD).status == 400
