"""A run over time: a row a job, a bar a step, from the first second to the last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from checker.workbook.pictures.style import (
    COLOURS,
    FONT,
    INK,
    LINE,
    PAPER,
    QUIET,
    TINTS,
    fitted,
    known,
    listed,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 40
"""Rows that are drawn."""
_NAMED = 0.11
"""Share of the width from which on a bar has room for its step's name."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A step: from when to when, in seconds since the run began."""

    name: str
    start: float
    end: float
    state: str = "success"

    @property
    def seconds(self) -> float:
        """How long it took."""
        return max(0.0, self.end - self.start)


@dataclass(frozen=True, slots=True)
class Row:
    """A job and the bars of its steps."""

    name: str
    bars: tuple[Bar, ...]

    @property
    def start(self) -> float:
        """When its first step began."""
        return min((bar.start for bar in self.bars), default=0.0)

    @property
    def end(self) -> float:
        """When its last step ended."""
        return max((bar.end for bar in self.bars), default=0.0)

    @property
    def longest(self) -> str:
        """The step that took longest."""
        return max(self.bars, key=lambda bar: bar.seconds).name if self.bars else "–"


def facts(rows: Iterable[Row]) -> dict[str, Any]:
    """Return what the text twin tells; nothing in it is a time, so it is the same in every run that went alike."""
    shown = _ordered(rows)
    first = [row.name for row in shown if not any(other.end <= row.start for other in shown)]
    later = [row.name for row in shown if row.name not in first]
    return {
        "rows": len(shown),
        "bars": sum(len(row.bars) for row in shown),
        "first": listed(sorted(first)),
        "later": listed(sorted(later)),
    }


def timeline(rows: Iterable[Row], title: str, seconds: str) -> Figure:
    """Draw when each step of each job ran; `seconds` names the axis."""
    from matplotlib.figure import Figure

    shown = _ordered(rows)
    last = max((row.end for row in shown), default=0.0) or 1.0
    figure = Figure(figsize=(8.2, 1.25 + 0.52 * max(len(shown), 1)), dpi=110, facecolor=PAPER)
    axes = figure.add_axes((0.19, 0.62 / figure.get_figheight(), 0.77, 1.0))
    height = figure.get_figheight()
    axes.set_position((0.19, 0.56 / height, 0.77, (height - 1.06) / height))
    axes.set_facecolor(PAPER)
    for number, row in enumerate(shown):
        for bar in row.bars:
            state = known(bar.state)
            axes.barh(
                number, bar.seconds, left=bar.start, height=0.62, facecolor=TINTS[state],
                edgecolor=COLOURS[state], linewidth=1.0, gid="bar",
            )  # fmt: skip
            share = bar.seconds / last
            if share >= _NAMED:
                axes.text(
                    bar.start + bar.seconds / 2, number, fitted(bar.name, int(share * 90)),
                    ha="center", va="center", fontsize=8, color=INK, family=FONT,
                )  # fmt: skip
    axes.set_yticks(range(len(shown)), [fitted(row.name, 20) for row in shown])
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.set_xlim(0, last * 1.02)
    axes.tick_params(length=0, labelsize=9, labelcolor=INK, labelfontfamily=FONT[0])
    axes.grid(axis="x", color=LINE, linewidth=0.7)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xlabel(seconds, color=QUIET, fontsize=9, family=FONT)
    figure.text(
        0.03, 1 - 0.33 / height, fitted(title, 80),
        fontsize=11, fontweight="bold", color=INK, family=FONT,
    )  # fmt: skip
    return figure


def _ordered(rows: Iterable[Row]) -> Sequence[Row]:
    return sorted(list(rows)[:MOST], key=lambda row: (round(row.start, 1), row.name))
