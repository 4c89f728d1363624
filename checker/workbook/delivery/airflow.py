"""Airflow itself, where it is installed: asked in a child process, which loads the DAGs."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.workbook.delivery.dagbag import MARK

SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Said:
    """What Airflow said of folders."""

    version: str
    errors: tuple[str, ...]
    """Folders with an error, by name."""
    silent: tuple[str, ...]
    """Those without."""


def load(program: str, folders: Sequence[Path]) -> Said | None:
    """Let Airflow load folders of DAGs; None when it does not answer."""
    words = [program, "-P", str(Path(__file__).with_name("dagbag.py")), *map(str, folders)]
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8",
            errors="replace", timeout=SECONDS, check=False,
        )  # fmt: skip
        line = next(one for one in done.stdout.splitlines() if one.startswith(MARK))
        found: dict[str, Any] = json.loads(line.removeprefix(MARK))
    except (OSError, subprocess.SubprocessError, StopIteration, ValueError):
        return None
    named = {Path(folder).name: one for folder, one in found["folders"].items()}
    errors = tuple(name for name, one in named.items() if one["errors"])
    return Said(found["version"], errors, tuple(name for name in named if name not in errors))
