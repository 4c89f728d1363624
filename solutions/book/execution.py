"""Notebooks executed in worlds of their own, and what is stored of that: outputs, and nothing about when or where."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from solutions.book.source import Lesson
from solutions.book.world import world

_TELLTALE = re.compile(
    r"(127\.0\.0\.1|localhost):\d+|\S*/book-\w+|\S*/site-packages|\bat 0x[0-9a-f]+"
)
_WORKER = Path(__file__).parent / "worker.py"


class RunFailed(Exception):
    """Why a notebook could not be run to its end, with the failing cell's traceback."""


def executed(made: Any, *, proof: bool = False) -> Any:
    """Return a notebook with its outputs. Raises RunFailed for a cell that raises or a connection to elsewhere."""
    import nbformat

    with world() as here:
        folder = here.root / "notebooks"
        folder.mkdir()
        before, after = here.root / "before.ipynb", folder / "here.ipynb"
        nbformat.write(made, before)  # type: ignore[no-untyped-call]
        words = [sys.executable, str(_WORKER), str(before), str(after), *(["--proof"] * proof)]
        status, said = here.run(*words, folder=folder)
        spoken = "" if proof else here.spoken()
        if status or spoken or not after.is_file():
            lines = (spoken, said or f"the run ended with status {status}")
            raise RunFailed("\n".join(line for line in lines if line))
        return nbformat.read(after, as_version=4)  # type: ignore[no-untyped-call]


def settled(made: Any) -> Any:
    """Return an executed notebook as it is stored: counted from 1, streams whole, no trace of the machine."""
    count = 0
    for cell in made.cells:
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count
        cell.metadata.pop("execution", None)
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
    made.metadata = {key: made.metadata[key] for key in ("kernelspec", "language_info")}
    made.metadata["language_info"] = {"name": "python"}
    return made


def stored(made: Any) -> str:
    """Return a notebook as the text of its file."""
    import nbformat

    return str(nbformat.writes(made)).rstrip("\n") + "\n"  # type: ignore[no-untyped-call]


def objections(lesson: Lesson, made: Any) -> list[str]:
    """Return what may not stand in a stored notebook: warnings, errors, paths of the run."""
    found = []
    lines = {cell.key.replace(".", "-"): cell.line for cell in lesson.cells if cell.kind == "code"}
    for cell in made.cells:
        for output in cell.get("outputs", ()):
            where = f"{lesson.path.name}:{lines.get(cell.id, 1)}"
            said = output.get("text", "") or "\n".join(
                str(text)
                for kind, text in output.get("data", {}).items()
                if kind.startswith("text/")
            )
            if output.output_type == "error" or output.get("name") == "stderr":
                found.append(f"{where}: the cell {cell.id} warns: {said.strip()[:500]}")
            if telltale := _TELLTALE.search(said):
                found.append(
                    f"{where}: the cell {cell.id} shows {telltale[0]!r}, which differs from run to run"
                )
    return found
