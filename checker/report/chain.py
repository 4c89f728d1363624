"""A grade as a chain: for each item of the homework what was configured, what ran and what was delivered."""

from __future__ import annotations

from dataclasses import dataclass

from checker.grading import Grade, Line
from checker.rubric.criterion import Level
from checker.rubric.verdict import Outcome, Seen

LEVELS: tuple[Level, ...] = ("configured", "ran", "delivered")

_SPEAKS = (Outcome.NOT_MET, Outcome.UNKNOWN, Outcome.PENDING, Outcome.MET)
"""Which outcome speaks for a level: what is missing before what is there."""


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a chain: a level of an item, and the verdicts that stand behind it."""

    level: Level
    lines: tuple[Line, ...]

    @property
    def outcome(self) -> Outcome:
        """Not met when anything is not met, else unknown or pending when anything is, else met."""
        found = {line.verdict.outcome for line in self.lines}
        return next(one for one in _SPEAKS if one in found)

    @property
    def telling(self) -> Line:
        """The verdict that says most: of those that decide the outcome, the one with the most points."""
        deciding = [line for line in self.lines if line.verdict.outcome is self.outcome]
        return max(deciding, key=lambda line: line.criterion.points)

    @property
    def seen(self) -> Seen | None:
        """What was seen first; None where nothing was."""
        return next(iter(self.telling.verdict.seen), None)

    @property
    def met(self) -> int:
        """How many of its criteria are met."""
        return sum(line.verdict.outcome is Outcome.MET for line in self.lines)


@dataclass(frozen=True, slots=True)
class Chain:
    """An item of the homework with its links; a level without criteria has none."""

    id: str
    title: str
    points: float
    of: float
    links: tuple[Link, ...]


def chains(grade: Grade) -> tuple[Chain, ...]:
    """Return the chain of each item, in the rubric's order."""
    found = []
    for item in grade.items:
        levels: dict[Level, list[Line]] = {}
        for line in item.lines:
            levels.setdefault(line.criterion.level, []).append(line)
        links = tuple(Link(level, tuple(levels[level])) for level in LEVELS if level in levels)
        found.append(Chain(item.id, item.title, item.points, item.of, links))
    return tuple(found)
