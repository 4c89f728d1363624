"""What a homework would push to Docker Hub, judged by the grader's own criteria, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from checker.actions.activity import Activities, Activity
from checker.actions.events import Names
from checker.actions.workflows import Workflows
from checker.evidence import Evidence, Unavailable
from checker.rubric import criteria
from checker.rubric.accepted import DEFAULT
from checker.rubric.findings import TAG, name, running
from checker.rubric.verdict import Outcome, Verdict
from checker.target import Target

JUDGED = ("IMG1", "IMG2", "IMG3")
"""The criteria that a folder can show."""
ON_BRANCHES = ("push", "branch-push", "pull-request", "merge")
"""Events on which nothing is to be pushed."""

Complaint = tuple[str, dict[str, object]]
"""A reason by name, and its facts."""


@dataclass(frozen=True)
class Shipping:
    """What the workflows of a folder do about images."""

    workflows: Workflows
    activities: Activities
    verdicts: Mapping[str, Verdict]
    """The grader's, by the ids of `JUDGED`."""

    @property
    def pushes(self) -> tuple[Activity, ...]:
        """The pushes that count: those on a tag, else those on any event."""
        there = [one for one in self.activities.of("image-push") if DEFAULT.registry(one)]
        return running(there, *TAG) or tuple(there)


def shipping(folder: Path) -> Shipping:
    """Read a folder as the grader does."""
    unasked = Unavailable("the runs", "what would happen needs no runs")
    evidence = Evidence(Target(folder=str(folder)), names=Names(), runs=unasked, accepted=DEFAULT)
    judged = {one.id: one.judge(evidence) for one in criteria() if one.id in JUDGED}
    return replace(evidence.call(_read), verdicts=judged)


def _read(workflows: Workflows, activities: Activities) -> Shipping:
    return Shipping(workflows, activities, {})


def complaint(found: Shipping) -> Complaint | None:
    """Return what is wrong with how an image is built and pushed, the worst first; None when nothing is."""
    for flow in found.workflows.all:
        if flow.errors:
            problem = flow.errors[0]
            return "not_yaml", {"where": f"{flow.path}, {problem.line}", "what": problem.reason}
    verdict = found.verdicts["IMG1"]
    if not found.pushes:
        if stray := found.workflows.stray:
            return "wrong_folder", {"where": stray[0].path, "right": stray[0].belongs}
        is_open = verdict.outcome is Outcome.UNKNOWN
        return ("unreadable" if is_open else "nothing_pushed"), {"what": verdict.reason}
    push = found.pushes[0]
    if verdict.outcome is not Outcome.MET:
        return "not_on_tag", _at(push, what=verdict.reason)
    for event in ON_BRANCHES:
        if careless := running(found.activities.of("image-push"), event):
            return "on_branches", _at(careless[0], event=event)
    if push.masked:
        return "hidden_failure", _at(push, mask=push.masked)
    for id, reason in (("IMG2", "no_secret"), ("IMG3", "fixed_tag")):
        if found.verdicts[id].outcome is Outcome.NOT_MET:
            return reason, _at(push, what=found.verdicts[id].reason)
    return None


def _at(activity: Activity, **facts: object) -> dict[str, object]:
    where = f"{activity.place.file}:{activity.place.line}"
    return {"where": where, "tool": name(activity), **facts}
