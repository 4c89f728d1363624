"""The command `checker`: the only package that reads arguments and the environment, prints, exits."""

from __future__ import annotations

import sys

from checker import __version__


def main() -> None:
    """Run the command line and exit with its status."""
    if sys.argv[1:] == ["--version"]:  # asked often, by scripts: answered before click is imported
        sys.stdout.write(f"checker {__version__}\n")
        return
    from checker.cli.commands import run

    sys.exit(run(sys.argv[1:]))
