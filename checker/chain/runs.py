"""The runs of a repository: which are known, which are looked at, what they did, and which nobody can see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from checker.actions.activity import KINDS, Activities, Kind
from checker.actions.redaction import Redaction
from checker.actions.workflows import Workflows
from checker.chain.choosing import Chosen, choose
from checker.chain.executions import Executions, Reading, Unseen, executions_of
from checker.chain.times import KEPT, NEVER, Moments, seen_record, seen_runs
from checker.evidence import Unavailable, provides
from checker.http import Http
from checker.services.github.model import Project, Record, Run, Runs
from checker.services.repository import Repository


@dataclass(frozen=True, slots=True)
class Records:
    """The runs that were chosen, with their jobs."""

    all: tuple[Record, ...] = ()


@dataclass(frozen=True)
class KnownRuns:
    """The runs among which is chosen."""

    all: tuple[Run, ...] = ()
    complete: bool = True
    """False when there are more that may matter."""


@provides
def known_runs(runs: Runs, project: Project, moments: Moments, http: Http) -> KnownRuns:
    """Return the newest runs and, where there are more, those of the commits that matter most."""
    if runs.complete:
        return KnownRuns(runs.all)
    from checker.services import github

    found = {run.id: run for run in runs.all}
    complete = True
    for sha in telling_commits(runs, project):
        more = seen_runs(github.runs_of(project.full_name, http, sha=sha), moments)
        found |= {run.id: run for run in more.all}
        complete = complete and more.complete
    newest = sorted(found.values(), key=lambda run: (run.created, run.id), reverse=True)
    return KnownRuns(tuple(newest), complete)


def telling_commits(runs: Runs, project: Project) -> tuple[str, ...]:
    """Return the commits whose runs are sought when there are too many to read: the graded one, merges, tags.

    Only those of which the newest runs hold none.
    """
    merged = [one for one in project.pull_requests if one.merge_sha][:2]
    wanted = (
        project.head,
        *(one.merge_sha for one in merged),
        *(one.head_sha for one in merged),
        *(tag.sha for tag in project.tags[:2]),
    )
    there = {run.sha for run in runs.all}
    return tuple(dict.fromkeys(sha for sha in wanted if sha and sha not in there))


@provides
def chosen(
    known_runs: KnownRuns,
    project: Project,
    repository: Repository,
    activities: Activities,
    workflows: Workflows,
    moments: Moments,
) -> Chosen:
    """Return the runs to look at."""
    return choose(known_runs.all, project, repository, activities, workflows, moments)


@provides
def records(chosen: Chosen, project: Project, moments: Moments, http: Http) -> Records:
    """Return the jobs of the runs to look at, asked for at once."""
    if not chosen.runs:
        return Records()
    from checker.services import github

    found = github.records_of(project, chosen.runs, http)
    return Records(tuple(seen_record(one, moments) for one in found))


@provides
def reading(
    project: Project,
    repository: Repository,
    workflows: Workflows,
    redaction: Redaction,
    known_runs: KnownRuns,
) -> Reading:
    """Return what is needed to understand a run."""
    return Reading(project, repository, workflows, redaction, known_runs.all)


@provides
def executions(
    chosen: Chosen,
    records: Records,
    reading: Reading,
    known_runs: KnownRuns,
    moments: Moments,
    http: Http,
) -> Executions:
    """Return what the runs that were chosen did."""
    found = executions_of(records.all, reading, moments.now(http))
    told = {record.run.id for record in records.all}
    silent = tuple(
        Unseen(run.url, "", "GitHub does not tell what it did")
        for run in chosen.runs
        if run.id not in told
    )
    return replace(
        found, unseen=found.unseen + silent, gaps=gaps(known_runs, reading.project, http.now)
    )


def gaps(runs: KnownRuns, project: Project, now: datetime) -> Mapping[Kind, str]:
    """Return for which kinds of things there may be runs that nobody can see any more.

    GitHub deletes by the clock, whatever moment is asked for: what came before is judged by it.
    """
    if not runs.complete:
        return dict.fromkeys(KINDS, f"only {len(runs.all)} runs were read")
    gone = f"GitHub keeps runs for {KEPT.days} days, and what may have started one is older"
    oldest = now - KEPT if now > NEVER + KEPT else NEVER
    if project.pushed and project.pushed < oldest:
        return dict.fromkeys(KINDS, gone)
    merged = [one.merged for one in project.pull_requests if one.merged]
    tagged = [one.tagged for one in project.tags]
    found: dict[Kind, str] = {}
    if merged and max(merged) < oldest:
        found["publish"] = gone
    if tagged and all(one and one < oldest for one in tagged):
        found["image-push"] = gone
    return found


@dataclass(frozen=True, slots=True)
class HandedIn:
    """When the graded commit reached GitHub."""

    at: datetime | None = None
    """None when nobody knows: for a folder, and for a commit that no server's clock tells of."""


@provides
def handed_in(project: Project | Unavailable, runs: Runs | Unavailable) -> HandedIn:
    """Return when the graded commit was on GitHub at the latest: its first run, or the newest push of anything."""
    if isinstance(project, Unavailable):
        return HandedIn()
    found = runs.all if isinstance(runs, Runs) else ()
    times = [run.created for run in found if run.sha == project.head]
    if project.pushed:
        times.append(project.pushed)
    return HandedIn(min(times, default=None))
