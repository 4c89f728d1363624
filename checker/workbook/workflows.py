"""What a student's workflow files would do, in the grader's own terms, as several lessons ask about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from checker.actions.activity import Activity, Kind
from checker.actions.events import Names, event
from checker.actions.simulate import WorkflowOutcome, simulate
from checker.actions.syntax import Job, Workflow
from checker.actions.syntax.document import document
from checker.explanation import Explanation
from checker.rubric import ci
from checker.rubric.findings import CHANGE
from checker.rubric.verdict import Outcome, Verdict
from checker.workbook.pictures.job_graph import Node

_FETCHES = re.compile(r"\bgit\s+(?:clone|fetch|pull|init)\b|\bgh\s+repo\s+clone\b")
CRITERIA = {
    "CI1": ci.linter_runs_when_code_changes,
    "CI2": ci.tests_run_when_code_changes,
    "CI4": ci.both_run_on_pull_requests,
}
"""What a folder alone can show of the homework's first item; that failures count is another lesson's."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why GitHub does not run a workflow file."""

    file: str
    line: int
    reason: str
    is_yaml: bool
    """Whether the file is YAML at all."""


@dataclass(frozen=True)
class Reading:
    """The workflows of a folder, read and simulated once."""

    explanation: Explanation

    @classmethod
    def of(cls, folder: Path) -> Reading:
        """Read the workflows of a folder. Raises ValueError for one that is not there."""
        import checker

        return cls(checker.explain(folder))

    @property
    def files(self) -> tuple[Workflow, ...]:
        """The workflow files."""
        return self.explanation.workflows.all

    @property
    def refusal(self) -> Refusal | None:
        """The first reason for which GitHub would refuse a file; None when it takes them all."""
        for one in self.files:
            if one.errors:
                is_yaml = document(one.text).root is not None
                return Refusal(one.path, one.errors[0].line, one.errors[0].reason, is_yaml)
        return None

    @cached_property
    def verdicts(self) -> dict[str, Verdict]:
        """What the grader says about linting and testing, by criterion."""
        found = self.explanation
        return {id: judge(found.activities, found.workflows) for id, judge in CRITERIA.items()}

    @property
    def unmet(self) -> str:
        """The first criterion that is not met; empty when all are."""
        return next(
            (id for id, found in self.verdicts.items() if found.outcome is not Outcome.MET), ""
        )

    def activities(self, kind: Kind) -> tuple[Activity, ...]:
        """Return what lints, or tests, when code changes."""
        found = self.explanation.activities.of(kind)
        return tuple(one for one in found if one.on(*CHANGE))

    def without_checkout(self) -> Iterator[str]:
        """Yield the ids of jobs that lint or test and never fetch the code."""
        seen: set[tuple[str, str]] = set()
        for one in (*self.activities("lint"), *self.activities("test")):
            workflow = self.explanation.workflows.by_path.get(one.workflow)
            job = workflow.jobs.get(one.place.job) if workflow else None
            if job is None or job.uses or (one.workflow, job.id) in seen:
                continue
            seen.add((one.workflow, job.id))
            if not any("checkout" in step.uses or _FETCHES.search(step.run) for step in job.steps):
                yield job.id

    def started(self, *events: str) -> tuple[WorkflowOutcome, ...]:
        """Return the workflows that one of the events starts, each on the first that does."""
        found: dict[str, WorkflowOutcome] = {}
        for name in events:
            for one in simulate(self.explanation.workflows, event(name, self._names)).workflows:
                if one.occurrence is not None:
                    found.setdefault(one.workflow.path, one)
        return tuple(found.values())

    def graph(self, outcome: WorkflowOutcome) -> tuple[Node, ...]:
        """Return the jobs that a run will have, matrices expanded, named as GitHub names them."""
        from checker.campus.runner.planning import plan

        if outcome.occurrence is None:
            return ()
        found = self.explanation.workflows
        planned = plan(found, outcome.workflow, outcome.occurrence, self._names).jobs
        return tuple(Node(one.name, one.key, one.needs) for one in planned)

    @property
    def _names(self) -> Names:
        return Names(default_branch=(*self.explanation.repository.default_branches, "main")[0])


def jobs_of(activities: Iterable[Activity]) -> frozenset[tuple[str, str]]:
    """Return the jobs in which activities happen: the workflow's path and the job's id."""
    return frozenset((one.workflow, one.place.job.partition(" / ")[0]) for one in activities)


def waits_for(jobs: Mapping[str, Job], id: str) -> frozenset[str]:
    """Return all jobs that a job waits for, near and far."""
    found: set[str] = set()
    waiting = [id]
    while waiting:
        job = jobs.get(waiting.pop())
        new = [need for need in (job.needs if job else ()) if need not in found]
        found.update(new)
        waiting += new
    return frozenset(found)


def words_by_line(flow: Workflow) -> dict[int, tuple[str, ...]]:
    """Return which words each line of a file shows: workflow, event, job, runner, step, action."""
    found: dict[int, list[str]] = {}
    for number, line in enumerate(flow.lines, 1):
        if line.startswith("name:"):
            found.setdefault(number, []).append("workflow")
        if line.strip().startswith("runs-on:"):
            found.setdefault(number, []).append("runner")
    heads = [number for number, line in enumerate(flow.lines, 1) if re.match(r"[\"']?on\b", line)]
    for named in flow.triggers:
        lines = enumerate(flow.lines[heads[0] - 1 :] if heads else (), heads[0] if heads else 1)
        place = next((n for n, line in lines if re.search(rf"\b{re.escape(named)}\b", line)), 0)
        found.setdefault(place, []).append("event")
    jobs = tuple(flow.jobs.values())
    begins = [job.line for job in jobs] + [step.line for job in jobs for step in job.steps]
    for job in jobs:
        found.setdefault(job.line, []).append("job")
        for step in job.steps:
            end = min((line for line in begins if line > step.line), default=len(flow.lines) + 1)
            for number in range(step.line, end):
                if flow.line(number):
                    found.setdefault(number, []).append("step")
            if step.uses:
                found.setdefault(step.uses.line, []).append("action")
    return {number: tuple(words) for number, words in found.items()}
