"""What works on this machine, and what it means for the lessons when something does not."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

AIRFLOW = "CHECKER_AIRFLOW"
"""Names the Python of an environment with Airflow, for whoever keeps it apart."""


def _program(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name, path=path()) is not None


def _module(*names: str) -> Callable[[], bool]:
    return lambda: all(importlib.util.find_spec(name) is not None for name in names)


def _campus() -> bool:
    return os.name == "posix" and _module("cryptography", "psutil", "starlette", "uvicorn")()


def _act() -> bool:
    if not _campus():
        return False
    from checker.campus.place import CampusError
    from checker.campus.runner import act

    try:
        act.program()
    except CampusError:
        return False
    return True


def airflow() -> str:
    """Return a Python that has Airflow, which may be one of its own environment; empty where there is none."""
    apart = os.environ.get(AIRFLOW, "")
    if apart:
        return apart if Path(apart).is_file() else ""
    return sys.executable if importlib.util.find_spec("airflow") is not None else ""


CAPABILITIES: Mapping[str, Callable[[], bool]] = {
    "git": _program("git"),
    "bash": _program("bash"),
    "campus": _campus,
    "act": _act,
    "buildah": _program("buildah"),
    "matplotlib": _module("matplotlib"),
    "mlflow": _module("mlflow", "boto3"),
    "airflow": lambda: bool(airflow()),
}
"""By name, how one sees that it is there; `[caps.NAME]` of the Lab's catalogue says what it is for."""


def has(name: str) -> bool:
    """Say whether something works here. Raises KeyError for what is none of `CAPABILITIES`."""
    return CAPABILITIES[name]()


def path() -> str:
    """Return where programs are looked for: first beside the Python that runs this, whatever the shell's PATH is."""
    return os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
