"""Which criteria count, for how many points, until when: the rubric as one teacher uses it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches

from checker.rubric import criteria
from checker.rubric.accepted import DEFAULT, Accepted
from checker.rubric.criterion import Criterion

TITLES = {
    "CI": "Lint and test every change",
    "LIB": "Publish the library on a pull request",
    "IMG": "Push an image to Docker Hub on a tag",
    "ML": "Bonus: track a model",
}
"""The homework items by the letters of their criteria."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment after which only a share of the points can be earned."""

    name: str
    """`soft` or `hard`."""
    at: datetime
    """With its offset from UTC."""
    keeps: float
    """Share of the points that remains, from 0 to 1."""


@dataclass(frozen=True)
class Rubric:
    """The criteria with their points, and a teacher's settings."""

    criteria: tuple[Criterion, ...]
    accepted: Accepted = DEFAULT
    deadlines: tuple[Deadline, ...] = ()

    @property
    def of(self) -> float:
        """All points that can be earned, without those of a bonus."""
        return sum(criterion.points for criterion in self.criteria if not criterion.bonus)

    @property
    def bonus(self) -> float:
        """All points that come on top."""
        return sum(criterion.points for criterion in self.criteria if criterion.bonus)

    @property
    def without_bonus(self) -> Rubric:
        """The rubric without what comes on top."""
        return replace(self, criteria=tuple(one for one in self.criteria if not one.bonus))

    def only(self, wanted: Iterable[str]) -> Rubric:
        """Keep some items (`CI`) or criteria (`LIB1`); nothing wanted keeps all.

        Raises ValueError, with what there is, for a name that is neither.
        """
        names = [name.upper() for name in wanted]
        kept = {one.id for name in names for one in self.named(name)}
        if not names:
            return self
        return replace(self, criteria=tuple(one for one in self.criteria if one.id in kept))

    def named(self, name: str) -> tuple[Criterion, ...]:
        """Return the criterion or the item's criteria of that name; raises ValueError for none."""
        found = tuple(one for one in self.criteria if name in {one.id, one.item})
        if not found:
            raise ValueError(
                f"there is no criterion or item {name!r}{suggestion(name, self.names)}"
            )
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """All names of items and criteria."""
        items = dict.fromkeys(one.item for one in self.criteria)
        return (*items, *(one.id for one in self.criteria))


def default() -> Rubric:
    """Return the rubric as it is when no teacher changes it."""
    return Rubric(criteria())


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return what a mistyped name may have meant, as the end of a sentence."""
    known = list(known)
    close = get_close_matches(name.upper(), known, 3, 0.5) or get_close_matches(name, known, 3, 0.5)
    if close:
        return f"; did you mean {' or '.join(close)}?"
    return f"; there is {', '.join(known)}"
