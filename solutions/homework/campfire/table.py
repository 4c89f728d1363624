"""CSV files: a header, numbers, and the class in the last column."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Table:
    """Rows of numbers, and one label for each."""

    columns: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]
    labels: tuple[str, ...]


def read(path: Path) -> Table:
    """Read a table; the last column holds the labels.

    Raises ValueError with the line's number where a cell is no number or a row has another length.
    """
    with path.open(newline="", encoding="utf-8") as file:
        lines = csv.reader(file)
        columns = tuple(next(lines, ()))
        rows, labels = [], []
        for line in lines:
            if len(line) != len(columns):
                raise ValueError(f"{path}:{lines.line_num}: expected {len(columns)} cells")
            try:
                rows.append(tuple(float(cell) for cell in line[:-1]))
            except ValueError as error:
                raise ValueError(f"{path}:{lines.line_num}: {error}") from None
            labels.append(line[-1])
    return Table(columns, tuple(rows), tuple(labels))
