"""Opens the state in Redis, or says in one sentence why that is not possible."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qs, urlsplit, urlunsplit

from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    InvalidResponse,
    NoPermissionError,
    RedisError,
    ResponseError,
)

from mockserver.errors import NoStateError, StateUnavailableError, UsageError
from mockserver.fixtures.model import Fixtures
from mockserver.sandbox.redis.backend import RedisBackend
from mockserver.sandbox.redis.link import RedisLink, in_short
from mockserver.sandbox.redis.records import CENTRAL, PARTS
from mockserver.sandbox.rules import DEFAULT_ID, STATE_TIMEOUT_S, Rules

_OLDEST: Final = (6, 2)
_BATCH: Final = 500
# The parameters of a URL. Those of redis-py's that change how it talks to Redis are not for users.
OPTIONS: Final = (
    "db", "client_name", "ssl_ca_certs", "ssl_ca_path", "ssl_cert_reqs", "ssl_certfile",
    "ssl_check_hostname", "ssl_keyfile", "ssl_password",
)  # fmt: skip
CHANNELS: Final = ("bell", "changes")


def open_backend(
    url: str, namespace: str, fixtures: Fixtures, rules: Rules, max_sandboxes: int
) -> RedisBackend:
    """Return the backend for the state in this Redis.

    Raises NoStateError if Redis cannot be reached, UsageError if it is the wrong one, and the
    errors of RedisBackend.
    """
    link = reached_link(url, namespace)
    _try_channels(link, url)
    try:
        backend = RedisBackend(link, fixtures, rules, max_sandboxes)
    except StateUnavailableError as error:
        if "WRONGTYPE" in str(error):
            raise UsageError(
                f"--state: keys that begin with {link.base} are not those of animeloop-mock; "
                "choose another --state-namespace"
            ) from None
        raise NoStateError(f"--state: {error}") from None
    link.recover()
    backend.listen()
    return backend


def _try_channels(link: RedisLink, url: str) -> None:
    """Raise UsageError if the user of the URL may not use the channels of the namespace."""
    subscriber = link.subscriber()
    try:
        for channel in map(link.key, CHANNELS):
            link.ask_directly(("PUBLISH", channel, ""))
            subscriber.subscribe(channel)
            subscriber.get_message(timeout=STATE_TIMEOUT_S)
    except NoPermissionError:
        raise UsageError(
            f"--state: the user at {shown(url)} has no right to the channels {link.base}*; "
            f"give it with ACL SETUSER and &{link.base}*, see docs/shared-state.md"
        ) from None
    except (RedisError, OSError) as error:
        raise NoStateError(f"--state: no Redis at {shown(url)}: {in_short(error)}") from None
    finally:
        subscriber.close()


def remove_state(url: str, namespace: str) -> int:
    """Remove all keys of a namespace. Returns how many there were.

    Raises NoStateError or UsageError as `open_backend`.
    """
    link = reached_link(url, namespace)
    # These at once, because a mock that runs makes them anew, and those must stay.
    central = [link.key(name) for name in CENTRAL]
    central += [link.key(DEFAULT_ID, part) for part in PARTS]
    seen = {key.encode() for key in central}
    cursor = b"0"
    try:
        removed: int = link.command("UNLINK", *central)
        while True:
            cursor, found = link.command("SCAN", cursor, "MATCH", f"{link.base}*", "COUNT", _BATCH)
            keys = [key for key in found if key not in seen]
            if keys:
                removed += link.command("UNLINK", *keys)
            if cursor == b"0":
                link.command("PUBLISH", link.key("changes"), DEFAULT_ID)  # ends delays
                return removed
    except StateUnavailableError as error:
        raise NoStateError(f"--state: {error}") from None


def reached_link(url: str, namespace: str) -> RedisLink:
    """Return a connection to a Redis that answers and is recent enough."""
    place = shown(url)
    _refuse_options(url)
    try:
        link = RedisLink(url, namespace)
        found = link.ask_directly(("INFO", "server"))
        found = found if isinstance(found, bytes) else b""  # what is no Redis may answer anything
        if b"redis_mode:cluster" in found or b"server_mode:cluster" in found:
            link = RedisLink(_url_in_cluster(link, url), namespace)
    except (AuthenticationError, AuthorizationError, NoPermissionError) as error:
        raise UsageError(
            f"--state: {place} refuses the user or password: {in_short(error)}"
        ) from None
    except InvalidResponse:
        raise NoStateError(f"--state: what answers at {place} is no Redis") from None
    except ResponseError as error:
        refused = "NOAUTH" in str(error) or "WRONGPASS" in str(error)
        if refused:
            raise UsageError(f"--state: {place} requires a password") from None
        raise UsageError(f"--state: {place} refuses: {error}") from None
    except (RedisError, OSError) as error:
        raise NoStateError(f"--state: no Redis at {place}: {in_short(error)}") from None
    except ValueError as error:
        raise UsageError(f"--state: {error}") from None
    version = re.search(rb"redis_version:(\d+)\.(\d+)", found)
    if version is None:
        raise NoStateError(f"--state: what answers at {place} is no Redis")
    if (int(version[1]), int(version[2])) < _OLDEST:
        number = f"{int(version[1])}.{int(version[2])}"
        raise UsageError(f"--state: {place} is Redis {number}; expected 6.2 or newer")
    return link


def _url_in_cluster(link: RedisLink, url: str) -> str:
    """Return the URL of the node of a Redis Cluster that has the keys of the namespace."""
    slot = link.ask_directly(("CLUSTER", "KEYSLOT", link.key("server")))
    for first, last, master, *_ in link.ask_directly(("CLUSTER", "SLOTS")):
        if first <= slot <= last:
            # A node that does not know its own address names none.
            host, port = (master[0] or b"").decode(), master[1]
            host = f"[{host}]" if ":" in host else host
            parts = urlsplit(url)
            if host in {"", "?"} or parts.scheme == "unix":
                return url
            login, at, _ = parts.netloc.rpartition("@")
            return urlunsplit(parts._replace(netloc=f"{login}{at}{host}:{port}"))
    raise NoStateError(f"--state: the cluster at {shown(url)} serves no slot {slot}")


def _refuse_options(url: str) -> None:
    """Raise UsageError for a parameter of the URL that changes more than where Redis is."""
    names = parse_qs(urlsplit(url).query, keep_blank_values=True)
    for name in names:
        if name not in OPTIONS:
            raise UsageError(
                f"--state: unknown parameter {name!r} in the URL; expected one of "
                + ", ".join(OPTIONS)
            )


def shown(url: str) -> str:
    """Return a URL without its password."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"
