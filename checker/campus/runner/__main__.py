"""`python -m checker.campus.runner --place FOLDER`: work off the events of a campus until told to stop."""

from __future__ import annotations

import argparse
import signal
import threading
from pathlib import Path

from checker.campus.place import Place
from checker.campus.runner.serving import Runner


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m checker.campus.runner")
    parser.add_argument("--place", type=Path, required=True, help="folder of the campus")
    parser.add_argument("--at-once", type=int, default=0, help="runs executed side by side")
    given = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with Runner(Place.open(given.place), at_once=given.at_once, say=_say) as runner:
        runner.serve(stop)


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
