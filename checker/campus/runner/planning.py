"""The jobs that a run will have, named as GitHub names them, before any of them has begun."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import yaml

from checker.actions.command import has_hole
from checker.actions.events import Names, Occurrence, github_context
from checker.actions.expressions import UNKNOWN, Partial
from checker.actions.expressions.values import to_text
from checker.actions.matrix import combinations
from checker.actions.scope import Scope
from checker.actions.syntax import Job, Workflow
from checker.actions.workflows import FOLDER, Workflows
from checker.campus.runner.limits import Limits, limits_of

MAX_DEPTH = 10
"""Workflows may call each other so deep (GitHub Docs, "Reuse workflows", November 2026)."""
MAX_NAME = 100
"""GitHub cuts the name of a matrix's job there."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A job of a run."""

    place: tuple[tuple[int, int], ...]
    """Where it stands: its place in each file on the way, and in each matrix from 1 (0 without one)."""
    name: str
    """`test (3.12)`, `caller / callee`."""
    key: str
    """Its id in the file; behind its caller's for a job of a called workflow."""
    job: Job
    file: str
    needs: tuple[str, ...] = ()
    once: str = ""
    """The name by which GitHub shows it when it is skipped: a matrix is not made then."""
    may_fail: bool = False
    """Whether its failure does not fail the run."""
    id_token: bool = False
    known: bool = True
    """Whether its matrix is known before the run."""
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Plan:
    """A run before it begins."""

    workflow: Workflow
    title: str
    jobs: tuple[Planned, ...] = ()
    group: str = ""
    """The group of which one run is in progress at a time; empty for none."""
    cancels: bool = False
    """Whether it ends the run of its group that is in progress."""
    github: Mapping[str, object] = field(default_factory=dict)


def plan(
    workflows: Workflows,
    workflow: Workflow,
    occurrence: Occurrence,
    names: Names,
    known: Mapping[str, object] | None = None,
) -> Plan:
    """Return what a run of a workflow will be; `known` are facts of the run itself (`sha`, `run_id` …)."""
    github = {**github_context(occurrence, names, workflow.title), **(known or {})}
    scope = Scope(
        {
            "github": github,
            "vars": Partial(),
            "secrets": Partial(),
            "inputs": _inputs(workflow, occurrence),
            "env": {},
            "runner": Partial(os="Linux", arch="X64"),
            "strategy": Partial(),
            "needs": Partial(),
        }
    )
    group, cancels = _concurrency(workflow, scope)
    jobs = tuple(_jobs(workflows, workflow, scope, (), "", "", None, ()))
    return Plan(workflow, workflow.title, jobs, group, cancels, github)


def _inputs(workflow: Workflow, occurrence: Occurrence) -> Mapping[str, object]:
    trigger = workflow.triggers.get("workflow_dispatch")
    if occurrence.event != "workflow_dispatch" or trigger is None:
        return {}
    given = occurrence.payload.get("inputs")
    values = given if isinstance(given, Mapping) else {}
    return {name: values.get(name, one.default) for name, one in trigger.inputs.items()}


def _concurrency(workflow: Workflow, scope: Scope) -> tuple[str, bool]:
    if not workflow.concurrency:
        return "", False
    found = yaml.safe_load(workflow.text).get("concurrency")
    flag = found.get("cancel-in-progress", False) if isinstance(found, dict) else False
    cancels = scope.flag(str(flag).lower() if isinstance(flag, bool) else str(flag))
    return scope.text(str(workflow.concurrency)), cancels.value == "yes"


def _jobs(
    workflows: Workflows,
    workflow: Workflow,
    scope: Scope,
    above: tuple[tuple[int, int], ...],
    caller: str,
    key: str,
    token: bool | None,
    files: tuple[str, ...],
) -> Iterator[Planned]:
    for number, job in enumerate(workflow.jobs.values()):
        rows = combinations(job.matrix, scope)
        known = not any(isinstance(row, Partial) for row in rows)
        given = job.permissions if job.permissions.given else workflow.permissions
        own = (given.id_token if given.given else bool(token)) and token is not False
        for index, row in enumerate(rows, 1):
            inner = scope.bind(matrix=row)
            here = (*above, (number, index if len(rows) > 1 else 0))
            name = caller + _name(job, inner, row if job.matrix else {})
            once = caller + _written(job, scope)
            callee = _callee(str(job.uses), workflows) if job.uses else None
            if callee is not None and callee.path not in files and len(files) < MAX_DEPTH:
                below = inner.bind(inputs=_handed(callee, job, inner), matrix={}, env={})
                called = (*files, workflow.path)
                yield from _jobs(
                    workflows, callee, below, here, f"{name} / ", f"{key}{job.id} / ", own, called
                )
                continue
            yield Planned(
                here,
                name,
                f"{key}{job.id}",
                job,
                workflow.path,
                tuple(f"{key}{need}" for need in job.needs),
                once,
                inner.flag(str(job.continue_on_error)).value == "yes",
                own,
                known,
                limits_of(workflow, job, inner),
            )


def _name(job: Job, scope: Scope, row: Mapping[str, object]) -> str:
    """Return a job's name; the values of its matrix stand behind one that has no expression of its own."""
    name = _written(job, scope)
    if not row or "${{" in str(job.name):
        return name
    values = ", ".join(_leaves(list(row.values())))
    shown = f"{name} ({values})"
    return shown if len(shown) <= MAX_NAME else f"{shown[: MAX_NAME - 3]}..."


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    elif isinstance(value, Mapping):
        yield from _leaves(list(value.values()))
    elif value is not UNKNOWN:
        yield to_text(value)


def _written(job: Job, scope: Scope) -> str:
    """Return a job's name, filled where all of it is known."""
    written = str(job.name) or job.id
    filled = scope.text(written)
    return written if has_hole(filled) else filled


def _handed(callee: Workflow, job: Job, scope: Scope) -> Mapping[str, object]:
    trigger = callee.triggers.get("workflow_call")
    defaults = (
        {} if trigger is None else {name: one.default for name, one in trigger.inputs.items()}
    )
    return {**defaults, **{name: scope.value(value) for name, value in job.inputs.items()}}


def _callee(uses: str, workflows: Workflows) -> Workflow | None:
    path = uses.split("@", maxsplit=1)[0]
    for prefix in ("./", "$/"):
        path = path.removeprefix(prefix)
    return workflows.by_path.get(path) if path.startswith(FOLDER) else None


def as_json(names: tuple[str, ...]) -> str:
    """Return names as the store keeps them."""
    return json.dumps(list(names))


def named(planned: Planned, row: Mapping[str, object], github: Mapping[str, object]) -> str:
    """Return the name of a job whose matrix only the run could tell."""
    scope = Scope({"github": github, "matrix": row, "inputs": Partial(), "needs": Partial(), "env": {},
                   "vars": Partial(), "secrets": Partial(), "strategy": Partial()})  # fmt: skip
    above = planned.name.rpartition(" / ")[0]
    return (f"{above} / " if above else "") + _name(planned.job, scope, row)
