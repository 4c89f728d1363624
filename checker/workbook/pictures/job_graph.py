"""A run as a graph of its jobs: a column a depth, an arrow from each job to those that need it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from checker.workbook.pictures.style import (
    COLOURS,
    FONT,
    INK,
    LINE,
    MARKS,
    QUIET,
    TINTS,
    card,
    fitted,
    known,
    listed,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 60
"""Jobs that are drawn; a larger run's picture would help nobody."""
_WIDTH, _HEIGHT = 2.1, 0.5
_GAP_X, _GAP_Y, _EDGE, _TOP = 0.75, 0.22, 0.28, 0.62
_LETTERS = 22


@dataclass(frozen=True, slots=True)
class Node:
    """A job as the graph shows it."""

    name: str
    """`test (3.12)`."""
    key: str = ""
    """Its id in the file, by which others need it; its name when that is empty."""
    needs: tuple[str, ...] = ()
    """The keys or the names of the jobs it waits for."""
    state: str = ""
    """How it went: `success`, `failure`, `skipped`; empty for a job that has not run."""

    @property
    def id(self) -> str:
        """By what it is needed."""
        return self.key or self.name.partition(" (")[0]


def arrows(nodes: Sequence[Node]) -> tuple[tuple[int, int], ...]:
    """Return from which job to which an arrow leads, by their places; a need that no job has makes none."""
    return tuple(
        (before, after)
        for after, node in enumerate(nodes)
        for before, other in enumerate(nodes)
        if before != after and (other.id in node.needs or other.name in node.needs)
    )


def depths(nodes: Sequence[Node]) -> tuple[int, ...]:
    """Return how many jobs each one waits for, one after the other; a circle is cut where it is found."""
    before: dict[int, list[int]] = {number: [] for number in range(len(nodes))}
    for start, end in arrows(nodes):
        before[end].append(start)
    found: dict[int, int] = {}
    for number in before:
        _depth(number, before, found, frozenset())
    return tuple(found[number] for number in before)


def facts(nodes: Iterable[Node]) -> dict[str, Any]:
    """Return what the text twin of a graph tells: how many jobs and arrows, and the jobs of each column."""
    shown = tuple(nodes)[:MOST]
    columns: dict[int, list[str]] = {}
    for node, depth in zip(shown, depths(shown), strict=True):
        columns.setdefault(depth, []).append(node.name)
    order = " → ".join(listed(sorted(columns[depth])) for depth in sorted(columns))
    failed = [node.name for node in shown if node.state == "failure"]
    return {
        "jobs": len(shown),
        "arrows": len(arrows(shown)),
        "columns": len(columns),
        "order": order or "–",
        "failed": listed(failed),
    }


def job_graph(nodes: Iterable[Node], title: str = "", event: str = "") -> Figure:
    """Draw the jobs of a run; `event` stands at the left and leads to those that wait for nothing."""
    shown = tuple(nodes)[:MOST]
    columns: dict[int, list[int]] = {}
    for number, depth in enumerate(depths(shown)):
        columns.setdefault(depth, []).append(number)
    tallest = max((len(column) for column in columns.values()), default=1)
    start = 1.35 if event else 0.0
    many = max(len(columns), 1)
    width = 2 * _EDGE + start + many * _WIDTH + (many - 1) * _GAP_X
    middle = _EDGE + (tallest * (_HEIGHT + _GAP_Y) - _GAP_Y) / 2
    figure, axes = card(max(width, 4.6), 2 * middle + (_TOP if title else 0.0))
    places: dict[int, tuple[float, float]] = {}
    for depth, column in columns.items():
        upper = middle + (len(column) * (_HEIGHT + _GAP_Y) - _GAP_Y) / 2 - _HEIGHT / 2
        for row, number in enumerate(column):
            x = _EDGE + start + depth * (_WIDTH + _GAP_X)
            places[number] = (x, upper - row * (_HEIGHT + _GAP_Y))
    if title:
        axes.text(
            _EDGE, 2 * middle + _TOP - 0.42, fitted(title, 70),
            fontsize=11, fontweight="bold", color=INK, family=FONT, gid="title",
        )  # fmt: skip
    if event:
        _event(axes, event, middle, [places[number] for number in columns.get(0, ())])
    for begin, end in arrows(shown):
        x, y = places[begin]
        done = shown[begin].state == "success"
        _arrow(axes, (x + _WIDTH, y), places[end], COLOURS["success"] if done else QUIET)
    for number, node in enumerate(shown):
        _box(axes, node, places[number])
    return figure


def _depth(
    number: int, before: Mapping[int, Sequence[int]], found: dict[int, int], above: frozenset[int]
) -> int:
    if number not in found:
        inner = above | {number}
        waits = [_depth(one, before, found, inner) for one in before[number] if one not in inner]
        found[number] = 1 + max(waits, default=-1)
    return found[number]


def _box(axes: Axes, node: Node, place: tuple[float, float]) -> None:
    from matplotlib.patches import FancyBboxPatch

    x, y = place
    state = known(node.state)
    rounded = "round,pad=0,rounding_size=0.1"
    axes.add_patch(
        FancyBboxPatch(
            (x, y - _HEIGHT / 2), _WIDTH, _HEIGHT, boxstyle=rounded,
            facecolor=TINTS[state], edgecolor=COLOURS[state], linewidth=1.3, gid="job",
        )
    )  # fmt: skip
    axes.text(
        x + 0.2, y, MARKS[state], fontsize=11, fontweight="bold", color=COLOURS[state],
        ha="center", va="center", family=FONT,
    )  # fmt: skip
    axes.text(
        x + 0.38, y, fitted(node.name, _LETTERS), fontsize=9.5, color=INK, va="center",
        family=FONT, gid="name",
    )  # fmt: skip


def _event(axes: Axes, event: str, middle: float, first: Sequence[tuple[float, float]]) -> None:
    from matplotlib.patches import FancyBboxPatch

    rounded = "round,pad=0,rounding_size=0.2"
    axes.add_patch(
        FancyBboxPatch(
            (_EDGE, middle - 0.2), 1.0, 0.4, boxstyle=rounded, facecolor="#ffffff",
            edgecolor=LINE, linewidth=1.3, gid="event",
        )
    )  # fmt: skip
    axes.text(
        _EDGE + 0.5, middle, fitted(event, 13), fontsize=8.5, color=QUIET, ha="center", va="center",
        family=FONT,
    )  # fmt: skip
    for place in first:
        _arrow(axes, (_EDGE + 1.0, middle), place, LINE)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    (x1, y1), (x2, y2) = start, (end[0] - 0.03, end[1])
    half = (x1 + x2) / 2
    way = Path(
        [(x1, y1), (half, y1), (half, y2), (x2, y2)],
        [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4],
    )
    axes.add_patch(
        FancyArrowPatch(
            path=way, arrowstyle="-|>", mutation_scale=9, color=colour, linewidth=1.4, gid="arrow"
        )
    )
