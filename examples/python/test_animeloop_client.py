"""Tests of that client: `pytest examples/python`, with animeloop-mock installed.

The fixture `animeloop_mock` is a sandbox of each test's own.
"""

from __future__ import annotations

import pytest
from animeloop_client import LoggedOutError, TokenClient, TryLaterError


def client(mock, username="alice") -> TokenClient:
    return TokenClient(mock.url(), mock.cookies(username))


def test_it_returns_the_token_that_there_is(animeloop_mock):
    assert client(animeloop_mock).token() == animeloop_mock.user("alice").token


def test_it_asks_for_a_new_token_only_where_there_is_none(animeloop_mock):
    first = client(animeloop_mock, "bob").token()
    assert client(animeloop_mock, "bob").token() == first
    animeloop_mock.assert_requested("/auth/token/new", code=1320002, times=1)


def test_it_notices_that_the_session_has_expired(animeloop_mock):
    bob = client(animeloop_mock, "bob")
    bob.token()
    animeloop_mock.clock.advance("31h")
    with pytest.raises(LoggedOutError):
        bob.token()


@pytest.mark.parametrize("kind", ["tampered", "unsigned", "wrong-secret", "expired", "userless"])
def test_it_asks_to_log_in_again_where_the_cookie_is_refused(animeloop_mock, kind):
    with pytest.raises(LoggedOutError):
        TokenClient(animeloop_mock.url(), animeloop_mock.negative_cookies(kind)).token()


@pytest.mark.animeloop_scenario("db-down")
def test_it_says_try_later_while_the_database_is_down(animeloop_mock):
    with pytest.raises(TryLaterError):
        client(animeloop_mock).token()


@pytest.mark.parametrize("scenario", ["connection-reset", "truncated-body", "bad-gateway"])
def test_it_says_try_later_whatever_breaks_on_the_way(animeloop_mock, scenario):
    with animeloop_mock.scenario(scenario), pytest.raises(TryLaterError):
        client(animeloop_mock).token()
    assert client(animeloop_mock).token()


def test_a_fault_can_be_put_on_one_endpoint(animeloop_mock):
    with animeloop_mock.fault(error="database", endpoint="/auth/token/new"):
        with pytest.raises(TryLaterError):
            client(animeloop_mock, "bob").token()
