"""What readers of the journal see of what was sent."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.record import secrets
from mockserver.record.secrets import HIDDEN, SECRET_FIELDS

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("username=kyon&password=x", f"username=kyon&password={HIDDEN}"),
        ("p%61ssword=x&a=b", f"p%61ssword={HIDDEN}&a=b"),
        ("password[]=x&password[a]=y", f"password[]={HIDDEN}&password[a]={HIDDEN}"),
        ("password=", "password="),
        ("password", "password"),
        ("code=abc&g-recaptcha-response=ok", f"code={HIDDEN}&g-recaptcha-response={HIDDEN}"),
    ],
)
def test_a_form_hides_the_values_of_secret_fields(text: str, shown: str) -> None:
    assert secrets.query(text) == shown
    assert secrets.body(text, FORM, is_whole=True, known=None) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"username":"kyon","password":"x"}', f'{{"username":"kyon","password":"{HIDDEN}"}}'),
        ('{"p\\u0061ssword": ["x"], "a": 1}', f'{{"password":"{HIDDEN}","a":1}}'),
        ('[{"password": {"a": "x"}}]', f'[{{"password":"{HIDDEN}"}}]'),
        ('{"password": "x", "password": "y"}', f'{{"password":"{HIDDEN}","password":"{HIDDEN}"}}'),
        ('{"password": ""}', '{"password":""}'),
        ('{"myPassword": "x"}', f'{{"{HIDDEN}":"{HIDDEN}"}}'),
        ('["my password"]', f'["{HIDDEN}"]'),
        ('["\\ud800", "\\ud83d\\ude00"]', '["\ufffd","\U0001f600"]'),
    ],
)
def test_json_hides_the_values_of_secret_members(text: str, shown: str) -> None:
    assert secrets.body(text, JSON, is_whole=True, known=None) == shown


@pytest.mark.parametrize(
    ("text", "kind", "is_whole"),
    [
        ('{"password": "x"', JSON, True),
        ('{"password": "x"}', JSON, False),
        ('{"p\\u0061ssword": "x"', JSON, True),
        ("password: x", "text/plain", True),
        ("p%61ssword=x", "text/plain", True),
        ("[" * 100_000 + '"password"', JSON, True),
    ],
)
def test_what_cannot_be_read_is_hidden_as_a_whole(text: str, kind: str, is_whole: bool) -> None:
    assert secrets.body(text, kind, is_whole, None) == HIDDEN


def test_what_has_no_secret_is_shown() -> None:
    assert secrets.body("hello", "text/plain", is_whole=True, known=None) == "hello"
    shown = secrets.body('{"a": [1, null, "ö"]}', JSON, is_whole=True, known=None)
    assert shown == '{"a":[1,null,"ö"]}'


@given(st.sampled_from(sorted(SECRET_FIELDS)), st.text(min_size=1), st.text(max_size=5))
def test_no_value_of_a_secret_field_is_shown(name: str, value: str, other: str) -> None:
    marked = f"SECRET{value}"
    fields = {"a": other.replace("SECRET", ""), name: marked}
    encoded = urlencode(fields, errors="surrogatepass")
    for known in (None, frozenset(["username", "password"])):
        assert_hidden(name, encoded, fields, known)


def assert_hidden(
    name: str, encoded: str, fields: dict[str, str], known: frozenset[str] | None
) -> None:
    for text, kind in ((encoded, FORM), (json.dumps(fields), JSON), (encoded, "text/plain")):
        if kind != "text/plain" or name != "code":
            assert "SECRET" not in secrets.body(text, kind, True, known)
    assert "SECRET" not in secrets.query(encoded)


def test_headers_hide_credentials_and_signatures() -> None:
    names = ("HTTP_AUTHORIZATION", "HTTP_COOKIE", "HTTP_X_ONE", "CONTENT_TYPE")
    signature = "P%2BIAkBmzruHzCwaUYg4uL4sglXxvANZgKr7Rxh27w1w"
    values = f"Bearer abc\nanimeloop.auth.sid=s%3Asid.{signature}\n1\ntext/plain"
    assert secrets.headers(names, values) == {
        "Authorization": HIDDEN,
        "Cookie": "animeloop.auth.sid=s%3Asid.[signature]",
        "X-One": "1",
        "Content-Type": "text/plain",
    }


def test_a_reply_hides_its_token_of_any_form() -> None:
    assert secrets.reply('{"data":{"token":"OLD.TOKEN"}}') == f'{{"data":{{"token":"{HIDDEN}"}}}}'
    assert "OLD" not in secrets.reply('{"data":{"token":"OLD.TOK')


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("username=kyon&usrname=x", FORM, f"username=kyon&usrname={HIDDEN}"),
        ("username=kyon&passwort=x&other=y", FORM, f"username=kyon&passwort={HIDDEN}&{HIDDEN}"),
        ('{"username":"kyon","other":"y"}', JSON, f'{{"username":"kyon","{HIDDEN}":"{HIDDEN}"}}'),
        ("hello", "text/plain", HIDDEN),
        ("", "text/plain", ""),
    ],
)
def test_where_secrets_are_taken_other_fields_are_hidden_but_for_typos(
    text: str, kind: str, shown: str
) -> None:
    known = frozenset(["username", "password"])
    assert secrets.body(text, kind, is_whole=True, known=known) == shown
