"""How far each day's data lie from what the model learned from: a line, a threshold, and where trainings began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from checker.workbook.pictures.style import COLOURS, FONT, INK, LINE, PAPER, QUIET, TINTS, listed

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def in_words(
    days: Sequence[int], distances: Sequence[float], trainings: Sequence[int], threshold: float
) -> dict[str, object]:
    """Return what the text twin tells: days, those above the threshold, those on which a training began."""
    above = [str(day) for day, far in zip(days, distances, strict=True) if far >= threshold]
    return {
        "days": len(days),
        "threshold": f"{threshold:g}",
        "above": listed(above),
        "trainings": listed([str(one) for one in trainings]),
    }


def drift_line(
    days: Sequence[int],
    distances: Sequence[float],
    trainings: Sequence[int],
    threshold: float,
    cooldown: int,
    words: Mapping[str, str],
) -> Figure:
    """Draw the distances; `words` are `title`, `day`, `distance`, `threshold`, `training` and `cooldown`."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.2, 3.6), dpi=110, facecolor=PAPER, layout="constrained")
    axes = figure.add_subplot()
    axes.set_facecolor(PAPER)
    top = max([*distances, threshold]) * 1.3
    for number, day in enumerate(trainings):
        label = words["cooldown"] if number == 0 else None
        axes.axvspan(
            day, day + cooldown, facecolor=TINTS[""], edgecolor=PAPER, linewidth=3, label=label,
            gid="cooldown",
        )  # fmt: skip
    axes.axhline(
        threshold, color=COLOURS["failure"], linewidth=1.2, linestyle="--",
        label=words["threshold"], gid="threshold",
    )  # fmt: skip
    axes.plot(
        days, distances, color=COLOURS[""], linewidth=1.6, marker="o", markersize=4,
        label=words["distance"], gid="distance",
    )  # fmt: skip
    by_day = dict(zip(days, distances, strict=True))
    axes.plot(
        list(trainings), [by_day.get(day, 0.0) for day in trainings], linestyle="none", marker="v",
        markersize=11, color=INK, label=words["training"], gid="training",
    )  # fmt: skip
    axes.set_xlim(min(days, default=0) - 0.5, max(days, default=1) + 0.5)
    axes.set_ylim(0, top)
    axes.set_title(
        words["title"], loc="left", fontsize=11, fontweight="bold", color=INK, family=FONT
    )
    axes.set_xlabel(words["day"], color=QUIET, fontsize=9, family=FONT)
    axes.tick_params(length=0, labelsize=8.5, labelcolor=INK)
    axes.grid(axis="y", color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_visible(False)
    figure.legend(loc="outside lower left", ncols=4, frameon=False, fontsize=9)
    return figure
