"""Stored outputs compared with what the cells give now: by nbval, strictly, and then to the byte."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from solutions.book.execution import settled, stored
from solutions.book.notebook import Kind, notebook
from solutions.book.source import Lesson
from solutions.book.world import world

_EXACT = Path(__file__).parent / "exact.py"
_CELL_SECONDS = 300
_SETTINGS = "[pytest]\nfilterwarnings = error\n"


@dataclass(frozen=True)
class Compared:
    """What came of comparing a notebook."""

    cells: int = 0
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    said: str = ""
    """What nbval printed."""

    @property
    def holds(self) -> bool:
        """Whether every cell was run and gave what is stored."""
        return 0 < self.cells == self.passed and not self.failed and not self.skipped


def compared(path: Path) -> Compared:
    """Run a stored notebook under nbval in a world of its own."""
    with world() as here:
        folder = here.root / "notebooks"
        folder.mkdir()
        shutil.copy(path, folder)
        shutil.copy(_EXACT, folder / "conftest.py")
        (folder / "pytest.ini").write_text(_SETTINGS, encoding="utf-8")
        words = [
            sys.executable,
            "-m",
            "pytest",
            "--disable-plugin-autoload",
            "-pnbval.plugin",
            "--nbval",
            path.name,
            "--nbval-kernel-name=python3",
        ]
        words += [
            f"--nbval-cell-timeout={_CELL_SECONDS}",
            "--color=no",
            "-q",
            "-p",
            "no:cacheprovider",
        ]
        status, said = here.run(*words, folder=folder)
        if spoken := here.spoken():
            return Compared(failed=1, said=f"{spoken}\n{said}")
        counts = folder / "counts.json"
        if not counts.is_file():
            return Compared(failed=1, said=said or f"nbval ended with status {status}")
        return Compared(**json.loads(counts.read_text(encoding="utf-8")), said=said)


def differs(lesson: Lesson, language: str, kind: Kind, text: str) -> str:
    """Return how a stored notebook differs from what its source makes, its outputs aside; empty when it does not.

    With outputs that nbval holds to be the present ones, the bytes are those of a new build.
    """
    import nbformat

    found = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    if stored(found) != text:
        return "it was written by something else than the builder"
    made = settled(notebook(lesson, language, kind))
    for cell in found.cells:
        if cell.cell_type == "code":
            if cell.execution_count is None:
                return "it was not executed"
            cell.outputs = []
    if stored(found) == stored(made):
        return ""
    for one, other in zip(found.cells, made.cells, strict=False):
        if one != other:
            return f"its cell {one.id} is not what the source makes of {other.id}"
    return f"it has {len(found.cells)} cells; the source makes {len(made.cells)}"
