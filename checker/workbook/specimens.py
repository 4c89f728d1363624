"""Eight workflows for one small project, and what became of five changes that a pull request brought to each.

The changes are real and the runs were: `python -m solutions.specimens map` makes `map.json` anew.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

Colour = Literal["green", "red", "none"]
"""How the run of a pull request ends; `none` where there is no run at all."""

FOLDER = Path(__file__).parent / "lessons" / "files" / "04_a_pipeline_that_goes_red" / "specimens"
STRICT = "strict"
SPECIMENS = (
    STRICT,
    "exit_zero",
    "or_true",
    "continue_on_error",
    "pipe",
    "if_false",
    "only_main",
    "rewrites",
)
"""The one that is right, then seven with one line that is not."""
CHANGES: Mapping[str, str] = {
    "good": "",
    "lint": "unused-import",
    "format": "format",
    "test": "failing-test",
    "import": "missing-module",
}
"""What a pull request brings, and the fault of `checker prove` it is; the good one has none."""
FAULTS = tuple(change for change, fault in CHANGES.items() if fault)


@cache
def truth() -> Mapping[str, Mapping[str, Colour]]:
    """Return how each run ended: specimen -> change -> colour."""
    found: dict[str, dict[str, Colour]] = json.loads(
        (FOLDER.parent / "map.json").read_text(encoding="utf-8")
    )["runs"]
    return found


def let_through(specimen: str) -> frozenset[str]:
    """Return the faults that a specimen lets through: no red run stands in their way."""
    return frozenset(change for change in FAULTS if truth()[specimen][change] != "red")


def assembled(specimen: str, folder: Path) -> Path:
    """Put the project and one of the workflows together in a folder, and return it."""
    shutil.copytree(
        FOLDER / "project",
        folder,
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns("__pycache__", ".*"),
    )
    target = folder / ".github" / "workflows" / "ci.yml"
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(FOLDER / f"{specimen}.yml", target)
    return folder
