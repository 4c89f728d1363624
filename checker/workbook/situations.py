"""Twelve things that happen to a repository, and which workflows run then: the simulator with every name known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from checker.actions.events import Event, Names, Occurrence, event
from checker.actions.expressions import Partial
from checker.actions.filters import matches
from checker.actions.simulate import WorkflowOutcome, simulate
from checker.actions.syntax import Workflow
from checker.actions.workflows import Workflows


def _closed() -> Event:
    """Return that a pull request is closed and not merged: the simulator's opened one, a moment later."""
    opened = event("pull-request")
    first = opened.occurrences[0]
    pull = first.payload["pull_request"]
    known = dict(pull) if isinstance(pull, Mapping) else {}
    payload = {
        **first.payload,
        "action": "closed",
        "pull_request": Partial({**known, "state": "closed", "merged": False}),
    }
    occurrences = tuple(
        replace(first, event=name, activity="closed", payload=payload)
        for name in ("pull_request", "pull_request_target")
    )
    return replace(opened, title="a pull request closed without a merge", occurrences=occurrences)


SITUATIONS: Mapping[str, Event] = {
    "push main": event("push"),
    "push feature-7": event("branch-push", Names(branch="feature-7")),
    "push feature/7": event("branch-push", Names(branch="feature/7")),
    "push master": event("push", Names(default_branch="master")),
    "pull request opened": event("pull-request"),
    "pull request merged": event("merge"),
    "pull request closed": _closed(),
    "tag v1.2.0": event("tag", Names(tag="v1.2.0")),
    "tag nightly": event("tag", Names(tag="nightly")),
    "release published": event("release"),
    "by hand": event("manual"),
    "on schedule": event("schedule"),
}
"""By the words in which a lesson asks about them; `push master` is for a repository whose default branch that is."""

LABELS: Mapping[str, str] = {
    "push main": "push_main",
    "push feature-7": "push_feature_7",
    "push feature/7": "push_feature_slash_7",
    "push master": "push_master",
    "pull request opened": "pull_request_opened",
    "pull request merged": "pull_request_merged",
    "pull request closed": "pull_request_closed",
    "tag v1.2.0": "tag_v1_2_0",
    "tag nightly": "tag_nightly",
    "release published": "release_published",
    "by hand": "by_hand",
    "on schedule": "on_schedule",
}
"""What lesson 03 calls the situations in its catalogue."""


def running(workflows: Workflows) -> dict[str, frozenset[str]]:
    """Return for each workflow file, by its name, the situations in which one of its jobs runs."""
    found: dict[str, set[str]] = {one.path.rpartition("/")[2]: set() for one in workflows.all}
    for words, happening in SITUATIONS.items():
        for outcome in simulate(workflows, happening).workflows:
            if _runs(outcome):
                found[outcome.workflow.path.rpartition("/")[2]].add(words)
    return {name: frozenset(words) for name, words in found.items()}


def _runs(outcome: WorkflowOutcome) -> bool:
    """Say whether a job runs; a name that the simulator would leave open is known here."""
    if outcome.occurrence is None or not any(job.answer for job in outcome.jobs):
        return False
    return _lets_through(outcome.workflow, outcome.occurrence)


def _lets_through(workflow: Workflow, occurrence: Occurrence) -> bool:
    trigger = workflow.triggers[occurrence.event]
    if occurrence.event == "push" and occurrence.tag:
        wanted, ignored, name = trigger.tags, trigger.tags_ignore, occurrence.tag
    else:
        wanted, ignored, name = trigger.branches, trigger.branches_ignore, occurrence.branch
    if not name:
        return True
    return not matches(ignored, name) if ignored else not wanted or matches(wanted, name)
