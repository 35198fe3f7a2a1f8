"""What `verify` shows never contains a secret of the run."""

from __future__ import annotations

import html
import json
from urllib.parse import quote, quote_plus

import pytest

from mockserver.verify.masks import Masks

SECRET = 'sos-dan & "7"'


@pytest.mark.parametrize("encode", [str, quote, quote_plus, html.escape, json.dumps, str.upper])
@pytest.mark.parametrize("again", [str, quote, html.escape, json.dumps])
def test_a_secret_is_hidden_however_it_is_encoded(encode: object, again: object) -> None:
    masks = Masks()
    masks.add(SECRET, "[password]")
    assert callable(encode)
    assert callable(again)
    shown = masks.shown(f"before {again(encode(SECRET))} after")
    assert "[password]" in shown
    assert "sos-dan" not in shown.lower()
    assert shown.startswith("before ")
    assert shown.endswith(" after")


def test_the_longer_of_two_secrets_is_hidden_whole_and_no_label_is_changed() -> None:
    masks = Masks()
    for secret, label in (("pass", "[code]"), ("passing", "[password]")):
        masks.add(secret, label)
    assert masks.shown("passing pass") == "[password] [code]"


def test_a_cookie_is_hidden_with_its_parts() -> None:
    masks = Masks()
    masks.add_cookie("s:0123456789abcdef.signature+of/it")
    shown = masks.shown("s%3A0123456789abcdef.signature%2Bof%2Fit 0123456789ABCDEF signature+of/it")
    assert shown == "[cookie] [cookie] [cookie]"


def test_an_empty_secret_hides_nothing() -> None:
    masks = Masks()
    masks.add("", "[password]")
    assert masks.shown("nothing") == "nothing"
