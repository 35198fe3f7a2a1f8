"""The public names of the package, and the modules that define them."""

from __future__ import annotations

from importlib import import_module

# The value of each key is its names. Modules are named from the package on.
HOMES = {
    "errors": (
        "CannotBindError",
        "FixtureError",
        "ImpossibleError",
        "MockError",
        "UnknownNameError",
        "UsageError",
    ),
    "http.admin.answers": (
        "AdHocFaultAnswer",
        "ClockAnswer",
        "HealthAnswer",
        "SandboxAnswer",
        "ScenarioAnswer",
        "ScenariosAnswer",
        "SessionAnswer",
        "UserAnswer",
    ),
    "http.admin.record_answers": ("CoverageAnswer", "EntryAnswer", "MailAnswer"),
    "server.application": ("create_app",),
    "testing.async_changes": ("AsyncChange",),
    "testing.async_client": ("AsyncSandboxClient",),
    "testing.async_clock": ("AsyncClockClient",),
    "testing.async_control_plane": ("AsyncControlPlane",),
    "call_types": (
        "CookieKind",
        "CustomScenario",
        "FaultFields",
        "MockSettings",
        "PageName",
        "ScenarioName",
        "UserFields",
    ),
    "testing.calling": ("ControlPlaneError",),
    "testing.changes": ("Change",),
    "testing.client": ("SandboxClient",),
    "testing.clock": ("ClockClient",),
    "testing.control_plane": ("BlockingCallError", "ControlPlane"),
    "testing.launch": ("NotStartedError",),
    "testing.live": ("MockServer",),
    "testing.login": ("LoginError",),
    "testing.matching": ("NotRequestedError",),
    "testing.process": ("MockProcess",),
    "testing.remote": ("Remote",),
    "version": ("__version__",),
}
_HOME_OF = {name: home for home, names in HOMES.items() for name in names}
NAMES = sorted(_HOME_OF)


def load(name: str, module: str) -> object:
    """Import a public name. `module` is where it was asked for. Raises AttributeError."""
    if name in _HOME_OF:
        return getattr(import_module(f"mockserver.{_HOME_OF[name]}"), name)
    raise AttributeError(f"module {module!r} has no attribute {name!r}")
