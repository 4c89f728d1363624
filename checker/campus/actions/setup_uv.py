"""astral-sh/setup-uv: the uv of this machine, and a Python when one is asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from checker.campus.actions.said import Refused, fail, given, hand_on, keep, put_on_path, say, warn
from checker.campus.actions.setup_python import set_up


def find() -> Path:
    """Return uv: of this environment, or of the machine. Raises Refused when there is none."""
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.is_file() else shutil.which("uv")
    if found is None:
        raise Refused(
            "uv is not installed on this machine, and the campus downloads none; pip install uv"
        )
    return Path(found)


def main() -> None:
    """Put uv on PATH. Raises Refused."""
    uv = find()
    try:
        version = metadata.version("uv")
    except metadata.PackageNotFoundError:
        done = subprocess.run([str(uv), "--version"], capture_output=True, text=True, check=True)
        version = done.stdout.split()[1]
    asked = given("version")
    if asked and asked != "latest" and not version.startswith(asked.lstrip("v~^>=< ")):
        warn(f"uv {asked} is not installed on this machine: this is {version}")
    folder = Path(os.environ["RUNNER_TEMP"]) / "uv"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("uv", "uvx"):  # uv alone: beside it lie programs that are none of the job's
        link, target = folder / name, uv.with_name(name)
        if target.is_file() and not link.exists():
            link.symlink_to(target)
    cache = folder / "cache"
    keep({"UV_CACHE_DIR": str(cache), "UV_PYTHON_DOWNLOADS": "never"})
    if wanted := given("python-version"):
        keep({"UV_PYTHON": set_up(wanted)})
    put_on_path([folder])
    say(f"Successfully installed uv version {version}")
    hand_on({"uv-version": version, "uv-path": str(folder / "uv"), "uvx-path": str(folder / "uvx")})


if __name__ == "__main__":
    try:
        main()
    except Refused as error:
        fail(str(error))
        sys.exit(1)
