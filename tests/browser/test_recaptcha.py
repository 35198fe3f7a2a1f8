"""The stand-in for the vendor's script, as pages use it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest

from mockserver import MockServer
from tests.helpers.browser import PageServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open: TypeAlias = "Callable[..., Page]"
CALLS = "<script>calls = []; function solved(value) { calls.push(value); }</script>"
BOX = '<div class="g-recaptcha" data-sitekey="k" data-callback="solved"></div>'
FIELD = "textarea[name=g-recaptcha-response]"
VALUE = f"document.querySelector('{FIELD}').value"


@pytest.fixture
def opened(page: Page, pages: PageServer, server: MockServer) -> Open:
    """Opens a page with this body, and the script with this query in its head."""

    def open_page(body: str, query: str = "") -> Page:
        script = f'<script src="{server.url}/recaptcha/api.js{query}" async defer></script>'
        html = f"<!doctype html><html lang=en><title>t</title>{CALLS}{script}<body>{body}"
        page.goto(pages.put(html))
        return page

    return open_page


def until(page: Page, condition: str) -> None:
    page.wait_for_function(condition)


def test_a_widget_fills_its_hidden_field_and_calls_back(opened: Open) -> None:
    page = opened(f"<form>{BOX}</form>")
    until(page, "calls.length")
    assert page.evaluate("calls") == ["ok"]
    assert page.evaluate("grecaptcha.getResponse()") == "ok"
    fields = "[...new FormData(document.forms[0])]"
    assert page.evaluate(fields) == [["g-recaptcha-response", "ok"]]
    assert page.locator("textarea#g-recaptcha-response").is_hidden()
    assert page.get_by_text("reCAPTCHA stand-in: solved").is_visible()


def test_a_field_of_the_page_is_used(opened: Open) -> None:
    page = opened(
        BOX.replace("></div>", '><textarea name="g-recaptcha-response"></textarea></div>'), ""
    )
    until(page, "calls.length")
    assert page.locator(FIELD).count() == 1
    assert page.evaluate(VALUE) == "ok"


def test_explicit_widgets_are_rendered_by_the_page(opened: Open) -> None:
    begin = """<div id=one class=g-recaptcha data-sitekey=k></div><div id=two></div>
    <script>function begin() { before = document.querySelectorAll("textarea").length; }</script>"""
    page = opened(begin, "?onload=begin&render=explicit&hl=de")
    until(page, "window.before !== undefined")
    assert page.evaluate("before") == 0
    render = """[grecaptcha.render('one', {sitekey: 'k', callback: solved}),
      grecaptcha.render(document.getElementById('two'), {sitekey: 'k'}),
      grecaptcha.getResponse(0), grecaptcha.getResponse(1)]"""
    assert page.evaluate(render) == [0, 1, "ok", "ok"]
    until(page, "calls.length")
    found = page.locator(FIELD).evaluate_all("fields => fields.map(field => field.id)")
    assert found == ["g-recaptcha-response", "g-recaptcha-response-1"]


def test_an_invisible_widget_waits_to_be_executed(opened: Open) -> None:
    page = opened(BOX.replace("data-sitekey", "data-size=invisible data-sitekey"))
    page.locator(FIELD).wait_for(state="attached")
    assert page.evaluate("[grecaptcha.getResponse(), calls.length]") == ["", 0]
    assert page.evaluate("grecaptcha.execute()") == "ok", "the promise"
    until(page, "calls.length")
    assert page.evaluate("[grecaptcha.getResponse(0), ...calls]") == ["ok", "ok"]
    assert page.evaluate("grecaptcha.reset(), grecaptcha.getResponse()") == ""
    assert page.evaluate("grecaptcha.execute('site-key', {action: 'login'})") == "ok"


def test_a_button_calls_back_instead_of_submitting(opened: Open) -> None:
    button = '<button class="g-recaptcha" data-sitekey="k" data-callback="solved">Go</button>'
    submit = "calls.push('submit'); return false"
    page = opened(f'<form onsubmit="{submit}">{button}</form>')
    page.locator(FIELD).wait_for(state="attached")
    page.get_by_role("button").click()
    until(page, "calls.includes('ok')")
    assert (page.evaluate("calls"), page.evaluate(VALUE)) == (["ok"], "ok")


def test_a_reset_widget_solves_itself_again(opened: Open) -> None:
    page = opened(BOX)
    until(page, "calls.length === 1")
    page.evaluate("grecaptcha.reset()")
    until(page, "calls.length === 2")
    assert page.evaluate(VALUE) == "ok"


def test_what_waits_for_the_script_is_called(opened: Open) -> None:
    queue = "<script>___grecaptcha_cfg = {fns: [() => solved('queued')]};</script>"
    page = opened(queue)
    until(page, "window.grecaptcha && calls.length")
    page.evaluate("grecaptcha.ready(() => solved('ready'))")
    until(page, "calls.length === 2")
    assert page.evaluate("calls") == ["queued", "ready"]


def test_a_script_that_comes_late_or_twice_renders_once(opened: Open) -> None:
    page = opened(BOX)
    until(page, "calls.length")
    again = """() => new Promise((resolve) => {
      loaded = () => resolve(grecaptcha.getResponse());
      const script = document.createElement("script");
      script.src = document.querySelector("script[src]").src + "?onload=loaded";
      document.head.append(script);
    })"""
    assert page.evaluate(again) == "ok"
    assert page.locator(FIELD).count() == 1


def test_mistakes_of_a_page_are_errors(opened: Open) -> None:
    page = opened(BOX)
    until(page, "calls.length")
    message = "(task) => { try { task(); } catch (error) { return error.message; } }"
    for call, words in [
        ("grecaptcha.render('nowhere', {sitekey: 'k'})", "must be an element or id"),
        ("grecaptcha.render(document.querySelector('.g-recaptcha'))", "already been rendered"),
        ("grecaptcha.getResponse(7)", "there is no widget 7"),
    ]:
        assert words in page.evaluate(f"({message})(() => {call})")


def test_the_value_is_one_that_the_fixtures_accept(
    page: Page, pages: PageServer, tmp_path: Path
) -> None:
    fixtures = tmp_path / "fixtures.yaml"
    fixtures.write_text(r"""recaptcha: {accept: ["</script>'\"\\\n\u2028é"]}""", "utf-8")
    with MockServer(fixtures) as server:
        script = f"<script src={server.url}/recaptcha/api.js></script>"
        page.goto(pages.put(f"<!doctype html>{CALLS}{script}{BOX}"))
        until(page, "calls.length")
        assert page.evaluate(VALUE) == "</script>'\"\\\n\u2028é"
