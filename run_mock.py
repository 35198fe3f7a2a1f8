"""`python run_mock.py`: the mock, from a checkout."""

import sys


def run() -> int:
    """Run the command line, or say what is missing."""
    try:
        from mockserver.cli.main import main  # noqa: PLC0415
    except ModuleNotFoundError as error:
        print(
            f"run_mock.py: the package {error.name!r} is missing; "
            "'make run' sets up everything, or run 'pip install -r requirements.txt'",
            file=sys.stderr,
        )
        return 2
    return main()


if __name__ == "__main__":
    sys.exit(run())
