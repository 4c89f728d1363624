"""What the workflows of a repository do, on which events, and what only looks as if they did it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from checker.actions.activity import (
    Activities,
    Activity,
    Effect,
    Kind,
    Missed,
    NearMiss,
    Place,
    Target,
    Unread,
)
from checker.actions.answer import Answer, best, depends, no
from checker.actions.events import EVENTS, Event, Names, event
from checker.actions.simulate import (
    Runs,
    Simulation,
    WorkflowOutcome,
    as_if_started,
    simulate,
)
from checker.actions.syntax import Workflow
from checker.actions.syntax.fields import clip
from checker.actions.workflows import Workflows, workflows_of
from checker.actions.works import MAX_TEXT, Reading, Work
from checker.services.repository import Repository

_MAX_UNREAD = 10  # files named
_OWN_BRANCHES = "for pull requests from the repository's own branches: its `if` leaves forks out"


@dataclass
class _Found:
    """An activity while its events are gathered."""

    kind: Kind
    effect: Effect
    place: Place
    root: str
    step: tuple[object, ...]
    events: dict[str, list[Answer]] = field(default_factory=dict)
    masks: list[str] = field(default_factory=list)
    via: tuple[str, ...] = ()
    credential: str = ""
    id_token: bool = False
    destinations: dict[str, dict[str, None]] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)


def simulations(
    workflows: Workflows, events: Sequence[str] = EVENTS, names: Names | None = None
) -> tuple[Simulation, ...]:
    """Simulate the workflows on events by name; twice where nobody can tell which branch is the default."""
    runs = Runs()
    return tuple(
        simulate(workflows, event(name, given), runs)
        for name in events
        for given in _candidates(workflows, names)
    )


def activities_of(
    repository: Repository,
    names: Names | None = None,
    workflows: Workflows | None = None,
    events: Sequence[str] = EVENTS,
) -> Activities:
    """Return what a repository's workflows do, with an answer for each of the events. Never raises."""
    read_files = workflows or workflows_of(repository)
    return _Gathering(read_files, events).all(simulations(read_files, events, names))


def _candidates(workflows: Workflows, names: Names | None) -> tuple[Names, ...]:
    """Return the names to simulate with: one for each branch that may be the default and is spoken of."""
    given = names or Names()
    repository = workflows.repository
    branches = repository.default_branches or (given.default_branch,)
    if len(branches) > 1:
        spoken = [
            branch for branch in branches if any(branch in flow.text for flow in workflows.all)
        ]
        branches = tuple(spoken) or branches[:1]
    return tuple(
        Names(
            branch, given.branch, given.tag, given.repository or repository.full_name, given.actor
        )
        for branch in branches
    )


class _Gathering:
    """Joins what steps do over events, matrices and default branches into activities."""

    def __init__(self, workflows: Workflows, events: Sequence[str] = EVENTS) -> None:
        self.workflows = workflows
        self.events = tuple(events)
        self.reading = Reading(workflows)
        self.found: dict[tuple[object, ...], _Found] = {}
        self.missed: dict[tuple[object, ...], Missed] = {}
        self.reasons: dict[tuple[object, ...], str] = {}
        self.refusals: dict[tuple[str, str], list[Answer]] = {}
        self.lines = {flow.path: flow.lines for flow in workflows.all}

    def all(self, found: Iterable[Simulation]) -> Activities:
        """Gather all simulations."""
        idle = {flow.path: flow for flow in self.workflows.all}
        for simulation in found:
            for outcome in simulation.workflows:
                if outcome.occurrence is None:
                    key = (outcome.workflow.path, simulation.event.name)
                    self.refusals.setdefault(key, []).append(outcome.answer)
                else:
                    idle.pop(outcome.workflow.path, None)
                    self._workflow(outcome, simulation.event, outcome.workflow.path)
        for flow in idle.values():
            if not _only_called(flow):
                ghost = event("push", Names())
                self._workflow(
                    as_if_started(self.workflows, flow, ghost), ghost, flow.path, ghost=True
                )
        logins = self._logins()
        activities = sorted(
            (self._activity(found, logins) for found in self.found.values()),
            key=lambda each: (each.place.file, each.place.line, each.place.job),
        )
        live = {(found.step, found.kind) for found in self.found.values()}
        missed = [miss for key, miss in self.missed.items() if key not in live]
        unread = (*self.reading.unread.values(), *self._unread())
        return Activities(tuple(activities), tuple(missed), unread)

    def _unread(self) -> Iterator[Unread]:
        """Yield what was too much to be looked at."""
        paths = self.workflows.unread
        for path in paths[:_MAX_UNREAD]:
            why = f"`{path}` is not read: the workflow files are too many, or too long together"
            yield Unread("", Place(path, 1, "", ""), why)
        if self.workflows.effort.exhausted:
            where = self.workflows.all[0].path
            why = "following all workflows takes more work than is done: the rest is unknown"
            yield Unread("", Place(where, 1, "", ""), why)

    def _workflow(
        self, outcome: WorkflowOutcome, on: Event, root: str, ghost: bool = False
    ) -> None:
        for work in self.reading.works(outcome, root):
            self._take(work, on, root, ghost)

    def _take(self, work: Work, on: Event, root: str, ghost: bool) -> None:
        step, place, job = work.step, work.place, work.job
        counts: Counter[tuple[object, ...]] = Counter()
        for doing in work.doings:
            where = Place(place.file, doing.line, place.job, place.step)
            if isinstance(doing.what, NearMiss):
                self.missed.setdefault(
                    (step, doing.what.kind), Missed(doing.what, where, self._line(where))
                )
                self.reasons.setdefault((step, doing.what.kind, on.name), doing.what.why)
                continue
            effect = doing.what
            key = (step, effect.kind, effect.tool, effect.target, doing.line)
            counts[key] += 1
            found = self.found.setdefault(
                (*key, counts[key]), _Found(effect.kind, effect, where, root, step, via=doing.via)
            )
            when = work.answer
            for reason in (doing.when, effect.depends):
                when = when.then(depends(reason)) if reason else when
            found.events.setdefault(on.name, [])
            if not ghost:
                found.events[on.name].append(when)
            if when or ghost:
                found.masks.append(doing.masked or effect.masked or work.masked or job.masked)
                found.destinations.setdefault(on.name, {}).update(
                    dict.fromkeys(effect.destinations)
                )
            found.credential = found.credential or effect.credential
            found.id_token = found.id_token or job.id_token
            if effect.note:
                found.notes[effect.note] = None
            if work.not_for_forks and when and on.name == "pull-request":
                found.notes[_OWN_BRANCHES] = None

    def _logins(self) -> dict[tuple[object, ...], set[Target | None]]:
        """Return where each job logs in."""
        logins: dict[tuple[object, ...], set[Target | None]] = {}
        for found in self.found.values():
            if found.kind == "registry-login":
                logins.setdefault(found.step[:2], set()).add(found.effect.target)
        return logins

    def _activity(
        self, found: _Found, logins: Mapping[tuple[object, ...], set[Target | None]]
    ) -> Activity:
        answers: dict[str, Answer] = {}
        for name in self.events:
            instances = found.events.get(name)
            if instances:
                answers[name] = best(instances)
                continue
            refused = self.refusals.get((found.root, name))
            reason = self.reasons.get((found.step, found.kind, name))
            if reason:
                answers[name] = no(reason)
            else:
                answers[name] = (
                    best(refused) if refused else no("the step does something else on this event")
                )
        masks = found.masks
        target = found.effect.target
        if target is None and found.kind == "image-push":
            # The image's name says nothing: it goes where the job logs in and nothing else goes.
            said = {
                other.effect.target for other in self.found.values() if other.step == found.step
            }
            places = logins.get(found.step[:2], set()) - said
            target = next(iter(places)) if len(places) == 1 else None
        return Activity(
            found.kind,
            found.effect.tool,
            target,
            found.place,
            self._line(found.place),
            answers,
            found.via,
            masks[0] if masks and all(masks) else "",
            found.credential,
            found.id_token,
            {name: tuple(sorted(refs)) for name, refs in found.destinations.items() if refs},
            tuple(found.notes),
            found.root,
            _own_step(found.step),
        )

    def _line(self, place: Place) -> str:
        lines = self.lines.get(place.file)
        if lines is None:
            lines = tuple((self.reading.files.text(place.file) or "").splitlines()[:100_000])
            self.lines[place.file] = lines
        return clip(lines[place.line - 1].strip(), MAX_TEXT) if 0 < place.line <= len(lines) else ""


def _own_step(key: tuple[object, ...]) -> int:
    """Return the number of the job's own step from a key (workflow, job, numbers of composite steps, file, number)."""
    numbers = [part for part in key[2:] if isinstance(part, int)]
    return numbers[0] if numbers else 0


def _only_called(workflow: Workflow) -> bool:
    return bool(workflow.triggers) and set(workflow.triggers) == {"workflow_call"}
