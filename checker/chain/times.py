"""Time in a grade: the services' clock, a moment to grade as of, and deadlines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

from checker.evidence import provides
from checker.http import Http, Offline
from checker.services.github.model import Job, Project, PullRequest, Record, Run, Runs, Step

SKEW = timedelta(seconds=120)
"""How far two services' clocks may be apart."""
VISIBLE = timedelta(minutes=15)
"""An upload is visible this soon: PyPI lets its pages be kept for so long (warehouse, Cache-Control, August 2026)."""
KEPT = timedelta(days=400)
"""GitHub keeps jobs and steps for so long (GitHub Docs, "Check runs retention", November 2026)."""
NEVER = datetime.min.replace(tzinfo=UTC)


class Dated(Protocol):
    """Something that happened at a moment."""

    @property
    def at(self) -> datetime | None:
        """When, by a server's clock; None when nobody knows."""


Item = TypeVar("Item", bound=Dated)


@dataclass(frozen=True, slots=True)
class Moments:
    """The moments that matter to a grade."""

    as_of: datetime | None = None
    """Later evidence is passed over; None for now."""
    deadlines: tuple[datetime, ...] = ()
    """Moments after which evidence is worth less."""

    def sees(self, moment: datetime | None) -> bool:
        """Say whether something of that moment is looked at; what has no time is."""
        return self.as_of is None or moment is None or moment <= self.as_of

    def now(self, http: Http) -> datetime:
        """Return the time to judge by: the services' clock, never later than the moment asked for."""
        return http.now if self.as_of is None else min(http.now, self.as_of)

    def missed(self, moment: datetime | None) -> int:
        """Return how many deadlines had passed at that moment; one that nobody knows is in time."""
        return sum(moment is not None and moment > deadline for deadline in self.deadlines)

    def best(self, items: Iterable[Item]) -> Item:
        """Return the item that missed the fewest deadlines, the first of these; there is at least one."""
        return min(items, key=lambda item: self.missed(item.at))


@provides
def http() -> Http:
    """Return the door to the services: none, unless whoever grades gives one."""
    return Offline()


@provides
def moments() -> Moments:
    """Return the moments that matter when nobody names any."""
    return Moments()


def seen_runs(runs: Runs, moments: Moments) -> Runs:
    """Return the runs as they were at the moment asked for: later ones left out, unfinished ones unfinished."""
    if moments.as_of is None:
        return runs
    return replace(
        runs, all=tuple(_run(one, moments) for one in runs.all if moments.sees(one.created))
    )


def seen_project(project: Project, moments: Moments) -> Project:
    """Return a repository as it was: without later pull requests, tags and releases, and with merges undone.

    A tag without a date of its own stays: when it was pushed, only its run tells.
    """
    if moments.as_of is None:
        return project
    return replace(
        project,
        tags=tuple(one for one in project.tags if moments.sees(one.tagged)),
        pull_requests=tuple(
            _pull(one, moments) for one in project.pull_requests if moments.sees(one.created)
        ),
        releases=tuple(one for one in project.releases if moments.sees(one.published)),
    )


def seen_record(record: Record, moments: Moments) -> Record:
    """Return a run's jobs as they were: what ended later had not ended."""
    if moments.as_of is None:
        return record
    jobs = tuple(_job(job, moments) for job in record.jobs if moments.sees(job.started))
    return replace(record, run=_run(record.run, moments), jobs=jobs)


def _run(run: Run, moments: Moments) -> Run:
    ended = run.updated if run.status == "completed" else None
    return run if moments.sees(ended) else replace(run, status="in_progress", conclusion="")


def _pull(pull: PullRequest, moments: Moments) -> PullRequest:
    if moments.sees(pull.merged):
        return pull
    return replace(pull, state="open", merged=None, merge_sha="")


def _job(job: Job, moments: Moments) -> Job:
    steps = tuple(_step(step, moments) for step in job.steps)
    if moments.sees(job.completed):
        return replace(job, steps=steps)
    return replace(job, status="in_progress", conclusion="", completed=None, steps=steps)


def _step(step: Step, moments: Moments) -> Step:
    if moments.sees(step.completed):
        return step
    return replace(step, status="in_progress", conclusion="", completed=None)
