"""Whether a pipeline's gates can stop a pull request: the grader's own reading of the files, and why one cannot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from checker.actions.activities import activities_of
from checker.actions.activity import Activities
from checker.actions.workflows import Workflows, workflows_of
from checker.prove.faults import Gate
from checker.prove.project import gate_of
from checker.services.repository import Files, Repository

Why = Literal["refused", "missing", "rewrites", "unread", "not_proposed", "skipped", "masked"]
USUAL: tuple[Gate, ...] = ("lint", "format", "test")
CHANGE = "pull-request"


@dataclass(frozen=True, slots=True)
class Weakness:
    """A gate that stops nothing."""

    why: Why
    gate: str = ""
    what: str = ""
    """What the reader sees there: the option that swallows failures, the reason of a refusal."""
    file: str = ""
    line: int = 0


def weaknesses(files: Files, wanted: Sequence[Gate] = USUAL) -> tuple[Weakness, ...]:
    """Return why a pull request to the default branch would pass, a gate at a time; nothing where each can stop it.

    Nothing is run. A gate that depends on what only a run knows counts as one.
    """
    repository = Repository("project", files, ("main",))
    workflows = workflows_of(repository)
    refused = [
        Weakness("refused", "", problem.reason, flow.path, problem.line)
        for flow in workflows.all
        for problem in flow.errors[:1]
    ]
    activities = activities_of(repository, workflows=workflows)
    found = [one for gate in wanted for one in _weak(gate, activities, workflows)]
    return tuple(refused[:1] if refused and found else found)


def _weak(gate: Gate, activities: Activities, workflows: Workflows) -> Iterator[Weakness]:
    own = [one for one in activities.found if gate_of(one) == gate]
    if not own:
        yield _absent(gate, activities)
        return
    first = own[0]
    place = {"file": first.place.file, "line": first.place.line}
    on = [one for one in own if one.on(CHANGE)]
    if not on:
        flow = workflows.by_path.get(first.workflow)
        starts = flow is not None and "pull_request" in flow.triggers
        yield Weakness("skipped" if starts else "not_proposed", gate, first.on(CHANGE).why, **place)  # type: ignore[arg-type]
    elif all(one.masked for one in on):
        place = {"file": on[0].place.file, "line": on[0].place.line}
        yield Weakness("masked", gate, on[0].masked, **place)  # type: ignore[arg-type]


def _absent(gate: Gate, activities: Activities) -> Weakness:
    kind = "test" if gate == "test" else "lint"
    for one in activities.missed:
        if one.near.kind == kind and (gate != "lint" or "format" not in one.near.why):
            why: Why = "rewrites" if gate == "format" else "missing"
            return Weakness(why, gate, one.near.why, one.place.file, one.place.line)
    called = [one for one in activities.unread if not one.uses or "/.github/workflows/" in one.uses]
    if called:
        place = called[0].place
        return Weakness("unread", gate, called[0].uses or called[0].why, place.file, place.line)
    return Weakness("missing", gate)
