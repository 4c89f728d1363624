"""actions/setup-python: a fresh environment of the nearest Python of this machine, first on PATH."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from checker.campus.actions import pythons
from checker.campus.actions.said import (
    Refused,
    fail,
    given,
    hand_on,
    keep,
    lines,
    put_on_path,
    say,
    warn,
    workspace,
)


def asked_for() -> str:
    """Return the version that the inputs ask for; empty when they ask for none. Raises Refused."""
    if found := lines("python-version"):
        return found[-1]
    file = given("python-version-file")
    if not file:
        default = workspace() / ".python-version"
        return _first_line(default) if default.is_file() else ""
    path = workspace() / file
    if not path.is_file():
        raise Refused(
            f"the specified python version file at {file!r} does not exist; check the repository out"
            " first, or mend the path"
        )
    if path.name == "pyproject.toml":
        try:
            project = tomllib.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise Refused(f"{file} cannot be read: {error}") from None
        return str(project.get("project", {}).get("requires-python", ""))
    return _first_line(path)


def set_up(asked: str) -> str:
    """Make an environment, set outputs and variables, and return the Python that the environment is of."""
    known = pythons.from_text(os.environ.get("CAMPUS_PYTHONS", ""))
    version = pythons.nearest(known, asked)
    shown = f"{version[0]}.{version[1]}"
    folder = Path(os.environ["RUNNER_TEMP"]) / "pythons" / shown
    programs = pythons.make(known[version], folder, Path(os.environ["CAMPUS_TEMPLATES"]))
    full = subprocess.run(
        [str(programs / "python"), "-I", "-c", "import platform; print(platform.python_version())"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    exact = re.search(r"(\d+)\.(\d+)", asked)
    if exact and not re.match(r"\s*[<>~^]", asked) and (int(exact[1]), int(exact[2])) != version:
        have = ", ".join(f"{major}.{minor}" for major, minor in known)
        warn(
            f"Python {asked} is not installed on this machine (it has {have}): this is Python {full}"
        )
    say(f"Successfully set up CPython ({full})")
    put_on_path([programs])
    keep(
        {
            "pythonLocation": str(folder),
            "Python_ROOT_DIR": str(folder),
            "Python3_ROOT_DIR": str(folder),
        }
    )
    hand_on(
        {
            "python-version": full,
            "python-path": str(programs / "python"),
            "cache-hit": "false",
        }
    )
    return known[version]


def _first_line(path: Path) -> str:
    text = path.read_text(encoding="utf-8", errors="replace")
    return next(
        (line.strip() for line in text.splitlines() if line.strip()[:1] not in {"", "#"}), ""
    )


if __name__ == "__main__":
    try:
        set_up(asked_for())
    except Refused as error:
        fail(str(error))
        sys.exit(1)
