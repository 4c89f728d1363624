"""What one asks of jobs before and after they run: their order, their system, what they hand on."""

from __future__ import annotations

from collections.abc import Mapping

from checker.actions.answer import Answer
from checker.actions.expressions import UNKNOWN, Partial, is_condition_with_status
from checker.actions.scope import Scope
from checker.actions.syntax import Job


def asks_status(condition: str) -> bool:
    """Say whether a condition calls success(), failure(), always() or cancelled()."""
    text = condition.strip()
    if text.startswith("${{") and text.endswith("}}"):
        text = text[3:-2]
    return is_condition_with_status(text)


def in_order(jobs: Mapping[str, Job]) -> list[Job]:
    """Return jobs so that each comes after those it needs; jobs in a circle come last."""
    waits = {id: len({need for need in job.needs if need in jobs}) for id, job in jobs.items()}
    after: dict[str, list[str]] = {}
    for id, job in jobs.items():
        for need in dict.fromkeys(job.needs):
            after.setdefault(need, []).append(id)
    ready = [id for id, number in waits.items() if not number]
    for id in ready:  # grows while it is walked
        for following in after.get(id, ()):
            waits[following] -= 1
            if not waits[following]:
                ready.append(following)
    return [jobs[id] for id in dict.fromkeys((*ready, *jobs))]


def result_of(answer: Answer) -> object:
    """Return what `needs.JOB.result` is for a job that runs like this."""
    return {"yes": "success", "no": "skipped"}.get(answer.value, UNKNOWN)


def agreed(found: list[dict[str, str]]) -> Mapping[str, object]:
    """Return the outputs on which all jobs of a matrix agree; the others are unknown."""
    if not found:
        return Partial()
    return Partial(
        {
            name: text
            for name, text in found[0].items()
            if all(row.get(name) == text for row in found)
        }
    )


def family(scope: Scope, job: Job) -> str:
    """Return `windows` for a Windows runner; it decides the default shell."""
    label = scope.value(job.runs_on)
    labels = label if isinstance(label, list) else [label]
    return "windows" if any("windows" in str(item).lower() for item in labels) else "unix"
