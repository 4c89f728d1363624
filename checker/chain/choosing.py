"""Which of a repository's runs are looked at closely: for each item of the homework the newest that can decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from checker.actions.activity import Activities, Kind
from checker.actions.workflows import FOLDER, Workflows
from checker.chain.causes import Cause, cause_of
from checker.chain.times import Moments
from checker.services.github.model import Project, Run
from checker.services.repository import Repository

MOST = 12
"""Runs that are looked at; one question to GitHub tells the jobs of them all."""

PROPOSAL = ("merge", "pull-request")
"""Events that publish a library, the more telling first."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The runs whose jobs are asked for, newest first."""

    runs: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    run: Run
    cause: Cause
    is_graded: bool


def choose(
    runs: Sequence[Run],
    project: Project,
    repository: Repository,
    activities: Activities,
    workflows: Workflows,
    moments: Moments,
) -> Chosen:
    """Choose the runs to look at, at most `MOST`, newest first.

    - *CI*: of each workflow that lints or tests, the newest run for the graded branch that ended, and the one that has
      not yet; without any, the newest ones for pull requests into it.
    - *LIB*: of the workflows that publish, the newest successful runs for a pull request to the default branch, merged
      ones first, with the newest before each deadline; the newest that failed, and one that has not ended. Where there
      are none, the newest runs on other events, which tell what happened instead.
    - *IMG*: the same for pushed tags.

    A run of a file that is no longer there is looked at after those of files that are.
    Runs that were skipped come last.
    """
    default = next(iter(repository.default_branches), "") or project.default_branch
    ref = repository.ref or default
    known = [
        _Known(run, cause, cause.concerns(run, project.head, ref))
        for run in runs
        if run.workflow.startswith(f"{FOLDER}/")
        for cause in [cause_of(run, project, default, workflows.by_path.get(run.workflow), runs)]
    ]
    present = {flow.path for flow in workflows.all}
    checks = _paths(activities, "lint", "test")
    ranked = [
        _ci([one for one in known if _may(one.run, checks, present)]),
        _made(known, _paths(activities, "publish"), present, PROPOSAL, moments),
        _made(known, _paths(activities, "image-push"), present, ("tag",), moments),
    ]
    chosen: dict[int, Run] = {}
    for turn in range(MOST):
        for runs_of_item in ranked:
            if turn < len(runs_of_item) and len(chosen) < MOST:
                chosen.setdefault(runs_of_item[turn].id, runs_of_item[turn])
    return Chosen(tuple(sorted(chosen.values(), key=lambda run: run.created, reverse=True)))


def _paths(activities: Activities, *kinds: Kind) -> set[str]:
    return {one.workflow for one in activities.found if one.kind in kinds}


def _may(run: Run, wanted: set[str], present: set[str]) -> bool:
    """Say whether a run may have done something: of a workflow that does it today, or of one that is gone."""
    return run.workflow in wanted or run.workflow not in present


def _ci(known: list[_Known]) -> list[Run]:
    graded = [one for one in known if one.is_graded]
    proposed = [one for one in known if one.cause.event in PROPOSAL]
    found: list[Run] = []
    for candidates in (graded, proposed):
        for path in dict.fromkeys(one.run.workflow for one in candidates):
            ours = [one.run for one in candidates if one.run.workflow == path]
            ended = [run for run in ours if run.status == "completed"]
            found += [run for run in ended if run.conclusion != "skipped"][:1] or ended[:1]
            found += [run for run in ours[:1] if run.status != "completed"]
        if found:
            break
    return found[:MOST]


def _made(
    known: list[_Known],
    wanted: set[str],
    present: set[str],
    events: tuple[str, ...],
    moments: Moments,
) -> list[Run]:
    """Return the runs that may have made something, those on the right events first."""
    able = [one for one in known if _may(one.run, wanted, present)]
    able.sort(key=lambda one: one.run.workflow not in wanted)  # stable: newest first stays
    right = [one for one in able if one.cause.event in events or not one.cause.event]
    right.sort(key=lambda one: events.index(one.cause.event) if one.cause.event in events else 9)
    good = [one.run for one in right if one.run.conclusion == "success"]
    bad = [one.run for one in right if one.run.conclusion not in {"success", "skipped", ""}]
    open_ = [one.run for one in right if one.run.status != "completed"]
    skipped = [one.run for one in right if one.run.conclusion == "skipped"]
    in_time = [run for run in good if moments.missed(run.created) < moments.missed(good[0].created)]
    found = [*good[:1], *bad[:1], *in_time[:1], *open_[:1], *good[1:3], *bad[1:2], *skipped[:1]]
    if not good:
        found += [one.run for one in able if one not in right][:2]
    return list({run.id: run for run in found}.values())
