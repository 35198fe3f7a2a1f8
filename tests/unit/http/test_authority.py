"""Hosts and origins in their normal form, and the entries that are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.http.admin.token import carries, usable_token
from mockserver.http.authority import (
    host_entry,
    is_loopback_address,
    origin_entry,
    read_authority,
    read_origin,
)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("localhost", "localhost"),
        ("LOCALHOST.:7775", "localhost:7775"),
        ("localhost:", "localhost"),
        ("Mock_1.Test.", "mock_1.test"),
        ("127.0.0.1.:80", "127.0.0.1:80"),
        ("[0:0:0:0:0:0:0:1]:1", "[::1]:1"),
        ("[FE80::A]", "[fe80::a]"),
    ],
)
def test_spellings_of_one_authority_are_one(text: str, normal: str) -> None:
    assert str(read_authority(text)) == normal


@pytest.mark.parametrize(
    "text",
    ["", " localhost", "localhost ", "localhost..", ".localhost", "a..b", "localhost:x",
     "localhost:-1", "localhost:65536", "localhost:000080", "localhost:1:2", "::1", "[::1",
     "[::1]x", "[::g]", "[::1%lo]", "[127.0.0.1]", "a@localhost", "localhost/", "localhost?",
     "localhost\n", "localhost, localhost", "localhost,evil", "b\xfccher", "\u0663", "a b",
     "%6cocalhost", "*"],
)  # fmt: skip
def test_what_is_no_authority_is_none(text: str) -> None:
    assert read_authority(text) is None


@given(st.text(max_size=40))
def test_an_authority_is_fit_for_a_url_and_its_normal_form_stays(text: str) -> None:
    found = read_authority(text)
    if found is not None:
        assert str(found).isascii()
        assert not set(str(found)) & set("/?#@\\ \r\n\t%,")
        assert read_authority(str(found)) == found


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("http://localhost:3000", "http://localhost:3000"),
        ("HTTP://LocalHost.:80", "http://localhost"),
        ("https://a:443", "https://a"),
        ("https://a:80", "https://a:80"),
        ("http://[0::1]:03000", "http://[::1]:3000"),
        ("http://a:", "http://a"),
        ("chrome-extension://abcdef", "chrome-extension://abcdef"),
    ],
)
def test_spellings_of_one_origin_are_one(text: str, normal: str) -> None:
    assert str(read_origin(text)) == origin_entry(text) == normal


@pytest.mark.parametrize(
    "text",
    ["", "null", "*", "localhost:3000", "//a", "http://", "http://a/", "http://a/b", "http://a?b",
     "http://a#b", "http://a@b", "http://*.a", "http://a:x", "http://a, http://b", "http://a http://b",
     " http://a", "http://a ", "file:///", "http:a", "http://a:0", "http://b\xfccher"],
)  # fmt: skip
def test_origins_that_no_page_can_have_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected an origin such as"):
        origin_entry(text)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Mock.Test.", "mock.test"),
        ("10.0.0.7", "10.0.0.7"),
        ("::1", "[::1]"),
        ("FE80::0A", "[fe80::a]"),
        ("[fe80:0::a]", "[fe80::a]"),
    ],
)
def test_hosts_are_allowed_in_any_spelling(text: str, normal: str) -> None:
    assert host_entry(text) == normal


@pytest.mark.parametrize(
    "text",
    ["", "mock.test:7775", "mock.test:", "[::1]:80", "http://mock.test", "mock.test/", "*",
     "*.test", " mock.test", "a b", "a@b", "b\xfccher.test", "mock..test", "null\x00"],
)  # fmt: skip
def test_hosts_that_no_request_can_have_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected the name or address of a host, without"):
        host_entry(text)


@pytest.mark.parametrize(
    ("address", "is_loopback"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("::ffff:127.0.0.1", True),
     ("0.0.0.0", False), ("::", False), ("192.168.1.2", False), ("::ffff:10.0.0.1", False),
     ("localhost", False), ("", False), ("testclient", False)],
)  # fmt: skip
def test_addresses_on_loopback(address: str, is_loopback: bool) -> None:
    assert is_loopback_address(address) is is_loopback


@pytest.mark.parametrize(
    "text", [" t", "t ", "t\n", "\tt", "a\tb", "a\x00b", "a\x7fb", "tok\xe9n", "\u201ct\u201d", " "]
)
def test_tokens_that_no_client_can_send_are_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="expected a token of printable ASCII") as refused:
        usable_token(text)
    assert text not in str(refused.value).replace(" ", "")


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1))
def test_a_usable_token_is_carried_by_its_header(text: str) -> None:
    if text == text.strip():
        assert carries(f"Bearer {usable_token(text)}", text)
        assert not carries(f"Bearer {text}x", text)


def test_blanks_that_are_not_ascii_are_part_of_what_was_sent() -> None:
    assert carries("BEARER  t\t", "t")
    for given_text in ("Bearer t\xa0", "Bearer t\x85", "Bearer \u0167", "Bearer", "t", ""):
        assert not carries(given_text, "t")
