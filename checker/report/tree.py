"""What would happen, for the terminal: a tree for one event, a table for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from checker.actions.activity import Activities, Activity, Missed, Unread
from checker.actions.answer import Answer
from checker.actions.events import EVENTS
from checker.actions.simulate import JobOutcome, Simulation, WorkflowOutcome
from checker.actions.steps import StepOutcome
from checker.actions.workflows import FOLDER, Workflows
from checker.report.escape import plain
from checker.report.marks import ANSWER_COLOURS, ANSWER_MARKS, SHORT_EVENTS
from checker.report.terminal import WIDEST, prose, rendered
from checker.rubric.notices import notices
from checker.services.repository import Repository

_NARROW = 78
_MOST_STEPS = 60
_DESTINATIONS = {
    "pypi": "PyPI",
    "testpypi": "TestPyPI",
    "dockerhub": "Docker Hub",
    "ghcr": "GitHub's registry",
    "other": "elsewhere",
}


def on_event(
    repository: Repository,
    workflows: Workflows,
    simulations: Sequence[Simulation],
    activities: Activities,
    *,
    width: int = 80,
    colour: bool = False,
) -> str:
    """Return what would run on one event, as a tree; for what would not, why not.

    There are two simulations where nobody can tell which branch is the default.
    """
    parts: list[RenderableType] = []
    for simulation in simulations:
        branch = simulation.event.names.default_branch if len(simulations) > 1 else ""
        given = f" (default branch {plain(branch, 60)})" if branch else ""
        title = Text(f"If {simulation.event.title}{given}", "bold")
        tree = Tree(_name(repository) + Text(" · ") + title, guide_style="dim")
        for outcome in simulation.workflows:
            _workflow(tree, outcome, activities, simulation.event.name)
        if not simulation.workflows:
            tree.add(Text("nothing: there are no workflows", "yellow"))
        parts.append(tree)
    parts += _footnotes(workflows, activities)
    return rendered(parts, max(40, min(width, WIDEST)), colour=colour)


def on_all_events(
    repository: Repository,
    workflows: Workflows,
    activities: Activities,
    *,
    width: int = 80,
    colour: bool = False,
) -> str:
    """Return which activity would run on which event, and what starts each workflow."""
    width = max(40, min(width, WIDEST))
    parts: list[RenderableType] = [_name(repository)]
    if activities.found:
        parts.append(_listed(activities) if width < _NARROW else _matrix(activities))
        parts.append(Text("✓ runs   ? depends on something   · does not run", "dim"))
    elif workflows.all:
        parts.append(Text("The workflows neither lint, test, build, publish nor push.", "yellow"))
    if workflows.all:
        parts.append(_triggers(workflows))
    parts += _footnotes(workflows, activities)
    return rendered(parts, width, colour=colour)


def _name(repository: Repository) -> Text:
    text = Text(plain(repository.name, 80), "bold")
    if repository.ref:
        text.append(f" · branch {plain(repository.ref, 60)}", "not bold")
    return text


def _workflow(tree: Tree, outcome: WorkflowOutcome, activities: Activities, event: str) -> None:
    workflow = outcome.workflow
    label = _marked(outcome.answer, workflow.title, "bold")
    if workflow.name:
        label.append(f"  {plain(workflow.path.removeprefix(FOLDER + '/'), 80)}", "dim")
    if outcome.occurrence is not None:
        activity = outcome.occurrence.activity
        started = outcome.occurrence.event + (f": {activity}" if activity else "")
        label.append(f"  by {plain(started, 60)}", "dim")
    branch = tree.add(label)
    for job in outcome.jobs:
        _job(branch, job, activities, event, outcome.workflow.path, "")


def _job(
    tree: Tree, outcome: JobOutcome, activities: Activities, event: str, file: str, caller: str
) -> None:
    job = outcome.job
    label = _marked(outcome.answer, f"job {job.id}")
    if outcome.runs > 1:
        label.append(f"  ×{outcome.runs}", "cyan")
    if outcome.masked:
        label.append(f"  its failure fails nothing: {plain(outcome.masked, 60)}", "yellow")
    branch = tree.add(label)
    id = f"{caller}{job.id}"
    if outcome.called is not None:
        called = branch.add(Text(f"calls {plain(outcome.called.workflow.path, 100)}", "dim"))
        for inner in outcome.called.jobs:
            _job(called, inner, activities, event, outcome.called.workflow.path, f"{id} / ")
        return
    if not outcome.answer:
        return
    steps = outcome.steps[:_MOST_STEPS]
    doing = [one for one in activities.found if one.place.job == id and one.on(event)]
    starts = [step.step.line for step in steps]
    for index, step in enumerate(steps):
        end = starts[index + 1] if index + 1 < len(starts) else 1_000_000
        _step(branch, step, [one for one in doing if _is_in(one, step, file, starts[index], end)])
    if len(outcome.steps) > _MOST_STEPS:
        branch.add(Text(f"… and {len(outcome.steps) - _MOST_STEPS} more steps", "dim"))


def _is_in(activity: Activity, step: StepOutcome, file: str, start: int, end: int) -> bool:
    """Say whether an activity is a step's own, or that of the action the step uses."""
    if activity.place.file == file:
        return start <= activity.place.line < end
    return any(
        child.file == activity.place.file and child.step.line <= activity.place.line
        for child in step.children
    )


def _step(tree: Tree, outcome: StepOutcome, doing: Iterable[Activity]) -> None:
    label = _marked(outcome.answer, outcome.step.label)
    branch = tree.add(label)
    for activity in doing:
        text = Text("→ ", "bold") + Text(_doing(activity), "bold green")
        if len(activity.via) > 1:
            text.append(f"  {plain(' → '.join(activity.via[:-1]), 120)}", "dim")
        if activity.masked:
            text.append(f"  cannot fail: {plain(activity.masked, 60)}", "yellow")
        branch.add(text)


def _marked(answer: Answer, label: str, style: str = "") -> Text:
    """Return a mark, a label, and the reason for anything but yes."""
    text = Text(f"{ANSWER_MARKS[answer.value]} ", f"bold {ANSWER_COLOURS[answer.value]}")
    text.append(plain(label, 100), "dim" if answer.value == "no" else style)
    if answer.why:
        text.append(" — ", "dim").append_text(prose(answer.why, ANSWER_COLOURS[answer.value]))
    return text


def _doing(activity: Activity) -> str:
    text = f"{activity.kind} with {plain(activity.tool, 60)}"
    return f"{text} to {_DESTINATIONS[activity.target]}" if activity.target else text


def _matrix(activities: Activities) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), show_edge=False)
    table.add_column("activity", ratio=1, overflow="fold")
    for event in EVENTS:
        table.add_column(SHORT_EVENTS[event], justify="center", no_wrap=True)
    for activity in activities.found:
        name = Text(_doing(activity))
        name.append(f"\n{_place(activity)}", "dim")
        table.add_row(name, *(_cell(activity.events.get(event)) for event in EVENTS))
    return table


def _cell(answer: Answer | None) -> Text:
    if answer is None or answer.value == "no":
        return Text("·", "dim")
    return Text(ANSWER_MARKS[answer.value], f"bold {ANSWER_COLOURS[answer.value]}")


def _listed(activities: Activities) -> Group:
    """Return the table as a list, for a narrow window."""
    rows: list[RenderableType] = []
    for activity in activities.found:
        rows.append(Text(_doing(activity), "bold"))
        rows.append(Text(f"  {_place(activity)}", "dim"))
        on = [(name, activity.events[name]) for name in EVENTS if activity.events.get(name)]
        text = Text("  ")
        for name, answer in on:
            text.append_text(_cell(answer)).append(f" {SHORT_EVENTS[name]}  ")
        rows.append(text if on else Text("  never", "dim"))
    return Group(*rows)


def _place(activity: Activity) -> str:
    return plain(f"{activity.place.file.removeprefix(FOLDER + '/')}:{activity.place.line}", 80)


def _triggers(workflows: Workflows) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(overflow="fold")
    table.add_column(ratio=1)
    for workflow in workflows.all:
        on = ", ".join(workflow.triggers) or "nothing"
        started = Text("GitHub refuses it", "red") if workflow.errors else Text(plain(on), "cyan")
        table.add_row(plain(workflow.path.removeprefix(FOLDER + "/"), 80), started)
    return table


def _footnotes(workflows: Workflows, activities: Activities) -> list[RenderableType]:
    """Return what only looks like an activity, what could not be read, and what lies elsewhere."""
    rows: list[RenderableType] = [
        prose(f"! {notice.text} {notice.advice}", "yellow") for notice in notices(workflows)
    ]
    rows += (_footnote(one, one.near.why) for one in activities.missed[:10])
    rows += (_footnote(one, one.why) for one in activities.unread[:10])
    return [Group(*rows)] if rows else []


def _footnote(one: Missed | Unread, why: str) -> Text:
    place = f"{one.place.file.removeprefix(FOLDER + '/')}:{one.place.line}"
    return Text(f"! {plain(place, 80)}  ", "yellow") + prose(why)
