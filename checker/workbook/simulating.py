"""What the workflows of a folder would do on an event, as the grader simulates it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from checker.actions.answer import Answer, best
from checker.actions.events import Names
from checker.actions.simulate import JobOutcome, Simulation, WorkflowOutcome
from checker.report.escape import plain
from checker.workbook.display import Shown, table
from checker.workbook.refusal import WorkbookError

_MARKS = {"yes": "✓", "no": "–", "depends": "?"}


@dataclass(frozen=True, eq=False)
class Would(Mapping[str, Mapping[str, str]]):
    """By workflow file and job: `yes`, `no` or `depends`.

    A file that GitHub refuses, or that the event does not start, has its jobs too, all with `no`.
    """

    event: str
    answers: Mapping[str, Mapping[str, str]]
    reasons: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """By file and job, why not or on what it depends; by file and "" what is said of the file as a whole."""
    simulation: Simulation | None = field(default=None, repr=False)
    """All that is known, steps too."""

    def __getitem__(self, file: str) -> Mapping[str, str]:
        """Return the jobs of a file, named with or without its folder."""
        return self.answers[self._path(file)]

    def __iter__(self) -> Iterator[str]:
        return iter(self.answers)

    def __len__(self) -> int:
        return len(self.answers)

    @property
    def runs(self) -> bool:
        """Whether any job certainly runs."""
        return any("yes" in jobs.values() for jobs in self.answers.values())

    def reason(self, file: str, job: str = "") -> str:
        """Return why a job does not run, or a file is not started; empty when it runs."""
        path = self._path(file)
        return self.reasons.get((path, job), "") or self.reasons.get((path, ""), "")

    def _path(self, file: str) -> str:
        return file if file in self.answers else f".github/workflows/{file}"

    def _repr_mimebundle_(self, **given: object) -> dict[str, str]:
        rows = [
            (
                _MARKS[answer],
                file.rpartition("/")[2],
                plain(job, 80),
                plain(self.reason(file, job), 200),
            )
            for file, jobs in self.answers.items()
            for job, answer in (jobs or {"": "no"}).items()
        ]
        shown = (
            table([""] * 4, rows)
            if rows
            else Shown(f"{self.event}: –", f"<div>{self.event}: –</div>")
        )
        return shown._repr_mimebundle_(**given)


def would(folder: Path, event: str, *, branch: str, tag: str, repository: str) -> Would:
    """Say what would run if an event happened. Raises WorkbookError for what is no event."""
    from checker.explanation import explain
    from checker.target import Target

    names = Names(default_branch="main", branch=branch, tag=tag, repository=repository)
    try:
        found = explain(Target(folder=str(folder), default_branch="main"), names, event)
    except ValueError as error:
        raise WorkbookError(str(error)) from None
    simulation = found.simulations[0]
    answers: dict[str, dict[str, str]] = {}
    reasons: dict[tuple[str, str], str] = {}
    for path, outcomes in _by_file(simulation).items():
        started = best(one.answer for one in outcomes)
        jobs = outcomes[0].workflow.jobs
        answers[path] = {}
        if started.value != "yes":
            reasons[path, ""] = started.why
        for id in jobs:
            answer = best(_answer(one, id) for one in outcomes)
            answers[path][id] = answer.value
            if answer.value != "yes":
                reasons[path, id] = answer.why
    return Would(event, answers, reasons, simulation)


def refusals(folder: Path) -> dict[str, str]:
    """Return by file why GitHub refuses it, with the line, of those in a folder that it does."""
    from checker.explanation import explain
    from checker.target import Target

    found = explain(Target(folder=str(folder), default_branch="main"), Names())
    return {one.path: f"{one.path}: {one.errors[0]}" for one in found.workflows.all if one.errors}


def _by_file(simulation: Simulation) -> dict[str, list[WorkflowOutcome]]:
    found: dict[str, list[WorkflowOutcome]] = {}
    for one in simulation.workflows:
        found.setdefault(one.workflow.path, []).append(one)
    return found


def _answer(outcome: WorkflowOutcome, id: str) -> Answer:
    job: JobOutcome | None = next((one for one in outcome.jobs if one.job.id == id), None)
    return outcome.answer if job is None else outcome.answer.then(job.answer)
