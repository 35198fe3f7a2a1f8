"""The same with unittest alone: `python -m unittest` in this folder, or pytest.

`MockServer` runs in this process, on a free port. Each test has a sandbox of its own.
"""

from __future__ import annotations

import unittest

from animeloop_client import LoggedOutError, TokenClient, TryLaterError

from mockserver import MockServer


class TokenClientTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.server = cls.enterClassContext(MockServer())

    def setUp(self) -> None:
        self.mock = self.enterContext(self.server.sandbox())

    def client(self, username: str) -> TokenClient:
        return TokenClient(self.mock.url(), self.mock.cookies(username))

    def test_it_returns_the_token_that_there_is(self) -> None:
        self.assertEqual(self.client("alice").token(), self.mock.user("alice").token)

    def test_it_asks_for_a_new_token_only_where_there_is_none(self) -> None:
        self.client("bob").token()
        self.client("bob").token()
        self.mock.assert_requested("/auth/token/new", code=1320002, times=1)

    def test_it_says_try_later_while_the_database_is_down(self) -> None:
        with self.mock.scenario("db-down"), self.assertRaises(TryLaterError):
            self.client("alice").token()

    def test_it_notices_that_the_session_has_ended(self) -> None:
        client = self.client("alice")
        for session in self.mock.sessions("alice"):
            self.mock.delete_session(session.sid)
        with self.assertRaises(LoggedOutError):
            client.token()


if __name__ == "__main__":
    unittest.main()
