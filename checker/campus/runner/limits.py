"""What ends a step or a job before it is done: its time is over, or another job of its matrix has failed.

act knows neither, so the processes of the step are ended, and act goes on as after any failure: with the steps that say
they run then. Sentences are those of GitHub's logs (November 2026).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import yaml

from checker.actions.command import has_hole
from checker.actions.scope import Scope
from checker.actions.syntax import Job, Workflow
from checker.campus.runner.rewriting import FIRST, STEP

MINUTE = 60.0
"""Seconds."""
CANCELLED = "The operation was canceled."

_AFTERWARDS = re.compile(r"\b(?:always|cancelled)\s*\(", re.IGNORECASE)
Place = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a job as its workflow sets them."""

    minutes: float = 0.0
    """How long it may take; 0 where it does not say."""
    steps: Mapping[int, float] = field(default_factory=dict)
    """How many minutes its steps may take, by their numbers."""
    fails_fast: bool = False
    """Whether its failure ends the other jobs of its matrix."""


def limits_of(workflow: Workflow, job: Job, scope: Scope) -> Limits:
    """Return the limits of one job; those that only the run can tell do not count."""
    jobs = yaml.safe_load(workflow.text).get("jobs", {})
    written = jobs.get(job.id)
    if not isinstance(written, dict):
        return Limits()
    steps = enumerate(_listed(written.get("steps")), 1)
    minutes = {number: _minutes(step, scope) for number, step in steps}
    strategy = written.get("strategy")
    fails_fast = strategy.get("fail-fast", True) if isinstance(strategy, dict) else False
    return Limits(
        _minutes(written, scope),
        {number: found for number, found in minutes.items() if found},
        scope.flag(str(fails_fast).lower() if isinstance(fails_fast, bool) else str(fails_fast)).value == "yes",
    )  # fmt: skip


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _minutes(fields: object, scope: Scope) -> float:
    found = fields.get("timeout-minutes") if isinstance(fields, dict) else None
    if found is None:
        return 0.0
    text = scope.text(str(found))
    try:
        return 0.0 if has_hole(text) else max(0.0, float(text))
    except ValueError:
        return 0.0


@dataclass
class _Watched:
    """A job in progress."""

    job: Job
    limits: Limits
    begun: float
    folder: str = ""
    """The folder by which its processes are known; empty until it has one."""
    step: int = 0
    step_begun: float = 0.0
    reason: str = ""
    """Why it is ended; empty while it may go on."""
    spared: tuple[str, ...] = ()
    """Steps that run even then."""
    late: set[int] = field(default_factory=set)
    """Steps that were ended because their time was over."""


class Watch:
    """Holds the jobs of one run to their limits; `look` may be called from another thread than the rest.

    `end` ends the processes of the run for whose environment a function says so.
    """

    def __init__(
        self, end: Callable[[Callable[[Mapping[str, str]], bool]], None], *, minute: float = MINUTE
    ) -> None:
        self._end = end
        self._minute = minute
        self._jobs: dict[Place, _Watched] = {}
        self._failed: set[tuple[object, ...]] = set()

    def begin(self, place: Place, job: Job, limits: Limits) -> bool:
        """Take in that a job begins; says whether it may, which it may not when one of its matrix has failed."""
        watched = self._jobs[place] = _Watched(job, limits, time.monotonic())
        if _family(place) not in self._failed:
            watched.spared = tuple(_spared(job))
            return True
        watched.reason = CANCELLED
        return False

    def hear(self, place: Place, number: int, told: Mapping[str, object]) -> None:
        """Take in what act tells of a step of a job."""
        watched = self._jobs.get(place)
        if watched is None:
            return
        path = told.get("stepID")
        if path == [FIRST] and told.get("command") == "add-path" and not watched.folder:
            watched.folder = str(Path(str(told.get("arg", ""))).parent)
        if number > 0 and number != watched.step:
            watched.step, watched.step_begun = number, time.monotonic()

    def conclude(self, place: Place, conclusion: str, *, may_fail: bool) -> None:
        """Take in how a job ended, which may end the others of its matrix."""
        watched = self._jobs.pop(place, None)
        if watched is None or conclusion != "failure" or may_fail or not watched.limits.fails_fast:
            return
        self._failed.add(_family(place))
        for other, one in list(self._jobs.items()):
            if _family(other) == _family(place):
                one.reason = one.reason or CANCELLED

    def reason(self, place: Place) -> str:
        """Return why a job is ended; empty for one that may go on."""
        watched = self._jobs.get(place)
        return watched.reason if watched is not None else ""

    def lateness(self, place: Place, number: int) -> str:
        """Return that a step was ended because its time was over; empty for any other."""
        watched = self._jobs.get(place)
        if watched is None or number not in watched.late:
            return ""
        label = next((one.label for one in watched.job.steps if one.number == number), "")
        minutes = watched.limits.steps[number]
        return f"The action '{label}' has timed out after {minutes:g} minutes."

    def look(self) -> None:
        """End what is over its limits; to be called every now and then."""
        now = time.monotonic()
        for watched in list(self._jobs.values()):
            limit = watched.limits.minutes
            if limit and not watched.reason and now > watched.begun + limit * self._minute:
                watched.reason = f"The job has exceeded the maximum execution time of {limit:g}m0s"
            if not watched.folder:
                continue
            if watched.reason:
                self._end(partial(_is_of, watched.folder, but=watched.spared))
                continue
            minutes = watched.limits.steps.get(watched.step)
            if minutes and now > watched.step_begun + minutes * self._minute:
                watched.late.add(watched.step)
                self._end(partial(_is_of, watched.folder, only=str(watched.step)))


def _is_of(
    folder: str, environment: Mapping[str, str], *, only: str = "", but: Sequence[str] = ()
) -> bool:
    """Say whether a process with this environment belongs to a job, and to one of the steps that are meant."""
    step = environment.get(STEP, "")
    is_of_step = step == only if only else step not in but
    return environment.get("RUNNER_TEMP") == folder and is_of_step


def _spared(job: Job) -> Iterator[str]:
    """Return the steps that run when a job is cancelled, too."""
    return (str(one.number) for one in job.steps if _AFTERWARDS.search(str(one.condition)))


def _family(place: Place) -> tuple[object, ...]:
    """Return what the jobs of one matrix have in common; a job without a matrix is alone."""
    *above, (number, index) = place
    return (*above, number) if index else (*above, number, "alone")
