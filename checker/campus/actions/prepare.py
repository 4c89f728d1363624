"""The step before all steps of a job: a Python for jobs that set none up, and a word on what does not run here."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from checker.campus.actions import pythons
from checker.campus.actions.said import fail, put_on_path, say
from checker.campus.images.program import command

_WHY = {
    "container": "`container:` needs a Docker engine, and the campus has none; leave it out",
    "services": "`services:` needs a Docker engine, and the campus has none; start the service in a step",
}


def main() -> int:
    """Prepare a job and return its status."""
    if refused := os.environ.get("CAMPUS_REFUSED", ""):
        fail(_WHY[refused])
        return 1
    docker = Path(os.environ["RUNNER_TEMP"]) / "docker"
    if os.environ.get("CAMPUS_REGISTRY"):
        command(docker)
    put_on_path([docker])
    asked = os.environ.get("CAMPUS_DEFAULT_PYTHON", "3.12")
    if asked == "none":
        say("The steps run on this machine")
        return 0
    known = pythons.from_text(os.environ.get("CAMPUS_PYTHONS", ""))
    version = pythons.nearest(known, asked)
    folder = Path(os.environ["RUNNER_TEMP"]) / "pythons" / "default"
    put_on_path([pythons.make(known[version], folder, Path(os.environ["CAMPUS_TEMPLATES"]))])
    say(f"The steps run on this machine, with Python {version[0]}.{version[1]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
