"""A run's jobs as a graph: a column a depth, an arrow from each job to those that need it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from checker.campus.store import Job

WIDTH, HEIGHT = 200, 52
"""Of a job, in pixels."""
_GAP_X, _GAP_Y, _EDGE = 64, 18, 8
MAX_JOBS = 300


@dataclass(frozen=True, slots=True)
class Box:
    """A job and where it is drawn."""

    job: Job
    x: int
    y: int

    @property
    def label(self) -> str:
        """The job's name, as much of it as there is room for."""
        return self.job.name if len(self.job.name) <= 18 else f"{self.job.name[:17]}…"


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line from a job to one that needs it."""

    path: str
    done: bool


@dataclass(frozen=True, slots=True)
class Diagram:
    """A graph of jobs, `width` by `height` pixels."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: int
    height: int


def diagram(jobs: Sequence[Job]) -> Diagram:
    """Lay the jobs of one attempt out; a need that no job has is left out, and a circle is cut."""
    shown = jobs[:MAX_JOBS]
    needs = {job.id: _needs(job) for job in shown}
    depth: dict[str, int] = {}
    for job in shown:
        _depth(job.key, {one.key: needs[one.id] for one in shown}, depth, ())
    columns: dict[int, list[Job]] = {}
    for job in shown:
        columns.setdefault(depth[job.key], []).append(job)
    tallest = max((len(column) for column in columns.values()), default=0)
    boxes: dict[int, Box] = {}
    for number, column in columns.items():
        above = (tallest - len(column)) * (HEIGHT + _GAP_Y) // 2
        for row, job in enumerate(column):
            x = _EDGE + number * (WIDTH + _GAP_X)
            boxes[job.id] = Box(job, x, _EDGE + above + row * (HEIGHT + _GAP_Y))
    arrows = [
        _arrow(boxes[before.id], boxes[job.id])
        for job in shown
        for before in shown
        if before.key in needs[job.id] and depth[before.key] < depth[job.key]
    ]
    deepest = max(columns, default=-1)
    return Diagram(
        tuple(boxes.values()),
        tuple(arrows),
        2 * _EDGE + (deepest + 1) * (WIDTH + _GAP_X) - _GAP_X,
        2 * _EDGE + tallest * (HEIGHT + _GAP_Y) - _GAP_Y,
    )


def _needs(job: Job) -> frozenset[str]:
    try:
        found = json.loads(job.needs)
    except ValueError:
        return frozenset()
    return frozenset(str(one) for one in found) if isinstance(found, list) else frozenset()


def _depth(
    key: str, needs: dict[str, frozenset[str]], known: dict[str, int], above: tuple[str, ...]
) -> int:
    if key not in known:
        below = [
            _depth(need, needs, known, (*above, key))
            for need in needs[key]
            if need in needs and need not in {*above, key}
        ]
        known[key] = 1 + max(below, default=-1)
    return known[key]


def _arrow(before: Box, after: Box) -> Arrow:
    x1, y1 = before.x + WIDTH, before.y + HEIGHT // 2
    x2, y2 = after.x, after.y + HEIGHT // 2
    middle = (x1 + x2) // 2
    path = f"M{x1} {y1} C{middle} {y1} {middle} {y2} {x2} {y2}"
    return Arrow(path, before.job.conclusion == "success")
