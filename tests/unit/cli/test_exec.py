"""What `exec` tells its command, and its coverage gate."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from mockserver.api.catalog import ALL_PAGES, PAIRS_OF_PAGE
from mockserver.api.page import Pair
from mockserver.api.pages import PAGES
from mockserver.api.profiles import DOCUMENTED, SERVER
from mockserver.cli.exec import COVERAGE_SHORT, _credentials, _gate
from mockserver.fixtures import Fixtures
from mockserver.record.coverage import Coverage
from mockserver.state.catalog import Bulk, Catalog, Template
from mockserver.state.model import User


def credentials(*users: User, bulks: int = 0) -> Mapping[str, str]:
    name = Template("bulk-{n}")
    bulk = [Bulk(name, bulks, lambda n: User(name.format(n), password="b"))] if bulks else []
    catalog = Catalog({user.username: user for user in users}, bulk)
    return _credentials(Fixtures(("s",), "j", catalog, Catalog({}), {}))


def test_the_first_user_who_can_log_in_is_told() -> None:
    unable = (User("a"), User("b", password="p", scenario="db-down"))
    assert credentials(*unable) == {}
    told = credentials(*unable, User("c", password="q", verified=False), User("d", password="r"))
    assert told == {"ANIMELOOP_MOCK_USERNAME": "c", "ANIMELOOP_MOCK_PASSWORD": "q"}
    bulk = credentials(*unable, bulks=9)
    assert bulk == {"ANIMELOOP_MOCK_USERNAME": "bulk-1", "ANIMELOOP_MOCK_PASSWORD": "b"}


def covered(*pairs: Pair) -> Coverage:
    coverage = Coverage()
    for pair in pairs:
        coverage.count(pair, forced=False)
    return coverage


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_only_the_pairs_of_the_page_count(page: object, capsys: pytest.CaptureFixture[str]) -> None:
    name = next(one.name for one in PAGES if one is page)
    of_page, everything = PAIRS_OF_PAGE[name], PAIRS_OF_PAGE[ALL_PAGES]
    whole = covered(*of_page)
    assert _gate(whole.of_page(name), 100, name, DOCUMENTED) == 0
    assert capsys.readouterr().err == ""
    assert _gate(whole.of_page(ALL_PAGES), 100, ALL_PAGES, DOCUMENTED) == COVERAGE_SHORT
    heading, *missing = capsys.readouterr().err.splitlines()
    assert "of the documented pairs of all pages were answered, 100 % are required" in heading
    assert len(missing) == len(everything) - len(of_page)
    others = covered(*(pair for pair in everything if pair not in of_page))
    assert _gate(others.of_page(name), 0.1, name, DOCUMENTED) == COVERAGE_SHORT
    heading, *missing = capsys.readouterr().err.splitlines()
    assert heading.startswith(f"animeloop-mock: 0 % of the documented pairs of the {name} page")
    assert missing == [f"  {endpoint.path} {code.number}" for endpoint, code in of_page]


def test_a_pair_that_the_profile_never_sends_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert _gate(covered().of_page(ALL_PAGES), 1, ALL_PAGES, SERVER) == COVERAGE_SHORT
    for line in capsys.readouterr().err.splitlines()[1:]:
        assert line.endswith("(profile server never sends it)") == ("1940103" in line)


def test_forced_pairs_do_not_count() -> None:
    coverage = Coverage()
    for pair in PAIRS_OF_PAGE[ALL_PAGES]:
        coverage.count(pair, forced=True)
    assert coverage.of_page(ALL_PAGES).percent == 0
