"""A running mock, and the sandboxes that are made in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockserver.call_types import PageName, ScenarioName
from mockserver.errors import UsageError
from mockserver.http.admin.answers import (
    HealthAnswer,
    NewSandboxAnswer,
    SandboxAnswer,
    SandboxesAnswer,
)
from mockserver.http.admin.record_answers import CoverageAnswer
from mockserver.testing.addresses import read_url
from mockserver.testing.client import SandboxClient
from mockserver.testing.control_plane import ControlPlane

if TYPE_CHECKING:  # asyncio takes long to import
    from mockserver.testing.async_client import AsyncSandboxClient

# pytest leaves the frames of this module out of tracebacks.
__tracebackhide__ = True


def make_sandbox(
    control: ControlPlane, scenario: str | None = None, ttl: str | None = None
) -> NewSandboxAnswer:
    """Create a sandbox. The answer has its URLs."""
    body = {"scenario": scenario, "ttl": ttl}
    given = {key: value for key, value in body.items() if value is not None}
    return control.ask(NewSandboxAnswer, "POST", "/sandboxes", given)


class Remote:
    """A running mock at an origin, such as `http://127.0.0.1:7775` or `127.0.0.1:7775`.

    Methods raise ControlPlaneError if the mock refuses a call, OSError if it cannot be reached. The
    constructor raises UsageError for what is no such URL.
    """

    def __init__(self, url: str, admin_token: str | None = None) -> None:
        self.url, sandbox_id = read_url(url, "url")
        if sandbox_id is not None:
            raise UsageError(
                f"url: expected the origin of a mock, got that of sandbox {sandbox_id}"
            )
        self._token = admin_token
        self._control = ControlPlane(self.admin_url, admin_token)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url}>"

    @property
    def api_url(self) -> str:
        """The base URL of the mocked API."""
        return f"{self.url}/api/v2"

    @property
    def admin_url(self) -> str:
        """The base URL of the control plane."""
        return f"{self.url}/__admin"

    @property
    def control(self) -> ControlPlane:
        """The control plane of the default sandbox."""
        return self._control

    @property
    def default(self) -> SandboxClient:
        """The default sandbox, to which requests to `api_url` belong."""
        listed = self.control.ask(SandboxesAnswer, "GET", "/sandboxes").sandboxes[0]
        return SandboxClient(self.control, _as_new(listed, self.api_url))

    def sandbox(
        self, scenario: ScenarioName | None = None, ttl: str | None = None
    ) -> SandboxClient:
        """Create a sandbox that the caller closes. `ttl` is how long it may idle, such as `10m`."""
        made = make_sandbox(self.control, scenario, ttl)
        return SandboxClient(ControlPlane(self.url + made.admin, self._token), made)

    def async_client(self, sandbox: SandboxClient) -> AsyncSandboxClient:
        """Return a client of this sandbox for asyncio."""
        from mockserver.testing.async_client import AsyncSandboxClient  # noqa: PLC0415
        from mockserver.testing.async_control_plane import AsyncControlPlane  # noqa: PLC0415

        control = AsyncControlPlane(sandbox.control.address.url, self._token)
        return AsyncSandboxClient(control, sandbox.made)

    def sandboxes(self) -> list[SandboxAnswer]:
        """Return all sandboxes, the default one first."""
        return self.control.ask(SandboxesAnswer, "GET", "/sandboxes").sandboxes

    def health(self) -> HealthAnswer:
        """Return the status of the mock."""
        return self.control.ask(HealthAnswer, "GET", "/health")

    def coverage(self, page: PageName = "token") -> CoverageAnswer:
        """Return how often the server has answered each pair of a page, in any sandbox."""
        query = {"scope": "server", "page": page}
        return self.control.ask(CoverageAnswer, "GET", "/coverage", **query)

    def covered(self) -> set[tuple[str, int]]:
        """Return the (endpoint, code) pairs that the server has answered, in any sandbox."""
        return {(pair.endpoint, pair.code) for pair in self.coverage("all").pairs if pair.count}

    def control_plane(self) -> dict[str, Any]:
        """Return the OpenAPI document of the control plane."""
        document: dict[str, Any] = self.control.call("GET", "/control-plane.json")
        return document


def _as_new(listed: SandboxAnswer, api_url: str) -> NewSandboxAnswer:
    return NewSandboxAnswer(
        listed.id, listed.admin, api_url, listed.scenario, listed.ttl, sessions=[]
    )
