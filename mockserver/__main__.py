"""The entry point of `python -m mockserver` and of the installed `animeloop-mock`."""

import gc
import sys


def main() -> int:
    """Run the command line; the exit status.

    Takes hold of the signals before it imports anything that takes time.
    """
    gc.disable()  # start-up creates no garbage; `serve` and `exec` enable it again
    try:
        from mockserver.cli.signals import Signals  # noqa: PLC0415

        signals = Signals()
        signals.hold()
    except KeyboardInterrupt:
        return 130
    from mockserver.cli.main import main as run  # noqa: PLC0415

    return run(signals=signals)


if __name__ == "__main__":
    sys.exit(main())
