"""A second look at runs: those that an artefact names or points at, and earlier attempts of runs that were re-run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from checker.actions.activity import Activities, Kind
from checker.chain.choosing import Chosen
from checker.chain.executions import Execution, Executions, Reading, executions_of
from checker.chain.indexes import Shelf
from checker.chain.registry import Hub
from checker.chain.runs import KnownRuns
from checker.chain.times import SKEW, Moments, seen_record
from checker.evidence import Unavailable, provides
from checker.http import Http
from checker.services.github.model import Project, Record, Run

MOST_RUNS = 4
"""Further runs that are looked at."""
MOST_ATTEMPTS = 4
"""Earlier attempts that are looked at, of all runs together."""
MOST_RELEASES = 3
"""Releases and image tags, the newest, for which a run is sought by its time."""

_MAKES: tuple[Kind, ...] = ("publish", "image-push")


@dataclass(frozen=True, slots=True)
class Further:
    """The runs and attempts of the second look."""

    records: tuple[Record, ...] = ()
    gap: str = ""
    """Why some could not be looked at; empty when all were."""


@provides
def further(
    project: Project,
    known_runs: KnownRuns,
    chosen: Chosen,
    executions: Executions,
    activities: Activities,
    pypi: Shelf | Unavailable,
    testpypi: Shelf | Unavailable,
    hub: Hub | Unavailable,
    moments: Moments,
    http: Http,
) -> Further:
    """Ask for the runs that artefacts lead to and that were not looked at yet. Never raises Unavailable."""
    from checker.services import github

    shelves = tuple(one for one in (pypi, testpypi) if isinstance(one, Shelf))
    registry = hub if isinstance(hub, Hub) else Hub()
    records: list[Record] = []
    gap = ""
    try:
        makers = {one.workflow for kind in _MAKES for one in activities.of(kind)}
        if more := named_or_near(known_runs.all, chosen.runs, shelves, registry, makers):
            records += github.records_of(project, more, http)
        for run, attempt in attempts_before(chosen.runs, executions, arrivals(shelves, registry)):
            records.append(github.attempt_of(project, run, attempt, http))
    except Unavailable as silence:
        gap = str(silence)
    return Further(tuple(seen_record(one, moments) for one in records), gap)


@provides
def history(executions: Executions, further: Further, reading: Reading) -> Executions:
    """Return all that was looked at: the runs that were chosen, and those of the second look."""
    return executions.with_(executions_of(further.records, reading, executions.now), further.gap)


def named_or_near(
    runs: Sequence[Run],
    known: Iterable[Run],
    shelves: Iterable[Shelf],
    hub: Hub,
    makers: Collection[str],
) -> tuple[Run, ...]:
    """Return the runs not looked at yet that provenance names, or that were open when something arrived.

    `makers` are the workflows that publish or push today; runs of others come last.
    """
    shelves = tuple(shelves)
    seen = {run.id for run in known}
    named = {one.run for shelf in shelves for one in shelf.signed.values()}
    named |= {origin.run for origin in hub.origins.values()}
    times = arrivals(shelves, hub)
    looked_at = [run for run in runs if run.id in seen]
    open_times = [time for time in times if not any(_spans(run, time) for run in looked_at)]
    found = [
        run
        for run in runs
        if run.id not in seen and (run.id in named or any(_spans(run, time) for time in open_times))
    ]
    found.sort(key=lambda run: (run.id not in named, run.workflow not in makers))
    return tuple(found[:MOST_RUNS])


def arrivals(shelves: Iterable[Shelf], hub: Hub) -> tuple[datetime, ...]:
    """Return when the newest releases and image tags arrived, the newest first."""
    uploads: list[datetime] = []
    for shelf in shelves:
        for package in shelf.packages:
            first: dict[str, datetime] = {}
            for file in package.files:
                if file.uploaded:
                    first[file.version] = min(file.uploaded, first.get(file.version, file.uploaded))
            uploads += sorted(first.values(), reverse=True)[:MOST_RELEASES]
    for image in hub.images:
        versioned = (tag.pushed for tag in image.tags if tag.name != "latest" and tag.pushed)
        uploads += sorted(versioned, reverse=True)[:MOST_RELEASES]
    return tuple(sorted(uploads, reverse=True))


def attempts_before(
    runs: Iterable[Run], executions: Executions, times: Sequence[datetime]
) -> tuple[tuple[Run, int], ...]:
    """Return the earlier attempts to look at, the later first.

    Of a run that was started again, when its last attempt did not do what it should, or when something arrived before
    that attempt began.
    """
    found: list[tuple[Run, int]] = []
    for run in runs:
        ours = [one for one in executions.found if one.id == run.id and one.kind in _MAKES]
        if run.attempt < 2 or not ours:
            continue
        arrived = run.started is not None and any(
            run.created - SKEW <= time < run.started for time in times
        )
        if arrived or not any(_did(one) for one in ours):
            found += ((run, attempt) for attempt in range(run.attempt - 1, 0, -1))
    return tuple(found[:MOST_ATTEMPTS])


def _did(execution: Execution) -> bool:
    return execution.conclusion == "success"


def _spans(run: Run, moment: datetime) -> bool:
    """Say whether a run had begun and not ended at a moment, as far as the list of runs tells."""
    return run.created - SKEW <= moment and (run.updated is None or moment <= run.updated + SKEW)
