"""The page says what is wrong, and recovers by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mockserver import MockServer
from mockserver.testing.client import SandboxClient
from tests.browser.control_page import ControlPage, send
from tests.helpers.browser import complaints_of
from tests.helpers.eventually import PATIENCE_S, eventually

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

TOKEN = "/auth/token"
HOSTILE = "<img src=x onerror=document.title='hit'>"
# The browser itself reports every call that fails.
FAILED = re.compile(r"^Failed to load resource: ")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose calls may fail, but that must not complain itself."""
    with browser.new_context() as context:
        context.set_default_timeout(1000 * PATIENCE_S)
        opened = context.new_page()
        complaints = complaints_of(opened)
        yield opened
        assert [words for words in complaints if not FAILED.match(words)] == []


@pytest.fixture
def control(page: Page) -> ControlPage:
    return ControlPage(page)


def alice(server: MockServer) -> str:
    return str(server.control.call("POST", "/sessions", {"username": "alice"})["cookie_header"])


def test_a_refused_call_shows_the_words_of_its_problem(
    control: ControlPage, server: MockServer, sandbox: SandboxClient
) -> None:
    control.open(server.url, sandbox.id)
    duration = control.region("Clock").get_by_label("Duration")
    duration.fill("soon")
    control.button("Clock", "Advance").click()
    problem = control.alert(
        "/advance: expected a duration such as 250ms, 2s, 10m or 30h, got 'soon'"
    )
    problem.wait_for()
    control.page.get_by_role("button", name="Dismiss").click()
    problem.wait_for(state="hidden")
    control.button("Clock", "Advance").click()
    problem.wait_for()
    duration.fill("1h")
    control.button("Clock", "Advance").click()
    problem.wait_for(state="hidden")


def test_the_token_form(control: ControlPage) -> None:
    with MockServer(admin_token="sesame") as guarded:
        page = control.page
        page.goto(f"{guarded.url}/__admin/")
        token = page.get_by_label("Admin token")
        for wrong in (True, False):
            token.fill("wrong" if wrong else "sesame")
            page.get_by_role("button", name="Use token").click()
            if wrong:
                control.alert("That is not the admin token of this mock.").wait_for()
        control.status("live").wait_for()
        assert not token.is_visible()
        assert page.get_by_role("alert").inner_text() == ""
        send(guarded.api_url + TOKEN, alice(guarded))
        control.rows("alice").wait_for()
        page.reload()
        control.rows("alice").wait_for()
        assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 1]
        with page.expect_download():
            control.button("Requests", "Download HAR").click()


def test_a_token_that_no_header_can_hold_is_a_wrong_one(control: ControlPage) -> None:
    with MockServer(admin_token="sesame") as guarded:
        page = control.page
        page.goto(f"{guarded.url}/__admin/")
        token = page.get_by_label("Admin token")
        use = page.get_by_role("button", name="Use token")
        wrong = control.alert("That is not the admin token of this mock.")
        for text in ("\u2026", "\u96ea", "a\x01b"):
            token.fill(text)
            use.click()
            wrong.wait_for()
            assert token.is_visible()
            assert page.evaluate("sessionStorage.length") == 0
            page.reload()
            token.wait_for()
            # As an earlier version of the page may have left it.
            page.evaluate("text => sessionStorage.setItem('animeloop-mock-token', text)", text)
            page.reload()
            wrong.wait_for()
        token.fill("sesame")
        use.click()
        control.status("live").wait_for()


def test_a_mock_that_stops_and_comes_back(control: ControlPage) -> None:
    with MockServer() as first:
        port = first.port
        control.open(first.url)
        send(first.api_url + TOKEN, alice(first))
        control.rows("alice").wait_for()
        banner = control.page.get_by_role("banner")
        heights = [banner.evaluate("header => header.offsetHeight")]
    control.status("mock not reachable, retrying").wait_for()
    assert control.page.get_by_title("mock not reachable, retrying").is_visible()
    heights.append(banner.evaluate("header => header.offsetHeight"))
    assert heights[0] == heights[1]
    control.button("Scenarios", "Add fault").click()
    control.alert("the mock is not reachable").wait_for()
    with MockServer(port=port) as second:
        control.status("live").wait_for()
        control.alert("the mock is not reachable").wait_for(state="hidden")
        control.rows("alice").wait_for(state="detached")
        send(second.api_url + TOKEN)
        control.rows("1940103").wait_for()


def test_a_mock_that_comes_back_with_a_token(control: ControlPage) -> None:
    with MockServer() as first:
        port = first.port
        control.open(first.url)
    control.status("mock not reachable, retrying").wait_for()
    with MockServer(port=port, admin_token="sesame") as second:
        control.page.get_by_label("Admin token").fill("sesame")
        control.page.get_by_role("button", name="Use token").click()
        control.status("live").wait_for()
        send(second.api_url + TOKEN)
        control.rows("1940103").wait_for()


def test_a_sandbox_that_is_gone(
    control: ControlPage, server: MockServer, sandbox: SandboxClient
) -> None:
    control.open(server.url)
    choice = control.page.get_by_label("Sandbox", exact=True)
    control.page.locator(f"option[value='{sandbox.id}']").wait_for(state="attached")
    choice.select_option(sandbox.id)
    send(sandbox.api_url + TOKEN, sandbox.new_session("bob").cookie_header)
    control.rows("bob").wait_for()
    assert f"sandbox={sandbox.id}" in control.page.url
    control.page.reload()
    control.rows("bob").wait_for()
    server.control.call("DELETE", f"/sandboxes/{sandbox.id}")
    control.alert(f"Sandbox {sandbox.id} is gone. This is the sandbox default.").wait_for()
    assert choice.input_value() == "default"
    control.rows("bob").wait_for(state="detached")
    assert "sandbox=" not in control.page.url


def test_a_sandbox_that_goes_while_a_call_is_under_way(
    control: ControlPage, server: MockServer, sandbox: SandboxClient
) -> None:
    control.open(server.url, sandbox.id)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    control.page.route("**/scenario", hold)
    with control.page.expect_request("**/scenario"):
        control.region("Scenarios").get_by_role("radio", name="db-slow", exact=True).click()
    server.control.call("DELETE", f"/sandboxes/{sandbox.id}")
    control.alert(f"Sandbox {sandbox.id} is gone. This is the sandbox default.").wait_for()
    held[0].continue_()
    control.status("live").wait_for()
    radio = control.region("Scenarios").get_by_role("radio", name="normal", exact=True)
    eventually(radio.is_checked, "the scenario is that of the sandbox default")


def test_the_address_tells_the_sandbox(
    control: ControlPage, server: MockServer, sandbox: SandboxClient
) -> None:
    page = control.page
    send(sandbox.api_url + TOKEN, sandbox.new_session("bob").cookie_header)
    control.open(server.url)
    page.evaluate("location.hash = 'users'")
    page.locator(f"option[value='{sandbox.id}']").wait_for(state="attached")
    page.get_by_label("Sandbox", exact=True).select_option(sandbox.id)
    control.rows("bob").wait_for()
    page.go_back()
    control.rows("bob").wait_for(state="detached")
    assert page.get_by_label("Sandbox", exact=True).input_value() == "default"
    page.go_forward()
    control.rows("bob").wait_for()
    assert page.url.endswith(f"?sandbox={sandbox.id}#users")
    server.control.call("DELETE", f"/sandboxes/{sandbox.id}")
    control.alert("is gone").wait_for()
    for named in ("..", "a/b"):
        page.goto(f"{server.url}/__admin/?sandbox={named}")
        control.alert(f"Sandbox {named} is gone. This is the sandbox default.").wait_for()


def test_a_page_that_nobody_sees_keeps_no_connection(
    control: ControlPage, server: MockServer, sandbox: SandboxClient
) -> None:
    control.open(server.url, sandbox.id)
    hide = """isHidden => {
        Object.defineProperty(document, 'hidden', {get: () => isHidden, configurable: true});
        document.dispatchEvent(new Event('visibilitychange'));
    }"""
    page = control.page
    with page.expect_event("requestfailed", lambda failed: "wait=" in failed.url):
        page.evaluate(hide, True)
    send(sandbox.api_url + TOKEN, sandbox.new_session("bob").cookie_header)
    assert control.rows().count() == 0
    page.evaluate(hide, False)
    control.rows("bob").wait_for()


def test_a_name_that_no_browser_can_ask_for(
    control: ControlPage, server: MockServer, sandbox: SandboxClient
) -> None:
    control.open(server.url, sandbox.id)
    sandbox.put_user("..")
    control.user("..").wait_for()
    control.act("..", "Delete")
    control.alert("a browser cannot ask for the name ..").wait_for()
    assert sandbox.user("..").username == ".."


def test_a_mock_that_answers_slowly(control: ControlPage, server: MockServer) -> None:
    control.open(server.url)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    control.page.route("**/__admin/clock", hold)
    control.status("the mock answers slowly").wait_for()
    control.page.unroute("**/__admin/clock")  # which lets it go on
    assert held
    control.status("live").wait_for()


def test_a_clock_that_was_frozen_at_the_start(control: ControlPage) -> None:
    with MockServer(freeze_clock="2026-01-01T00:00:00Z") as frozen:
        control.open(frozen.url)
        control.button("Clock", "Advance").click()
        control.region("Clock").get_by_text("2026-01-02T07:00:00.000Z").wait_for()
        control.button("Clock", "Back to real time").click()
        control.said("The clock is frozen, as at the start")
        control.region("Clock").get_by_text("2026-01-01T00:00:00.000Z").wait_for()


def test_names_are_text_whatever_they_hold(
    control: ControlPage, server: MockServer, sandbox: SandboxClient
) -> None:
    sandbox.put_user(HOSTILE, token="issue", email=HOSTILE)
    control.open(server.url, sandbox.id)
    send(sandbox.api_url + TOKEN, sandbox.new_session(HOSTILE).cookie_header, User_Agent=HOSTILE)
    row = control.rows(HOSTILE)
    row.click()
    row.get_by_text("User-Agent").wait_for()
    control.user(HOSTILE).filter(has_text="1 session").wait_for()
    control.act(HOSTILE, "Log in")
    control.said(f"Logged {HOSTILE} in")
    control.act(HOSTILE, "Delete")
    control.user(HOSTILE).wait_for(state="detached")
    assert control.page.title() == "animeloop-mock"
    assert control.page.locator("img").count() == 1  # the icon


def test_ten_thousand_users(control: ControlPage, tmp_path: Path) -> None:
    many = 'users: [{username: "load-{n:05}", repeat: 10000, token: issue}]\n'
    many += 'sessions: [{sid: "load-{n:05}", username: "load-{n:05}", repeat: 10000}]\n'
    (tmp_path / "many.yaml").write_text(many)
    with MockServer(tmp_path) as server:
        control.open(server.url)
        users = control.region("Users")
        users.get_by_text("100 of 10,000").wait_for()
        control.user("load-00001").wait_for()
        control.button("Users", "Show more").click()
        users.get_by_text("200 of 10,000").wait_for()
        users.get_by_label("Username").fill("load-09999")
        control.button("Users", "Add user").click()
        control.alert("there is a user load-09999 already").wait_for()
        users.get_by_label("Find", exact=True).fill("load-09999")
        control.button("Users", "Find user").click()
        users.get_by_text("1 of 10,000").wait_for()
        control.act("load-09999", "Use in this browser")
        control.said("This browser is now load-09999")
        (cookie,) = control.page.context.cookies()
        assert cookie["value"].startswith("s%3Aload-09999.")
        server.control.call("DELETE", "/users/load-09999")
        users.get_by_text("200 of 9,999").wait_for()


def test_a_thousand_requests(
    control: ControlPage, server: MockServer, sandbox: SandboxClient
) -> None:
    held = sandbox.new_session("alice").cookie_header
    for _ in range(1000):
        send(sandbox.api_url + TOKEN, held)
    control.open(server.url, sandbox.id)
    control.rows().nth(999).wait_for(state="attached")
    row = control.rows().nth(500)
    row.click()
    row.get_by_text("signature verifies").wait_for()
    key = row.get_attribute("data-key") or row.get_by_role("cell").first.inner_text()
    opened = control.region("Requests").locator(".open")
    top = opened.evaluate("row => Math.round(row.getBoundingClientRect().top)")
    send(sandbox.api_url + TOKEN, sandbox.new_session("bob").cookie_header)
    control.rows("bob").wait_for(state="attached")
    assert control.rows().count() == 1000
    assert opened.evaluate("row => Math.round(row.getBoundingClientRect().top)") == top
    assert key in opened.inner_text()
    # Frames while it is scrolled from end to end: none may take long.
    slowest = control.page.evaluate(
        """async () => {
            const list = document.getElementById('journal');
            let last = performance.now(), worst = 0;
            for (let step = 0; step <= 60; step += 1) {
                list.scrollTop = list.scrollHeight * step / 60;
                await new Promise(requestAnimationFrame);
                worst = Math.max(worst, performance.now() - last);
                last = performance.now();
            }
            return worst;
        }"""
    )
    assert slowest < 1000


def test_any_scenario_can_be_chosen(control: ControlPage, tmp_path: Path) -> None:
    names = ("a b", "a-b", "none", "any", HOSTILE, "\u96ea")
    faults = "{faults: [{operation: database, error: database}]}"
    lines = [f"  {json.dumps(name)}: {faults}" for name in names]
    (tmp_path / "odd.yaml").write_text("\n".join(["scenarios:", *lines]), "utf-8")
    with MockServer(tmp_path) as server:
        control.open(server.url)
        for number, name in enumerate(names):
            control.region("Scenarios").get_by_role("radio", name=name, exact=True).check()
            control.page.get_by_role("banner").get_by_text(name, exact=True).wait_for()
            control.region("Users").get_by_label("Username").fill(f"newcomer{number}")
            chosen = control.region("Users").get_by_label("Scenario")
            chosen.evaluate("(select, name) => { select.value = name; }", name)  # not by its label
            control.button("Users", "Add user").click()
            control.user(f"newcomer{number}").get_by_text(name, exact=True).wait_for()


def test_a_mock_without_a_journal(control: ControlPage) -> None:
    with MockServer(no_request_journal=True) as server:
        control.open(server.url)
        control.region("Requests").get_by_text("the journal is disabled").wait_for()
        control.status("live").wait_for()


def test_a_scenario_that_cannot_be_carried_out_is_disabled(
    control: ControlPage, server: MockServer
) -> None:
    def without_socket(route: Route) -> None:
        answer = route.fetch().json()
        for one in answer["scenarios"]:
            if one["name"] == "connection-reset":
                one["unavailable"] = "this server hides its socket"
        route.fulfill(json=answer)

    control.page.route("**/__admin/scenarios", without_socket)
    control.open(server.url)
    radio = control.region("Scenarios").get_by_role("radio", name="connection-reset", exact=True)
    eventually(radio.is_disabled, "the scenario is disabled")
    control.region("Scenarios").get_by_text("this server hides its socket").wait_for()
