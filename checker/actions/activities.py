"""What the workflows of a repository do, on which events, and what only looks as if they did it."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from checker.actions import catalogue
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
from checker.actions.command import Script
from checker.actions.events import EVENTS, Event, Names, event
from checker.actions.recipes import built_image, started
from checker.actions.shell import read
from checker.actions.simulate import (
    JobOutcome,
    Simulation,
    WorkflowOutcome,
    as_if_started,
    simulate,
    unreadable,
)
from checker.actions.steps import StepOutcome
from checker.actions.syntax import Workflow
from checker.actions.syntax.fields import clip
from checker.actions.workflows import Workflows, workflows_of
from checker.services.repository import Files, Repository

MAX_TEXT = 200
"""Characters of a command shown to people."""


@dataclass(frozen=True, slots=True)
class _Doing:
    """One effect of one step, before it is asked when the step runs."""

    what: Effect | NearMiss
    line: int
    via: tuple[str, ...] = ()
    masked: str = ""
    when: str = ""


class _Noted:
    """Files read once each, noting whether one of them names the run's own variables."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._texts: dict[str, str | None] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self.names_the_run = False

    @property
    def paths(self) -> tuple[str, ...]:
        """All files in order."""
        return self._files.paths

    def text(self, path: str) -> str | None:
        """Return a file's text, None when there is none to read."""
        if path not in self._texts:
            self._texts[path] = self._files.text(path)
        text = self._texts[path]
        if text and ("GITHUB_" in text or "CI" in text):
            self.names_the_run = True
        return text

    def names(self, folder: str) -> tuple[str, ...]:
        """Return the names of a folder's entries."""
        if folder not in self._names:
            self._names[folder] = self._files.names(folder)
        return self._names[folder]


@dataclass
class _Job:
    """What earlier steps of a job leave behind for the reading of later ones."""

    images: dict[str, str] = field(default_factory=dict)
    """Images built so far, as `built_image` tells them."""
    settings: dict[str, str] = field(default_factory=dict)
    """What tools were configured to (`poetry config …`), as the variables that say the same."""


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
    return tuple(
        simulate(workflows, event(name, given))
        for name in events
        for given in _candidates(workflows, names)
    )


def activities_of(
    repository: Repository, names: Names | None = None, workflows: Workflows | None = None
) -> Activities:
    """Return what a repository's workflows do, with an answer for each of the eight events. Never raises."""
    read_files = workflows or workflows_of(repository)
    return _Gathering(read_files).all(simulations(read_files, EVENTS, names))


def _candidates(workflows: Workflows, names: Names | None) -> tuple[Names, ...]:
    """Return the names to simulate with: one for each branch that may be the default and is spoken of."""
    given = names or Names()
    repository = workflows.repository
    branches = repository.default_branches or (given.default_branch,)
    if len(branches) > 1:
        spoken = [
            branch
            for branch in branches
            if any(branch in line for flow in workflows.all for line in flow.lines)
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

    def __init__(self, workflows: Workflows) -> None:
        self.workflows = workflows
        self.files = _Noted(workflows.repository.files)
        self.found: dict[tuple[object, ...], _Found] = {}
        self.missed: dict[tuple[object, ...], Missed] = {}
        self.reasons: dict[tuple[object, ...], str] = {}
        self.refusals: dict[tuple[str, str], list[Answer]] = {}
        self.unread: dict[Place, Unread] = {}
        self.scripts: dict[tuple[object, ...], tuple[Script, _Job, tuple[_Doing, ...]]] = {}
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
        return Activities(tuple(activities), tuple(missed), tuple(self.unread.values()))

    def _workflow(
        self, outcome: WorkflowOutcome, on: Event, root: str, caller: str = "", ghost: bool = False
    ) -> None:
        for job in outcome.jobs:
            id = f"{caller}{job.job.id}"
            if job.job.uses:
                if job.called is not None:
                    self._workflow(job.called, on, root, f"{id} / ", ghost)
                else:
                    self._call(job, outcome.workflow, on, root, id, ghost)
            for steps in job.instances:
                state = _Job()
                for step in steps:
                    self._step(step, job, on, root, id, state, ghost, ())

    def _call(
        self, job: JobOutcome, workflow: Workflow, on: Event, root: str, id: str, ghost: bool
    ) -> None:
        """Take a job that calls another repository's workflow: known to the catalogue, or unreadable."""
        place = Place(workflow.path, job.job.uses.line or job.job.line, id, str(job.job.name) or id)
        effects = catalogue.of_action(str(job.job.uses), job.inputs, {})
        if not effects and not catalogue.lookup(str(job.job.uses).split("@")[0]):
            self.unread.setdefault(place, Unread(str(job.job.uses), place, unreadable(job.job)))
        doings = tuple(_Doing(effect, place.line, (f"uses: {job.job.uses}",)) for effect in effects)
        self._take(doings, place, (root, id), job.answer, job, on, root, ghost, "")

    def _step(
        self,
        outcome: StepOutcome,
        job: JobOutcome,
        on: Event,
        root: str,
        id: str,
        state: _Job,
        ghost: bool,
        path: tuple[int, ...],
    ) -> None:
        step = outcome.step
        key = (root, id, *path, outcome.file, step.number)
        place = Place(outcome.file, step.line, id, clip(step.label, 100))
        if outcome.children:
            for child in outcome.children:
                self._step(child, job, on, root, id, state, ghost, (*path, step.number))
            return
        doings = self._doings(outcome, state)
        if not doings and outcome.uses and _is_foreign(outcome.uses):
            name = outcome.uses.split("@")[0]
            if not catalogue.lookup(name):
                why = f"`{clip(outcome.uses)}` is not in the catalogue: what it does is unknown"
                self.unread.setdefault(place, Unread(outcome.uses, place, why))
        self._take(doings, place, key, outcome.answer, job, on, root, ghost, outcome.masked)

    def _take(
        self,
        doings: Sequence[_Doing],
        place: Place,
        step: tuple[object, ...],
        answer: Answer,
        job: JobOutcome,
        on: Event,
        root: str,
        ghost: bool,
        masked: str,
    ) -> None:
        counts: Counter[tuple[object, ...]] = Counter()
        for doing in doings:
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
            when = answer
            for reason in (doing.when, effect.depends):
                when = when.then(depends(reason)) if reason else when
            found.events.setdefault(on.name, [])
            if not ghost:
                found.events[on.name].append(when)
            if when or ghost:
                found.masks.append(doing.masked or effect.masked or masked or job.masked)
                found.destinations.setdefault(on.name, {}).update(
                    dict.fromkeys(effect.destinations)
                )
            found.credential = found.credential or effect.credential
            found.id_token = found.id_token or job.id_token
            if effect.note:
                found.notes[effect.note] = None

    def _doings(self, outcome: StepOutcome, state: _Job) -> tuple[_Doing, ...]:
        """Return all that one step does."""
        if outcome.script is not None:
            return self._of_script(outcome.script, outcome, state, outcome.step.run_line - 1)
        if not outcome.uses:
            return ()
        line = outcome.step.uses.line or outcome.step.line
        seen = (f"uses: {clip(outcome.uses, MAX_TEXT)}",)
        found: list[_Doing] = []
        for text in catalogue.commands_of_action(outcome.uses, outcome.inputs):
            script = read(text, env=outcome.env, cwd=outcome.cwd, known=outcome.known)
            found.extend(
                _Doing(doing.what, line, (*seen, *doing.via), doing.masked, doing.when)
                for doing in self._of_script(script, outcome, state, 0)
            )
        for effect in catalogue.of_action(outcome.uses, outcome.inputs, outcome.env):
            found.append(_Doing(effect, line, seen))
            if isinstance(effect, Effect) and effect.kind == "image-build":
                context = outcome.inputs.get("context") or "."
                file = outcome.inputs.get("file") or posixpath.join(context, "Dockerfile")
                built = f"{file}|{context}|{outcome.inputs.get('target', '')}"
                state.images.update(dict.fromkeys(effect.destinations, built))
        return tuple(found)

    def _of_script(
        self, script: Script, outcome: StepOutcome, state: _Job, offset: int
    ) -> tuple[_Doing, ...]:
        """Return what a script's commands do, down to the tools; remembered, since events share scripts."""
        before = (tuple(state.images.items()), tuple(state.settings.items()))
        key: tuple[object, ...] = (id(script), outcome.python, before, offset)
        known = self.scripts.get(key) or self.scripts.get((*key, *outcome.known.items()))
        if known is None:
            after = _Job(dict(state.images), dict(state.settings))
            self.files.names_the_run = False
            found = self._read(script, outcome, after, offset)
            if self.files.names_the_run:  # What it starts may differ from event to event.
                key = (*key, *outcome.known.items())
            known = self.scripts[key] = (script, after, found)
        state.images.update(known[1].images)
        state.settings.update(known[1].settings)
        return known[2]

    def _read(
        self, script: Script, outcome: StepOutcome, state: _Job, offset: int
    ) -> tuple[_Doing, ...]:
        found: list[_Doing] = []
        for command in script.commands:
            leaves = started(
                command,
                self.files,
                python=outcome.python,
                github=outcome.known,
                images=dict(state.images),
            )
            built = built_image(command)
            if built is not None:
                state.images[built[0]] = built[1]
            for leaf in leaves:
                state.settings.update(catalogue.settings_of_command(leaf))
                given = (
                    replace(leaf, env={**state.settings, **leaf.env}) if state.settings else leaf
                )
                via = tuple(clip(text, MAX_TEXT) for text in (*leaf.via, leaf.text))
                line = offset + command.line
                found.extend(
                    _Doing(effect, line, via, leaf.masked, leaf.when)
                    for effect in catalogue.of_command(given, self.files)
                )
        for echo in script.echoes:
            found.extend(
                _Doing(miss, offset + echo.line, (clip(echo.text, MAX_TEXT),))
                for miss in catalogue.near_misses((echo,))
            )
        return tuple(found)

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
        for name in EVENTS:
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
        )

    def _line(self, place: Place) -> str:
        lines = self.lines.get(place.file)
        if lines is None:
            lines = tuple((self.files.text(place.file) or "").splitlines()[:100_000])
            self.lines[place.file] = lines
        return clip(lines[place.line - 1].strip(), MAX_TEXT) if 0 < place.line <= len(lines) else ""


def _is_foreign(uses: str) -> bool:
    return not uses.startswith(("./", "$/")) and "/" in uses.split("@", maxsplit=1)[0]


def _only_called(workflow: Workflow) -> bool:
    return bool(workflow.triggers) and set(workflow.triggers) == {"workflow_call"}
