"""`python run_mock.py`: the mock, from a checkout."""

import sys


def run() -> int:
    """Run the command line, or say what is missing."""
    try:
        from mockserver.__main__ import main  # noqa: PLC0415

        return main()
    except KeyboardInterrupt:  # before the command line has taken hold of the signals
        return 130
    except ModuleNotFoundError as error:
        if sys.stderr is not None:
            print(
                f"run_mock.py: the package {error.name!r} is missing from this Python. "
                "'make setup' installs everything into .venv: then use .venv/bin/python, or "
                "activate .venv. Or run 'pip install -r requirements.txt'.",
                file=sys.stderr,
            )
        return 2


if __name__ == "__main__":
    sys.exit(run())
