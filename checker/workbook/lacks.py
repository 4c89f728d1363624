"""What a workflow lacks for an exercise: the name of the message that says so, and its facts."""

from __future__ import annotations

from collections.abc import Mapping

from checker.actions.activity import Kind
from checker.actions.simulate import JobOutcome
from checker.actions.syntax import Workflow
from checker.workbook.workflows import Reading, waits_for

Lack = tuple[str, Mapping[str, object]]

_ABSENT: Mapping[Kind, Lack] = {
    "lint": ("no_lint", {"tool": "ruff"}),
    "test": ("no_test", {"tool": "pytest"}),
}


def refusal(reading: Reading) -> Lack | None:
    """Return why GitHub refuses a file; None when it takes them all."""
    found = reading.refusal
    if found is None:
        return None
    facts = {"file": found.file, "line": found.line, "reason": found.reason}
    return ("refused" if found.is_yaml else "not_yaml"), facts


def checks(reading: Reading) -> Lack | None:
    """Return what keeps workflows from linting and testing each change; None when nothing does."""
    unmet = reading.unmet
    if not unmet:
        return None
    if (refused := refusal(reading)) is not None:
        return refused
    events = tuple(sorted({event for flow in reading.files for event in flow.triggers}))
    if unmet == "CI4":
        pulls = [one.triggers.get("pull_request") for one in reading.files]
        lines = [one.line for one in pulls if one is not None]
        if lines:
            return "pull_request_filtered", {"line": lines[0]}
        return "no_pull_request", {"events": events}
    kind: Kind = "lint" if unmet == "CI1" else "test"
    found = reading.explanation.activities
    if elsewhere := found.of(kind):
        return "never_on_change", {"tool": elsewhere[0].tool, "events": events}
    missed = [one for one in found.missed if one.near.kind == kind]
    if missed:
        one = missed[0]
        return "only_looks_so", {"line": one.place.line, "text": one.seen, "why": one.near.why}
    if called := [one.uses for one in found.unread if "/.github/workflows/" in one.uses]:
        return "elsewhere", {"uses": called[0]}
    return _ABSENT[kind]


def order(flow: Workflow, tests: JobOutcome, linters: set[str]) -> Lack | None:
    """Return what a job of tests lacks to be several that wait for the linter; None when it is.

    `linters` are the ids of the jobs of the same file that lint.
    """
    job = tests.job
    facts: dict[str, object] = {"job": job.id, "runs": tests.runs}
    for values in job.matrix.vectors.values():
        if isinstance(values, list) and any(value == 3.1 for value in values):
            return "three_point_one", facts
    if not job.matrix:
        return "no_matrix", facts
    if tests.runs < 2:
        return "one_version", facts
    if len(tests.instances) < 2 and not tests.called:
        return "matrix_unused", {**facts, "keys": tuple(job.matrix.vectors) or ("–",)}
    if linters & waits_for(flow.jobs, job.id):
        return None
    if any(job.id in waits_for(flow.jobs, id) for id in linters):
        return "needs_backwards", {**facts, "linter": min(linters)}
    if job.id in linters:
        return "one_job", facts
    if not linters:
        return "linter_elsewhere", {**facts, "file": flow.path}
    return "no_needs", {**facts, "linter": min(linters)}
