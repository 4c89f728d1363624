"""What the tests of stored notebooks share: which there are, and how one is held to what its cells give now."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from solutions.book import comparing, notebook
from solutions.book.source import sources

NEEDS = [
    pytest.mark.slow,
    pytest.mark.book,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="notebooks are made on Linux"),
]


def stored(language: str) -> list[Path]:
    """Return the notebooks that there have to be in a language: for students and solved, of every lesson."""
    return [
        notebook.place(path.stem, language, kind) for path in sources() for kind in notebook.KINDS
    ]


def hold(path: Path) -> None:
    """Fail for a notebook in which a cell fails, is skipped, or gives something else than is stored."""
    came = comparing.compared(path)
    assert came.holds, (
        f"{came.passed} of {came.cells} cells hold, {came.skipped} skipped\n{came.said}"
    )
