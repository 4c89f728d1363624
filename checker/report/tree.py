"""What would happen, for the terminal: a tree for one event, a table for all of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from checker.actions.activity import Activity, Place
from checker.actions.answer import YES, Answer
from checker.actions.events import EVENTS
from checker.actions.simulate import JobOutcome, WorkflowOutcome
from checker.actions.steps import StepOutcome
from checker.actions.syntax import Trigger
from checker.actions.workflows import FOLDER, Workflows
from checker.explanation import Explanation
from checker.report.console import WIDEST, prose, rendered
from checker.report.escape import plain
from checker.report.marks import ANSWER_COLOURS, ANSWER_MARKS, SHORT_EVENTS
from checker.services.repository import Repository

_NARROW = 78
_MOST = 100
"""Steps of a job, jobs of a workflow, or activities that are shown; nobody reads more."""
_DESTINATIONS = {
    "pypi": "PyPI",
    "testpypi": "TestPyPI",
    "dockerhub": "Docker Hub",
    "ghcr": "GitHub's registry",
    "other": "elsewhere",
}


def on_event(explanation: Explanation, *, width: int = 80, colour: bool = False) -> str:
    """Return what would run on one event, as a tree; for what would not, why not.

    There are two trees where nobody can tell which branch is the default and it matters.
    """
    parts: list[RenderableType] = []
    for branches, simulation in explanation.distinct:
        title = f" · {plain(simulation.event.title)}"
        given = f" (default branch {plain(branches, 80)})" if branches else ""
        label = _name(explanation.repository).append(title, "bold").append(given, "dim")
        tree = Tree(label, guide_style="dim")
        drawing = _Drawing(explanation, simulation.event.name)
        for outcome in simulation.workflows:
            drawing.workflow(tree, outcome)
        if not simulation.workflows:
            tree.add(Text("nothing: there are no workflows", "yellow"))
        parts.append(tree)
    parts += _footnotes(explanation)
    return rendered(parts, max(40, min(width, WIDEST)), colour=colour)


def on_all_events(explanation: Explanation, *, width: int = 80, colour: bool = False) -> str:
    """Return which activity would run on which event, and what starts each workflow."""
    width = max(40, min(width, WIDEST))
    workflows, activities = explanation.workflows, explanation.activities
    parts: list[RenderableType] = [_name(explanation.repository)]
    if activities.found:
        found = activities.found[:_MOST]
        rest = len(activities.found) - len(found)
        parts.append(_listed(found) if width < _NARROW else _matrix(found))
        more = f"… and {rest} more\n" if rest else ""
        parts.append(Text(f"{more}✓ runs   ? depends on something   · does not run", "dim"))
    elif workflows.all:
        parts.append(Text("The workflows neither lint, test, build, publish nor push.", "yellow"))
    if workflows.all:
        parts.append(_triggers(workflows))
    parts += _footnotes(explanation)
    return rendered(parts, width, colour=colour)


def _name(repository: Repository) -> Text:
    text = Text().append(plain(repository.name, 80), "bold")
    if repository.ref:
        text.append(f" · branch {plain(repository.ref, 60)}")
    return text


class _Drawing:
    """Draws the workflows, jobs and steps of one simulation, with what each step does."""

    def __init__(self, explanation: Explanation, event: str) -> None:
        self.activities = [one for one in explanation.activities.found if one.on(event)]
        self.event = event
        self.clean = explanation.redaction.clean

    def workflow(self, tree: Tree, outcome: WorkflowOutcome) -> None:
        workflow = outcome.workflow
        about = f"  {_short(workflow.path)}" if workflow.name else ""
        if outcome.occurrence is not None:
            activity = outcome.occurrence.activity
            about += f"  by {outcome.occurrence.event}" + (f": {activity}" if activity else "")
        branch = tree.add(_marked(outcome.answer, workflow.title, about, "bold"))
        for job in outcome.jobs[:_MOST]:
            self.job(branch, job, workflow.path, "", outcome.answer)
        _more(branch, outcome.jobs, "jobs")

    def job(self, tree: Tree, outcome: JobOutcome, file: str, caller: str, above: Answer) -> None:
        times = f"  ×{outcome.runs}" if outcome.runs > 1 else ""
        mask = f"  its failure fails nothing: {outcome.masked}" if outcome.masked else ""
        label = f"job {outcome.job.id}"
        branch = tree.add(_marked(outcome.answer, label, times + mask, above=above))
        id = f"{caller}{outcome.job.id}"
        if outcome.called is not None:
            called = outcome.called.workflow.path
            below = branch.add(Text(f"calls {_short(called)}", "dim"))
            for inner in outcome.called.jobs[:_MOST]:
                self.job(below, inner, called, f"{id} / ", outcome.answer)
        elif outcome.answer:
            self.steps(branch, outcome, file, id)

    def steps(self, tree: Tree, outcome: JobOutcome, file: str, job: str) -> None:
        steps = outcome.steps
        doing = [one for one in self.activities if one.place.job == job]
        lines = [*(step.step.line for step in steps), sys.maxsize]
        for step, start, end in zip(steps[:_MOST], lines, lines[1:], strict=False):
            own = [one for one in doing if _is_in(one, step, file, start, end)]
            self.step(tree, step, own, outcome.answer)
        _more(tree, steps, "steps")

    def step(
        self, tree: Tree, outcome: StepOutcome, doing: Iterable[Activity], above: Answer
    ) -> None:
        label = self.clean(outcome.step.label)
        branch = tree.add(_marked(outcome.answer, label, above=above))
        for activity in doing:
            text = Text().append("→ ", "dim").append(_doing(activity), "bold green")
            if len(activity.via) > 1:
                text.append(f"  through {plain(' → '.join(activity.via[:-1]), 120)}", "dim")
            if activity.masked:
                text.append(f"  cannot fail: {plain(activity.masked, 60)}", "yellow")
            answer = activity.on(self.event)
            if answer.value == "depends" and answer.why != outcome.answer.why:
                text.append(" — ", "dim").append_text(prose(answer.why, "yellow"))
            branch.add(text)


def _more(tree: Tree, shown: Sequence[object], what: str) -> None:
    if len(shown) > _MOST:
        tree.add(Text(f"… and {len(shown) - _MOST} more {what}", "dim"))


def _is_in(activity: Activity, step: StepOutcome, file: str, start: int, end: int) -> bool:
    """Say whether an activity is a step's own, or that of the action the step uses."""
    if activity.place.file == file:
        return start <= activity.place.line < end
    return any(
        child.file == activity.place.file and child.step.line <= activity.place.line
        for child in step.children
    )


def _marked(
    answer: Answer, label: str, about: str = "", style: str = "", above: Answer = YES
) -> Text:
    """Return a mark, a label, and the reason for anything but yes, unless it is said above."""
    text = Text().append(f"{ANSWER_MARKS[answer.value]} ", f"bold {ANSWER_COLOURS[answer.value]}")
    text.append(plain(label, 100), "dim" if answer.value == "no" else style)
    text.append(plain(about, 200), "dim")
    if answer.why and answer.why != above.why:
        text.append(" — ", "dim").append_text(prose(answer.why, ANSWER_COLOURS[answer.value]))
    return text


def _doing(activity: Activity) -> str:
    text = f"{activity.kind} with {plain(activity.tool, 60)}"
    return f"{text} to {_DESTINATIONS[activity.target]}" if activity.target else text


def _matrix(activities: Iterable[Activity]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, pad_edge=False)
    table.add_column("", ratio=1, overflow="fold")
    for event in EVENTS:
        table.add_column(SHORT_EVENTS[event], justify="center", no_wrap=True)
    for activity in activities:
        name = Text().append(_what(activity), "bold")
        name.append(f"\n{plain(activity.tool, 60)}  {_place(activity.place)}", "dim")
        table.add_row(name, *(_cell(activity.events.get(event)) for event in EVENTS))
    return table


def _what(activity: Activity) -> str:
    return (
        f"{activity.kind} → {_DESTINATIONS[activity.target]}" if activity.target else activity.kind
    )


def _cell(answer: Answer | None) -> Text:
    if answer is None or answer.value == "no":
        return Text("·", "dim")
    return Text(ANSWER_MARKS[answer.value], f"bold {ANSWER_COLOURS[answer.value]}")


def _listed(activities: Iterable[Activity]) -> Group:
    """Return the table as a list, for a narrow window."""
    rows: list[RenderableType] = []
    for activity in activities:
        rows.append(Text(_doing(activity), "bold"))
        rows.append(Text(f"  {_place(activity.place)}", "dim"))
        on = [(name, activity.events[name]) for name in EVENTS if activity.events.get(name)]
        text = Text("  ")
        for name, answer in on:
            text.append_text(_cell(answer)).append(f" {SHORT_EVENTS[name]}  ")
        rows.append(text if on else Text("  never", "dim"))
    return Group(*rows)


def _place(place: Place) -> str:
    return f"{_short(place.file)}:{place.line}"


def _short(path: str) -> str:
    return plain(path.removeprefix(f"{FOLDER}/"), 80)


def _triggers(workflows: Workflows) -> Table:
    """Return what starts each workflow, with the filters that decide most."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold")
    table.add_column(ratio=1)
    for workflow in workflows.all:
        started = (
            Text(f"refused by GitHub, {plain(str(workflow.errors[0]), 200)}", "red")
            if workflow.errors
            else Text(plain("; ".join(map(_trigger, workflow.triggers.values())), 400), "cyan")
        )
        table.add_row(_short(workflow.path), started)
    return table


def _trigger(trigger: Trigger) -> str:
    filters = {
        "types": trigger.types,
        "branches": trigger.branches,
        "all branches but": trigger.branches_ignore,
        "tags": trigger.tags,
        "all tags but": trigger.tags_ignore,
        "paths": trigger.paths,
        "all paths but": trigger.paths_ignore,
        "after": trigger.workflows,
        "at": trigger.crons,
    }
    words = [f"{name} {', '.join(values)}" for name, values in filters.items() if values]
    return f"{trigger.event} ({'; '.join(words)})" if words else trigger.event


def _footnotes(explanation: Explanation) -> list[RenderableType]:
    """Return what only looks like an activity, what could not be read, and what lies elsewhere."""
    rows: list[RenderableType] = [
        prose(f"! {notice.text} {notice.advice}", "yellow") for notice in explanation.notices
    ]
    rows += (_footnote(one.place, one.near.why) for one in explanation.activities.missed[:10])
    rows += (_footnote(one.place, one.why) for one in explanation.activities.unread[:10])
    return [Group(*rows)] if rows else []


def _footnote(place: Place, why: str) -> Text:
    return Text().append(f"! {_place(place)}  ", "yellow").append_text(prose(why))
