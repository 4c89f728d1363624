"""Situations in which a version becomes the champion or does not, tried on a real registry with a student's gate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import nan
from typing import Any

from checker.report.escape import plain
from checker.workbook import model_versions as models
from checker.workbook.berries import TEST, TRAIN, Harvest
from checker.workbook.calling import Called

Row = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Measured:
    """A version, and what was measured of it."""

    number: int
    accuracy: float
    """On a test set, from 0 to 1; NaN where the measuring went wrong."""
    test_digest: str
    """The digest of that test set."""
    train_rows: tuple[Row, ...]
    """What it learned from."""

    @classmethod
    def of(cls, version: models.Version, learned_from: Harvest, test: Harvest = TEST) -> Measured:
        """Return what is known of a version that learned from some berries."""
        return cls(version.number, version.accuracy, test.digest, learned_from.rows)


@dataclass(frozen=True, slots=True)
class Situation:
    """A candidate and a champion, and whether the candidate takes its place."""

    name: str
    candidate: Measured
    champion: Measured | None
    promotes: bool


def situations() -> Iterator[Situation]:
    """Yield the situations; the first are those that nobody can object to."""
    champion = Measured(1, 0.85, TEST.digest, TRAIN.head(15).rows)
    better = Measured(2, 0.91, TEST.digest, TRAIN.head(60).rows)
    leaked = replace(better, accuracy=0.99, train_rows=(*better.train_rows, TEST.rows[7]))
    other = replace(better, test_digest=TEST.head(40).digest)
    unmeasured = replace(better, accuracy=nan)
    yield Situation("better", better, champion, promotes=True)
    yield Situation("worse", replace(better, accuracy=0.72), champion, promotes=False)
    yield Situation("first", better, None, promotes=True)
    yield Situation("equal", replace(better, accuracy=0.85), champion, promotes=False)
    yield Situation("unmeasured", unmeasured, champion, promotes=False)
    yield Situation("other_test", other, champion, promotes=False)
    yield Situation("leaked", leaked, champion, promotes=False)
    yield Situation("first_unmeasured", unmeasured, None, promotes=False)
    yield Situation("first_other_test", other, None, promotes=False)
    yield Situation("first_leaked", leaked, None, promotes=False)


def objection(
    gate: object, name: str, call: Callable[..., Called]
) -> tuple[str, dict[str, object]] | None:
    """Try a student's gate in each situation; return the first objection, by its message and facts, or None."""
    client: Any = models.registry()
    for one in situations():
        if one.champion is None:
            client.delete_registered_model_alias(name, models.CHAMPION)
        else:
            models.point(models.CHAMPION, one.champion.number, name)
        called = call(gate, client, name, one.candidate, one.champion, TEST, seconds=30.0)
        facts: dict[str, object] = {"situation": one.name.replace("_", " ")}
        if called.timed_out:
            return "never_ends", facts
        now = models.number_at(models.CHAMPION, name)
        moved = now == one.candidate.number
        if called.error and (one.promotes or moved):
            reason = "fails_without_champion" if one.name == "first" else "raises"
            return reason, {**facts, "error": called.error}
        if one.promotes and not moved:
            reason = "says_and_does_not" if called.value is True else f"refuses_{one.name}"
            return reason, {**facts, "alias": now}
        if not one.promotes and moved:
            return f"promotes_{one.name}", facts
        if not one.promotes and one.champion and now != one.champion.number:
            return "champion_gone", facts
        if not called.error and called.value is not one.promotes:
            return "says_otherwise", {**facts, "said": plain(repr(called.value), 60)}
    return None
