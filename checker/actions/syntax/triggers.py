"""Reading `on`: the events of a workflow and their filters."""

from __future__ import annotations

import yaml

from checker.actions import filters
from checker.actions.syntax import checks
from checker.actions.syntax.document import Node, is_null, items, line_of, value
from checker.actions.syntax.fields import TRIGGER_TIME, Fields, clip
from checker.actions.syntax.model import Input, Json, Trigger

_BRANCHES = ("branches", "branches-ignore")
_PATHS = ("paths", "paths-ignore")
_PULL_REQUEST = ("types", *_BRANCHES, *_PATHS)

FILTERS: dict[str, tuple[str, ...]] = {
    "branch_protection_rule": ("types",),
    "check_run": ("types",),
    "check_suite": ("types",),
    "create": (),
    "delete": (),
    "deployment": (),
    "deployment_status": (),
    "discussion": ("types",),
    "discussion_comment": ("types",),
    "fork": (),
    "gollum": (),
    "image_version": ("types", "names", "versions"),
    "issue_comment": ("types",),
    "issues": ("types",),
    "label": ("types",),
    "merge_group": ("types", *_BRANCHES),
    "milestone": ("types",),
    "page_build": (),
    "project": ("types",),
    "project_card": ("types",),
    "project_column": ("types",),
    "public": (),
    "pull_request": _PULL_REQUEST,
    "pull_request_comment": ("types",),
    "pull_request_review": ("types",),
    "pull_request_review_comment": ("types",),
    "pull_request_target": _PULL_REQUEST,
    "push": (*_BRANCHES, "tags", "tags-ignore", *_PATHS),
    "registry_package": ("types",),
    "release": ("types",),
    "repository_dispatch": ("types",),
    "schedule": (),
    "status": (),
    "watch": ("types",),
    "workflow_call": ("inputs", "outputs", "secrets"),
    "workflow_dispatch": ("inputs",),
    "workflow_run": ("types", "workflows", *_BRANCHES),
}
"""Events GitHub knows and the filters each takes (npm's workflow-v1.0.json, November 2026)."""


def triggers(fields: Fields, node: Node) -> dict[str, Trigger]:
    """Read `on` in any of its forms: a name, a list of names, a mapping."""
    if isinstance(node, yaml.MappingNode):
        found = fields.mapping(node, "`on`")
        return {
            event: _trigger(fields, event, item)
            for event, item in found.items()
            if _known(fields, event, item)
        }
    names = items(node) if isinstance(node, yaml.SequenceNode) else (node,)
    found_names: dict[str, Trigger] = {}
    for item in names:
        event = str(fields.text(item, "an event"))
        if _known(fields, event, item):
            found_names[event] = Trigger(event, line_of(item))
    return found_names


def _known(fields: Fields, event: str, node: Node) -> bool:
    if event in FILTERS:
        return True
    fields.refuse(node, f"GitHub knows no event `{clip(event)}`")
    return False


def _trigger(fields: Fields, event: str, node: Node) -> Trigger:
    line = line_of(node)
    if event == "schedule":
        return Trigger(event, line, crons=_crons(fields, node))
    if is_null(node):
        return Trigger(event, line)
    if event == "workflow_call":
        checks.call(fields, node)
    found = fields.mapping(node, f"`{event}`")
    for key in found:
        if key not in FILTERS[event]:  # Seen in the wild: `release: branches:` runs, unfiltered.
            fields.warn(
                found[key], f"`{event}` knows no filter `{clip(key)}`: GitHub passes over it"
            )
    names = {
        key: fields.texts(found.get(key), f"`{key}` of `{event}`")
        for key in ("types", *_BRANCHES, "tags", "tags-ignore", *_PATHS, "workflows")
    }
    for key in ("branches", "tags", "paths"):
        if names[key] and names[f"{key}-ignore"]:
            fields.refuse(found[key], f"`{key}` and `{key}-ignore` cannot be used together")
        for pattern in (*names[key], *names[f"{key}-ignore"]):
            if reason := filters.validate(pattern):
                fields.refuse(
                    found.get(key, node), f"the pattern `{clip(pattern)}` is refused: {reason}"
                )
    return Trigger(
        event,
        line,
        types=names["types"],
        branches=names["branches"],
        branches_ignore=names["branches-ignore"],
        tags=names["tags"],
        tags_ignore=names["tags-ignore"],
        paths=names["paths"],
        paths_ignore=names["paths-ignore"],
        workflows=names["workflows"],
        inputs=read_inputs(fields, found.get("inputs")),
        outputs={
            key: fields.text(
                fields.mapping(item, f"output `{key}`").get("value"),
                "`value`",
                (*TRIGGER_TIME, "jobs"),
            )
            for key, item in fields.mapping(found.get("outputs"), "`outputs`").items()
        }
        if found.get("outputs") is not None and not is_null(found["outputs"])
        else {},
    )


def _crons(fields: Fields, node: Node) -> tuple[str, ...]:
    if not isinstance(node, yaml.SequenceNode):
        fields.refuse(node, "`schedule` must be a list of `- cron: …`")
        return ()
    entries = (
        fields.mapping(item, "`schedule`", ("cron", "timezone"), ("cron",)) for item in items(node)
    )
    return tuple(str(fields.text(entry.get("cron"), "`cron`")) for entry in entries)


def read_inputs(fields: Fields, node: Node | None) -> dict[str, Input]:
    """Read the `inputs` of a workflow or an action."""
    if node is None or is_null(node):
        return {}
    found: dict[str, Input] = {}
    for name, item in fields.mapping(node, "`inputs`").items():
        entry = {} if is_null(item) else fields.mapping(item, f"input `{clip(name)}`")
        default: Json = value(entry["default"]) if "default" in entry else None  # type: ignore[assignment]
        required = "required" in entry and value(entry["required"]) is True
        kind = str(fields.text(entry.get("type"), "`type`")) or "string"
        found[name] = Input(name, kind, default, required)
    return found
