"""Tests of a registration, with the mail that verifies the address: `pytest examples/python`.

The mock sends no mail. It keeps every mail in the outbox of the sandbox.
"""

from __future__ import annotations

import json
import urllib.request
from urllib.parse import urlencode

import pytest
from animeloop_client import TokenClient

KYON = {"username": "kyon777", "password": "imjohnsmith777"}


def code_of(url: str, fields: dict[str, str] | None = None) -> int:
    data = None if fields is None else urlencode(fields).encode()
    with urllib.request.urlopen(url, data, timeout=10) as response:
        return json.load(response)["code"]


def register(mock) -> int:
    fields = {**KYON, "email": "johnsmith@haruhi.tv", "g-recaptcha-response": "ok"}
    return code_of(mock.url("/auth/register"), fields)


def test_the_link_in_the_mail_verifies_the_address(animeloop_mock):
    assert register(animeloop_mock) == 1120001
    (mail,) = animeloop_mock.outbox(to="johnsmith@haruhi.tv", wait="2s")
    assert code_of(mail.link) == 1420001
    assert animeloop_mock.user("kyon777").verified


def test_whoever_has_registered_can_log_in(animeloop_mock):
    register(animeloop_mock)
    cookies = animeloop_mock.log_in("kyon777", KYON["password"])
    assert TokenClient(animeloop_mock.url(), cookies).token()


@pytest.mark.animeloop_scenario("mail-down")
def test_without_a_mail_there_is_an_account_all_the_same(animeloop_mock):
    assert register(animeloop_mock) == 1120001
    (mail,) = animeloop_mock.outbox(username="kyon777")
    assert not mail.delivered
    assert code_of(animeloop_mock.url("/auth/verify/sendemail"), KYON) == 1450301
