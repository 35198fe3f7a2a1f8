"""Tests of that page: `python -m django test --settings settings --pythonpath .` in this folder."""

from django.test import SimpleTestCase

from mockserver import MockServer


class TokenPageTest(SimpleTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.server = cls.enterClassContext(MockServer())

    def setUp(self) -> None:
        self.mock = self.enterContext(self.server.sandbox())
        self.enterContext(self.settings(ANIMELOOP_API_URL=self.mock.api_url))

    def get(self, cookies: dict[str, str]):
        self.client.cookies.load(cookies)
        return self.client.get("/token")

    def test_it_shows_the_token(self) -> None:
        response = self.get(self.mock.cookies("alice"))
        self.assertEqual(response.json(), {"token": self.mock.user("alice").token})

    def test_it_asks_to_log_in_where_the_cookie_is_refused(self) -> None:
        for kind in ("tampered", "expired"):
            with self.subTest(kind=kind):
                response = self.get(self.mock.negative_cookies(kind))
                self.assertEqual(response.status_code, 401)

    def test_it_says_when_the_database_is_down(self) -> None:
        with self.mock.scenario("db-down"):
            self.assertEqual(self.get(self.mock.cookies("alice")).status_code, 503)
        self.mock.assert_requested("/auth/token", code=1950301, times=1, method="POST", body="")
