"""How long `checker --version` takes: python benchmarks/start_up.py [RUNS]."""

from __future__ import annotations

import sys

from clock import program, race, report


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    contenders = {
        "checker --version": [[program("checker"), "--version"]],
        "repo-review --version": [[program("repo-review"), "--version"]],
        "python -c pass": [[sys.executable, "-c", "pass"]],
    }
    report(f"start-up, median of {runs} runs", race(contenders, runs))


if __name__ == "__main__":
    main()
