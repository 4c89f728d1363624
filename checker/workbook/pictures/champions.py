"""What two addresses served over time, `@latest` and `@champion`, as the registry told it at each moment."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from checker.workbook import model_versions as models
from checker.workbook.pictures.style import COLOURS, FONT, INK, LINE, PAPER, QUIET, fitted, listed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 12
"""Moments that are drawn, the last ones."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What the registry said at a moment."""

    label: str
    newest: int
    champion: int
    """0 for none."""
    accuracies: tuple[tuple[int, float], ...] = ()
    """Of each version that there was."""

    def of(self, number: int) -> float:
        """Return the accuracy of a version; NaN for one that there was not."""
        return dict(self.accuracies).get(number, math.nan)


def moment(label: str) -> Moment:
    """Ask the registry for the versions of the student's model, and for the one that the alias points at."""
    found = models.versions()
    champion = next((one.number for one in found if models.CHAMPION in one.aliases), 0)
    newest = max((one.number for one in found), default=0)
    return Moment(label, newest, champion, tuple((one.number, one.accuracy) for one in found))


def facts(history: Sequence[Moment]) -> dict[str, object]:
    """Return what the text twin tells: at each moment, what both addresses served."""
    shown = history[-MOST:]
    return {
        "moments": listed([one.label for one in shown]),
        "latest": listed([_version(one.newest, one) for one in shown]),
        "champion": listed([_version(one.champion, one) for one in shown]),
    }


def champions(history: Sequence[Moment], words: Mapping[str, str]) -> Figure:
    """Draw the accuracy behind both addresses; `words` are `title` and `accuracy`.

    An arrow leads from one champion to the next where the alias was moved.
    """
    from matplotlib.figure import Figure

    shown = history[-MOST:]
    figure = Figure(figsize=(8.6, 3.9), dpi=110, facecolor=PAPER)
    axes = figure.add_subplot(facecolor=PAPER)
    steps = list(range(len(shown)))
    rows = {
        "@latest": ([one.newest for one in shown], COLOURS["failure"], "--", -17),
        "@champion": ([one.champion for one in shown], COLOURS["success"], "-", 10),
    }
    for name, (numbers, colour, dashes, above) in rows.items():
        heights = [one.of(number) for one, number in zip(shown, numbers, strict=True)]
        axes.plot(
            steps, heights, dashes, color=colour, marker="o", drawstyle="steps-mid", label=name,
            linewidth=1.8, gid=name,
        )  # fmt: skip
        for step, (number, height) in enumerate(zip(numbers, heights, strict=True)):
            if not math.isnan(height):
                axes.annotate(
                    f"v{number}", (step, height), (0, above), textcoords="offset points", ha="center",
                    color=colour, fontsize=9, fontweight="bold", family=FONT, gid=f"{name} version",
                )  # fmt: skip
    for step, (before, now) in enumerate(pairwise(shown)):
        if before.champion and now.champion and before.champion != now.champion:
            axes.annotate(
                "", (step + 0.94, now.of(now.champion)), (step + 0.06, before.of(before.champion)),
                arrowprops={"arrowstyle": "-|>", "color": INK, "shrinkA": 6, "shrinkB": 6}, gid="moved",
            )  # fmt: skip
    axes.set_xticks(steps, [fitted(one.label, 18) for one in shown], fontsize=9, family=FONT)
    axes.set_ylabel(words.get("accuracy", ""), color=QUIET, family=FONT)
    axes.set_title(
        words.get("title", ""), loc="left", fontsize=11, fontweight="bold", color=INK, family=FONT
    )
    axes.margins(x=0.06, y=0.28)
    axes.legend(loc="lower left", frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(LINE)
    axes.tick_params(colors=QUIET)
    figure.tight_layout()
    return figure


def _version(number: int, at: Moment) -> str:
    return f"v{number} ({at.of(number):.3f})" if number else "–"
