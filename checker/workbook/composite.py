"""A student's own composite action: what it lacks, and whether a workflow uses it as GitHub wants it used."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from checker.actions.syntax import Action, Job, Step, Workflow, read_action
from checker.actions.syntax.document import document
from checker.actions.workflows import Workflows
from checker.workbook.lacks import Lack

_OUTPUT = re.compile(r"steps\s*\.\s*([\w-]+)\s*\.\s*outputs\s*\.\s*([\w-]+)")
_ORDER = ("checkout_first", "input_unknown", "input_not_given", "output_unread")
"""What can be wrong about a use, the nearest to a failure first."""
_NAMES = ("action.yml", "action.yaml")


@dataclass(frozen=True, slots=True)
class Use:
    """A step that uses the action."""

    workflow: Workflow
    job: Job
    step: Step


def actions(workflows: Workflows) -> tuple[Action, ...]:
    """Return the repository's own actions: every `action.yml` that lies in it."""
    files = workflows.repository.files
    paths = [path for path in files.paths if posixpath.basename(path) in _NAMES]
    return tuple(read_action(path, files.text(path) or "") for path in paths[:20])


def lack(action: Action) -> Lack | None:
    """Return the first thing that an action file lacks; None for one that takes an input and hands on an output."""
    return next(_lacks(action), None)


def uses(workflows: Workflows, action: Action) -> tuple[Use, ...]:
    """Return the steps that use an action by its folder, `./` before it."""
    folder = posixpath.dirname(action.path) or "."
    return tuple(
        Use(workflow, job, step)
        for workflow in workflows.all
        for job in workflow.jobs.values()
        for step in job.steps
        if step.uses.startswith("./") and posixpath.normpath(step.uses) == folder
    )


def misuse(workflows: Workflows, action: Action) -> Lack | None:
    """Return the first thing that is wrong about how workflows use an action; None when one uses it well."""
    found = uses(workflows, action)
    if not found:
        return _almost(workflows, action)
    lacks = [next(_misuses(use, action), None) for use in found]
    named = [lack for lack in lacks if lack is not None]
    return min(named, key=lambda lack: _ORDER.index(lack[0])) if len(named) == len(found) else None


def readers(use: Use, action: Action) -> tuple[Step, ...]:
    """Return the steps after a use that read one of the action's outputs."""
    if not use.step.id:
        return ()
    wanted = {(use.step.id, name) for name in action.outputs}
    return tuple(
        step
        for step in use.job.steps
        if step.number > use.step.number and wanted & set(_OUTPUT.findall(_text(step)))
    )


def _lacks(action: Action) -> Iterator[Lack]:
    where = {"file": action.path}
    if action.errors:
        first = action.errors[0]
        is_yaml = document("\n".join(action.lines)).root is not None
        facts = {**where, "line": first.line, "reason": first.reason}
        yield ("action_refused" if is_yaml else "not_yaml", facts)
        return
    if action.using != "composite":
        yield "not_composite", {**where, "using": action.using or "–"}
        return
    for step in action.steps:
        if step.run and not step.shell:
            yield "no_shell", {**where, "line": step.line}
    inside = "\n".join(map(_text, action.steps))
    if not action.inputs:
        yield "no_input", where
    for name in action.inputs:
        if not re.search(rf"inputs\s*(?:\.\s*{re.escape(name)}\b|\[)", inside):
            yield "input_unused", {**where, "name": name}
    if not action.outputs:
        yield "no_output", where
    ids = {step.id: step for step in action.steps if step.id}
    for name, value in action.outputs.items():
        handed = _OUTPUT.findall(value)
        if not handed:
            yield "output_empty", {**where, "name": name, "value": str(value) or "–"}
        for id, key in handed:
            if id not in ids:
                yield "output_of_no_step", {**where, "name": name, "id": id}
            elif ids[id].run and "GITHUB_OUTPUT" not in ids[id].run:
                yield "not_handed_on", {**where, "name": key, "line": ids[id].line}


def _almost(workflows: Workflows, action: Action) -> Lack:
    """Say why no workflow uses an action: nearly named, or not at all."""
    folder = posixpath.dirname(action.path) or "."
    for workflow in workflows.all:
        for job in workflow.jobs.values():
            for step in job.steps:
                named = step.uses.partition("@")[0].strip("/")
                if named and posixpath.normpath(named) in {folder, action.path}:
                    facts = {"line": step.uses.line, "uses": str(step.uses), "folder": folder}
                    return "wrong_path", facts
    return "not_used", {"folder": folder}


def _misuses(use: Use, action: Action) -> Iterator[Lack]:
    before = [step for step in use.job.steps if step.number < use.step.number]
    facts = {"job": use.job.id, "line": use.step.line}
    if not any("checkout" in step.uses for step in before):
        yield "checkout_first", facts
    unknown = [name for name in use.step.inputs if name not in action.inputs]
    if unknown:
        yield "input_unknown", {**facts, "name": unknown[0], "known": tuple(action.inputs)}
    if not use.step.inputs:
        yield "input_not_given", {**facts, "known": tuple(action.inputs)}
    if not readers(use, action):
        yield "output_unread", {**facts, "name": next(iter(action.outputs), "")}


def _text(step: Step) -> str:
    parts = (
        step.condition,
        step.run,
        step.uses,
        step.name,
        *step.inputs.values(),
        *step.env.values(),
    )
    return "\n".join(parts)
