"""What runs tell: which step failed, what a step printed, which run is the largest."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checker.actions.syntax import Step
from checker.workbook.pictures.job_graph import Node
from checker.workbook.pictures.timeline import Bar, Row
from checker.workbook.refusal import WorkbookError
from checker.workbook.runs import Job, Run, Runs

_GROUP = re.compile(r"##\[group\].*?(?:##\[endgroup\]|\Z)", re.DOTALL)
_HOLE = re.compile(r"\$\{\{.*?\}\}")
_LONGEST = 300


def taken(value: object) -> Runs:
    """Return runs that were handed to a check; none for anything else."""
    return value if isinstance(value, Runs) else Runs(())


def log(runs: Runs, job: str, step: str) -> str:
    """Return what a step printed; empty for one that is not there."""
    try:
        return runs.log(job, step)
    except WorkbookError:
        return ""


def failed(runs: Runs) -> Iterator[tuple[str, str]]:
    """Yield each failed job with its first failed step; for a file that was refused, the run's name and a dash."""
    for run in runs:
        if run.conclusion == "failure" and not run.jobs:
            yield run.name, "–"
        for job in run.jobs:
            if job.conclusion == "failure":
                steps = [step.name for step in job.steps if step.conclusion == "failure"]
                yield job.name, steps[0] if steps else "–"


def printed(log: str) -> str:
    """Return what a step's command printed: its log without the command itself."""
    return _GROUP.sub("", log)


def complaint(log: str) -> str:
    """Return the line of a log that says most about a failure: the last before the exit code."""
    lines = [line.strip() for line in printed(log).splitlines() if line.strip()]
    telling = [line for line in lines if "Process completed with exit code" not in line]
    found = (telling or lines or ["–"])[-1]
    return found.removeprefix("##[error]")[:_LONGEST]


def largest(runs: Runs) -> Run | None:
    """Return the run with the most jobs, the first of several; None when there is none."""
    return max(runs, key=lambda run: len(run.jobs), default=None)


def nodes(run: Run | None) -> tuple[Node, ...]:
    """Return the jobs of a run for the picture of its graph."""
    jobs = run.jobs if run else ()
    return tuple(Node(job.name, job.id, job.needs, job.conclusion) for job in jobs)


def rows(run: Run | None) -> tuple[Row, ...]:
    """Return the jobs of a run for its timeline, in seconds since its first step: steps that were written and ran."""
    jobs = run.jobs if run else ()
    begun = min((step.started for job in jobs for step in job.steps if step.started), default=0.0)
    return tuple(Row(job.name, tuple(_bars(job, begun))) for job in jobs)


def _bars(job: Job, begun: float) -> Iterator[Bar]:
    for step in job.steps:
        if step.started and step.conclusion != "skipped" and not step.is_own:
            start = step.started - begun
            yield Bar(step.name, start, start + step.seconds, step.conclusion)


def name(job: Job, step: Step) -> str:
    """Return what a run calls a step, whose name in the file may hold an expression; its label when it is not there."""
    shape = re.compile(".*".join(map(re.escape, _HOLE.split(step.label))))
    return next((one.name for one in job.steps if shape.fullmatch(one.name)), step.label)
