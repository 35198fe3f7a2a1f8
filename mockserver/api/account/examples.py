"""Requests that provoke each code of the account page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from mockserver.api.account.page import (
    ALREADY_VERIFIED,
    CAPTCHA_FIELD,
    LOG_IN,
    LOGGED_IN,
    REGISTER,
    SEND_EMAIL,
    USERNAME_TAKEN,
    VERIFY,
)
from mockserver.api.account.rules import DocumentedRules, rules_of
from mockserver.api.common import ERROR_PAGE
from mockserver.api.example import (
    Earlier,
    Example,
    ExampleFacts,
    PageExamples,
    SentReplies,
)
from mockserver.api.page import NoData, Reply
from mockserver.api.profiles import PROFILES, Profile
from mockserver.credentials.codes import verification_code
from mockserver.state.model import User
from mockserver.state.times import iso

# Both profiles accept these.
_PASSWORD: Final = "haruhi_suzumiya"
_EMAIL: Final = "kyon@example.org"
# A user of the documentation's samples.
_SAMPLE: Final = User("kyon777", 9, email="johnsmith@haruhi.tv")


def _register(facts: ExampleFacts, user: User | None) -> Iterator[Example]:
    if user is not None:
        yield Example(_registration(facts, user.username), f"username {user.username}")
        return
    good = _registration(facts, facts.free_name)
    yield Example(good, f"username {facts.free_name}, which is free")
    yield Example(_without(good, CAPTCHA_FIELD), f"no {CAPTCHA_FIELD}")
    for field, malformed, words in (
        ("username", "k", "of 1 character"),
        ("password", "k", "of 1 character"),
        ("email", "k", "without @"),
    ):
        yield Example(_without(good, field), f"no {field}")
        yield Example({**good, field: malformed}, f"{field} {words}")


def _registration(facts: ExampleFacts, name: str) -> dict[str, str]:
    return {**_credentials(name, _PASSWORD), "email": _EMAIL, CAPTCHA_FIELD: facts.captcha}


def _log_in(facts: ExampleFacts, user: User | None) -> Iterator[Example]:
    captcha = {CAPTCHA_FIELD: facts.captcha}
    if user is None:
        good = _credentials(facts.free_name, _PASSWORD)
        yield Example(good, f"no {CAPTCHA_FIELD}")
    for example in _send_email(facts, user):
        yield Example({**example.fields, **captcha}, example.words, example.earlier)


def _log_in_first(facts: ExampleFacts, user: User) -> Earlier | None:
    if user.password is None:
        return None
    fields = _credentials(user.username, user.password)
    return Earlier(LOG_IN, {**fields, CAPTCHA_FIELD: facts.captcha})


def _send_email(facts: ExampleFacts, user: User | None) -> Iterator[Example]:
    if user is None:
        good = _credentials(facts.free_name, _PASSWORD)
        yield Example(_without(good, "username"), "no username")
        yield Example(_without(good, "password"), "no password")
        yield Example(good, f"username {facts.free_name}, which is unknown")
        words = f"register {facts.free_name}, then the password is right"
        yield Example(good, words, Earlier(REGISTER, _registration(facts, facts.free_name)))
    elif user.password is None:
        yield Example(
            _credentials(user.username, _PASSWORD), f"username {user.username}, without a password"
        )
    else:
        wrong = _PASSWORD + "_not" * (user.password == _PASSWORD)
        right = _credentials(user.username, user.password)
        yield Example(right, f"username {user.username}, password right")
        yield Example({**right, "password": wrong}, f"username {user.username}, password wrong")


def _verify(facts: ExampleFacts, user: User | None) -> Iterator[Example]:
    if user is None:
        yield Example({}, "no code")
        yield Example({"code": "invalid"}, "a code that is no JSON Web Token")
        yield Example({"code": facts.issuer.sign({})}, "a code that is signed, but no use")
        registration = Earlier(REGISTER, _registration(facts, facts.free_name))
        words = f"register {facts.free_name}, then the code of the mail"
        yield Example(_code_for(facts, facts.free_name), words, registration)
    elif user.password is not None:
        mail = Earlier(SEND_EMAIL, _credentials(user.username, user.password))
        words = f"the code of a mail to {user.username}"
        yield Example(_code_for(facts, user.username), words, mail)


def _code_for(facts: ExampleFacts, username: str) -> dict[str, str]:
    """Return a code as it is in a mail. Its date is another, which changes no reply."""
    return {"code": verification_code(username, iso(facts.now_ms), facts.issuer.key)}


def _credentials(username: str, password: str) -> dict[str, str]:
    return {"username": username, "password": password}


def _without(fields: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in fields.items() if key != name}


def _user_kind(user: User, profile: Profile) -> tuple[object, ...]:
    return user.password is None, rules_of(profile.name).accepts_username(user.username)


EXAMPLES: Final = PageExamples(
    {
        REGISTER: _register,
        LOG_IN: _log_in,
        VERIFY: _verify,
        SEND_EMAIL: _send_email,
    },
    _user_kind,
    _log_in_first,
)


def _sent(rules: DocumentedRules) -> SentReplies:
    def login_data(user: User | None) -> Struct:
        return rules.login_data(user or _SAMPLE) or NoData()

    data = rules.login_data(_SAMPLE)
    replies = {LOGGED_IN: Reply(LOGGED_IN, data)} if data is not None else {}
    for code, wording in (
        (USERNAME_TAKEN, rules.taken_wording),
        (ALREADY_VERIFIED, rules.verified_wording),
    ):
        if wording is not None:
            replies[code] = Reply(code, code.example, wording=wording)
    pages = {LOG_IN: rules.login_without_store, VERIFY: rules.unreadable_code}
    error_pages = frozenset(e for e, code in pages.items() if code is ERROR_PAGE)
    return SentReplies(replies, error_pages, {LOGGED_IN: login_data})


SENT: Final = {name: _sent(rules_of(name)) for name in PROFILES}
