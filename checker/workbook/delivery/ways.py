"""Two ways by which a version comes to workers, pushed or pulled, and what becomes of it when something fails.

A model in minutes: no program of the lesson is behind it. A push copies to each worker that is known when the button is
pressed, once. A pull has each worker look into the bucket every minute and take a version that is whole.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Way = Literal["push", "pull"]
WAYS: tuple[Way, ...] = ("push", "pull")
HOUR = 60
PRESSED = 10
"""Minute at which the button is pressed."""
_LASTS = range(8, 20)
"""Minutes during which something is out of order."""
_LATER = 30
"""Minute at which something happens after the delivery."""
FILES = 4

FAILURES = (
    "a worker is down",
    "the bucket is out of reach",
    "a worker is added later",
    "somebody edits a DAG on a worker",
    "the run is cancelled half-way",
    "the program that pulls has died",
)
"""What goes wrong, as the exercise calls it."""


@dataclass
class _Worker:
    files: list[int] = field(default_factory=lambda: [1] * FILES)
    """The version of each file."""
    since: int = 0
    """Minute since which it is there."""
    is_down: bool = False
    is_pulling: bool = True

    def take(self, version: int) -> None:
        self.files = [version] * FILES


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an hour brought."""

    everywhere: bool
    """Whether each worker has the new version, whole, at its end, and nobody did anything."""
    is_red: bool
    """Whether the run of the button failed."""


def hour(way: Way, failure: str) -> Outcome:
    """Let an hour pass, with one failure in it."""
    workers = [_Worker(), _Worker()]
    bucket = 1  # the newest version that is whole: its manifest is written last
    is_red = False
    for minute in range(HOUR):
        workers[0].is_down = failure == FAILURES[0] and minute in _LASTS
        reachable = not (failure == FAILURES[1] and minute in _LASTS)
        if failure == FAILURES[2] and minute == _LATER:
            workers.append(_Worker(since=minute))  # its image holds the old version
        if failure == FAILURES[3] and minute == _LATER:
            workers[0].files[0] = 99
        workers[0].is_pulling = not (failure == FAILURES[5] and minute >= PRESSED // 2)
        if minute == PRESSED:
            files = FILES // 2 if failure == FAILURES[4] else FILES
            is_red = files < FILES
            if way == "push":
                is_red |= not all(_copied(one, files) for one in workers)
            elif not reachable:
                is_red = True
            elif files == FILES:
                bucket = 2
        if way == "pull" and reachable:
            for one in workers:
                if one.is_pulling and not one.is_down:
                    one.take(bucket)
    return Outcome(all(one.files == [2] * FILES for one in workers), is_red)


def _copied(worker: _Worker, files: int) -> bool:
    """Copy the first so many files to a worker; say whether it took them."""
    if worker.is_down:
        return False
    worker.files[:files] = [2] * files
    return True


def table() -> Mapping[str, tuple[str, str]]:
    """Return by failure which way has the new version everywhere an hour later, and whose run is red.

    Each is `push`, `pull`, `both` or `neither`.
    """
    found = {}
    for failure in FAILURES:
        outcomes = {way: hour(way, failure) for way in WAYS}
        found[failure] = (
            _who({way: one.everywhere for way, one in outcomes.items()}),
            _who({way: one.is_red for way, one in outcomes.items()}),
        )
    return found


def _who(said: Mapping[Way, bool]) -> str:
    if all(said.values()):
        return "both"
    return next((way for way, is_so in said.items() if is_so), "neither")


INTERVALS = (5, 60, 300)
"""Seconds between two looks into the bucket: objinsync's own, Airflow's example, Airflow's default."""
_SEED = 8
DELIVERIES = 400


def staleness(interval: int, seed: int = _SEED) -> tuple[float, ...]:
    """Return how many seconds passed from each of many deliveries until a worker that looks so often had it.

    A look takes between one and four seconds; one in twenty fails and is made again at the next turn.
    """
    chance = random.Random(f"{seed}:{interval}")  # noqa: S311 - a seed makes the picture the same everywhere
    found = []
    for _ in range(DELIVERIES):
        waited = chance.uniform(0, interval)
        while chance.random() < 0.05:
            waited += interval
        found.append(waited + chance.uniform(1, 4))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Look:
    """A worker's look into the bucket."""

    at: int
    failed: bool = False


DAY = 60
"""Minutes of the timeline."""


def timeline(
    deliveries: Sequence[int] = (4, 16, 37, 43), every: int = 5, failing: Sequence[int] = (20, 40)
) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...], tuple[Look, ...]]:
    """Return the steps of the bucket and of a worker, each as minute and version, and the worker's looks."""
    bucket = ((0, 1), *((minute, number) for number, minute in enumerate(deliveries, 2)))
    looks = tuple(Look(minute, minute in failing) for minute in range(0, DAY + 1, every))
    worker = [(0, 1)]
    for look in looks:
        there = max(version for minute, version in bucket if minute <= look.at)
        if not look.failed and there != worker[-1][1]:
            worker.append((look.at, there))
    return bucket, tuple(worker), looks
