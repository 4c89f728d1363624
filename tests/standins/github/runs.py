"""Runs of workflows with their jobs and steps, written by hand or derived from a workflow's text."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import yaml

QUEUED = timedelta(seconds=5)
"""Between a run's start and its jobs'."""
STEP = timedelta(seconds=3)


@dataclass
class Step:
    """A step of a job; a run gives it its times."""

    name: str
    conclusion: str = "success"
    took: timedelta = STEP
    number: int = 0
    started: datetime | None = None
    completed: datetime | None = None


@dataclass
class Job:
    """A job of an attempt; a run gives it its id and times."""

    name: str
    steps: list[Step] = field(default_factory=list)
    conclusion: str = "success"
    id: int = 0
    attempt: int = 1
    started: datetime | None = None
    completed: datetime | None = None

    def place(self, at: datetime) -> datetime:
        """Give the job and its steps their times, one after another, and return when it ends."""
        self.started = moment = at
        for number, step in enumerate(self.steps, start=1):
            step.number = step.number or number
            step.started = moment
            moment += timedelta(0) if step.conclusion == "skipped" else step.took
            step.completed = moment
        self.completed = moment
        return moment


@dataclass
class Attempt:
    """One attempt of a run."""

    number: int
    started: datetime
    updated: datetime
    conclusion: str
    jobs: list[Job]
    status: str = "completed"


@dataclass
class Run:
    """A run and its attempts, the newest last."""

    id: int
    number: int
    suite: int
    workflow: str
    name: str
    event: str
    branch: str
    sha: str
    created: datetime
    actor: str
    head_repository: str
    attempts: list[Attempt]

    @property
    def newest(self) -> Attempt:
        """The newest attempt."""
        return self.attempts[-1]


def job(
    name: str,
    steps: Iterable[str | Step | tuple[str, str] | tuple[str, str, float]] = (),
    conclusion: str = "",
) -> Job:
    """Return a job: steps as names, `(name, conclusion)` or `(name, conclusion, seconds)`.

    GitHub's own first and last step are added. Without a conclusion the job fails when a step does; steps after a
    failed one that are given as names alone are skipped.
    """
    found = [Step("Set up job")]
    failed = False
    for one in steps:
        if isinstance(one, Step):
            step = replace(one)
        elif isinstance(one, str):
            step = Step(one, "skipped" if failed else "success")
        else:
            step = Step(one[0], one[1], timedelta(seconds=one[2]) if len(one) > 2 else STEP)
        failed = failed or step.conclusion in {"failure", "timed_out"}
        found.append(step)
    found.append(Step("Complete job"))
    told = conclusion or ("failure" if failed else "success")
    return Job(name, [] if told == "skipped" else found, told)


def derived(text: str, *, fails: str = "", skips: Sequence[str] = ()) -> list[Job]:
    """Return the jobs that a run of this workflow has.

    The first step whose name or text holds `fails` fails, and what needs its job is skipped. Jobs and steps named in
    `skips` (by id or name) are skipped, as their `if:` would have it; conditions are not evaluated. A matrix of lists
    is spread out; reusable workflows are one job.
    """
    jobs: dict[str, Any] = document(text).get("jobs") or {}
    done: dict[str, str] = {}
    found: list[Job] = []
    waiting = list(jobs)
    while waiting:
        ready = [id for id in waiting if all(need in done for need in _needs(jobs[id]))]
        id = (ready or waiting)[0]
        waiting.remove(id)
        needs = _needs(jobs[id])
        unmet = any(done.get(need) in {"failure", "skipped"} for need in needs)
        skipped = id in skips or jobs[id].get("name") in skips or unmet
        made = [_job(id, jobs[id], values, fails, skips, skipped) for values in _matrix(jobs[id])]
        found += made
        ends = [one.conclusion for one in made]
        done[id] = next((end for end in ("failure", "skipped") if end in ends), "success")
    return found


def document(text: str) -> dict[str, Any]:
    """Return a YAML mapping with all scalars as they are written; an empty one for anything else."""
    try:
        found = yaml.BaseLoader(text).get_single_data()
    except yaml.YAMLError:
        return {}
    return found if isinstance(found, dict) else {}


def conclusion_of(jobs: Iterable[Job]) -> str:
    """Return how a run with these jobs ends."""
    ends = [one.conclusion for one in jobs]
    for end in ("failure", "timed_out", "cancelled"):
        if end in ends:
            return end
    return "skipped" if ends and set(ends) == {"skipped"} else "success"


def _needs(job: dict[str, Any]) -> list[str]:
    needs = job.get("needs") or []
    return [needs] if isinstance(needs, str) else list(needs)


def _matrix(job: dict[str, Any]) -> list[tuple[str, ...]]:
    matrix = (job.get("strategy") or {}).get("matrix") or {}
    axes = [
        [str(value) for value in values]
        for name, values in matrix.items()
        if isinstance(values, list) and name not in {"include", "exclude"}
    ]
    return list(itertools.product(*axes)) if axes else [()]


def _job(
    id: str,
    job: dict[str, Any],
    values: tuple[str, ...],
    fails: str,
    skips: Sequence[str],
    skipped: bool,
) -> Job:
    name = str(job.get("name") or id) + (f" ({', '.join(values)})" if values else "")
    if skipped:
        return Job(name, [], "skipped")
    steps = [Step("Set up job")]
    posts: list[Step] = []
    failed = False
    for step in job.get("steps") or []:
        shown = _name(step)
        text = "\n".join(str(step.get(key) or "") for key in ("name", "run", "uses"))
        end = "success"
        if failed or any(skip and skip in {shown, step.get("id")} for skip in skips):
            end = "skipped"
        elif fails and fails in text:
            end = "success" if step.get("continue-on-error") == "true" else "failure"
        failed = failed or end == "failure"
        steps.append(Step(shown, end))
        if step.get("uses") and end != "skipped":
            posts.insert(0, Step(f"Post {shown}", end))
    steps += [*posts, Step("Complete job")]
    return Job(name, steps, "failure" if failed else "success")


def _name(step: dict[str, Any]) -> str:
    if step.get("name"):
        return str(step["name"])
    if step.get("uses"):
        return f"Run {step['uses']}"
    lines = str(step.get("run") or "").strip().splitlines()
    return f"Run {lines[0] if lines else ''}"
