"""What a repository would do: its workflows, their activities, and the simulation of an event."""

from __future__ import annotations

from dataclasses import dataclass, replace

from checker.actions.activities import simulations
from checker.actions.activity import Activities
from checker.actions.events import Names, event
from checker.actions.redaction import Redaction
from checker.actions.simulate import Simulation, WorkflowOutcome
from checker.actions.workflows import Workflows
from checker.evidence import Evidence, Unavailable
from checker.http import Http
from checker.rubric.notices import Notice, notices
from checker.services.repository import Repository
from checker.target import Target


@dataclass(frozen=True)
class Explanation:
    """All that a report says about what would happen."""

    path: str
    """The folder or the repository as it was asked for."""
    repository: Repository
    workflows: Workflows
    activities: Activities
    notices: tuple[Notice, ...]
    redaction: Redaction
    """Cleans labels of steps: they may quote a credential."""
    simulations: tuple[Simulation, ...] = ()
    """The event that was asked about; two where nobody can tell which branch is the default."""

    @property
    def distinct(self) -> tuple[tuple[str, Simulation], ...]:
        """The simulations that differ, each with the default branches it holds for.

        The branches are empty where there is no doubt: `main or master` otherwise.
        """
        found: dict[object, list[Simulation]] = {}
        for simulation in self.simulations:
            found.setdefault(tuple(map(_shape, simulation.workflows)), []).append(simulation)
        sure = len(self.simulations) < 2 or len(found) == 1
        return tuple(
            ("" if sure else " or ".join(one.event.names.default_branch for one in same), same[0])
            for same in found.values()
        )


def explain(target: Target, names: Names, on: str = "", http: Http | None = None) -> Explanation:
    """Say what a target would do on all events, and in full on one of them when `on` names it.

    `http` is the door to GitHub, which a repository needs: its files are asked for, and nothing else. Raises
    ValueError when there is no such folder, branch or event, and Unavailable when GitHub does not answer.
    """
    if on:
        event(on, names)  # refuses a name that is none, before anything is read
    no_runs = Unavailable(f"the runs of {target}", "what would happen needs no runs")
    door = {} if http is None else {"http": http}
    evidence = Evidence(target, names=names, runs=no_runs, **door)
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
    path = target.folder or str(target)
    return Explanation(path, repository, workflows, activities, notices(workflows), redaction)


def _shape(outcome: WorkflowOutcome) -> tuple[object, ...]:
    """Return all answers of a workflow, for comparing."""
    jobs = (
        (
            job.answer,
            job.runs,
            tuple(step.answer for step in job.steps),
            _shape(job.called) if job.called else (),
        )
        for job in outcome.jobs
    )
    event = outcome.occurrence.event if outcome.occurrence else ""
    return (outcome.workflow.path, outcome.answer, event, *jobs)
