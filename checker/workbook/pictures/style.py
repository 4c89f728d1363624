"""How all pictures look: a light card with dark letters, which reads well on a light page and on a dark one.

No state is told by its colour alone: each has a mark, for people who see red and green alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PAPER = "#fbfaf6"
INK = "#22272e"
QUIET = "#68707c"
LINE = "#c9ccd1"

COLOURS = {
    "success": "#1f7a54",
    "failure": "#b9382c",
    "skipped": "#7a828e",
    "cancelled": "#7a828e",
    "": "#3864ad",
}
"""By how something went; the last is for what has not run."""
TINTS = {
    "success": "#e2f2e9",
    "failure": "#fae3df",
    "skipped": "#eeeff1",
    "cancelled": "#eeeff1",
    "": "#e6edf8",
}
MARKS = {"success": "✓", "failure": "✗", "skipped": "–", "cancelled": "–", "": "•"}
FONT = ("DejaVu Sans",)
"""It comes with matplotlib, has Cyrillic letters and the marks, and is the same on every machine."""


def known(state: str) -> str:
    """Return a state that has a colour and a mark; nothing for any other."""
    return state if state in MARKS else ""


def card(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a card of so many inches, and axes over the whole of it, an inch a unit from its lower left corner."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=110, facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(0, height)
    axes.set_axis_off()
    return figure, axes


def fitted(text: str, most: int) -> str:
    """Return a text of at most so many characters; what is too long ends in `…`."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def listed(names: Sequence[str]) -> str:
    """Return names as a text twin lists them; a dash for none."""
    return ", ".join(names) or "–"
