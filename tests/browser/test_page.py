"""The page of the control plane does in a browser what its buttons say."""

from __future__ import annotations

import gzip
import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mockserver import MockServer
from mockserver.testing.client import SandboxClient
from tests.browser.control_page import REGIONS, ControlPage, send
from tests.helpers.browser import PageServer
from tests.helpers.eventually import eventually

if TYPE_CHECKING:
    from playwright.sync_api import Page

TOKEN = "/auth/token"
FORM = {"Content_Type": "application/x-www-form-urlencoded"}
ASK = "url => fetch(url, {method: 'POST', credentials: 'include'}).then(reply => reply.json())"


@pytest.fixture
def control(page: Page, server: MockServer, sandbox: SandboxClient) -> ControlPage:
    """The page, open for a fresh sandbox."""
    opened = ControlPage(page)
    opened.open(server.url, sandbox.id)
    return opened


def cookie(sandbox: SandboxClient, username: str = "alice") -> str:
    return str(sandbox.new_session(username).cookie_header)


def code(sandbox: SandboxClient, username: str = "alice", path: str = TOKEN) -> int:
    """Send a request as this user; the code of the reply."""
    return int(send(sandbox.api_url + path, cookie(sandbox, username))["code"])


def test_a_request_appears_within_a_second(control: ControlPage, sandbox: SandboxClient) -> None:
    assert control.rows().count() == 0
    code(sandbox)
    row = control.rows("alice")
    row.wait_for(timeout=1000)
    for words in ("POST", "/api/v2/auth/token", "1320001", "token returned"):
        assert words in (row.text_content() or "")
    code(sandbox, "bob")
    control.rows("bob").wait_for()
    assert "bob" in (control.rows().first.text_content() or "")


def test_a_switched_scenario_fails_the_next_request(
    control: ControlPage, sandbox: SandboxClient
) -> None:
    scenarios = control.region("Scenarios")
    assert scenarios.get_by_role("radio", name="normal", exact=True).is_checked()
    scenarios.get_by_role("radio", name="db-down", exact=True).check()
    control.said("Scenario db-down")
    assert code(sandbox) == 1950301
    control.rows("1950301").wait_for()
    sandbox.scenario("db-write-error")
    control.page.get_by_role("banner").get_by_text("db-write-error").wait_for()
    eventually(
        scenarios.get_by_role("radio", name="db-write-error", exact=True).is_checked,
        "what another client switched to",
    )


def test_this_browser_is_logged_in_on_another_port(
    page: Page, pages: PageServer, control: ControlPage, sandbox: SandboxClient
) -> None:
    sandbox.put_user("newcomer", token="issue")  # without a session
    for name in ("alice", "newcomer"):
        control.user(name).wait_for()
        control.act(name, "Use in this browser")
        control.said(f"This browser is now {name}")
        other = page.context.new_page()
        other.goto(pages.put("<p>a page of the client"))
        token = sandbox.user(name).token
        assert other.evaluate(ASK, sandbox.api_url + TOKEN)["data"] == {"token": token}
        other.close()


def test_the_clock_is_frozen_moved_and_runs_again(
    control: ControlPage, sandbox: SandboxClient
) -> None:
    control.button("Clock", "Freeze").click()
    clock = control.region("Clock")
    clock.get_by_text("frozen").wait_for()
    frozen = sandbox.clock.now
    clock.get_by_text(frozen).wait_for()
    held = cookie(sandbox)
    clock.get_by_label("Duration").fill("31h")
    control.button("Clock", "Advance").click()
    control.said("Advanced by 31h")
    assert sandbox.clock.now > frozen
    clock.get_by_text(sandbox.clock.now).wait_for()
    assert send(sandbox.api_url + TOKEN, held)["code"] == 1940103
    control.button("Clock", "Back to real time").click()
    clock.get_by_text("running").wait_for()
    assert send(sandbox.api_url + TOKEN, held)["code"] == 1320001


def test_a_request_is_filtered_opened_and_sent_again_by_curl(
    control: ControlPage, sandbox: SandboxClient
) -> None:
    code(sandbox)
    code(sandbox, "bob")
    requests = control.region("Requests")
    control.rows().nth(1).wait_for()
    requests.get_by_label("Code").select_option("1340401")
    control.rows("alice").wait_for(state="detached")
    requests.get_by_label("Code").select_option("any")
    requests.get_by_label("Endpoint").select_option(TOKEN)
    requests.get_by_label("User").fill("alice")
    control.rows("bob").wait_for(state="detached")
    row = control.rows("alice")
    row.focus()
    control.page.keyboard.press("Enter")
    row.get_by_text("signature verifies with secret 1 of 1").wait_for()
    assert "[signature]" in (row.text_content() or "")
    row.get_by_role("button", name="Copy as curl").click()
    control.said("Copied the curl command")
    command = control.clipboard()
    assert sandbox.api_url + TOKEN in command
    done = subprocess.run(
        ["bash", "-c", command + " --silent"], capture_output=True, check=True, timeout=60
    )
    assert json.loads(done.stdout)["data"] == {"token": sandbox.user("alice").token}
    control.rows("alice").nth(1).focus()  # below the one that curl sent
    control.page.keyboard.press("Escape")
    control.page.get_by_text("signature verifies").wait_for(state="detached")


def test_a_near_miss_is_hinted_at_in_the_row(control: ControlPage, sandbox: SandboxClient) -> None:
    send(sandbox.api_url + TOKEN, cookie(sandbox).replace("animeloop.auth.sid", "animeloop.sid"))
    row = control.rows("1940103")
    row.wait_for()
    words = "no cookie named animeloop.auth.sid; hint: the cookie animeloop.sid looks like"
    row.locator(".why", has_text=words).wait_for()


def test_bodies_are_shown_as_they_were_sent(control: ControlPage, sandbox: SandboxClient) -> None:
    deep = "[" * 1500 + "]" * 1500
    for body in ('{"a":[1,2]}', '{"a":1,"a":2.0}', deep, "{"):
        send(sandbox.api_url + TOKEN, body=body.encode(), Content_Type="application/json")
        control.rows().first.click()
        shown = '{\n  "a": [\n    1,\n    2\n  ]\n}' if body == '{"a":[1,2]}' else body
        sent = control.page.locator(".detail pre").first
        eventually(lambda: sent.inner_text() == shown, "the body")  # noqa: B023  it is called here
        control.button("Requests", "Clear").click()
        control.rows().wait_for(state="detached")


def test_what_the_journal_does_not_keep_is_said(
    control: ControlPage, sandbox: SandboxClient
) -> None:
    sandbox.put_user("kyon777", password="it's-secret")
    body = b"username=kyon777&password=it%27s-secret&g-recaptcha-response=ok"
    assert send(f"{sandbox.api_url}/auth/login", body=body, **FORM)["code"] == 1220001
    tampered = sandbox.negative_cookies("tampered")["animeloop.auth.sid"]
    assert send(sandbox.api_url + TOKEN, f"animeloop.auth.sid={tampered}")["code"] == 1940102
    control.rows("kyon777").get_by_role("button", name="Copy as curl").click()
    control.said("put the password or code in place of [redacted]")
    assert "--data-raw 'username=kyon777&password=[redacted]&" in control.clipboard()
    gone = sandbox.new_session("bob")
    assert send(sandbox.api_url + TOKEN, gone.cookie_header)["code"] == 1340401
    sandbox.control.call("DELETE", f"/sessions/{gone.sid}")
    for words in ("1940102", "1340401"):
        control.rows(words).get_by_role("button", name="Copy as curl").click()
        control.said("the signature of the cookie is redacted")
        assert "[signature]" in control.clipboard()
        control.page.evaluate("document.getElementById('said').textContent = ''")
    control.rows("1940102").get_by_role("button", name="Copy as curl").click()
    control.said("the signature of the cookie is redacted")
    assert "[signature]" in control.clipboard()


def test_a_body_that_the_journal_hides_is_not_sent_again(
    control: ControlPage, sandbox: SandboxClient
) -> None:
    send(
        f"{sandbox.api_url}/auth/login", body=gzip.compress(b"username=alice&password=x"),
        Content_Encoding="gzip", **FORM,
    )  # fmt: skip
    control.rows("/auth/login").get_by_role("button", name="Copy as curl").click()
    control.said("the journal has no body")
    command = control.clipboard()
    assert "--data" not in command
    assert "Content-Encoding" not in command


def test_files_are_downloaded(control: ControlPage, sandbox: SandboxClient, tmp_path: Path) -> None:
    for name in ("alice", "bob"):
        code(sandbox, name)
    control.rows().nth(1).wait_for()
    control.region("Requests").get_by_label("User").fill("bob")
    with control.page.expect_download() as har:
        control.button("Requests", "Download HAR").click()
    document = json.loads(har.value.path().read_text("utf-8"))
    entries = document["log"]["entries"]
    assert [entry["request"]["url"] for entry in entries] == [sandbox.api_url + TOKEN]
    assert har.value.suggested_filename == f"animeloop-mock-{sandbox.id}.har"
    sandbox.put_user("newcomer", token="issue")
    with control.page.expect_download() as fixtures:
        control.button("Fixtures", "Download fixtures").click()
    assert fixtures.value.suggested_filename == f"fixtures-{sandbox.id}.yaml"
    fixtures.value.save_as(tmp_path / "saved.yaml")
    with MockServer(tmp_path / "saved.yaml") as other:
        held = other.control.call("POST", "/sessions", {"username": "newcomer"})["cookie_header"]
        token = send(other.api_url + TOKEN, held)["data"]["token"]
    assert token == sandbox.user("newcomer").token


def test_faults_are_added_and_removed(control: ControlPage, sandbox: SandboxClient) -> None:
    scenarios = control.region("Scenarios")
    scenarios.get_by_label("User").fill("bob")
    scenarios.get_by_label("Times").fill("2")
    control.button("Scenarios", "Add fault").click()
    fault = scenarios.get_by_role("listitem")
    fault.filter(has_text="database fails · bob · 2 times · fired 0").wait_for()
    assert (code(sandbox, "bob"), code(sandbox)) == (1950301, 1320001)
    fault.filter(has_text="fired 1").wait_for()
    control.button("Scenarios", "Remove").click()
    fault.wait_for(state="detached")
    assert code(sandbox, "bob") == 1340401
    for effect, field in (("delay", {"delay": "2s"}), ("reset", {"wire": "reset"})):
        scenarios.get_by_label("Operation").select_option("request")
        scenarios.get_by_label("Effect").select_option(effect)
        control.button("Scenarios", "Add fault").click()
        fault.wait_for()
        (added,) = sandbox.control.call("GET", "/faults")["faults"]
        assert field.items() <= added.items()
        control.button("Scenarios", "Remove").click()
        fault.wait_for(state="detached")


def test_what_of_a_fault_has_no_effect_is_said(
    control: ControlPage, sandbox: SandboxClient
) -> None:
    scenarios = control.region("Scenarios")
    scenarios.get_by_label("Operation").select_option("save_token")
    scenarios.get_by_label("Endpoint").select_option(TOKEN)
    scenarios.get_by_label("Times").fill("1")
    control.button("Scenarios", "Add fault").click()
    control.said(f"Added a fault; endpoint: never fires: {TOKEN} has no operation save_token")
    scenarios.get_by_role("listitem").filter(has_text="once · fired 0").wait_for()
    assert len(sandbox.control.call("GET", "/faults")["faults"]) == 1


def test_users_are_added_logged_in_and_deleted(
    control: ControlPage, sandbox: SandboxClient
) -> None:
    users = control.region("Users")
    users.get_by_label("Username").fill("kyon777")
    users.get_by_label("Password").fill("suzumiya")
    users.get_by_label("Scenario").select_option("db-slow")
    control.button("Users", "Add user").click()
    row = control.user("kyon777")
    row.filter(has_text="0 sessions").wait_for()
    assert "db-slow" in (row.text_content() or "")
    assert sandbox.user("kyon777").token
    control.act("kyon777", "Log in")
    row.filter(has_text="1 session").wait_for()
    control.act("alice", "Copy cookie")
    control.said("Copied the cookie of alice")
    assert send(sandbox.api_url + TOKEN, control.clipboard())["code"] == 1320001
    control.act("kyon777", "Delete")
    row.wait_for(state="detached")
    assert "kyon777" not in [u["username"] for u in sandbox.control.call("GET", "/users")["users"]]


def test_adding_a_user_replaces_none(control: ControlPage, sandbox: SandboxClient) -> None:
    token = sandbox.user("alice").token
    control.region("Users").get_by_label("Username").fill("alice")
    control.button("Users", "Add user").click()
    control.alert("there is a user alice already").wait_for()
    assert sandbox.user("alice").token == token
    control.region("Users").get_by_label("Username").fill("alice2")
    control.button("Users", "Add user").click()
    control.user("alice2").wait_for()
    control.alert("there is a user alice already").wait_for(state="hidden")


def test_the_focus_stays_on_a_button_whose_row_changes(control: ControlPage) -> None:
    button = control.user("alice").get_by_role("button", name="Log in", exact=True)
    button.focus()
    for number in (2, 3):
        control.page.keyboard.press("Enter")
        control.user("alice").filter(has_text=f"{number} sessions").wait_for()
    assert button.evaluate("one => one === document.activeElement")


def test_requests_are_reached_by_keyboard(control: ControlPage, sandbox: SandboxClient) -> None:
    for name in ("alice", "bob", "carol"):
        code(sandbox, name)
    control.rows("carol").wait_for()
    control.region("Requests").get_by_label("User").focus()
    keyboard = control.page.keyboard
    for key in ("Tab", "ArrowDown", "ArrowDown", "Enter"):
        keyboard.press(key)
    control.rows("alice").get_by_text("token returned").last.wait_for()
    keyboard.press("Tab")
    keyboard.press("Enter")
    control.said("Copied the curl command")
    in_order = control.page.locator("#entries :is(tr, .tool button)[tabindex='0']")
    assert in_order.count() == 2  # however many rows there are


def test_a_click_opens_a_row_unless_it_selects_text(
    control: ControlPage, sandbox: SandboxClient
) -> None:
    for name in ("alice", "bob"):
        code(sandbox, name)
    alice, bob = (control.rows(name) for name in ("alice", "bob"))
    explained = control.page.get_by_role("heading", name="Explanation")
    control.region("Users").get_by_role("heading").select_text()  # which no click is to blame for
    bob.click()
    bob.filter(has=explained).wait_for()
    path = alice.get_by_text("/api/v2/auth/token", exact=True)
    path.scroll_into_view_if_needed()
    box = path.bounding_box()
    assert box
    mouse, middle = control.page.mouse, box["y"] + box["height"] / 2
    mouse.move(box["x"] + 2, middle)
    mouse.down()
    mouse.move(box["x"] + 100, middle)
    mouse.up()
    assert "api/v2" in control.page.evaluate("getSelection().toString()")
    assert explained.count() == 1
    mouse.click(box["x"] + 50, middle)  # in what is selected
    alice.filter(has=explained).wait_for()
    path.dblclick()  # which selects a word
    assert explained.count() == 2
    path.click()
    explained.nth(1).wait_for(state="detached")
    path.dblclick()
    assert explained.count() == 2


def test_what_is_pressed_is_meant_though_it_moves(
    control: ControlPage, sandbox: SandboxClient
) -> None:
    code(sandbox)
    mouse = control.page.mouse
    control.rows("alice").get_by_text("POST").hover()
    mouse.down()
    code(sandbox, "bob")
    control.rows("bob").wait_for()  # where the other was
    mouse.up()
    control.rows("alice").get_by_role("heading", name="Explanation").wait_for()
    control.user("alice").get_by_role("button", name="Log in", exact=True).hover()
    mouse.down()
    sandbox.new_session("alice")
    control.user("alice").filter(has_text="3 sessions").wait_for()
    mouse.up()
    control.user("alice").filter(has_text="4 sessions").wait_for()


def test_the_link_of_a_mail_verifies(control: ControlPage, sandbox: SandboxClient) -> None:
    body = b"username=kyon777&password=suzumiya&email=kyon@sos.org&g-recaptcha-response=ok"
    assert send(f"{sandbox.api_url}/auth/register", body=body, **FORM)["code"] == 1120001
    control.user("kyon777").filter(has_text="not verified").wait_for()
    outbox = control.region("Outbox")
    outbox.get_by_text("kyon@sos.org").wait_for()
    with control.page.expect_popup() as popup:
        outbox.get_by_role("link").click()
    popup.value.get_by_text("1420001").wait_for()
    control.user("kyon777").filter(has_text="not verified").wait_for(state="detached")


def test_only_new_mails_are_asked_for(control: ControlPage, sandbox: SandboxClient) -> None:
    outbox = control.region("Outbox")
    mails = outbox.get_by_role("link")

    def register(name: str) -> None:
        body = f"username={name}&password=suzumiya&email={name}@sos.org&g-recaptcha-response=ok"
        answer = send(f"{sandbox.api_url}/auth/register", body=body.encode(), **FORM)
        assert answer["code"] == 1120001

    for number, name in enumerate(("kyon-1", "kyon-2", "kyon-3"), 1):
        register(name)
        outbox.get_by_text(f"{name}@sos.org").wait_for()
        assert mails.count() == number
    (_, _, last) = sandbox.outbox()
    with control.page.expect_response(lambda got: f"outbox?after={last.id}" in got.url) as got:
        pass
    assert got.value.json()["messages"] == []
    sandbox.control.call("DELETE", "/outbox")  # by somebody else
    mails.first.wait_for(state="detached")
    for name in ("kyon-4", "kyon-5"):
        register(name)
        outbox.get_by_text(f"{name}@sos.org").wait_for()
    assert mails.count() == 2


def test_the_coverage_counts_page_by_page(control: ControlPage, sandbox: SandboxClient) -> None:
    for _ in range(3):
        code(sandbox)
    coverage = control.region("Coverage")
    row = coverage.get_by_role("table", name="Token").get_by_role("row")
    row.filter(has=control.page.get_by_role("rowheader", name=TOKEN, exact=True)).filter(
        has_text="1320001 3"
    ).wait_for()
    coverage.get_by_text("1 of 13").wait_for()
    coverage.get_by_role("table", name="Account").get_by_text("/auth/register").wait_for()


def test_the_table_pauses_goes_on_and_is_cleared(
    control: ControlPage, sandbox: SandboxClient
) -> None:
    pause = control.button("Requests", "Pause")
    pause.click()
    assert pause.get_attribute("aria-pressed") == "true"
    code(sandbox)
    control.user("alice").filter(has_text="2 sessions").wait_for()  # the others go on
    assert control.rows().count() == 0
    pause.click()
    control.rows("alice").wait_for()
    control.button("Requests", "Clear").click()
    control.rows().wait_for(state="detached")
    assert sandbox.requests() == []
    code(sandbox, "bob")
    control.rows("bob").wait_for()
    sandbox.reset()  # by somebody else
    control.rows().wait_for(state="detached")
    sandbox.put_user("newcomer")
    control.user("newcomer").wait_for()
    control.page.get_by_role("banner").get_by_role("button", name="Reset").click()
    control.user("newcomer").wait_for(state="detached")


def test_every_region_has_its_name(control: ControlPage) -> None:
    for name in REGIONS:
        assert control.region(name).is_visible()
    assert "documented" in control.page.get_by_role("banner").inner_text()
