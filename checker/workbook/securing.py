"""Five ways in which a workflow gives away more than it has to, each read from its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from checker.actions.activities import activities_of
from checker.actions.syntax import Workflow
from checker.actions.syntax.model import Job, Permissions, Step
from checker.actions.workflows import workflows_of
from checker.services.repository import Folder, Repository

PATH = ".github/workflows/image.yml"
TRUSTED = ("actions", "docker", "github", "pypa")
"""Owners whose tags are enough: they publish what GitHub, Docker and PyPA run themselves."""

_STRANGERS = re.compile(
    r"\$\{\{[^}]*(?:github\s*\.\s*head_ref"
    r"|github\s*\.\s*event\s*\.\s*(?:pull_request\s*\.\s*(?:title|body|head\s*\.\s*(?:ref|label))"
    r"|(?:issue|comment|review|discussion)\s*\.\s*(?:title|body)|head_commit\s*\.\s*message))"
)
"""What strangers write, put into a script as it is."""
_WHOLE = re.compile(r"\$\{\{(?:(?!\}\}).)*\}\}", re.DOTALL)
_COMMIT = re.compile(r"[0-9a-f]{40}")
_SECRET = re.compile(r"\bsecrets\b")


@dataclass(frozen=True, slots=True)
class Hole:
    """One such place."""

    name: str
    """`injection`, `build_arg`, `write_all`, `contents_write`, `no_permissions`, `unpinned`, `short_pin`,
    `always_true`, `literal`; or `refused` and `pushes_nothing` for a file that does not do its work."""
    line: int = 0
    what: str = ""


def holes(text: str) -> tuple[Hole, ...]:
    """Return what is wrong with a workflow that pushes an image, in the order of its lines; a refused file alone."""
    repository = Repository("project", Folder({PATH: text}), ("main",))
    workflows = workflows_of(repository)
    flow = workflows.all[0]
    if flow.errors:
        return (Hole("refused", flow.errors[0].line, flow.errors[0].reason),)
    found = sorted(_holes(flow), key=lambda one: one.line)
    activities = activities_of(repository, workflows=workflows)
    for one in activities.found:
        if one.credential and "secrets." not in one.credential:
            found.append(Hole("literal", one.place.line, one.place.step))
    if not any(one.on("tag") for one in activities.of("image-push")):
        found.append(Hole("pushes_nothing"))
    return tuple(found)


def _holes(flow: Workflow) -> Iterator[Hole]:
    for job in flow.jobs.values():
        yield from _rights(flow, job)
        yield from _always_true(job.condition, job.line)
        for step in job.steps:
            yield from _always_true(step.condition, step.line)
            yield from _pin(step)
            if _STRANGERS.search(step.run):
                yield Hole("injection", step.run_line or step.line, step.label)
            yield from _build_args(step, {**flow.env, **job.env, **step.env})


def _rights(flow: Workflow, job: Job) -> Iterator[Hole]:
    given: Permissions = job.permissions if job.permissions.given else flow.permissions
    line = _line(flow, "permissions:")
    if not given.given:
        yield Hole("no_permissions", job.line, job.id)
    elif given.everything == "write":
        yield Hole("write_all", line)
    elif given.scopes.get("contents") == "write":
        yield Hole("contents_write", line)


def _always_true(condition: str, line: int) -> Iterator[Hole]:
    """Find text around `${{ }}`: GitHub joins both into a text then, and a text that is not empty is true."""
    if "${{" in condition and not _WHOLE.fullmatch(condition):
        yield Hole("always_true", line, str(condition))


def _pin(step: Step) -> Iterator[Hole]:
    action, _, ref = step.uses.partition("@")
    if not action or action.startswith((".", "docker://")) or action.split("/")[0] in TRUSTED:
        return
    if _COMMIT.fullmatch(ref):
        return
    is_short = re.fullmatch(r"[0-9a-f]{7,39}", ref) is not None
    yield Hole("short_pin" if is_short else "unpinned", step.line, str(step.uses))


def _build_args(step: Step, env: Mapping[str, str]) -> Iterator[Hole]:
    """Find secrets among the arguments of a build, written there or handed on by a variable."""
    held = [name for name, value in env.items() if _SECRET.search(value)]
    given = [step.inputs.get("build-args", "")]
    given += re.findall(
        r"--build-arg[ =]+(?:\"[^\"]*\"|'[^']*'|\S+(?: \}\})?)", step.run.replace("${{ ", "${{")
    )
    for text in given:
        if _SECRET.search(text) or any(re.search(rf"\b{re.escape(name)}\b", text) for name in held):
            yield Hole("build_arg", step.line, step.label)
            return


def _line(flow: Workflow, words: str) -> int:
    return next((number for number, line in enumerate(flow.lines, 1) if words in line), 1)
