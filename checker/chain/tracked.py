"""The student's runs in MLflow, and what they left: under the student's own prefix, elsewhere, or out of sight."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from checker.chain.times import Moments
from checker.evidence import Unavailable, provides
from checker.http import Http
from checker.services.homework import Homework
from checker.services.tracking import Objects, Run

MOST_RUNS = 20
"""Runs whose artefacts are looked for, the newest."""
MOST_ASKED = 5
"""Runs of which MLflow is asked whether they left any, where the bucket does not tell."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """What a tracking server has of a student."""

    student: str
    runs: tuple[Run, ...] = ()
    """Newest first."""
    complete: bool = True
    """False when there are more that were not read."""


@dataclass(frozen=True, slots=True)
class Left:
    """What a run left."""

    run: Run
    keys: tuple[str, ...] = ()
    """Objects under the student's prefix that are its own."""
    has: bool | None = None
    """Whether it left any artefact at all; None when nobody can tell."""
    why: str = ""
    """Why nobody can tell."""

    @property
    def at(self) -> datetime | None:
        """When it came to be."""
        return self.run.at


@dataclass(frozen=True, slots=True)
class Artefacts:
    """What the student's runs left."""

    student: str
    left: tuple[Left, ...] = ()
    """Newest first."""
    objects: Objects | None = None
    """What lies under the student's prefix; None when no bucket was asked, or it did not answer."""
    gap: str = ""
    """Why the bucket could not be looked into; empty when it was, or when nobody names one."""

    @property
    def place(self) -> str:
        """The student's prefix, `s3://bucket/surname_name/`."""
        return self.objects.place if self.objects else f"s3://…/{self.student}/"

    def is_own(self, run: Run) -> bool:
        """Say whether a run's artefacts go under the student's prefix."""
        if self.objects is None:
            return run.lies_under(self.student)
        return f"{run.place}/".startswith(self.objects.place)


@provides
def tracked(homework: Homework, moments: Moments, http: Http) -> Tracked:
    """Ask MLflow for the student's runs."""
    asked = "the runs in MLflow"
    if not http.addresses.mlflow:
        raise Unavailable(asked, "no MLflow server was named", "name it with --mlflow")
    student = homework.student
    if not student:
        raise Unavailable(
            asked,
            "nobody says whose runs to look for",
            "give --student, or write `student: surname_name` into homework.yml",
        )
    from checker.services import tracking

    found = tracking.runs_of(student, http)
    seen = tuple(run for run in found.all if moments.sees(run.started))
    return Tracked(student, seen, found.complete)


@provides
def artefacts(tracked: Tracked, http: Http) -> Artefacts:
    """Look for what the student's runs left: in the bucket, else by MLflow's word."""
    from checker.services import tracking

    objects, gap = None, ""
    if tracked.runs and http.addresses.s3:
        try:
            objects = tracking.objects_of(tracked.student, http)
        except Unavailable as silence:
            gap = str(silence)
    seen = Artefacts(tracked.student, objects=objects, gap=gap)
    return Artefacts(tracked.student, tuple(_left(tracked.runs, seen, http)), objects, gap)


def _left(runs: Iterable[Run], seen: Artefacts, http: Http) -> Iterable[Left]:
    from checker.services import tracking

    asked = 0
    silence = ""
    for run in tuple(runs)[:MOST_RUNS]:
        objects = seen.objects
        keys = objects.of(frozenset({run.id, *run.models})) if objects else ()
        if keys:
            yield Left(run, keys, has=True)
        elif objects and objects.complete and seen.is_own(run):
            yield Left(run, has=False)
        elif silence or asked >= MOST_ASKED:
            yield Left(run, why=silence or f"only {MOST_ASKED} runs were asked for")
        else:
            asked += 1
            try:
                yield Left(run, has=tracking.has_artefacts(run, http))
            except Unavailable as gap:
                silence = str(gap)
                yield Left(run, why=silence)
