"""The HAR of the journal is valid by the schema of HAR 1.2, whatever was sent."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

from mockserver.api.catalog import ENDPOINTS
from mockserver.api.profiles import PROFILES
from tests.helpers.app import Mock
from tests.helpers.har import flaws
from tests.helpers.text import GET, SHIPPED, cookie

ALICE = cookie("session-of-alice")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

# The schema wants a URI, but jsonschema checks that only with another package. Brackets and
# percent signs are as they were sent: browsers send them so, too.
URL = re.compile(r"http://localhost/[\w.~:/?@!$&'()*+,;=%\[\]-]*", re.ASCII)


def har(mock: Mock) -> Any:
    return mock.admin("GET", "/requests.har").json


def every_endpoint_and_method(profile: str) -> Mock:
    """A mock that got a request with each method to each endpoint."""
    mock = Mock(SHIPPED, profile=profile)
    for endpoint in ENDPOINTS:
        for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT"):
            mock.client.simulate_request(
                method, f"/api/v2{endpoint.path}", headers=FORM | {"Cookie": ALICE},
                body="username=alice&password=wrong", query_string="code=a&code&=b&c=%FF",
            )  # fmt: skip
    return mock


# Only what needs the schema, which npm installs, asks for it: the other tests run without.


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_the_har_has_every_request(profile: str) -> None:
    document = har(every_endpoint_and_method(profile))
    assert len(document["log"]["entries"]) == 5 * len(ENDPOINTS)


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_the_har_of_every_endpoint_and_method_is_valid(profile: str) -> None:
    assert flaws(har(every_endpoint_and_method(profile))) == []


@pytest.mark.parametrize("scenario", ["bad-gateway", "malformed-json", "db-slow", "db-down"])
def test_the_har_of_a_fault_is_valid(shipped: Mock, scenario: str) -> None:
    shipped.call(GET, ALICE, Prefer=f"scenario={scenario}")
    assert flaws(har(shipped)) == []


def odd_requests(mock: Mock) -> None:
    for path in ("/", "/a b", "/caf\u00e9/\u96ea", '/"<>{}|\\^`', "/%zz", "//x//", "/a:b@c"):
        mock.client.simulate_post(
            path, query_string='a="<b>\u00e9 {}', headers={"X-Odd": "\u00ff", "X-Empty": ""},
            body=b"\xff\x00",
        )  # fmt: skip


def test_the_urls_of_odd_requests_are_valid(shipped: Mock) -> None:
    odd_requests(shipped)
    document = har(shipped)
    urls = [entry["request"]["url"] for entry in document["log"]["entries"]]
    assert len(urls) == 7
    assert [url for url in urls if not URL.fullmatch(url)] == []


def test_the_har_of_odd_requests_is_valid(shipped: Mock) -> None:
    odd_requests(shipped)
    assert flaws(har(shipped)) == []


def test_the_har_of_no_request_is_valid(shipped: Mock) -> None:
    assert flaws(har(shipped)) == []


def test_the_schema_finds_what_is_wrong(shipped: Mock) -> None:
    shipped.call(GET, ALICE)
    valid = har(shipped)
    assert flaws(valid) == []
    for part, key in ((("request",), "url"), (("response", "content"), "size"), ((), "timings")):
        broken = copy.deepcopy(valid)
        place = broken["log"]["entries"][0]
        for name in part:
            place = place[name]
        del place[key]
        assert len(flaws(broken)) == 1
