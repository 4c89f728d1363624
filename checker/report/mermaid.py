"""What would happen on one event as a Mermaid flowchart: event, workflows, jobs, activities."""

from __future__ import annotations

from checker.actions.activity import Activities
from checker.actions.answer import Answer
from checker.actions.simulate import JobOutcome
from checker.actions.workflows import FOLDER
from checker.explanation import Explanation
from checker.report.escape import mermaid
from checker.report.marks import ANSWER_MARKS

_MOST = 200
"""Nodes after which a picture helps nobody."""


def flowchart(explanation: Explanation) -> str:
    """Return a flowchart; what does not run is dashed, with its reason on the arrow."""
    chart = _Chart(explanation.activities)
    for branches, simulation in explanation.distinct:
        given = f" (default branch {branches})" if branches else ""
        event = chart.node(simulation.event.title + given, "event")
        for outcome in simulation.workflows:
            workflow = chart.node(outcome.workflow.title, outcome.answer.value)
            chart.arrow(event, workflow, outcome.answer)
            for job in outcome.jobs:
                chart.job(workflow, job, simulation.event.name, outcome.workflow.path, "")
    return chart.text()


class _Chart:
    def __init__(self, activities: Activities) -> None:
        self.activities = activities
        self.lines: list[str] = []
        self.count = 0

    def node(self, label: str, style: str) -> str:
        self.count += 1
        name = f"n{self.count}"
        if self.count <= _MOST:
            self.lines.append(f'    {name}["{mermaid(label)}"]:::{style}')
        return name

    def arrow(self, start: str, end: str, answer: Answer) -> None:
        if self.count > _MOST:
            return
        line = "-->" if answer.value == "yes" else "-.->"
        why = f'|"{ANSWER_MARKS[answer.value]} {mermaid(answer.why)}"|' if answer.why else ""
        self.lines.append(f"    {start} {line}{why} {end}")

    def job(self, above: str, outcome: JobOutcome, event: str, file: str, caller: str) -> None:
        id = f"{caller}{outcome.job.id}"
        times = f" ×{outcome.runs}" if outcome.runs > 1 else ""
        job = self.node(outcome.job.id + times, outcome.answer.value)
        self.arrow(above, job, outcome.answer)
        if outcome.called is not None:
            for inner in outcome.called.jobs:
                self.job(job, inner, event, outcome.called.workflow.path, f"{id} / ")
        for activity in self.activities.found:
            answer = activity.on(event)
            here = activity.place.file == file or not activity.place.file.startswith(FOLDER)
            if here and activity.place.job == id and answer and outcome.answer:
                target = f" to {activity.target}" if activity.target else ""
                doing = self.node(f"{activity.kind}: {activity.tool}{target}", answer.value)
                self.arrow(job, doing, answer)

    def text(self) -> str:
        rest = self.count - _MOST
        more = [f'    rest["… and {rest} more"]'] if rest > 0 else []
        return "\n".join(
            [
                "flowchart LR",
                *self.lines,
                *more,
                "    classDef event fill:#eef,stroke:#446",
                "    classDef yes fill:#dfd,stroke:#282",
                "    classDef depends fill:#ffd,stroke:#aa2",
                "    classDef no fill:#eee,stroke:#999,color:#777,stroke-dasharray:4",
                "",
            ]
        )
