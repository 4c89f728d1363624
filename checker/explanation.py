"""What a repository would do: its workflows, their activities, and the simulation of an event."""

from __future__ import annotations

from dataclasses import dataclass, replace

from checker.actions.activities import simulations
from checker.actions.activity import Activities
from checker.actions.events import Names, event
from checker.actions.redaction import Redaction
from checker.actions.simulate import Simulation
from checker.actions.workflows import Workflows
from checker.evidence import Evidence
from checker.rubric.notices import Notice, notices
from checker.services.repository import Repository
from checker.target import Target


@dataclass(frozen=True)
class Explanation:
    """All that a report says about what would happen."""

    path: str
    """The folder as it was asked for."""
    repository: Repository
    workflows: Workflows
    activities: Activities
    notices: tuple[Notice, ...]
    redaction: Redaction
    """Cleans labels of steps: they may quote a credential."""
    simulations: tuple[Simulation, ...] = ()
    """The event that was asked about; two where nobody can tell which branch is the default."""


def explain(target: Target, names: Names, on: str = "") -> Explanation:
    """Say what a target would do on all events, and in full on one of them when `on` names it.

    Raises ValueError when there is no such folder, branch or event.
    """
    if on:
        event(on, names)  # refuses a name that is none, before anything is read
    evidence = Evidence(target, names=names)
    explanation = evidence.call(_explanation)
    if not on:
        return explanation
    found = simulations(explanation.workflows, (on,), names)
    return replace(explanation, simulations=found)


def _explanation(
    target: Target,
    repository: Repository,
    workflows: Workflows,
    activities: Activities,
    redaction: Redaction,
) -> Explanation:
    path = target.folder
    return Explanation(path, repository, workflows, activities, notices(workflows), redaction)
