"""What a repository would do, as one JSON object: a line for each repository of many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from checker.actions.activity import Activity
from checker.actions.answer import Answer
from checker.actions.simulate import JobOutcome, Simulation, WorkflowOutcome
from checker.explanation import Explanation
from checker.grading import SCHEMA_VERSION, Json
from checker.report.json import dumped


def line(explanation: Explanation) -> str:
    """Return the object of one repository on one line."""
    return dumped(facts(explanation)) + "\n"


def whole(explanation: Explanation) -> dict[str, Json]:
    """Return the object of one repository, with the simulation of the event that was asked about."""
    simulated = _Simulated(explanation)
    return {**facts(explanation), "simulations": list(map(simulated, explanation.simulations))}


def document(objects: Iterable[Mapping[str, Json]]) -> str:
    """Return the objects of all repositories as one JSON document."""
    whole = {"schema_version": SCHEMA_VERSION, "repositories": list(objects)}
    return dumped(whole, indent=2) + "\n"


def facts(explanation: Explanation) -> dict[str, Json]:
    """Return the workflows, their errors, and each activity with its answer for each event."""
    branches = explanation.repository.default_branches
    return {
        "path": explanation.path,
        "default_branch": branches[0] if branches else "",
        "workflows": [
            {"file": one.path, "errors": [str(error) for error in one.errors]}
            for one in explanation.workflows.all
        ],
        "activities": [_activity(activity) for activity in explanation.activities.found],
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


class _Simulated:
    """Turns simulations of one repository into JSON, labels of steps cleaned of credentials."""

    def __init__(self, explanation: Explanation) -> None:
        self.clean = explanation.redaction.clean

    def __call__(self, simulation: Simulation) -> Json:
        return {
            "event": simulation.event.name,
            "title": simulation.event.title,
            "default_branch": simulation.event.names.default_branch,
            "workflows": [self.workflow(outcome) for outcome in simulation.workflows],
        }

    def workflow(self, outcome: WorkflowOutcome) -> Json:
        return {
            "file": outcome.workflow.path,
            "by": outcome.occurrence.event if outcome.occurrence else "",
            **_answer(outcome.answer),
            "jobs": [self.job(job) for job in outcome.jobs],
        }

    def job(self, outcome: JobOutcome) -> Json:
        return {
            "id": outcome.job.id,
            "count": outcome.runs,
            **_answer(outcome.answer),
            "steps": [
                {
                    "step": self.clean(step.step.label),
                    "line": step.step.line,
                    **_answer(step.answer),
                }
                for step in outcome.steps
            ],
            "calls": self.workflow(outcome.called) if outcome.called else None,
        }


def _answer(answer: Answer) -> dict[str, Json]:
    return {"runs": answer.value, "why": answer.why}
