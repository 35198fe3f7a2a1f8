"""Tests of that page: `pytest examples/flask`, with Flask and animeloop-mock installed."""

import pytest
from token_page import create_app


@pytest.fixture
def client(animeloop_mock):
    return create_app(animeloop_mock.api_url).test_client()


def get(client, cookies):
    for name, value in cookies.items():
        client.set_cookie(name, value)
    return client.get("/token")


def test_it_shows_the_token(client, animeloop_mock):
    response = get(client, animeloop_mock.cookies("alice"))
    assert response.json == {"token": animeloop_mock.user("alice").token}


@pytest.mark.parametrize("kind", ["tampered", "expired"])
def test_it_asks_to_log_in_where_the_cookie_is_refused(client, animeloop_mock, kind):
    assert get(client, animeloop_mock.negative_cookies(kind)).status_code == 401


@pytest.mark.animeloop_scenario("db-down")
def test_it_says_when_the_database_is_down(client, animeloop_mock):
    assert get(client, animeloop_mock.cookies("alice")).status_code == 503
    animeloop_mock.assert_requested("/auth/token", code=1950301, method="POST", body="")
