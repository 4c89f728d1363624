"""Rows of a harvest."""

from pathlib import Path

KINDS = ("blueberry", "cranberry", "gooseberry")
DATA = Path("data/berries.csv")


def read(path: Path = DATA) -> list[tuple[float, float, str]]:
    """Return diameter in millimetres, weight in grams and kind of each berry."""
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    return [checked(line.split(",")) for line in lines]


def checked(cells: list[str]) -> tuple[float, float, str]:
    """Return a row as numbers. Raises ValueError for one that no berry has."""
    if len(cells) != 3:
        raise ValueError(f"expected 3 cells, not {len(cells)}")
    diameter, weight, kind = float(cells[0]), float(cells[1]), cells[2]
    if not 0 < diameter < 60 or not 0 < weight < 40:
        raise ValueError(f"no berry is {diameter} mm and {weight} g")
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of berry")
    return diameter, weight, kind
