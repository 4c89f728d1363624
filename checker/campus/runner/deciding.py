"""Which workflows an event of the forge starts: the simulator's answer, with its names and changed files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from checker.actions.events import Names, Occurrence
from checker.actions.filters import matches
from checker.actions.syntax import Trigger, Workflow
from checker.actions.triggering import starts
from checker.actions.workflows import Workflows
from checker.campus.store import Event, Repository

_SKIPS = re.compile(r"\[(?:skip ci|ci skip|no ci|skip actions|actions skip)\]")
"""In the message of the newest commit (GitHub Docs, "Skipping workflow runs", November 2026)."""
_OF_ACTIVITIES = ("pull_request", "pull_request_target", "release", "workflow_run", "issues")


def occurrence_of(event: Event) -> Occurrence:
    """Return an event of the forge as the simulator knows events. Raises ValueError for a payload that is none."""
    payload = json.loads(event.payload)
    if not isinstance(payload, dict):
        raise ValueError(f"the payload of event {event.id} is no object")  # noqa: TRY004 - a malformed value
    branch = event.ref.removeprefix("refs/heads/") if event.ref.startswith("refs/heads/") else ""
    tag = event.ref.removeprefix("refs/tags/") if event.ref.startswith("refs/tags/") else ""
    activity = str(payload.get("action") or "") if event.name in _OF_ACTIVITIES else ""
    head = base = ""
    if event.name.startswith("pull_request"):
        pull = _object(payload, "pull_request")
        head, base = (str(_object(pull, end).get("ref", "")) for end in ("head", "base"))
        branch, tag = base, ""
    elif event.name == "workflow_run":
        branch, tag = str(_object(payload, "workflow_run").get("head_branch") or ""), ""
    elif event.name != "push":
        branch = tag = ""  # filters of refs are for pushes
    return Occurrence(event.name, event.ref, activity, branch, tag, head, base, payload)


def names_of(event: Event, repository: Repository) -> Names:
    """Return the names that an event carries."""
    return Names(
        default_branch=repository.default_branch,
        repository=repository.full_name,
        actor=event.actor,
    )


def started(
    workflows: Workflows, event: Event, repository: Repository, changed: Sequence[str] | None
) -> tuple[Workflow, ...]:
    """Return the workflows that an event starts, in the order of their paths.

    `changed` are the files that the push or pull request changed; None where that cannot be told, as for a new branch
    without anything before it, when filters of paths let through.
    """
    occurrence, names = occurrence_of(event), names_of(event, repository)
    if _is_skipped(occurrence):
        return ()
    return tuple(
        workflow
        for workflow in workflows.all
        if event.workflow in {"", workflow.path}
        and starts(workflow, occurrence, names).value != "no"
        and _takes(workflow.triggers[occurrence.event], occurrence, changed)
    )


def refused(workflows: Workflows, event: Event) -> tuple[Workflow, ...]:
    """Return the files that GitHub refuses: a push makes a failed run of each."""
    return tuple(one for one in workflows.all if one.errors) if event.name == "push" else ()


def head_branch(payload: Mapping[str, object], event: Event) -> str:
    """Return the branch, or tag, that a run of an event is listed under."""
    pull = payload.get("pull_request")
    head = pull.get("head") if isinstance(pull, Mapping) else None
    if isinstance(head, Mapping) and head.get("ref"):
        return str(head["ref"])
    return event.ref.removeprefix("refs/heads/").removeprefix("refs/tags/")


def head_sha(payload: Mapping[str, object], event: Event) -> str:
    """Return the commit that a run of an event is listed under."""
    pull = payload.get("pull_request")
    head = pull.get("head") if isinstance(pull, Mapping) else None
    return str(head["sha"]) if isinstance(head, Mapping) and head.get("sha") else event.sha


def is_from_a_fork(payload: Mapping[str, object]) -> bool:
    """Say whether an event is of a pull request from another repository."""
    pull = payload.get("pull_request")
    if not isinstance(pull, Mapping):
        return False
    names = []
    for end in ("head", "base"):
        side = pull.get(end)
        repo = side.get("repo") if isinstance(side, Mapping) else None
        names.append(repo.get("full_name") if isinstance(repo, Mapping) else None)
    return names[0] != names[1]


def _takes(trigger: Trigger, occurrence: Occurrence, changed: Sequence[str] | None) -> bool:
    """Say what the simulator leaves open: whether this name and these files pass the filters."""
    if occurrence.tag and occurrence.event == "push":
        return _passes(trigger.tags, trigger.tags_ignore, occurrence.tag)
    if occurrence.branch and not _passes(
        trigger.branches, trigger.branches_ignore, occurrence.branch
    ):
        return False
    if changed is None or occurrence.event not in {"push", "pull_request", "pull_request_target"}:
        return True
    if trigger.paths:
        return any(matches(trigger.paths, path) for path in changed)
    if trigger.paths_ignore:
        return any(not matches(trigger.paths_ignore, path) for path in changed)
    return True


def _passes(wanted: Sequence[str], ignored: Sequence[str], name: str) -> bool:
    if ignored:
        return not matches(ignored, name)
    return not wanted or matches(wanted, name)


def _is_skipped(occurrence: Occurrence) -> bool:
    if occurrence.event != "push":
        return False
    message = _object(occurrence.payload, "head_commit").get("message")
    return _SKIPS.search(str(message or "")) is not None


def _object(payload: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = payload.get(name)
    return found if isinstance(found, Mapping) else {}
