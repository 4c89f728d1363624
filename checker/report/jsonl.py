"""What a repository would do, as one JSON object: a line for each repository of many."""

from __future__ import annotations

from checker.actions.activity import Activities, Activity
from checker.actions.workflows import Workflows
from checker.grading import Json
from checker.report.json import dumped
from checker.services.repository import Repository


def line(path: str, repository: Repository, workflows: Workflows, activities: Activities) -> str:
    """Return the object of one repository on one line."""
    return dumped(facts(path, repository, workflows, activities)) + "\n"


def facts(
    path: str, repository: Repository, workflows: Workflows, activities: Activities
) -> dict[str, Json]:
    """Return the workflows, their errors, and each activity with its answer for each event."""
    return {
        "path": path,
        "default_branch": repository.default_branches[0] if repository.default_branches else "",
        "workflows": [
            {"file": one.path, "errors": [str(error) for error in one.errors]}
            for one in workflows.all
        ],
        "activities": [_activity(activity) for activity in activities.found],
    }


def _activity(activity: Activity) -> dict[str, Json]:
    return {
        "kind": activity.kind,
        "tool": activity.tool,
        "target": activity.target,
        "file": activity.place.file,
        "line": activity.place.line,
        "job": activity.place.job,
        "step": activity.place.step,
        "masked": bool(activity.masked),
        "via": list(activity.via),
        "events": {name: answer.value for name, answer in activity.events.items()},
        "why": {
            name: answer.why for name, answer in activity.events.items() if answer.value != "yes"
        },
    }
