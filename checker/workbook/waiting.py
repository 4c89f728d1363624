"""How long a defect stays unnoticed when changes are integrated every so many days: worked out, and drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CATCH = 0.8
"""The share of defects that the checks find at each integration."""


def within_days(every: float, share: float, catch: float = CATCH) -> float:
    """Return within how many days that share of defects is noticed, worked out instead of simulated.

    A defect waits for the next integration, which is any time up to `every` days away, and, as long as
    the checks overlook it, for one more.
    """
    missed = 0
    found = catch
    while found < share:
        missed += 1
        found += catch * (1 - catch) ** missed
    here = catch * (1 - catch) ** missed
    return every * (missed + (share - (found - here)) / here)


def noticing(
    waits: Mapping[int, Sequence[float]], label: Callable[[str], str]
) -> tuple[Figure, dict[str, float]]:
    """Draw days until a defect is noticed over days between integrations; return the figure and its facts.

    `waits` are, by interval, the sorted days of many defects.
    """
    from matplotlib.figure import Figure

    lines = {
        share: [days[int(share * len(days))] for days in waits.values()] for share in (0.5, 0.9)
    }
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot()
    intervals = list(waits)
    for share, name, style in ((0.9, "nine", "-"), (0.5, "half", "--")):
        (line,) = axes.plot(intervals, lines[share], style, marker="o", markersize=4)
        at = len(intervals) * 7 // 10
        axes.annotate(
            label(f"chart_{name}"),
            (intervals[at], lines[share][at]),
            xytext=(-8, 8),
            textcoords="offset points",
            ha="right",
            color=line.get_color(),
        )
    axes.set(xlabel=label("chart_x"), ylabel=label("chart_y"), xticks=intervals)
    axes.set_xlim(0, max(intervals) + 1)
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    facts = {
        "shortest": intervals[0], "longest": intervals[-1],
        "half_shortest": lines[0.5][0], "nine_shortest": lines[0.9][0],
        "half_longest": lines[0.5][-1], "nine_longest": lines[0.9][-1],
    }  # fmt: skip
    return figure, facts
