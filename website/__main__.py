"""`python -m website build|refresh`."""

from __future__ import annotations

import argparse
import sys

from website import builder, pages


def main() -> int:
    """Carry out one of the two commands. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m website", description=__doc__)
    parser.add_argument("command", choices=("build", "refresh"))
    if parser.parse_args().command == "refresh":
        for page in pages.refresh():
            print(f"wrote {page}")
        return 0
    return builder.build()


if __name__ == "__main__":
    sys.exit(main())
