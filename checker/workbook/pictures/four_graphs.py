"""The same pipeline in several systems, a graph each, side by side; what differs from the first is red and marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    listed,
)
from checker.workbook.systems.compare import differences
from checker.workbook.systems.pipeline import ROLES, Pipeline

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 4
"""Systems that are drawn."""
_PANEL, _GAP, _EDGE = 2.75, 0.16, 0.2
_BOX, _HIGH, _ROW = 1.12, 0.5, 1.0
_PLACES = {"lint": (0.64, 0), "test": (2.11, 0), "build": (1.375, 1), "publish": (1.375, 2)}
"""Where a role stands in its panel, and in which row."""
Arrow = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Graph:
    """A system's pipeline as the picture shows it, against the first one."""

    title: str
    jobs: tuple[str, ...]
    arrows: tuple[Arrow, ...]
    pythons: tuple[str, ...] = ()
    events: int = 0
    """On how many happenings it publishes."""
    missing: tuple[str, ...] = ()
    """Jobs that the first has and this one has not."""
    differing: tuple[str, ...] = ()
    """Jobs that do, read or wait for something else, or run at other times."""
    lost: tuple[Arrow, ...] = ()
    added: tuple[Arrow, ...] = ()

    @classmethod
    def of(cls, title: str, wanted: Pipeline, found: Pipeline) -> Graph:
        """Return a pipeline's graph against the one that it should equal."""
        own, right = arrows(found), arrows(wanted)
        said = differences(wanted, found)
        test = found.job("test")
        jobs = tuple(role for role in ROLES if found.job(role) is not None)
        kinds = {
            one.role.partition(" · ")[0] for one in said if one.kind not in {"missing", "order"}
        }
        return cls(
            title,
            jobs,
            own,
            tuple(sorted(test.pythons)) if test is not None else (),
            sum(answer == "yes" for answer in found.table("publish").values()),
            tuple(one.role for one in said if one.kind == "missing"),
            tuple(role for role in jobs if role in kinds),
            tuple((start, end) for start, end in right if start not in found.before(end)),
            tuple((start, end) for start, end in own if start not in wanted.before(end)),
        )

    @property
    def differences(self) -> tuple[str, ...]:
        """What differs, in the words of the text twin."""
        return (
            *(f"{role} ✗" for role in (*self.missing, *self.differing)),
            *(f"{start} → {end} ✗" for start, end in (*self.lost, *self.added)),
        )


def arrows(pipeline: Pipeline) -> tuple[Arrow, ...]:
    """Return which role waits for which, without what follows from the others."""
    before = {role: pipeline.before(role) & set(ROLES) for role in ROLES}
    return tuple(
        (start, end)
        for end in ROLES
        for start in ROLES
        if start in before[end] and not any(start in before[one] for one in before[end])
    )


def facts(graphs: Iterable[Graph]) -> dict[str, object]:
    """Return what the text twin tells: of each system its jobs and arrows, when it publishes, and what differs."""
    shown = tuple(graphs)[:MOST]
    said = [f"{one.title}: {listed(one.differences)}" for one in shown if one.differences]
    return {
        "systems": listed([one.title for one in shown]),
        "jobs": listed([str(len(one.jobs)) for one in shown]),
        "arrows": listed([str(len(one.arrows)) for one in shown]),
        "events": listed([str(one.events) for one in shown]),
        "differences": "; ".join(said) or "–",
    }


def four_graphs(graphs: Iterable[Graph], words: Mapping[str, str]) -> Figure:
    """Draw the graphs; `words` are `title`, and `events`, which says on how many happenings it publishes."""
    shown = tuple(graphs)[:MOST]
    width = 2 * _EDGE + max(len(shown), 2) * (_PANEL + _GAP) - _GAP
    height = 4.6
    figure, axes = card(width, height)
    axes.text(
        _EDGE, height - 0.33, fitted(words.get("title", ""), 100), fontsize=11, fontweight="bold",
        color=INK, family=FONT, va="center", gid="title",
    )  # fmt: skip
    for number, one in enumerate(shown):
        _panel(axes, _EDGE + number * (_PANEL + _GAP), height - 0.65, one, words)
    return figure


def _panel(axes: Axes, x: float, top: float, graph: Graph, words: Mapping[str, str]) -> None:
    _box(axes, x, 0.25, _PANEL, top - 0.25, "#ffffff", LINE, "system")
    state = "failure" if graph.differences else "success"
    axes.text(
        x + 0.18, top - 0.3, MARKS[state], fontsize=10, fontweight="bold", color=COLOURS[state],
        family=FONT, va="center", gid="mark",
    )  # fmt: skip
    axes.text(
        x + 0.4, top - 0.3, fitted(graph.title, 26), fontsize=10.5, fontweight="bold", color=INK,
        family=FONT, va="center", gid="name",
    )  # fmt: skip
    first = top - 1.0
    for arrow in graph.arrows:
        added = arrow in graph.added
        _arrow(axes, x, first, arrow, "failure" if added else "", "added" if added else "arrow")
    for arrow in graph.lost:
        _arrow(axes, x, first, arrow, "failure", "lost")
    for role in (*graph.jobs, *graph.missing):
        bad = role in graph.differing or role in graph.missing
        _job(
            axes,
            x,
            first,
            graph,
            role,
            "missing" if role in graph.missing else "differs" if bad else "job",
        )
    events = words.get("events", "{events}").replace("{events}", str(graph.events))
    axes.text(
        x + _PANEL / 2, 0.5, fitted(events, 44), fontsize=9, family=FONT, ha="center", va="center",
        color=COLOURS["failure"] if "publish" in graph.differing else QUIET, gid="events",
    )  # fmt: skip


def _job(axes: Axes, x: float, first: float, graph: Graph, role: str, gid: str) -> None:
    state = "" if gid == "job" else "failure"
    dx, row = _PLACES[role]
    left, y = x + dx - _BOX / 2, first - row * _ROW
    fill = "#ffffff" if gid == "missing" else TINTS[state]
    _box(axes, left, y - _HIGH / 2, _BOX, _HIGH, fill, COLOURS[state], gid, dashed=gid == "missing")
    below = ", ".join(graph.pythons) if role == "test" else ""
    mark = MARKS[state] if state else MARKS[""]
    axes.text(
        left + 0.16, y, mark, fontsize=9, fontweight="bold", color=COLOURS[state], ha="center",
        va="center", family=FONT,
    )  # fmt: skip
    axes.text(
        left + 0.3, y + (0.1 if below else 0), role, fontsize=10, color=INK, va="center",
        family=FONT, gid="role",
    )  # fmt: skip
    if below:
        axes.text(
            left + 0.3, y - 0.11, fitted(below, 14), fontsize=8, color=QUIET, va="center",
            family=FONT, gid="pythons",
        )  # fmt: skip


def _arrow(axes: Axes, x: float, first: float, arrow: Arrow, state: str, gid: str) -> None:
    from matplotlib.patches import FancyArrowPatch

    (x1, row1), (x2, row2) = _PLACES[arrow[0]], _PLACES[arrow[1]]
    if row1 == row2:
        side = 1 if x2 > x1 else -1
        ends = (
            (x + x1 + side * _BOX / 2, first - row1 * _ROW),
            (x + x2 - side * _BOX / 2, first - row2 * _ROW),
        )
    else:
        down = 1 if row2 > row1 else -1
        ends = (
            (x + x1, first - row1 * _ROW - down * _HIGH / 2),
            (x + x2, first - row2 * _ROW + down * _HIGH / 2),
        )
    skips = abs(row1 - row2) > 1
    axes.add_patch(
        FancyArrowPatch(
            *ends, arrowstyle="-|>", mutation_scale=9, color=COLOURS[state] if state else QUIET,
            linewidth=1.5, linestyle="--" if gid == "lost" else "-", gid=gid,
            connectionstyle=f"arc3,rad={0.35 if skips else 0}",
        )
    )  # fmt: skip
    if state:
        (ax, ay), (bx, by) = ends
        axes.text(
            (ax + bx) / 2 + (0.3 if skips else 0), (ay + by) / 2, MARKS[state], fontsize=9, fontweight="bold",
            color=COLOURS[state], ha="center", va="center", family=FONT, gid="arrow mark",
        )  # fmt: skip


def _box(
    axes: Axes,
    x: float,
    y: float,
    wide: float,
    high: float,
    fill: str,
    edge: str,
    gid: str,
    *,
    dashed: bool = False,
) -> None:
    from matplotlib.patches import FancyBboxPatch

    axes.add_patch(
        FancyBboxPatch(
            (x, y), wide, high, boxstyle="round,pad=0,rounding_size=0.08", facecolor=fill,
            edgecolor=edge, linewidth=1.2, linestyle="--" if dashed else "-", gid=gid,
        )
    )  # fmt: skip


def panels(pipelines: Mapping[str, Pipeline], titles: Mapping[str, str]) -> Sequence[Graph]:
    """Return the graphs of pipelines by system; the first is what the others should equal."""
    wanted = next(iter(pipelines.values()))
    return [Graph.of(titles.get(name, name), wanted, one) for name, one in pipelines.items()]
