"""The settings of `serve`. Flags, environment variables and help derive from the fields below."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field

from mockserver.api.page import FROM_CODE
from mockserver.api.profiles import PROFILES
from mockserver.errors import UsageError, did_you_mean
from mockserver.http.admin.token import SecretError, usable_token
from mockserver.http.authority import EntryError
from mockserver.record.log_line import LOG_FORMATS
from mockserver.server import values
from mockserver.state.times import parse_clock_time

HTTP_STATUS_MODES: Final = ("200", FROM_CODE)
COLOR_MODES: Final = ("auto", "always", "never")
ENV_PREFIX: Final = "ANIMELOOP_MOCK_"
# The origin of a mock with the default settings.
DEFAULT_URL: Final = "http://127.0.0.1:7775"


def default_fixtures() -> Path:
    """Return the shipped fixtures: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "shipped_fixtures"
    return installed if installed.is_dir() else package.parent / "fixtures"


# What the fields of ServeSettings say of themselves, in their order.
_DECLARED: Final[list[tuple[str, str, str, str, Callable[[str], Any]]]] = []


def _setting(
    default: Any,
    parse: Callable[[str], Any],
    metavar: str,
    text: str,
    *,
    short: str = "",
    default_text: str = "",
) -> Any:
    shown = default_text or ("" if default in (None, False, ()) else str(default))
    _DECLARED.append((metavar, text, short, shown, parse))
    return field(default_factory=default) if callable(default) else field(default=default)


class ServeSettings(Struct, frozen=True, kw_only=True):
    """The settings of `serve`."""

    host: str = _setting(
        "127.0.0.1",
        values.some,
        "HOST",
        "address to listen on; localhost means IPv4 and IPv6 loopback",
        short="-H",
    )
    port: int = _setting(
        7775, values.port, "PORT", "port to listen on; 0: any free one", short="-p"
    )
    port_file: Path | None = _setting(
        None,
        values.port_file,
        "FILE",
        "write the port to this file once it is bound; removed at exit",
    )
    fixtures: Path = _setting(
        default_fixtures,
        values.path,
        "PATH",
        "a YAML file, or a directory of them",
        default_text="the shipped ones",
    )
    scenario: str = _setting("normal", values.some, "NAME", "scenario to start under")
    profile: str = _setting(
        "documented",
        values.one_of(*PROFILES),
        "NAME",
        "answer as documented, as the real server, or as its branch for the web application: "
        + ", ".join(PROFILES),
    )
    http_status: str = _setting(
        "200",
        values.one_of(*HTTP_STATUS_MODES),
        "MODE",
        "HTTP status of documented codes: always 200, as the real server sends, or from-code, "
        "the one in digits 3-5 of the code",
    )
    watch: bool = _setting(False, values.switch, "", "reload the fixtures when they change")
    freeze_clock: int | None = _setting(
        None, parse_clock_time, "ISO", "stop the clock at this time, such as 2026-01-01T00:00:00Z"
    )
    seed: int | None = _setting(
        None, values.seed, "N", "make faults that have no seed of their own repeatable"
    )
    admin_token: str | None = _setting(
        None, usable_token, "TOKEN", "token that the control plane requires"
    )
    disable_admin: bool = _setting(
        False, values.switch, "", "disable the control plane except GET /health"
    )
    admin_allow_host: tuple[str, ...] = _setting(
        (),
        values.hosts,
        "HOST,…",
        "additional Host names that the control plane accepts",
    )
    admin_allow_origin: tuple[str, ...] = _setting(
        (), values.origins, "ORIGIN,…", "origins whose pages may call the control plane"
    )
    cors_allow_header: tuple[str, ...] = _setting(
        (),
        values.headers,
        "NAME,…",
        "further request headers that pages of other origins may send; no effect with "
        "--profile server or dashboard",
    )
    max_request_journal_entries: int = _setting(
        1000, values.amount(1_000_000), "N", "requests that each sandbox's journal keeps"
    )
    no_request_journal: bool = _setting(False, values.switch, "", "keep no journal")
    max_sandboxes: int = _setting(1000, values.amount(100_000), "N", "maximum number of sandboxes")
    state: str | None = _setting(
        None,
        values.state_url,
        "URL",
        "share all state with other processes: redis://[user:password@]host:port/db, rediss:// "
        "or unix://",
        default_text="in memory",
    )
    state_namespace: str = _setting(
        "animeloop-mock",
        values.namespace,
        "NAME",
        "which state of --state; processes with the same one are one mock",
    )
    threads: int = _setting(
        100,
        values.amount(1000),
        "N",
        "idle threads kept for waiting requests; more start on demand",
    )
    log_format: str = _setting(
        "text", values.one_of(*LOG_FORMATS), "FORMAT", "form of the request log: text or json"
    )
    color: str = _setting(
        "auto",
        values.one_of(*COLOR_MODES),
        "WHEN",
        "colors in the text form of the request log: auto (on a terminal), always or never",
    )
    quiet: bool = _setting(False, values.switch, "", "no banner and no request log")


class Setting(Struct, frozen=True):
    """The metadata of one field of ServeSettings."""

    field: str
    metavar: str
    help: str
    short: str
    default: str
    parse: Callable[[str], Any]

    @property
    def flag(self) -> str:
        return "--" + self.field.replace("_", "-")

    @property
    def variable(self) -> str:
        return ENV_PREFIX + self.field.upper()

    @property
    def is_switch(self) -> bool:
        return not self.metavar

    @property
    def is_list(self) -> bool:
        """Whether it takes several values; as a flag it can then be repeated."""
        return self.metavar.endswith(",…")

    def value(self, text: str, source: str) -> Any:
        """Parse the setting's value. Raises UsageError, which names the source."""
        try:
            return self.parse(text)
        except (SecretError, EntryError) as error:
            raise UsageError(f"{source}: {error}") from None
        except ValueError as error:
            raise UsageError(f"{source}: {error}, got {text!r}") from None


SETTINGS: Final = tuple(
    Setting(name, *declared)
    for name, declared in zip(ServeSettings.__struct_fields__, _DECLARED, strict=True)
)


def from_keywords(given: Mapping[str, Any]) -> ServeSettings:
    """Build the settings from keyword arguments, which are values or text like a flag's.

    Several values may come as a list or a tuple. Raises UsageError, which names the argument.
    """
    settings = {setting.field: setting for setting in SETTINGS}
    chosen: dict[str, Any] = {}
    for name, value in given.items():
        if name not in settings:
            raise UsageError(f"unknown argument {name!r}{did_you_mean(name, settings)}")
        if isinstance(value, (list, tuple)):
            if not value:
                continue
            value = ",".join(map(str, value))  # noqa: PLW2901  the same value as text
        is_text = isinstance(value, (str, int)) and not isinstance(value, bool)
        if (is_text and name != "freeze_clock") or isinstance(value, str):
            chosen[name] = settings[name].value(str(value), name)
        else:
            chosen[name] = value
    return ServeSettings(**chosen)


def from_environment(
    environment: Mapping[str, str], only: Collection[str] | None = None
) -> dict[str, Any]:
    """Read settings from environment variables; with `only`, just these fields.

    Empty values are ignored, and so are values that begin with `tcp://`, which Kubernetes injects
    for services. Raises UsageError, which names the variable.
    """
    found: dict[str, Any] = {}
    for setting in SETTINGS:
        text = environment.get(setting.variable)
        if not text or text.startswith("tcp://"):
            continue
        if only is not None and setting.field not in only:
            continue
        found[setting.field] = setting.value(text, setting.variable)
    return found
