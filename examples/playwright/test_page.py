"""Tests of examples/browser/index.html: `pytest examples/playwright`, with Playwright installed."""

from playwright.sync_api import expect


def test_a_logged_in_user_sees_the_token(logged_in, page_url, animeloop_mock):
    page = logged_in("alice").new_page()
    page.goto(page_url)
    expect(page.locator("#reply")).to_contain_text(animeloop_mock.user("alice").token)
    animeloop_mock.assert_requested("/auth/token", code=1320001, method="POST", wait="5s")


def test_two_users_in_two_contexts_do_not_meet(logged_in, page_url):
    for username, code in {"alice": "1320001", "bob": "1340401"}.items():
        page = logged_in(username).new_page()
        page.goto(page_url)
        expect(page.locator("#reply")).to_contain_text(code)
