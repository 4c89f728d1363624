"""A workflow's text beside GitHub's account of its run: which job is which, and which step is which.

GitHub tells of a run the names of jobs and steps, not where they stand in the file. A matrix makes several jobs of one
(`test (3.12)`), a called workflow's jobs are `caller / callee`, a composite action is one step, and steps of the
runner's own (`Set up job`, `Post …`) stand between the others.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from checker.actions.syntax import Job, Step, Workflow
from checker.actions.workflows import FOLDER, Workflows
from checker.chain.labels import Pattern, pattern, step_patterns
from checker.services.github import model

MAX_DEPTH = 10
"""Workflows may call each other so deep (GitHub Docs, "Reuse workflows", November 2026)."""
MAX_JOBS = 200
MAX_STEPS = 100
"""Jobs of a file and steps of a job that are looked at."""
MAX_PAIRS = 80_000
"""Names that are compared for one run; no person's workflow needs as many, and a hostile one is not read to its end."""

_FEW = 12
"""Steps that tell two jobs of one name apart."""

_RUNNERS_OWN = (
    "Set up job",
    "Set up runner",
    "Complete job",
    "Initialize containers",
    "Stop containers",
)
_AROUND = ("Pre ", "Post ", "Pull ", "Build ")
_MATRIX = Pattern((" (", ")"))


@dataclass(frozen=True, slots=True)
class Made:
    """A job that GitHub made of one in the file, and its steps by their number in the file."""

    job: model.Job
    steps: Mapping[int, model.Step]


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A job of the file that does work itself, with the names it may be shown by."""

    id: str
    """`build`, or `call / test` for a job of a called workflow."""
    steps: tuple[Step, ...]
    names: tuple[Pattern, ...]
    callers: tuple[Pattern, ...] = ()
    """The names of the jobs that call it: one that was skipped stands for all it would have called."""


def align(
    workflow: Workflow, workflows: Workflows, shown: Sequence[model.Job]
) -> Mapping[str, tuple[Made, ...]]:
    """Return the jobs GitHub made of each job of a workflow, by the id that activities know it by.

    By name first, the most telling one; among equal names by the steps they have in common, then in the file's order.
    """
    leaves = list(itertools.islice(_leaves(workflow, workflows, "", (), ()), MAX_JOBS))
    found: dict[str, list[Made]] = {}
    left = MAX_PAIRS
    for job in shown:
        able = _able(job, leaves) if left > 0 else []
        left -= len(leaves)
        if len(able) > 1:
            left -= len(able) * _FEW * _FEW
            able = [max(able, key=lambda leaf: (_common(leaf, job), -len(found.get(leaf.id, ()))))]
        for leaf in able:
            left -= len(leaf.steps[:MAX_STEPS]) * len(job.steps[:MAX_STEPS])
            found.setdefault(leaf.id, []).append(Made(job, align_steps(leaf.steps, job.steps)))
        if not able and left > 0:  # perhaps a call that was skipped
            for leaf in leaves:
                if any(name.fits(job.name) for name in leaf.callers):
                    found.setdefault(leaf.id, []).append(Made(job, {}))
    return {id: tuple(made) for id, made in found.items()}


def _able(job: model.Job, leaves: list[_Leaf]) -> list[_Leaf]:
    """Return the jobs of the file that a job may be, those whose names say most of its own."""
    weights = [
        max((name.weight for name in leaf.names if name.fits(job.name)), default=-1)
        for leaf in leaves
    ]
    most = max(weights, default=-1)
    return [
        leaf for leaf, weight in zip(leaves, weights, strict=True) if weight == most and most >= 0
    ]


def _common(leaf: _Leaf, job: model.Job) -> int:
    """Return how many of their first steps have names that agree."""
    return len(_agreeing(leaf.steps[:_FEW], job.steps[:_FEW]))


def align_steps(steps: Sequence[Step], shown: Sequence[model.Step]) -> Mapping[int, model.Step]:
    """Return what GitHub tells of each step, by the step's number in the file.

    Both stand in the same order. Equal names are matched so that most agree; between two that match, as many steps
    here as there are matched by their position, the runner's own left out.
    """
    steps = steps[:MAX_STEPS]
    ordered = sorted(shown[: 2 * MAX_STEPS], key=lambda one: one.number)
    found: dict[int, model.Step] = {}
    anchors = [(-1, -1), *_agreeing(steps, ordered), (len(steps), len(ordered))]
    for (row, column), (next_row, next_column) in itertools.pairwise(anchors):
        if row >= 0:
            found[steps[row].number] = ordered[column]
        here = steps[row + 1 : next_row]
        there = [one for one in ordered[column + 1 : next_column] if not _is_runners_own(one.name)]
        if len(here) == len(there):
            found.update({step.number: one for step, one in zip(here, there, strict=True)})
    return found


def _agreeing(steps: Sequence[Step], shown: Sequence[model.Step]) -> list[tuple[int, int]]:
    """Return the pairs of positions whose names agree, in order, as heavy as they can be together."""
    patterns = [step_patterns(step) for step in steps]
    worth = [
        [
            max((_worth(one) for one in known if one.fits(step.name.strip())), default=0)
            for step in shown
        ]
        for known in patterns
    ]
    table = [[0] * (len(shown) + 1) for _ in range(len(steps) + 1)]
    for row in range(len(steps) - 1, -1, -1):
        for column in range(len(shown) - 1, -1, -1):
            taken = worth[row][column] + table[row + 1][column + 1] if worth[row][column] else 0
            table[row][column] = max(taken, table[row + 1][column], table[row][column + 1])
    pairs = []
    row = column = 0
    while row < len(steps) and column < len(shown):
        here = worth[row][column]
        if here and table[row][column] == here + table[row + 1][column + 1]:
            pairs.append((row, column))
            row, column = row + 1, column + 1
        elif table[row][column] == table[row][column + 1]:
            column += 1
        else:
            row += 1
    return pairs


def _worth(name: Pattern) -> int:
    """Weigh a name that agrees: whole names far above partly known ones, a name of which nothing is known last."""
    if len(name.parts) == 1:
        return 100
    return 10 if any(name.parts) else 1


def _is_runners_own(name: str) -> bool:
    return name in _RUNNERS_OWN or name.startswith(_AROUND)


def _leaves(
    workflow: Workflow,
    workflows: Workflows,
    id: str,
    names: tuple[Pattern, ...],
    above: tuple[str, ...],
) -> Iterator[_Leaf]:
    for job in workflow.jobs.values():
        own = f"{id}{job.id}"
        here = _names(job, names)
        if not job.uses:
            yield _Leaf(own, job.steps, here, names)
            continue
        callee = _callee(str(job.uses), workflows)
        if callee is None or callee.path in above or len(above) >= MAX_DEPTH:
            inner = tuple(name.then(Pattern((" / ", ""))) for name in here)
            yield _Leaf(own, (), (*here, *inner), names)
        else:
            yield from _leaves(callee, workflows, f"{own} / ", here, (*above, workflow.path))


def _names(job: Job, callers: tuple[Pattern, ...]) -> tuple[Pattern, ...]:
    """Return what GitHub may call a job: its name or id, with the values of its matrix, behind its callers'."""
    written = str(job.name) or job.id
    own = [Pattern((written,)), pattern(written)]
    if job.matrix:
        own += [name.then(_MATRIX) for name in own]
    if not callers:
        return tuple(dict.fromkeys(own))
    between = Pattern((" / ",))
    return tuple(
        dict.fromkeys(caller.then(between).then(name) for caller in callers[:16] for name in own)
    )


def _callee(uses: str, workflows: Workflows) -> Workflow | None:
    """Return the workflow of the same repository that a job calls; None for another repository's."""
    path = uses.split("@", maxsplit=1)[0]
    own = f"{workflows.repository.full_name}/".lower()
    for prefix in ("./", "$/"):
        path = path.removeprefix(prefix)
    if own != "/" and path.lower().startswith(own):
        path = path[len(own) :]
    return workflows.by_path.get(path) if path.startswith(FOLDER) else None
