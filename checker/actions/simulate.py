"""What every workflow, job and step would do on an event, found without running any of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from checker.actions.answer import Answer, best, depends, no
from checker.actions.events import Event, Occurrence, after_run, github_context, runner_variables
from checker.actions.expressions import Partial
from checker.actions.given import Given, Memory
from checker.actions.jobs import agreed, asks_status, family, in_order, result_of
from checker.actions.matrix import Combination, combinations, distinct
from checker.actions.scope import Scope
from checker.actions.steps import StepOutcome, Walk, walk
from checker.actions.syntax import Job, Workflow
from checker.actions.syntax.fields import clip
from checker.actions.triggering import starts
from checker.actions.workflows import FOLDER, Workflows

MAX_CALLS = 10
"""Reusable workflows may be nested so deep (GitHub Docs, "Reuse workflows", November 2026)."""
MAX_CHAIN = 3
"""Workflows may follow each other by `workflow_run` so many times (GitHub Docs, same date)."""
_A_JOB = 400  # units of effort, besides what its steps take
_A_NEED = 2
_A_ROW = 10
_MAX_REASONS = 5
_MAX_WHY = 400
MAX_STEPS = 5_000
"""Steps simulated in one run of one workflow; no person's workflow has more."""


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """What a job does in one run; `instances` are the steps of each job its matrix makes."""

    job: Job
    answer: Answer
    instances: tuple[tuple[StepOutcome, ...], ...] = ()
    runs: int = 1
    """How many jobs the matrix makes."""
    called: WorkflowOutcome | None = None
    """The reusable workflow it calls, when that can be read."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """What a called workflow is given, as text."""
    id_token: bool = False
    masked: str = ""
    """What keeps its failure from failing the run; empty when nothing does."""

    @property
    def steps(self) -> tuple[StepOutcome, ...]:
        """One outcome for each step, the most favourable over the matrix."""
        merged: dict[int, StepOutcome] = {}
        for steps in self.instances:
            for outcome in steps:
                known = merged.get(outcome.step.number)
                if known is None or best((known.answer, outcome.answer)) is not known.answer:
                    merged[outcome.step.number] = outcome
        return tuple(merged[number] for number in sorted(merged))


@dataclass(frozen=True, slots=True)
class WorkflowOutcome:
    """What a workflow does on one occurrence of an event."""

    workflow: Workflow
    answer: Answer
    occurrence: Occurrence | None = None
    """What starts it; None when nothing does."""
    jobs: tuple[JobOutcome, ...] = ()
    given: Given = field(default_factory=lambda: Given({}, {}), repr=False, compare=False)
    """What the event gives to the run."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """What all workflows of a repository do on one event."""

    event: Event
    workflows: tuple[WorkflowOutcome, ...]


Runs = Memory[tuple[JobOutcome, ...]]
"""Runs made so far, by workflow and answer: events that a workflow cannot tell apart share them."""


def simulate(workflows: Workflows, event: Event, runs: Runs | None = None) -> Simulation:
    """Answer for each workflow, job and step whether it runs on an event, and with what. Never raises.

    `runs` are those of other events of the same workflows; what is the same for this event is taken from them.
    """
    runs = runs or Runs()
    outcomes: dict[str, list[WorkflowOutcome]] = {}
    refused: dict[str, list[Answer]] = {}
    waiting = list(event.occurrences)
    chained: set[str] = set()
    for _ in range(MAX_CHAIN + 1):
        ran: list[tuple[Workflow, Occurrence, Answer]] = []
        for workflow in workflows.all:
            for occurrence in _relevant(workflow, waiting):
                answer = starts(workflow, occurrence, event.names)
                if not answer:
                    refused.setdefault(workflow.path, []).append(answer)
                    continue
                run = _Run(workflows, workflow, occurrence, event)
                outcomes.setdefault(workflow.path, []).append(run.outcome(answer, runs))
                ran.append((workflow, occurrence, answer))
        waiting = [
            following
            for workflow, occurrence, _ in ran
            if workflow.path not in chained
            for following in after_run(occurrence, workflow.title, workflow.path, event.names)
        ]
        chained.update(workflow.path for workflow, _, _ in ran)
        if not waiting or not any(
            "workflow_run" in workflow.triggers for workflow in workflows.all
        ):
            break
    return Simulation(
        event,
        tuple(
            outcome
            for workflow in workflows.all
            for outcome in outcomes.get(
                workflow.path,
                [WorkflowOutcome(workflow, best(_sharpest(refused.get(workflow.path, []))))],
            )
        ),
    )


def as_if_started(workflows: Workflows, workflow: Workflow, event: Event) -> WorkflowOutcome:
    """Return what a workflow would do if the event started it, with the answer no throughout."""
    refusal = no("nothing starts it")
    run = _Run(workflows, workflow, event.occurrences[0], event)
    return replace(run.outcome(refusal, Runs()), occurrence=None)


def _relevant(workflow: Workflow, occurrences: Iterable[Occurrence]) -> list[Occurrence]:
    """Leave out occurrences that a workflow cannot tell apart (a pull request opened, then updated)."""
    tells = "event.action" in workflow.text
    seen: set[tuple[str, str]] = set()
    kept: list[Occurrence] = []
    for occurrence in occurrences:
        trigger = workflow.triggers.get(occurrence.event)
        key = (
            occurrence.event,
            occurrence.activity if tells or (trigger and trigger.types) else "",
        )
        if occurrence.event == "workflow_run" or key not in seen:
            kept.append(occurrence)
        seen.add(key)
    return kept


def _sharpest(answers: list[Answer]) -> list[Answer]:
    """Keep the refusals that say most: a filter that says no rather than an event that is not named."""
    filters = [
        answer
        for answer in answers
        if "it starts on" not in answer.why and "it follows" not in answer.why
    ]
    return filters[:2] or answers[:1]


@dataclass(frozen=True, slots=True)
class _Done:
    """A job that was simulated, and what decides whether those after it run."""

    outcome: JobOutcome
    outputs: Mapping[str, object]
    skipped: JobOutcome | None
    """The job that does not run, of this one and those it waits for, the nearest."""
    open: JobOutcome | None
    """The job of which nobody can tell, likewise."""

    @classmethod
    def after(
        cls, outcome: JobOutcome, outputs: Mapping[str, object], before: tuple[_Done, ...]
    ) -> Self:
        """Describe a job that was simulated after those it needs."""
        skipped = next((need.skipped for need in before if need.skipped), None)
        open_ = next((need.open for need in before if need.open), None)
        return cls(
            outcome,
            outputs,
            skipped if outcome.answer else outcome,
            outcome if outcome.answer.value == "depends" else open_,
        )


class _Run:
    """One run of one workflow: its contexts, and the budget that keeps hostile files short."""

    def __init__(
        self, workflows: Workflows, workflow: Workflow, occurrence: Occurrence, event: Event
    ) -> None:
        self.workflows = workflows
        self.workflow = workflow
        self.occurrence = occurrence
        self.event = event
        github = github_context(occurrence, event.names, workflow.title)
        self.given = Given(github, self._dispatch_inputs(), runner_variables(github))
        self.walk = Walk(workflows, self.given, MAX_STEPS)

    def outcome(self, answer: Answer, runs: Runs) -> WorkflowOutcome:
        """Return what the workflow does when it starts with this answer."""
        key = (self.workflow.path, answer)
        jobs = runs.get(key, self.given, lambda: self._simulated(answer))
        return WorkflowOutcome(self.workflow, answer, self.occurrence, jobs, self.given)

    def _simulated(self, answer: Answer) -> tuple[JobOutcome, ...]:
        contexts = {
            "github": self.given.github,
            "vars": Partial(),
            "secrets": Partial(),
            "inputs": self.given.inputs,
            "env": {},
            "runner": Partial(os="Linux", arch="X64"),
            "strategy": Partial(),
        }
        return self._jobs(self.workflow, Scope(contexts, self.given.look), answer, (), None)

    def _dispatch_inputs(self) -> Mapping[str, object]:
        trigger = self.workflow.triggers.get("workflow_dispatch")
        if self.occurrence.event != "workflow_dispatch" or trigger is None:
            return {}
        return Partial(
            {
                name: given.default
                for name, given in trigger.inputs.items()
                if given.default is not None
            }
        )

    def _jobs(
        self,
        workflow: Workflow,
        scope: Scope,
        answer: Answer,
        callers: tuple[str, ...],
        caller_token: bool | None,
    ) -> tuple[JobOutcome, ...]:
        scope = scope.bind(env=scope.texts(workflow.env))
        done: dict[str, _Done] = {}
        for job in in_order(workflow.jobs):
            if self.workflows.effort.exhausted:
                break
            self.workflows.effort.spend(_A_JOB + _A_NEED * len(job.needs))
            before = tuple(done[need] for need in job.needs if need in done)
            outcome, outputs = self._job(
                workflow, job, scope, answer, before, callers, caller_token
            )
            done[job.id] = _Done.after(outcome, outputs, before)
        return tuple(done[id].outcome for id in workflow.jobs if id in done)

    def _job(
        self,
        workflow: Workflow,
        job: Job,
        scope: Scope,
        started: Answer,
        before: tuple[_Done, ...],
        callers: tuple[str, ...],
        caller_token: bool | None,
    ) -> tuple[JobOutcome, Mapping[str, object]]:
        needs = {
            need.outcome.job.id: {"result": result_of(need.outcome.answer), "outputs": need.outputs}
            for need in before
        }
        scope = scope.bind(needs=needs)
        answer = started.then(_job_answer(job, scope, before))
        given = job.permissions if job.permissions.given else workflow.permissions
        token = given.id_token if given.given else bool(caller_token)
        token = token and caller_token is not False
        rows = combinations(job.matrix, scope)
        self.workflows.effort.spend(_A_ROW * len(rows))
        flag = (
            scope.flag(str(job.continue_on_error))
            if "matrix" not in job.continue_on_error
            else no("differs")
        )
        masked = f"continue-on-error: {clip(job.continue_on_error)}" if flag.value == "yes" else ""
        if job.uses:
            called, inputs, outputs = self._call(workflow, job, scope, rows, answer, callers, token)
            return JobOutcome(job, answer, (), len(rows), called, inputs, token, masked), outputs
        chosen = distinct(job, rows, lambda row: family(scope.bind(matrix=row), job))
        instances: list[tuple[StepOutcome, ...]] = []
        found: list[dict[str, str]] = []
        for row in chosen:
            inner = scope.bind(matrix=row)
            inner = inner.bind(
                env={**inner.context("env"), **inner.texts(job.env)}, job=Partial(status="success")
            )
            shell = str(job.defaults.shell or workflow.defaults.shell)
            folder = str(job.defaults.working_directory or workflow.defaults.working_directory)
            if not shell and family(inner, job) == "windows":
                shell = "pwsh"
            steps, after = walk(self.walk, job.steps, inner, answer, workflow.path, shell, folder)
            instances.append(steps)
            found.append(after.texts(job.outputs))
        outputs = agreed(found) if answer else {}
        return JobOutcome(
            job, answer, tuple(instances), len(rows), None, {}, token, masked
        ), outputs

    def _call(
        self,
        workflow: Workflow,
        job: Job,
        scope: Scope,
        rows: tuple[Combination, ...],
        answer: Answer,
        callers: tuple[str, ...],
        token: bool,
    ) -> tuple[WorkflowOutcome | None, Mapping[str, str], Mapping[str, object]]:
        """Simulate a reusable workflow of the repository; one of another repository cannot be read."""
        scope = scope.bind(matrix=rows[0] if rows else {})
        given = {name: scope.value(item) for name, item in job.inputs.items()}
        inputs = {
            name: item if isinstance(item, str) else scope.text(str(item))
            for name, item in given.items()
        }
        callee = self._callee(str(job.uses))
        self.given.look(("github.event_name", "github.event.action"))  # reports say what started it
        if callee is None or callee.path in callers or len(callers) >= MAX_CALLS:
            return None, inputs, Partial()
        trigger = callee.triggers.get("workflow_call")
        if callee.errors or trigger is None:
            why = (
                f"GitHub refuses the file: {callee.errors[0]}"
                if callee.errors
                else "it has no `workflow_call`"
            )
            return WorkflowOutcome(callee, no(why), self.occurrence), inputs, {}
        defaults = {name: item.default for name, item in trigger.inputs.items()}
        secrets = scope.context("secrets") if job.inherits_secrets else scope.texts(job.secrets)
        inner = scope.bind(
            inputs={**defaults, **given}, secrets=Partial(secrets), env={}, matrix={}, needs={}
        )
        jobs = self._jobs(callee, inner, answer, (*callers, workflow.path, callee.path), token)
        results = inner.bind(jobs={outcome.job.id: {"outputs": Partial()} for outcome in jobs})
        outputs = Partial(results.texts(trigger.outputs)) if len(rows) < 2 else Partial()
        return WorkflowOutcome(callee, answer, self.occurrence, jobs), inputs, outputs

    def _callee(self, uses: str) -> Workflow | None:
        own = f"{self.event.names.repository}/".lower()
        path = uses.split("@", maxsplit=1)[0]
        for prefix in ("./", "$/"):
            path = path.removeprefix(prefix)
        if own != "/" and path.lower().startswith(own):
            path = path[len(own) :]
        return self.workflows.by_path.get(path) if path.startswith(FOLDER) else None


def unreadable(job: Job) -> str:
    """Say why the work of a job that calls another repository's workflow is unknown."""
    return f"it calls `{clip(job.uses)}`, which is in another repository and cannot be read"


def _job_answer(
    job: Job,
    scope: Scope,
    before: tuple[_Done, ...],
) -> Answer:
    """Answer for a job's `needs` and `if`: success() asks all the jobs it waits for, near and far."""
    condition = str(job.condition)
    asks = bool(condition) and asks_status(condition)
    skipped = next((need.skipped for need in before if need.skipped), None)
    open_ = tuple(dict.fromkeys(_waits(need.open) for need in before if need.open))[:_MAX_REASONS]
    if asks:
        if skipped or not open_:
            return scope.holds(condition, status="skipped" if skipped else "success")
        both = [scope.holds(condition, status=status) for status in ("success", "skipped")]
        return both[0] if both[0].value == both[1].value else depends(open_[0])
    if skipped:
        why = clip(skipped.answer.why, _MAX_WHY)
        return no(f"it needs `{clip(skipped.job.id)}`, which does not run: {why}")
    answer = scope.holds(condition)
    for reason in open_:
        answer = answer.then(depends(reason))
    return answer


def _waits(job: JobOutcome) -> str:
    return f"it needs `{clip(job.job.id)}`: {clip(job.answer.why, _MAX_WHY)}"
