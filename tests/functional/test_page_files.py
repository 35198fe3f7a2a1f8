"""The files of the page: where they are, with which headers, and who may have them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from falcon.testing import Result, TestClient, create_environ

import mockserver.http.admin.page_files as module
from mockserver import create_app
from mockserver.faults.model import Wire
from mockserver.http.admin.page_files import PAGE_PATHS
from mockserver.http.admin.policy import AdminPolicy
from mockserver.state.operations import Operation
from tests.helpers.app import Mock
from tests.helpers.text import SHIPPED

FOLDER = Path(module.__file__).with_name("page")
FILES = sorted(file.name for file in FOLDER.iterdir())
TYPES = {
    "css": "text/css; charset=utf-8", "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
}  # fmt: skip
HOST = {"Host": "localhost"}


def get(path: str, policy: AdminPolicy | None = None, **headers: str) -> Result:
    app = create_app(SHIPPED, admin=policy)
    sent = HOST | {name.replace("_", "-"): value for name, value in headers.items()}
    return TestClient(app).simulate_get(path, headers=sent)


def path_of(name: str) -> str:
    return "/__admin/" + name.replace("index.html", "")


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_served_without_a_token(name: str) -> None:
    for policy in (None, AdminPolicy(token="sesame")):
        answer = get(path_of(name), policy)
        assert answer.status_code == 200
        assert answer.content == (FOLDER / name).read_bytes()
        assert answer.headers["content-type"] == TYPES[name.rpartition(".")[2]]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_the_policy_allows_nothing_but_the_mocks_own_files() -> None:
    policy = get("/__admin/").headers["content-security-policy"]
    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    assert {name for name, value in directives.items() if value == "'none'"} == {
        "default-src", "base-uri", "frame-ancestors",
    }  # fmt: skip
    assert set(directives.values()) == {"'none'", "'self'"}


@pytest.mark.parametrize("prefix", ["", "/mock", "/a b"])
def test_the_path_without_a_slash_redirects_below_the_mount_prefix(prefix: str) -> None:
    environ = create_environ("/", host="localhost")
    environ |= {"SCRIPT_NAME": prefix, "PATH_INFO": "/__admin"}
    seen: list[tuple[str, dict[str, str]]] = []
    app = create_app(SHIPPED)
    list(app(environ, lambda status, headers, *_: seen.append((status, dict(headers)))))
    ((status, headers),) = seen
    assert status.startswith("307")
    assert headers["location"] == prefix.replace(" ", "%20") + "/__admin/"
    assert headers["content-type"] == "text/plain; charset=utf-8"


def test_the_gate_stands_before_the_files_too() -> None:
    for path in sorted(PAGE_PATHS):
        assert get(path, Host="evil.example").status_code == 403
        assert get(path, Origin="http://evil.example").status_code == 403
        assert get(path, Sec_Fetch_Site="cross-site").status_code == 403
        assert get(path, AdminPolicy(enabled=False)).status_code == 404


def test_only_reading_them_needs_no_token() -> None:
    client = TestClient(create_app(SHIPPED, admin=AdminPolicy(token="sesame")), headers=HOST)
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert client.simulate_request(method, "/__admin/").status_code == 401
    assert client.simulate_head("/__admin/page.css").status_code == 200
    for path in ("/__admin/users", "/__admin/page.css/", "/__admin//", "/__admin/index.html"):
        assert client.simulate_get(path).status_code == 401
    open_ = TestClient(create_app(SHIPPED), headers=HOST)
    assert open_.simulate_post("/__admin/").headers["allow"] == "GET, HEAD"
    assert open_.simulate_post("/__admin/").status_code == 405


def test_reading_them_leaves_no_trace(shipped: Mock) -> None:
    for name in FILES:
        assert shipped.admin("GET", path_of(name).removeprefix("/__admin")).status == 200
    assert shipped.exchanges == []
    assert shipped.admin("GET", "/requests").json["total"] == 0


@pytest.mark.parametrize("name", FILES)
def test_a_file_needs_no_other_host_and_nothing_inline(name: str) -> None:
    text = (FOLDER / name).read_text("utf-8")
    assert re.findall(r"\b(?:https?:)?//[\w.-]+\.\w+", text.replace("http://www.w3.org/", "")) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script>|javascript:", text) == []
    assert len(text.splitlines()) < 250


def test_what_the_page_names_is_there() -> None:
    index = (FOLDER / "index.html").read_text("utf-8")
    wanted = re.findall(r'(?:src|href)="([^"#]+)"', index)
    for script in FOLDER.glob("*.js"):
        wanted += re.findall(r"from '\./([^']+)'", script.read_text("utf-8"))
    assert set(wanted) == set(FILES) - {"index.html"}


def test_faults_can_be_added_for_every_operation_and_effect() -> None:
    index = (FOLDER / "index.html").read_text("utf-8")
    options = re.findall(r"<select[^>]* name=\"(\w+)\">(.*?)</select>", index, re.DOTALL)
    named = {name: re.findall(r"<option>([\w]+)<", inner) for name, inner in options}
    assert named["operation"] == [operation.value for operation in Operation]
    assert named["effect"] == [wire.value for wire in Wire]
