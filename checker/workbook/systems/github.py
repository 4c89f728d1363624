"""A workflow of GitHub Actions as a pipeline, by the grader's own reading of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from checker.actions.answer import Answer
from checker.actions.events import Event, Names, event
from checker.actions.simulate import JobOutcome, WorkflowOutcome, as_if_started, simulate
from checker.actions.steps import StepOutcome
from checker.actions.syntax import Workflow, read_workflow
from checker.actions.workflows import Workflows
from checker.services.repository import Repository
from checker.workbook.systems import leaks
from checker.workbook.systems.happenings import HAPPENINGS, SOURCE_BRANCH, Happening
from checker.workbook.systems.pipeline import (
    MAX_JOBS,
    Job,
    Leak,
    Pipeline,
    answered,
    commands_of,
    limited,
    pythons_in,
)

PATH = ".github/workflows/ci.yml"


class _NoFiles:
    """A repository of which the workflow is all that is known."""

    paths: tuple[str, ...] = ()

    def text(self, path: str) -> str | None:  # noqa: ARG002 - there is none by any name
        """Return that there is no such file."""
        return None

    def names(self, folder: str) -> tuple[str, ...]:  # noqa: ARG002
        """Return that there is no such folder."""
        return ()


def read(text: str) -> Pipeline:
    """Read a workflow. Raises ValueError, with the line, for one that GitHub refuses."""
    workflow = read_workflow(PATH, limited(text))
    if workflow.errors:
        raise ValueError(str(workflow.errors[0]))
    if len(workflow.jobs) > MAX_JOBS:
        raise ValueError(f"there are more than {MAX_JOBS} jobs")
    known = Workflows(Repository("homework", _NoFiles()), (workflow,))
    found = {one.name: simulate(known, _event(one)).workflows for one in HAPPENINGS}
    started = as_if_started(known, workflow, event("push"))
    jobs = tuple(_job(one, workflow, found) for one in started.jobs)
    return Pipeline("github", jobs, tuple(_leaks(workflow)))


def _job(
    outcome: JobOutcome, workflow: Workflow, found: dict[str, tuple[WorkflowOutcome, ...]]
) -> Job:
    job = outcome.job
    scripts = "\n".join(str(step.run) for step in job.steps)
    commands, hidden = commands_of(scripts)
    variables = [*workflow.env.values(), *job.env.values()]
    for step in job.steps:
        variables += [*step.env.values(), *step.inputs.values(), step.run]
    secrets = leaks.github_secrets(*map(str, variables))
    runs = {
        name: answered(
            _for_this_name(one.answer) for run in runs for one in run.jobs if one.job.id == job.id
        )
        for name, runs in found.items()
    }
    masks = [str(step.continue_on_error) for step in job.steps if step.continue_on_error]
    return Job(
        name=job.id,
        line=job.line,
        commands=commands,
        after=frozenset(job.needs),
        pythons=frozenset(_pythons(outcome)) | pythons_in(str(job.container)),
        secrets=secrets,
        runs=runs,
        masked=hidden or outcome.masked or next((f"continue-on-error: {m}" for m in masks), ""),
    )


def _for_this_name(answer: Answer) -> str:
    """Return an answer for the very branch or tag that was asked about, not for others of its kind."""
    return "no" if "name: it must match" in answer.why else answer.value


def _pythons(outcome: JobOutcome) -> Iterator[str]:
    for steps in outcome.instances:
        for step in steps:
            yield from _of_step(step)


def _of_step(step: StepOutcome) -> Iterator[str]:
    yield from pythons_in(step.inputs.get("python-version", ""))
    for one in step.script.commands if step.script else ():
        yield from pythons_in(" ".join(one.argv))


def _leaks(workflow: Workflow) -> Iterator[Leak]:
    yield from leaks.literals("\n".join(workflow.lines))
    for job in workflow.jobs.values():
        for step in job.steps:
            given = {**workflow.env, **job.env, **step.env}
            names = {key for key, value in given.items() if leaks.github_secrets(str(value))}
            yield from leaks.printed(str(step.run), step.run_line, names)


def _event(one: Happening) -> Event:
    match one.kind:
        case "push" if one.branch == "main":
            return event("push")
        case "push":
            return event("branch-push", Names(branch=one.branch))
        case "tag":
            return event("tag", Names(tag=one.tag))
        case "clock":
            return event("schedule")
    names = Names(default_branch=one.branch, branch=SOURCE_BRANCH)  # pull requests go to it
    opened = event("pull-request", names)
    if one.kind == "pull":
        return opened
    closed = tuple(
        replace(each, activity="closed", payload={**each.payload, "action": "closed"})
        for each in opened.occurrences[::2]
    )
    return replace(opened, occurrences=closed)
