"""Programs that checks start, such as ruff and pytest on files of a student: alike everywhere, and not for ever."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from checker.workbook import capabilities, shell
from checker.workbook.shell import Ended

_VARIABLES = {
    "PYTEST_ADDOPTS": "",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # what happens to be installed changes no verdict
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONIOENCODING": "utf-8",
    "PYTHONPATH": "",
    "RUFF_NO_CACHE": "true",
}


def run(
    words: Sequence[str],
    folder: Path,
    *,
    seconds: float = 60.0,
    variables: Mapping[str, str] | None = None,
) -> Ended:
    """Run a program in a folder; it and whatever it starts are ended after some seconds.

    `python` as its first word is the Python that runs this.
    """
    command = [sys.executable, *words[1:]] if words[0] == "python" else list(words)
    settings = {**_VARIABLES, "PATH": capabilities.path(), **(variables or {})}
    return shell.run(f"exec {shlex.join(command)}", folder, settings, seconds)
