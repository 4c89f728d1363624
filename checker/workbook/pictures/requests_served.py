"""Requests over time, each coloured by the version of the model that answered, and those that nobody answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.workbook.pictures.style import (
    COLOURS,
    FONT,
    INK,
    LINE,
    PAPER,
    QUIET,
    fitted,
    listed,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_VERSIONS = ("#3864ad", "#c98a1b", "#7b4fa3", "#1f7a54")
"""Blue, ochre, violet, green: told apart by people who see red and green alike; the marks differ too."""
_SHAPES = ("o", "^", "s", "D")
_TALL, _LOW = 2.5, 0.4
"""Inches of a strip, and of one where nobody asked anything."""
_FEWEST = 0.4
"""Seconds: a strip that is shorter is drawn as if it were as long."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A request: when it was answered, how long that took (both in seconds), and by which version; empty for nobody."""

    at: float
    took: float
    version: str = ""


@dataclass(frozen=True, slots=True)
class Strip:
    """Requests in one go, and what was done meanwhile."""

    title: str
    dots: tuple[Dot, ...]
    marks: tuple[tuple[float, str], ...] = ()
    """When something was done, and what."""

    @property
    def versions(self) -> list[str]:
        """The versions that answered, in the order in which they first did."""
        return list(dict.fromkeys(one.version for one in self.dots if one.version))

    @property
    def lost(self) -> int:
        """How many requests nobody answered."""
        return sum(not one.version for one in self.dots)


def in_words(strips: Iterable[Strip]) -> dict[str, object]:
    """Return what the text twin tells: versions in their order, and whether requests were lost; no times."""
    facts: dict[str, object] = {}
    for number, one in enumerate(strips, 1):
        facts[f"versions_{number}"] = " → ".join(one.versions) or listed(())
        facts[f"lost_{number}"] = "✗" if one.lost else "0"
    return facts


def requests_served(strips: Sequence[Strip], words: Mapping[str, str]) -> Figure:
    """Draw strips one below the other; `words` are `version`, `lost`, `seconds` and `took`."""
    from matplotlib.figure import Figure

    shown = tuple(strips)[:3] or (Strip("", ()),)
    heights = [_TALL if one.dots else _LOW for one in shown]
    size = (8.2, sum(heights) + 0.5)
    figure = Figure(figsize=size, dpi=110, facecolor=PAPER, layout="constrained")
    places = figure.add_gridspec(len(shown), 1, height_ratios=heights)
    known = list(dict.fromkeys(version for one in shown for version in one.versions))
    for number, one in enumerate(shown):
        axes = figure.add_subplot(places[number])
        axes.set_facecolor(PAPER)
        if not one.dots:
            axes.set_axis_off()
        most = max((dot.took for dot in one.dots if dot.version), default=0.0) * 1000 or 1.0
        for which, version in enumerate(known):
            mine = [dot for dot in one.dots if dot.version == version]
            axes.plot(
                [dot.at for dot in mine], [dot.took * 1000 for dot in mine], linestyle="none",
                marker=_SHAPES[which % 4], markersize=4.5, alpha=0.8,
                color=_VERSIONS[which % 4], label=f"{words['version']} {version}",
                gid=f"version {version}",
            )  # fmt: skip
        lost = [dot for dot in one.dots if not dot.version]
        axes.plot(
            [dot.at for dot in lost], [most * 0.5 for _ in lost], linestyle="none", marker="x",
            markersize=7, color=COLOURS["failure"], label=words["lost"], gid="lost",
        )  # fmt: skip
        end = max((dot.at for dot in one.dots), default=0.0)
        for row, (at, what) in enumerate(one.marks):
            axes.axvline(at, color=QUIET, linewidth=1.0, linestyle="--", gid="mark")
            axes.text(
                at, most * (1.42 - 0.15 * (row % 2)), f" {fitted(what, 30)}", fontsize=8, color=INK, va="center",
                family=FONT,
            )  # fmt: skip
        axes.set_xlim(0, max(end * 1.03, _FEWEST))
        axes.set_ylim(0, most * 1.55)
        axes.set_title(
            fitted(one.title, 80), loc="left", fontsize=11, fontweight="bold", color=INK,
            family=FONT,
        )  # fmt: skip
        axes.set_ylabel(words["took"], color=QUIET, fontsize=9, family=FONT)
        axes.tick_params(length=0, labelsize=8.5, labelcolor=INK)
        axes.grid(color=LINE, linewidth=0.6)
        axes.set_axisbelow(True)
        for spine in axes.spines.values():
            spine.set_visible(False)
    axes.set_xlabel(words["seconds"], color=QUIET, fontsize=9, family=FONT)
    handles, labels = [], []
    for part in figure.axes:
        for handle, label in zip(*part.get_legend_handles_labels(), strict=True):
            if label not in labels and len(handle.get_xdata()):  # type: ignore[attr-defined]
                handles.append(handle)
                labels.append(label)
    if handles:
        figure.legend(
            handles, labels, loc="outside lower left", ncols=4, frameon=False, fontsize=9,
        )  # fmt: skip
    return figure
