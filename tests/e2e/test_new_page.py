"""A new page of the documentation is one folder and two lines: all else is derived from it."""

from __future__ import annotations

import subprocess
import sys

from tests.helpers.eventually import PATIENCE_S
from tests.helpers.text import ROOT, SHIPPED

# As if it were `api/greeting/page.py` and `api/greeting/behaviour.py`, each named in one line.
NEW_PAGE = """
import mockserver.api.pages as pages
from mockserver.api.common import SESSION_INVALID
from mockserver.api.page import Code, Endpoint, NoData, Page
from mockserver.state.operations import Operation

GREETED = Code(1990001, "GREETED", "hello.", 200, NoData())
GREET = Endpoint(
    "/auth/greeting", "greet", "say hello", (GREETED, SESSION_INVALID),
    (Operation.SESSION_STORE, Operation.FIND_USER),
)
pages.PAGES = (*pages.PAGES, Page("greeting", "Saying hello.", (GREET,)))

import mockserver.api.behaviours as behaviours

from mockserver.api.page import Reply
from mockserver.api.sessions import authenticate

def greet(call):
    authenticate(call)
    return Reply(GREETED)

behaviours.HANDLERS[GREET] = greet
"""

ASK = """
import json
from falcon.testing import TestClient
from mockserver import create_app
from tests.helpers.text import SHIPPED, cookie

client = TestClient(create_app(SHIPPED, profile={profile!r}), headers={{"Host": "localhost"}})
headers = {{"Cookie": cookie("session-of-alice")}}
reply = client.simulate_post("/api/v2/auth/greeting", headers=headers)
expected = '{{"status":"success","code":1990001,"message":"hello.","data":{{}}}}'
assert reply.text == expected, reply.text
assert client.simulate_post("/api/v2/auth/greeting", headers={{"Prefer": "code=1940102"}}).json[
    "code"] == 1940102
coverage = client.simulate_get("/__admin/coverage?page=greeting").json
assert (coverage["documented"], coverage["covered"]) == (2, 1), coverage
every = client.simulate_get("/__admin/coverage?page=all").json
assert every["pairs"][-2:] == coverage["pairs"]
assert {{"endpoint": "/auth/greeting", "code": 1990001, "count": 1}} in coverage["pairs"]
entries = client.simulate_get("/__admin/requests?endpoint=/auth/greeting&code=1990001").json
assert entries["total"] == 1
document = client.simulate_get("/__admin/openapi.json").json
assert document["paths"]["/auth/greeting"]["post"]["operationId"] == "greet"
assert [tag["name"] for tag in document["tags"]] == [page.name for page in pages.PAGES]
fault = {{"endpoint": "/auth/greeting", "error": "database"}}
made = client.simulate_post("/__admin/faults", json=fault)
assert made.status_code == 201, made.text
failed = client.simulate_post("/api/v2/auth/greeting", headers=headers).json
assert failed["code"] == 1950301
from mockserver.verify.contract import STATEMENTS
assert "/auth/greeting 1990001" in [one.name for one in STATEMENTS]
"""

CHECK = """
from mockserver.cli.main import main
import sys
sys.argv = ["animeloop-mock", "check", {fixtures!r}]
sys.exit(main())
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", NEW_PAGE + code], cwd=ROOT, capture_output=True, text=True,
        timeout=PATIENCE_S, check=False,
    )  # fmt: skip


def test_a_new_page_is_routed_described_counted_and_judged() -> None:
    for profile in ("documented", "server"):
        result = run(ASK.format(profile=profile))
        assert (result.returncode, result.stderr) == (0, "")


def test_check_says_what_reaches_a_new_page() -> None:
    result = run(CHECK.format(fixtures=str(SHIPPED)))
    assert result.returncode == 0
    assert "/auth/greeting" in result.stdout
    assert "not reached" not in result.stdout
    assert "greeting: 2 of 2" in result.stdout
