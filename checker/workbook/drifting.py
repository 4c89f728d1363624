"""Berries that come in day by day, some other than those a model learned from; and how far a day is from those."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from checker.workbook.berries import harvest

DAYS = 24
PER_DAY = 600
COOLDOWN = 7
"""Days after a training in which no other may begin."""

Day = tuple[int, list[float]]
"""The day's number, and the diameters that came in, in mm."""

_SHIFT = 2.5
"""Millimetres: a wet summer."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Days of berries, and when a training is due."""

    name: str
    days: tuple[Day, ...]
    due: tuple[tuple[int, int], ...] = ()
    """For each training that is due, the first and the last day on which it may begin."""
    is_open: bool = False
    """Whether more may follow, cooldown kept."""


@cache
def reference() -> tuple[float, ...]:
    """Return the diameters that the serving model learned from."""
    return tuple(row[0] for row in harvest(100, 1000).rows)


@cache
def streams() -> Mapping[str, Stream]:
    """Return all that a watch has to pass, by name: the same on every machine."""
    usual = dict.fromkeys(range(1, DAYS + 1), 0.0)
    wet = {day: _SHIFT if day >= 10 else 0.0 for day in usual}
    slowly = {day: min(max(day - 5, 0) * 0.15, 2.4) for day in usual}
    twice = {day: 2 * _SHIFT if day >= 13 else more for day, more in wet.items()}
    quiet = _days(1, usual)
    outlier = list(quiet)
    day, values = outlier[11]
    outlier[11] = (day, [*values[:-3], 9999.0, 9999.0, 9999.0])
    empty = [(day, [] if day in {8, 9} else values) for day, values in quiet]
    found = (
        Stream("quiet", quiet),
        Stream("empty", tuple(empty)),
        Stream("outlier", tuple(outlier)),
        Stream("wet", _days(3, wet), ((10, 11),)),
        Stream("slow", _days(4, slowly), ((7, 22),), is_open=True),
        Stream("twice", _days(5, twice), ((10, 11), (17, 19))),
    )
    return {one.name: one for one in found}


def distances(
    known: Sequence[float], days: Sequence[Day], trainings: Sequence[int] = ()
) -> list[float]:
    """Return the Kolmogorov-Smirnov distance of each day to what the serving model learned from.

    After a training that is that day's berries. A day without any is 0 away.
    """
    distance = import_module("scipy.stats").ks_2samp
    found = []
    for day, values in days:
        found.append(float(distance(known, values, method="asymp").statistic) if values else 0.0)
        if day in trainings and values:
            known = values
    return found


def _days(seed: int, larger: Mapping[int, float]) -> tuple[Day, ...]:
    return tuple(
        (
            day,
            [row[0] for row in harvest(1000 * seed + day, PER_DAY, larger=more).rows],
        )
        for day, more in larger.items()
    )
