"""Walking the steps of a job: conditions, environment, outputs, and the steps inside the repository's own actions."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from checker.actions.answer import Answer
from checker.actions.command import Script, has_hole, hole
from checker.actions.effort import FOR_REPOSITORY
from checker.actions.expressions import Partial
from checker.actions.given import Given
from checker.actions.outputs import FACTS, outputs_of_action, reads_the_event
from checker.actions.scope import Scope
from checker.actions.shell import read
from checker.actions.syntax import Action, Step
from checker.actions.syntax.fields import clip
from checker.actions.workflows import Workflows

_A_STEP = 100  # units of effort, besides what its script takes
_A_NAME = 8
_A_CHARACTER = 4
_NOT_READ = Script(cut=True)
MAX_ACTIONS = 10
"""Composite actions may be nested so deep (GitHub Docs, "Creating a composite action", November 2026)."""


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """What a step does in one job: whether it runs, and all that it is given, templates filled."""

    step: Step
    file: str
    """The file it is written in: a workflow's, or an action's."""
    answer: Answer
    masked: str = ""
    """`continue-on-error`, as written; empty when its failure fails the job."""
    script: Script | None = None
    """What its `run` starts; None for a step that uses an action."""
    uses: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: str = "."
    python: tuple[str, ...] = ()
    """Python versions set up so far in the job."""
    children: tuple[StepOutcome, ...] = ()
    """The steps inside, for an action of the repository itself."""


@dataclass
class Walk:
    """What a walk needs besides its scope: the repository's actions, the event, and a budget of steps."""

    workflows: Workflows
    given: Given
    budget: int
    depth: int = 0

    def spend(self, units: int) -> bool:
        """Take one step, and the work it causes, from the budgets; False when one is used up."""
        effort = self.workflows.effort
        self.budget -= 1
        effort.spend(units if self.budget >= 0 else FOR_REPOSITORY)
        return not effort.exhausted


def walk(
    context: Walk,
    steps: Iterable[Step],
    scope: Scope,
    started: Answer,
    file: str,
    shell: str = "",
    folder: str = "",
) -> tuple[tuple[StepOutcome, ...], Scope]:
    """Simulate steps in order; returns their outcomes and the scope after the last."""
    outcomes: list[StepOutcome] = []
    python: tuple[str, ...] = ()
    done: dict[str, object] = {}
    scope = scope.bind(steps=done)
    for step in steps:
        context_size = _A_NAME * (len(done) + len(scope.context("env")))
        if not context.spend(_A_STEP + context_size + _A_CHARACTER * len(step.condition)):
            break
        outcome, handed, variables = _step(
            context, step, scope, started, file, shell, folder, python
        )
        outcomes.append(outcome)
        version = outcome.inputs.get("python-version", "")
        if outcome.uses.lower().startswith("actions/setup-python@") and version:
            python = tuple(version.split())
        if step.id:
            result = {"yes": "success", "no": "skipped"}.get(outcome.answer.value)
            entry = Partial(
                outputs=handed, **({"conclusion": result, "outcome": result} if result else {})
            )
            done = {**done, step.id: entry}
            scope = scope.bind(steps=done)
        if variables:
            scope = scope.bind(env={**scope.context("env"), **variables})
    return tuple(outcomes), scope


def _step(
    context: Walk,
    step: Step,
    scope: Scope,
    started: Answer,
    file: str,
    shell: str,
    folder: str,
    python: tuple[str, ...],
) -> tuple[StepOutcome, Mapping[str, object], Mapping[str, str]]:
    """Return a step's outcome, its outputs, and the variables it leaves to later steps."""
    env = scope.context("env")
    inner = scope
    if step.env:
        env = {**env, **scope.texts(step.env)}
        inner = scope.bind(env=env)
    answer = started.then(inner.holds(str(step.condition)))
    flag = inner.flag(str(step.continue_on_error))
    masked = f"continue-on-error: {clip(step.continue_on_error)}" if flag.value == "yes" else ""
    texts = {name: str(value) for name, value in env.items()}
    place = {"step": step, "file": file, "answer": answer, "masked": masked, "env": texts,
             "python": python}  # fmt: skip
    if step.run:
        cwd = posixpath.normpath(inner.text(str(step.working_directory or folder)) or ".")
        text = inner.text(str(step.run))
        script = _NOT_READ
        if not context.workflows.effort.exhausted:
            script = read(
                text,
                shell=inner.text(str(step.shell or shell)),
                env=texts,
                cwd=cwd,
                known=context.given.mentioned(text),
            )
            context.workflows.effort.spend(script.work)
        outcome = StepOutcome(**place, script=script, cwd=cwd)  # type: ignore[arg-type]
        if not answer:
            return outcome, {}, {}
        return outcome, Partial(_sure(answer, script.outputs)), _sure(answer, script.env)
    inputs = inner.texts(step.inputs)
    uses = str(step.uses)
    action = _own_action(context, uses)
    if action is not None and action.using == "composite" and context.depth < MAX_ACTIONS:
        children, outputs = _inside(context, action, inputs, inner, answer)
        outcome = StepOutcome(**place, uses=uses, inputs=inputs, children=children)  # type: ignore[arg-type]
        return outcome, outputs, {}
    outcome = StepOutcome(**place, uses=uses, inputs=inputs)  # type: ignore[arg-type]
    if not answer or not step.id:  # What has no id hands nothing on.
        return outcome, {}, {}
    github = context.given.texts(FACTS) if reads_the_event(uses) else {}
    return outcome, Partial(_sure(answer, outputs_of_action(uses, inputs, github))), {}


def _own_action(context: Walk, uses: str) -> Action | None:
    """Return the repository's own action that a step uses; None for any other."""
    if uses.startswith(("./", "$/")):
        return context.workflows.action(uses[2:].split("@", maxsplit=1)[0] or ".")
    own = context.workflows.repository.full_name.lower()
    name, _, _ = uses.partition("@")
    if own and (name.lower() == own or name.lower().startswith(f"{own}/")):
        return context.workflows.action(name[len(own) :].strip("/") or ".")
    return None


def _inside(
    context: Walk, action: Action, inputs: Mapping[str, str], scope: Scope, answer: Answer
) -> tuple[tuple[StepOutcome, ...], Mapping[str, object]]:
    """Simulate the steps of a composite action with its own inputs and steps."""
    defaults = {
        name: scope.text("" if item.default is None else _written(item.default))
        for name, item in action.inputs.items()
    }
    github = {**scope.context("github"), "action_path": posixpath.dirname(action.path) or "."}
    inner = scope.bind(inputs={**defaults, **inputs}, github=github)
    context.depth += 1
    children, after = walk(context, action.steps, inner, answer, action.path)
    context.depth -= 1
    return children, Partial(after.texts(action.outputs)) if answer else {}


def _written(default: object) -> str:
    return (
        {True: "true", False: "false"}.get(default, str(default))
        if isinstance(default, bool)
        else str(default)
    )


def _sure(answer: Answer, values: Mapping[str, str]) -> dict[str, str]:
    """Return values handed on by a step; of a step that may not run, they are unknown."""
    if answer.value == "yes":
        return dict(values)
    return {name: text if has_hole(text) else hole(name) for name, text in values.items()}
