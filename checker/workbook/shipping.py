"""What a homework would push to Docker Hub, judged by the grader's own criteria, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

from checker.actions.activity import Activity
from checker.rubric.accepted import DEFAULT
from checker.rubric.findings import TAG, running
from checker.rubric.verdict import Outcome
from checker.workbook.judging import Complaint, Judged, at

JUDGED = ("IMG1", "IMG2", "IMG3")
"""The criteria that a folder can show."""
ON_BRANCHES = ("push", "branch-push", "pull-request", "merge")
"""Events on which nothing is to be pushed."""


class Shipping(Judged):
    """What the workflows of a folder do about images."""

    @property
    def pushes(self) -> tuple[Activity, ...]:
        """The pushes that count: those on a tag, else those on any event."""
        there = [one for one in self.activities.of("image-push") if DEFAULT.registry(one)]
        return running(there, *TAG) or tuple(there)


def shipping(folder: Path) -> Shipping:
    """Read a folder as the grader does."""
    return Shipping.of(folder, JUDGED)


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
        return "not_on_tag", at(push, what=verdict.reason)
    for event in ON_BRANCHES:
        if careless := running(found.activities.of("image-push"), event):
            return "on_branches", at(careless[0], event=event)
    if push.masked:
        return "hidden_failure", at(push, mask=push.masked)
    for id, reason in (("IMG2", "no_secret"), ("IMG3", "fixed_tag")):
        if found.verdicts[id].outcome is Outcome.NOT_MET:
            return reason, at(push, what=found.verdicts[id].reason)
    return None
