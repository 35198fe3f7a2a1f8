"""The connection to Redis: runs scripts with timeouts, and stays quiet while Redis is away.

After a failure no request waits for Redis again until a thread has found it well. So a Redis that
hangs delays one request a thread, and no request for more than `STATE_TIMEOUT_S` a step.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeAlias

import redis
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    MovedError,
    NoScriptError,
    RedisError,
    ResponseError,
)
from redis.retry import Retry

from mockserver.errors import StateUnavailableError
from mockserver.sandbox.redis.overdue import Overdue, connect_in_time
from mockserver.sandbox.rules import STATE_TIMEOUT_S
from mockserver.state.clock import monotonic

try:
    from hiredis import pack_command
except ImportError:  # redis-py was installed without it
    pack_command = None  # type: ignore[assignment]
_pack: Final[Any] = pack_command

Argument: TypeAlias = str | bytes | int

# How often a failed Redis is tried again.
_LOOK_S: Final = 0.1
# After a refusal, a success counts only after so long: a full Redis takes some writes.
_SETTLED_S: Final = 1.0
# How long a connection may take at the start.
_START_S: Final = 5.0
_WRITE_STEP: Final = "apply"
_SCRIPTS: Final = Path(__file__).with_name("scripts")
_log: Final = logging.getLogger("animeloop_mock")


class Script:
    """A Lua script of this package. `lists` are lists of names that it uses."""

    def __init__(self, name: str, lists: Mapping[str, Sequence[str]]) -> None:
        given = [f"local {one} = {{{_quoted(names)}}}" for one, names in lists.items()]
        parts = (_SCRIPTS / f"{part}.lua" for part in ("common", name))
        text = "\n".join([*given, *(part.read_text() for part in parts)])
        self.source: Final = text
        self.name: Final = name
        self.digest: Final = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


class RedisLink:
    """Runs scripts and commands on the keys of one namespace. Thread-safe.

    `base` is what every key begins with. Everything raises StateUnavailableError where Redis does
    not answer as it should. `on_return` is called when Redis answers again after a failure,
    `on_fork` when a child of this process first uses it.
    """

    def __init__(self, url: str, namespace: str) -> None:
        self.base: Final = f"{{{namespace}}}:"
        self._server_key: Final = self.base + "server"
        self._pool = redis.ConnectionPool.from_url(
            url,
            socket_timeout=STATE_TIMEOUT_S,
            socket_connect_timeout=STATE_TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
            health_check_interval=0,
            protocol=2,
            driver_info=None,
        )
        self._idle: list[Any] = []
        self._overdue = Overdue(STATE_TIMEOUT_S)
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._down: str | None = None
        self._told: str | None = None
        # The scripts and commands that Redis has refused since.
        self._refused: set[Argument] = set()
        self._refused_at = 0.0
        self._recovers = False
        self.on_return: Callable[[], None] = lambda: None
        self.on_fork: Callable[[], None] = lambda: None

    def run(self, script: Script, *arguments: Argument) -> Any:
        """Run a script. Returns its answer, with texts as bytes."""
        call = ("EVALSHA", script.digest, 1, self._server_key, *arguments)
        try:
            return self._ask(call, script.name)
        except NoScriptError:  # Redis was restarted, or its scripts were flushed
            return self._ask(("EVAL", script.source, *call[2:]), script.name)

    def command(self, *call: Argument) -> Any:
        """Run a command. Returns its answer, with texts as bytes."""
        return self._ask(call, call[0])

    def key(self, *parts: str) -> str:
        """Return the name of a key."""
        return self.base + ":".join(parts)

    def _ask(self, call: Sequence[Argument], kind: Argument) -> Any:
        if self._down is not None:
            if self._process == os.getpid():
                raise StateUnavailableError(self._down)
            self._forked()
        try:
            answer = self.ask_directly(call)
        except NoScriptError:
            raise
        except (RedisError, OSError) as error:
            raise self._failed(error, kind) from None
        if self._refused:
            self._succeeded(kind)
        return answer

    def ask_directly(self, call: Sequence[Argument]) -> Any:
        """Run a command whatever happened before. Raises RedisError."""
        connection = self._connection()
        is_good = False
        self._overdue.watch(connection)
        try:
            connection.send_packed_command(_packed(connection, call), check_health=False)
            answer = connection.read_response()
            is_good = True
        except ResponseError as error:
            # After a failover, another server may have the address.
            is_good = "READONLY" not in str(error)
            raise
        finally:
            self._overdue.unwatch(connection)
            if is_good:
                self._idle.append(connection)
            else:
                connection.disconnect()
        return answer

    def _connection(self) -> Any:
        """Return a connection that is open and that nobody else uses.

        The pool of redis-py costs as much as a whole step, so idle connections are kept here.
        """
        if self._process != os.getpid():
            self._forked()
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._pool.connection_class(**self._pool.connection_kwargs)
        else:
            try:
                if not connection.can_read():
                    return connection
            except (RedisError, OSError):
                pass
            connection.disconnect()  # Redis has closed it
        connect_in_time(connection, STATE_TIMEOUT_S if self._recovers else _START_S)
        return connection

    def _forked(self) -> None:
        """Begin anew, because a server has forked: connections and threads are its parent's."""
        self._process = os.getpid()
        self._idle, self._overdue = [], Overdue(STATE_TIMEOUT_S)
        self._lock = threading.Lock()
        self._down = self._told = None
        self._refused = set()
        self.on_fork()

    def _close_idle(self) -> None:
        while self._idle:
            with suppress(IndexError):
                self._idle.pop().disconnect()

    def subscriber(self) -> Any:
        """Return a connection for messages. Raises RedisError when it is used."""
        client: Any = redis.Redis(connection_pool=self._pool)
        return client.pubsub()

    def recover(self) -> None:
        """From now on, log failures, and look for a Redis that has failed until it is back."""
        self._recovers = True

    def _failed(self, error: RedisError | OSError, kind: Argument) -> StateUnavailableError:
        detail = f"Redis cannot be used: {in_short(error)}"
        if not self._recovers:
            return StateUnavailableError(detail)
        with self._lock:
            is_news, self._told = self._told is None, detail
            # Redis has answered, though with a refusal: the next request may ask again.
            is_first = False
            if _is_answer(error):
                self._refused.add(kind)
                self._refused_at = monotonic()
            elif self._down is None:
                is_first, self._down = True, detail
            if is_news:
                _log.warning("%s; until it can, what needs it gets a database error or 503", detail)
        if is_first:
            threading.Thread(target=self._look_for_it, daemon=True).start()
        return StateUnavailableError(detail)

    def _look_for_it(self) -> None:
        """Wait until Redis answers, then let requests use it again."""
        pause = threading.Event()
        while True:
            self._close_idle()
            try:
                self.ask_directly(("PING",))
            except (RedisError, OSError):
                pause.wait(_LOOK_S)
            else:
                break
        with self._lock:
            self._down = None
            self._say_well_again()
        self.on_return()

    def _succeeded(self, kind: Argument) -> None:
        """Note that Redis no longer refuses this script or command.

        Others that succeed are no news: a full Redis can be read, for example. The write step of
        the requests stands for all, because others may not be tried again.
        """
        with self._lock:
            if monotonic() < self._refused_at + _SETTLED_S:
                return
            if kind == _WRITE_STEP:
                self._refused.clear()
            self._refused.discard(kind)
            if not self._refused and self._down is None:
                self._say_well_again()

    def _say_well_again(self) -> None:
        """Say once that the failure is over, if it is. The caller has the lock."""
        if self._told is not None and not self._refused:
            self._told = None
            _log.warning("Redis can be used again")


def _packed(connection: Any, call: Sequence[Argument]) -> list[bytes]:
    """Return a command in Redis' protocol.

    redis-py looks at each argument again before it passes them on to hiredis, which takes longer
    than all the rest of a step.
    """
    packed: list[bytes]
    packed = [_pack(tuple(call))] if _pack else connection.pack_command(*call)
    return packed


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _is_answer(error: RedisError | OSError) -> bool:
    return isinstance(error, ResponseError) and not isinstance(
        error, AuthenticationError | AuthorizationError
    )


def in_short(error: RedisError | OSError) -> str:
    """Return what went wrong, in a part of a sentence."""
    text = str(error).strip() or type(error).__name__
    if isinstance(error, MovedError):
        return "another node of the cluster has the keys now; start the mock again"
    # What a command in a script answered, without the script and its line.
    text = re.sub(r"^.*@user_script:? ?\d*:? ?-?(?=[A-Z]+ )|(?<=\.) script: .*", "", text)
    return text.splitlines()[0].rstrip(".")
