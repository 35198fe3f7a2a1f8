"""The mock in a process of its own, which ends with its parent. `MockProcess` starts it.

`python -P server_main.py PATHS FLAG…`: PATHS are further entries of `sys.path` as JSON, the flags
those of `serve`. The end of standard input stops it.
"""

import json
import os
import signal
import sys
import threading
from importlib import import_module
from pathlib import Path
from types import ModuleType


def _own_package() -> None:
    """Make this package `mockserver`, whatever else of that name can be imported."""
    package = ModuleType("mockserver")
    package.__path__ = [str(Path(__file__).resolve().parent.parent)]
    sys.modules["mockserver"] = package


def _stop_with_parent() -> None:
    while os.read(0, 1024):
        pass
    if hasattr(signal, "pthread_kill"):  # only the main thread runs the handlers
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)
    else:
        os.kill(os.getpid(), signal.SIGTERM)


def run() -> int:
    """Serve until standard input ends. Returns the exit status."""
    paths, *flags = sys.argv[1:]
    sys.path.extend(path for path in json.loads(paths) if path not in sys.path)
    sys.argv = ["animeloop-mock", "serve", *flags]
    _own_package()
    main = import_module("mockserver.__main__").main
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    return int(main())


if __name__ == "__main__":
    sys.exit(run())
