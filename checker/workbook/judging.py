"""A homework's files read as the grader reads them, and what its criteria say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from checker.actions.activity import Activities, Activity
from checker.actions.events import Names
from checker.actions.workflows import Workflows
from checker.evidence import Evidence, Unavailable
from checker.rubric import criteria
from checker.rubric.accepted import DEFAULT
from checker.rubric.findings import name
from checker.rubric.verdict import Outcome, Verdict
from checker.target import Target

Complaint = tuple[str, dict[str, object]]
"""A reason by name, and its facts."""


@dataclass(frozen=True)
class Judged:
    """What the workflows of a folder do, and what the grader finds met of it."""

    workflows: Workflows
    activities: Activities
    verdicts: Mapping[str, Verdict]
    """The grader's, by criterion."""

    @classmethod
    def of(cls, folder: Path, ids: Sequence[str]) -> Self:
        """Read a folder and judge the criteria of some ids, which have to be such as files alone can show."""
        unasked = Unavailable("the runs", "what would happen needs no runs")
        evidence = Evidence(
            Target(folder=str(folder)), names=Names(), runs=unasked, accepted=DEFAULT
        )
        judged = {one.id: one.judge(evidence) for one in criteria() if one.id in ids}

        return cls(*evidence.call(_read), judged)

    def met(self, id: str) -> bool:
        """Say whether the grader finds a criterion met."""
        return self.verdicts[id].outcome is Outcome.MET


def _read(workflows: Workflows, activities: Activities) -> tuple[Workflows, Activities]:
    return workflows, activities


def at(activity: Activity, **facts: object) -> dict[str, object]:
    """Return the facts of a complaint about an activity: where it is, its tool, and others."""
    where = f"{activity.place.file}:{activity.place.line}"
    return {"where": where, "tool": name(activity), **facts}
