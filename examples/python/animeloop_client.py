"""A client of the token API, as an application might have one."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any


class LoggedOutError(Exception):
    """The session is not valid any more: log in again."""


class TryLaterError(Exception):
    """The server cannot answer just now."""


class TokenClient:
    """Gets the user's token, asking for a new one where there is none."""

    def __init__(self, api_url: str, cookies: Mapping[str, str]) -> None:
        self._api_url = api_url
        self._cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())

    def token(self) -> str:
        """The user's token; raises LoggedOutError or TryLaterError."""
        reply = self._post("/auth/token")
        if reply["code"] == 1340401:
            reply = self._post("/auth/token/new")
        return str(reply["data"]["token"])

    def _post(self, path: str) -> dict[str, Any]:
        headers = {"Cookie": self._cookie}
        request = urllib.request.Request(self._api_url + path, b"", headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                reply: dict[str, Any] = json.load(response)
        except (OSError, HTTPException, ValueError) as error:
            raise TryLaterError from error
        if reply["code"] in (1940102, 1940103):
            raise LoggedOutError
        if reply["code"] == 1950301:
            raise TryLaterError
        return reply
