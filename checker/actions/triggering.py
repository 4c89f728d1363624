"""Whether a workflow starts on an event: its `on`, with activity types and branch, tag and path filters."""

from __future__ import annotations

from collections.abc import Sequence

from checker.actions.answer import YES, Answer, depends, no
from checker.actions.events import Names, Occurrence
from checker.actions.filters import matches
from checker.actions.syntax import Trigger, Workflow
from checker.actions.syntax.fields import clip

DEFAULT_TYPES = {
    "pull_request": ("opened", "synchronize", "reopened"),
    "pull_request_target": ("opened", "synchronize", "reopened"),
}
"""Activity types of an event that names none; other events then take all."""

_DEFAULT_NAMES = ("main", "master")
_CODE = ("model.py", "src/package/model.py", "package/model.py", "tests/test_model.py")
"""An ordinary change to code: what `paths-ignore` must leave through."""


def starts(workflow: Workflow, occurrence: Occurrence, names: Names) -> Answer:
    """Answer whether a workflow starts on an occurrence."""
    if workflow.errors:
        return no(f"GitHub refuses the file: {workflow.errors[0]}")
    trigger = workflow.triggers.get(occurrence.event)
    if trigger is None:
        return no(f"it starts on {_events(workflow)} only")
    return (
        _types(trigger, occurrence)
        .then(_refs(trigger, occurrence, names))
        .then(_paths(trigger, occurrence))
        .then(_source(trigger, occurrence))
    )


def _events(workflow: Workflow) -> str:
    return ", ".join(f"`{clip(event)}`" for event in workflow.triggers) or "nothing"


def _types(trigger: Trigger, occurrence: Occurrence) -> Answer:
    wanted = trigger.types or DEFAULT_TYPES.get(trigger.event, ())
    if trigger.event == "repository_dispatch" or not wanted or not occurrence.activity:
        return YES
    if occurrence.activity in wanted:
        return YES
    return no(f"`{trigger.event}` is for the types {', '.join(wanted)}, not {occurrence.activity}")


def _refs(trigger: Trigger, occurrence: Occurrence, names: Names) -> Answer:
    branches, tags = (
        trigger.branches or trigger.branches_ignore,
        trigger.tags or trigger.tags_ignore,
    )
    if occurrence.tag and occurrence.event == "push":
        if branches and not tags:
            return no("`push` is for branches only: it filters branches and no tags")
        return _ref(trigger.tags, trigger.tags_ignore, occurrence.tag, "tag", ())
    if not occurrence.branch:
        return YES
    if tags and not branches and occurrence.event == "push":
        return no("`push` is for tags only: it filters tags and no branches")
    is_default = occurrence.branch == names.default_branch
    only = () if is_default else (names.default_branch, *_DEFAULT_NAMES)
    kind = "default branch" if is_default else "branch"
    return _ref(trigger.branches, trigger.branches_ignore, occurrence.branch, kind, only)


def _ref(
    wanted: Sequence[str], ignored: Sequence[str], name: str, kind: str, not_this: Sequence[str]
) -> Answer:
    """Answer a filter pair for one name; another name that would match makes it depend on the name."""
    if ignored:
        if not matches(ignored, name):
            return YES
        return no(f"the {kind} `{name}` is ignored: `{clip(', '.join(ignored))}`")
    if not wanted or matches(wanted, name):
        return YES
    shown = clip(", ".join(wanted))
    others = [
        pattern for pattern in wanted if not pattern.startswith("!") and pattern not in not_this
    ]
    if kind == "default branch" or not others:
        return no(f"the {kind} `{name}` does not match `{shown}`")
    return depends(
        f"the {kind}'s name: it must match `{clip(', '.join(others))}`, and `{name}` does not"
    )


def _paths(trigger: Trigger, occurrence: Occurrence) -> Answer:
    if occurrence.tag:
        return YES  # Path filters are not evaluated for tags.
    if trigger.paths_ignore:
        if not all(matches(trigger.paths_ignore, path) for path in _CODE):
            return YES
        return depends(f"the change must touch more than `{clip(', '.join(trigger.paths_ignore))}`")
    if not trigger.paths or all(matches(trigger.paths, path) for path in _CODE):
        return YES
    return depends(f"the change must touch `{clip(', '.join(trigger.paths))}`")


def _source(trigger: Trigger, occurrence: Occurrence) -> Answer:
    if trigger.event != "workflow_run":
        return YES
    run = occurrence.payload.get("workflow_run")
    name = run.get("name") if isinstance(run, dict) else ""
    if name in trigger.workflows:
        return YES
    return no(
        f"it follows {', '.join(f'`{clip(flow)}`' for flow in trigger.workflows) or 'nothing'}"
    )
