"""Runs the real server with shortened limits, so that tests take seconds instead of minutes.

Usage: `python -m soak.shortened HEAD_S=1.5 -- [serve flags]`
"""

from __future__ import annotations

import sys

from mockserver.server import limits


def main(arguments: list[str]) -> int:
    """Set each NAME=VALUE in `mockserver/server/limits.py`, then run the command line."""
    split = arguments.index("--")
    for setting in arguments[:split]:
        name, _, value = setting.partition("=")
        usual = getattr(limits, name, None)
        if usual is None:
            print(f"mockserver/server/limits.py has no {name}", file=sys.stderr)
            return 2
        setattr(limits, name, type(usual)(float(value)))
    # Import late, because other modules copy the constants when they are imported.
    from mockserver.cli.main import main as serve  # noqa: PLC0415
    from mockserver.cli.signals import Signals  # noqa: PLC0415

    signals = Signals()
    signals.hold()
    return serve(arguments[split + 1 :], signals)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
