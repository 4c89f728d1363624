"""What each step of a run does, down to the tools that its scripts start."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from checker.actions import catalogue
from checker.actions.activity import Effect, NearMiss, Place, Unread
from checker.actions.answer import Answer
from checker.actions.command import Script
from checker.actions.effort import Effort
from checker.actions.given import Given, Memory
from checker.actions.recipes import built_image, started
from checker.actions.shell import read
from checker.actions.simulate import JobOutcome, WorkflowOutcome, unreadable
from checker.actions.steps import StepOutcome
from checker.actions.syntax import Workflow
from checker.actions.syntax.fields import clip
from checker.actions.workflows import Workflows
from checker.services.repository import Files

_FORK = "head.repo"
MAX_TEXT = 200
"""Characters of a command shown to people."""


@dataclass(frozen=True, slots=True)
class Doing:
    """One effect of one step, before it is asked when the step runs."""

    what: Effect | NearMiss
    line: int
    via: tuple[str, ...] = ()
    masked: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """What one step of one run does, before it is asked on which events."""

    doings: tuple[Doing, ...]
    place: Place
    step: tuple[object, ...]
    """The step's address: workflow, job, number."""
    answer: Answer
    job: JobOutcome
    masked: str = ""
    not_for_forks: bool = False
    """Whether a condition tells pull requests from forks apart."""


@dataclass
class _Job:
    """What earlier steps of a job leave behind for the reading of later ones."""

    images: dict[str, str] = field(default_factory=dict)
    """Images built so far, as `built_image` tells them."""
    settings: dict[str, str] = field(default_factory=dict)
    """What tools were configured to (`poetry config …`), as the variables that say the same."""


class _Noted:
    """Files read once each; which of the runner's variables a file names is noted, since they differ by event."""

    def __init__(self, files: Files) -> None:
        self.given = Given({}, {})
        self._files = files
        self._texts: dict[str, str | None] = {}
        self._names: dict[str, tuple[str, ...]] = {}

    @property
    def paths(self) -> tuple[str, ...]:
        """All files in order."""
        return self._files.paths

    def text(self, path: str) -> str | None:
        """Return a file's text, None when there is none to read."""
        if path not in self._texts:
            self._texts[path] = self._files.text(path)
        text = self._texts[path]
        if text and "GITHUB_" in text:
            self.given.mentioned(text)
        return text

    def names(self, folder: str) -> tuple[str, ...]:
        """Return the names of a folder's entries."""
        if folder not in self._names:
            self._names[folder] = self._files.names(folder)
        return self._names[folder]


class Reading:
    """Reads the steps of a repository's runs; whatever events and jobs share is read once."""

    def __init__(self, workflows: Workflows) -> None:
        self.files = _Noted(workflows.repository.files)
        self.effort = workflows.effort
        self.unread: dict[Place, Unread] = {}
        """Steps and jobs whose work nobody can know."""
        self._given = self.files.given
        self._works: Memory[tuple[tuple[JobOutcome, ...], tuple[Work, ...]]] = Memory()
        self._scripts: Memory[tuple[Script, _Job, tuple[Doing, ...]]] = Memory()

    def works(self, outcome: WorkflowOutcome, root: str) -> tuple[Work, ...]:
        """Return what the steps of one run do, in order; `root` is the workflow that was started."""
        given = self._given = self.files.given = outcome.given
        # What stands in the memory keeps its jobs, so that an `id` stays theirs.
        return self._works.get(
            (id(outcome.jobs), root),
            given,
            lambda: (outcome.jobs, tuple(self._of_jobs(outcome, root, ""))),
        )[1]

    def _of_jobs(self, outcome: WorkflowOutcome, root: str, caller: str) -> Iterator[Work]:
        for job in outcome.jobs:
            id = f"{caller}{job.job.id}"
            if job.job.uses:
                if job.called is not None:
                    yield from self._of_jobs(job.called, root, f"{id} / ")
                else:
                    yield self._of_call(job, outcome.workflow, root, id)
                continue
            for steps in job.instances:
                state = _Job()
                for step in steps:
                    yield from self._of_step(step, job, (root, id), state)

    def _of_call(self, job: JobOutcome, workflow: Workflow, root: str, id: str) -> Work:
        """Read a job that calls another repository's workflow: known to the catalogue, or unreadable."""
        place = Place(workflow.path, job.job.uses.line or job.job.line, id, str(job.job.name) or id)
        effects = catalogue.of_action(str(job.job.uses), job.inputs, {})
        if not effects and not catalogue.lookup(str(job.job.uses).split("@")[0]):
            self.unread.setdefault(place, Unread(str(job.job.uses), place, unreadable(job.job)))
        doings = tuple(Doing(effect, place.line, (f"uses: {job.job.uses}",)) for effect in effects)
        return Work(doings, place, (root, id), job.answer, job)

    def _of_step(
        self, outcome: StepOutcome, job: JobOutcome, address: tuple[str | int, ...], state: _Job
    ) -> Iterator[Work]:
        """Read a step, or those inside it; `address` is its workflow, its job and the steps around it."""
        step = outcome.step
        if outcome.children:
            for child in outcome.children:
                yield from self._of_step(child, job, (*address, step.number), state)
            return
        place = Place(outcome.file, step.line, str(address[1]), clip(step.label, 100))
        doings = self._doings(outcome, place, state)
        if doings:
            key = (*address, outcome.file, step.number)
            asked = any(_FORK in text for text in (step.condition, job.job.condition))
            yield Work(doings, place, key, outcome.answer, job, outcome.masked, asked)
        elif _is_foreign(outcome.uses) and not catalogue.lookup(outcome.uses.split("@")[0]):
            why = f"`{clip(outcome.uses)}` is not in the catalogue: what it does is unknown"
            self.unread.setdefault(place, Unread(outcome.uses, place, why))

    def _doings(self, outcome: StepOutcome, place: Place, state: _Job) -> tuple[Doing, ...]:
        """Return all that one step does."""
        if outcome.script is not None:
            return self._of_script(outcome.script, outcome, place, state, outcome.step.run_line - 1)
        if not outcome.uses:
            return ()
        line = outcome.step.uses.line or outcome.step.line
        seen = (f"uses: {clip(outcome.uses, MAX_TEXT)}",)
        found: list[Doing] = []
        for text in catalogue.commands_of_action(outcome.uses, outcome.inputs):
            known = self._given.mentioned(text)
            script = read(text, env=outcome.env, cwd=outcome.cwd, known=known)
            found.extend(
                Doing(doing.what, line, (*seen, *doing.via), doing.masked, doing.when)
                for doing in self._of_script(script, outcome, place, state, 0)
            )
        for effect in catalogue.of_action(outcome.uses, outcome.inputs, outcome.env):
            found.append(Doing(effect, line, seen))
            if isinstance(effect, Effect) and effect.kind == "image-build":
                context = outcome.inputs.get("context") or "."
                file = outcome.inputs.get("file") or posixpath.join(context, "Dockerfile")
                built = f"{file}|{context}|{outcome.inputs.get('target', '')}"
                state.images.update(dict.fromkeys(effect.destinations, built))
        return tuple(found)

    def _of_script(
        self, script: Script, outcome: StepOutcome, place: Place, state: _Job, offset: int
    ) -> tuple[Doing, ...]:
        """Return what a script's commands do, down to the tools."""
        if script.cut:
            self._too_much(place, "the step's script")

        def make() -> tuple[Script, _Job, tuple[Doing, ...]]:
            after = _Job(dict(state.images), dict(state.settings))
            return (
                script,
                after,
                tuple(self._of_commands(script, outcome.python, place, after, offset)),
            )

        before = (tuple(state.images.items()), tuple(state.settings.items()))
        key = (id(script), outcome.python, before, offset)
        _, after, doings = self._scripts.get(key, self._given, make)
        state.images.update(after.images)
        state.settings.update(after.settings)
        return doings

    def _of_commands(
        self,
        script: Script,
        python: tuple[str, ...],
        place: Place,
        state: _Job,
        offset: int,
    ) -> Iterator[Doing]:
        for command in script.commands:
            if self.effort.exhausted:
                self._too_much(place, "the workflows")
                return
            effort = Effort(within=self.effort)
            leaves = started(
                command,
                self.files,
                python=python,
                github=self._given.variables,
                images=dict(state.images),
                effort=effort,
            )
            if effort.exhausted:
                self._too_much(place, f"`{clip(command.text, MAX_TEXT)}`")
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
                for effect in catalogue.of_command(given, self.files):
                    yield Doing(effect, line, via, leaf.masked, leaf.when)
        for echo in script.echoes:
            for miss in catalogue.near_misses((echo,)):
                yield Doing(miss, offset + echo.line, (clip(echo.text, MAX_TEXT),))

    def _too_much(self, place: Place, what: str) -> None:
        why = f"following {what} takes more work than is done: what else it starts is unknown"
        self.unread[place] = Unread("", place, why)


def _is_foreign(uses: str) -> bool:
    return not uses.startswith(("./", "$/")) and "/" in uses.split("@", maxsplit=1)[0]
