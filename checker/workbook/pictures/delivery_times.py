"""When a version is in the bucket and when on a worker; and how long that takes by how often the worker looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import quantiles
from typing import TYPE_CHECKING

from checker.workbook.pictures.style import COLOURS, FONT, INK, LINE, PAPER, QUIET, TINTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from checker.workbook.delivery.ways import Look

Steps = Sequence[tuple[int, int]]
"""Minute and version, in the order of time."""
_BINS = 24


def stale(bucket: Steps, worker: Steps, end: int) -> int:
    """Return in how many whole minutes the worker had another version than the bucket."""
    return sum(_at(bucket, minute) != _at(worker, minute) for minute in range(end))


def in_words(
    bucket: Steps, worker: Steps, end: int, waits: Mapping[int, Sequence[float]]
) -> dict[str, object]:
    """Return what the text twin tells."""
    never = sorted({version for _, version in bucket} - {version for _, version in worker})
    cuts = {every: quantiles(found, n=20) for every, found in waits.items()}
    return {
        "versions": len(bucket),
        "taken": len(worker),
        "never": ", ".join(map(str, never)) or "–",
        "stale": stale(bucket, worker, end),
        "minutes": end,
        "every": ", ".join(map(str, waits)),
        "median": ", ".join(f"{found[9]:.0f}" for found in cuts.values()),
        "most": ", ".join(f"{found[18]:.0f}" for found in cuts.values()),
    }


def delivery_times(
    bucket: Steps,
    worker: Steps,
    looks: Sequence[Look],
    end: int,
    waits: Mapping[int, Sequence[float]],
    words: Mapping[str, str],
) -> Figure:
    """Draw both; `words` are the labels, `bucket`, `worker`, `look`, `failed` and so on, by name."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.2, 5.6), dpi=110, facecolor=PAPER)
    grid = figure.add_gridspec(2, len(waits), height_ratios=(1.25, 1), hspace=0.62, wspace=0.28)
    figure.subplots_adjust(left=0.075, right=0.98, top=0.9, bottom=0.1)
    _steps(figure.add_subplot(grid[0, :]), bucket, worker, looks, end, words)
    for column, (every, found) in enumerate(waits.items()):
        axes = figure.add_subplot(grid[1, column])
        _histogram(axes, every, found, words)
        if column == 0:
            axes.set_ylabel(words["counts"], fontsize=8.5, color=QUIET, family=FONT)
    return figure


def _steps(
    axes: Axes, bucket: Steps, worker: Steps, looks: Sequence[Look], end: int, words: Mapping[str, str]
) -> None:  # fmt: skip
    _plain(axes)
    for steps, colour, name, width in (
        (bucket, COLOURS[""], "bucket", 2.2),
        (worker, COLOURS["success"], "worker", 2.2),
    ):
        xs = [minute for minute, _ in steps] + [end]
        ys = [version for _, version in steps] + [steps[-1][1]]
        style = "-" if name == "bucket" else (0, (4, 1.5))
        axes.step(
            xs, ys, where="post", color=colour, linewidth=width, label=words[name], gid=name,
            linestyle=style,
        )  # fmt: skip
    for minute in range(end):
        if _at(bucket, minute) != _at(worker, minute):
            axes.axvspan(minute, minute + 1, color=TINTS["failure"], linewidth=0, gid="stale")
    top = max(version for _, version in bucket)
    for failed, mark, colour, name in (
        (False, "|", QUIET, "look"),
        (True, "x", COLOURS["failure"], "failed"),
    ):
        at = [one.at for one in looks if one.failed == failed]
        axes.plot(
            at, [0.45] * len(at), mark, color=colour, markersize=7, markeredgewidth=1.6,
            label=words[name], gid=name,
        )  # fmt: skip
    axes.set_xlim(0, end)
    axes.set_ylim(0.1, top + 0.5)
    axes.set_yticks(range(1, top + 1))
    axes.set_xlabel(words["minutes"], fontsize=8.5, color=QUIET, family=FONT)
    axes.set_ylabel(words["versions"], fontsize=8.5, color=QUIET, family=FONT)
    axes.legend(
        loc="lower center", bbox_to_anchor=(0.5, 1.0), ncol=4, frameon=False, prop={"family": FONT, "size": 8.5},
    )  # fmt: skip


def _histogram(axes: Axes, every: int, found: Sequence[float], words: Mapping[str, str]) -> None:
    _plain(axes)
    most = quantiles(found, n=20)[18]
    axes.hist(found, bins=_BINS, color=COLOURS[""], alpha=0.85, gid="waits")
    axes.axvline(most, color=COLOURS["failure"], linewidth=1.4, gid="most")
    axes.set_title(
        words["every"].format(every=every), fontsize=9.5, color=INK, family=FONT, loc="left"
    )
    axes.set_xlabel(words["waits"].format(most=f"{most:.0f}"), fontsize=8.5, color=QUIET, family=FONT)  # fmt: skip


def _plain(axes: Axes) -> None:
    axes.set_facecolor(PAPER)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(LINE)
    axes.tick_params(colors=QUIET, labelsize=8, length=3)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontfamily(FONT)


def _at(steps: Steps, minute: int) -> int:
    return [version for at, version in steps if at <= minute][-1]
