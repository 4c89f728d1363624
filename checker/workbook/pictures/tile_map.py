"""A map of tiles: what came of each row in each column, and where somebody had said otherwise.

Pipelines against faults, tests against mutants: whatever has a state at each crossing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from checker.workbook.pictures.style import (
    COLOURS,
    FONT,
    INK,
    LINE,
    MARKS,
    PAPER,
    QUIET,
    TINTS,
    card,
    fitted,
    known,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 40
"""Rows, and columns, that are drawn."""
_ROW, _TILE, _EDGE, _TOP, _FOOT = 0.42, 0.34, 0.28, 0.98, 0.62
_LETTER = 0.083
"""Inches that a letter of the fixed font takes."""
_MARK, _SMALL, _GAP = 0.28, 0.078, 0.22
"""Inches of a legend's mark, of a letter in it, and between two entries."""


@dataclass(frozen=True)
class Tiles:
    """Rows, columns, and a state at each crossing that is known."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    states: Mapping[tuple[str, str], str]
    """Row and column -> `success`, `failure` or `skipped`; absent where nobody knows yet."""
    surprises: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    """Crossings about which somebody had said otherwise."""

    @property
    def counts(self) -> Mapping[str, int]:
        """How many tiles have each state; the unknown ones under the empty one."""
        found = Counter(
            known(self.states.get((row, column), ""))
            for row in self.rows
            for column in self.columns
        )
        return {state: found[state] for state in ("success", "failure", "skipped", "")}


@dataclass(frozen=True, slots=True)
class Words:
    """The words around a map, in the reader's language."""

    title: str
    states: Mapping[str, str]
    """State -> what it means, in the order of the legend; the empty one is for the unknown."""
    surprise: str = ""
    """What a frame means; empty where there are none to come."""


def tile_map(tiles: Tiles, words: Words) -> Figure:
    """Draw a map: a light card with a tile at each crossing, its mark in it, and a legend under it."""
    rows, columns = tiles.rows[:MOST], tiles.columns[:MOST]
    left = _EDGE + _LETTER * max((len(fitted(row, 24)) for row in rows), default=0) + 0.3
    wide = max(0.74, _LETTER * max((len(fitted(one, 14)) for one in columns), default=0) + 0.2)
    legend = _legend_lines(words)
    width = max(left + wide * len(columns) + _EDGE, 6.4, *(_wide(line, words) for line in legend))
    foot = _FOOT + 0.24 * (len(legend) - 1)
    height = _TOP + _ROW * len(rows) + foot
    figure, axes = card(width, height)
    axes.text(_EDGE, height - 0.4, fitted(words.title, 80), fontsize=11, fontweight="bold", color=INK,
              family=FONT, gid="title")  # fmt: skip
    wide = (width - left - _EDGE) / max(len(columns), 1)
    for number, column in enumerate(columns):
        axes.text(left + wide * (number + 0.5), height - _TOP + 0.12, fitted(column, 14), fontsize=9, color=INK,
                  ha="center", family=["DejaVu Sans Mono"], gid="column")  # fmt: skip
    for place, row in enumerate(rows):
        y = height - _TOP - _ROW * (place + 0.5)
        axes.text(_EDGE, y, fitted(row, 24), fontsize=9, color=INK, va="center",
                  family=["DejaVu Sans Mono"], gid="row")  # fmt: skip
        for number, column in enumerate(columns):
            crossing = (row, column)
            _tile(axes, (left + wide * (number + 0.5), y), wide - 0.1, tiles.states.get(crossing, ""),
                  framed=crossing in tiles.surprises, name=f"tile:{row}:{column}")  # fmt: skip
    for line, entries in enumerate(legend):
        _legend(axes, entries, words, foot - 0.3 - 0.24 * line)
    return figure


def _tile(
    axes: Axes, middle: tuple[float, float], width: float, state: str, *, framed: bool, name: str
) -> None:
    from matplotlib.patches import FancyBboxPatch

    (x, y), state = middle, known(state)
    rounded = "round,pad=0,rounding_size=0.06"
    edge, thick = (INK, 2.2) if framed else (COLOURS[state] if state else LINE, 0.9)
    axes.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - _TILE / 2), width, _TILE, boxstyle=rounded, linewidth=thick, edgecolor=edge,
            facecolor=TINTS[state] if state else PAPER, gid=f"{name}:{state or 'unknown'}{':surprise' * framed}",
        )
    )  # fmt: skip
    axes.text(x, y, MARKS[state] if state else "?", fontsize=10, fontweight="bold", ha="center", va="center",
              color=COLOURS[state] if state else QUIET, family=FONT)  # fmt: skip


def _legend_lines(words: Words) -> Sequence[Sequence[str]]:
    """Return the states that the legend names, two or three a line, the frame last."""
    entries = [*words.states, *(["frame"] if words.surprise else [])]
    return [entries[start : start + 3] for start in range(0, len(entries), 3)]


def _meaning(entry: str, words: Words) -> str:
    return fitted(words.surprise if entry == "frame" else words.states[entry], 40)


def _wide(entries: Sequence[str], words: Words) -> float:
    """Return how wide a line of the legend is."""
    return 2 * _EDGE + sum(_MARK + _SMALL * len(_meaning(entry, words)) + _GAP for entry in entries)


def _legend(axes: Axes, entries: Sequence[str], words: Words, y: float) -> None:
    from matplotlib.patches import FancyBboxPatch

    x = _EDGE
    for entry in entries:
        state = known(entry)
        framed = entry == "frame"
        edge = INK if framed else (COLOURS[state] if state else LINE)
        axes.add_patch(
            FancyBboxPatch(
                (x, y - 0.08), 0.2, 0.16, boxstyle="round,pad=0,rounding_size=0.04", gid="legend", edgecolor=edge,
                linewidth=2.0 if framed else 0.9, facecolor=PAPER if framed or not state else TINTS[state],
            )
        )  # fmt: skip
        mark = "" if framed else (MARKS[state] if state else "?")
        axes.text(x + 0.1, y, mark, fontsize=7, fontweight="bold", ha="center", va="center",
                  color=COLOURS[state] if state else QUIET, family=FONT)  # fmt: skip
        text = _meaning(entry, words)
        axes.text(
            x + 0.28,
            y,
            text,
            fontsize=8.5,
            color=QUIET,
            va="center",
            family=FONT,
            gid="meaning",
        )
        x += _MARK + _SMALL * len(text) + _GAP
