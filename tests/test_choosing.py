"""Of a repository's runs those are looked at that can decide, and few of them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from checker.actions.activity import Activities
from checker.chain import Moments
from checker.chain.choosing import MOST, choose
from checker.services.github.model import Branch, Project, Run
from checker.services.repository import Folder, Repository
from tests.past import HEAD, MERGED, TAGGED, minutes, project, pull, run
from tests.samples import CI, IMAGE, PUBLISH, activity, workflows

STYLE = ".github/workflows/style.yml"
DOES = Activities(
    (
        activity("lint", "black", workflow=STYLE),
        activity("lint", "ruff", workflow=CI),
        activity("test", "pytest", workflow=CI),
        activity("publish", "twine", workflow=PUBLISH),
        activity("image-push", "docker", workflow=IMAGE),
    )
)


def chosen(
    runs: Sequence[Run], ref: str = "", moments: Moments | None = None, of: Project | None = None
) -> list[int]:
    newest = sorted(runs, key=lambda one: one.created, reverse=True)
    repository = Repository("hw", Folder({}), ("main",), ref)
    given = of or project()
    found = choose(
        newest, given, repository, DOES, workflows(CI, PUBLISH, IMAGE, STYLE), moments or Moments()
    )
    return [one.id for one in found.runs]


def ci(id: int, **more: object) -> Run:
    return run(id, **{"workflow": CI, **more})  # type: ignore[arg-type]


def publish(id: int, sha: str = MERGED, **more: object) -> Run:
    return run(id, **{"workflow": PUBLISH, "sha": sha, **more})  # type: ignore[arg-type]


def image(id: int, **more: object) -> Run:
    return run(id, **{"workflow": IMAGE, "branch": "v1.2.3", "sha": TAGGED, **more})  # type: ignore[arg-type]


BAD = {"conclusion": "failure"}
OPEN = {"status": "in_progress", "conclusion": ""}


@pytest.mark.parametrize(
    ("runs", "ids"),
    [
        ([ci(1), ci(2), ci(3)], [3]),
        ([ci(1), ci(2, **BAD)], [2]),
        ([ci(1), ci(2, **OPEN)], [2, 1]),
        ([ci(1), ci(2, conclusion="skipped")], [1]),
        ([ci(1, branch="hw5", sha="d" * 40), ci(2, branch="hw4", sha="e" * 40)], []),
        ([ci(1, event="pull_request", branch="hw5", created=minutes(-9))], [1]),
        ([ci(1, workflow=".github/workflows/gone.yml")], [1]),
        ([ci(1, workflow="dynamic/pages/pages-build-deployment")], []),
        ([run(1, workflow=PUBLISH)], [1]),
    ],
    ids=[
        "the newest that ended", "red or not", "and the one that has not", "a skipped one says nothing",
        "other branches say nothing", "its pull request does", "of a file that is gone", "of GitHub's own",
        "of a workflow that publishes on a push",
    ],
)  # fmt: skip
def test_for_ci_the_newest_run_of_the_branch_decides(runs: list[Run], ids: list[int]) -> None:
    assert chosen(runs) == ids


def test_each_workflow_that_lints_or_tests_has_its_newest_run_looked_at() -> None:
    assert chosen([ci(1), ci(2), run(3, workflow=STYLE), run(4, workflow=STYLE)]) == [4, 2]


def test_of_a_branch_of_its_own_the_branchs_runs_are_taken() -> None:
    there = project(branches=(Branch("main", HEAD), Branch("hw4", "e" * 40)), head="e" * 40)
    runs = [ci(1, branch="hw4", sha="e" * 40), ci(2)]
    assert chosen(runs, "hw4", of=there) == [1]


@pytest.mark.parametrize(
    ("runs", "ids"),
    [
        ([publish(1), publish(2), publish(3), publish(4)], [4, 3, 2]),
        ([publish(1, **BAD), publish(2), publish(3, **BAD), publish(4, **BAD)], [4, 3, 2]),
        ([publish(1), publish(2, **OPEN)], [2, 1]),
        ([publish(1, conclusion="skipped"), publish(2, conclusion="skipped")], [2]),
        ([publish(1, sha="e" * 40), publish(2, branch="v1.2.3", sha=TAGGED)], [2, 1]),
        ([publish(1), publish(2, sha="e" * 40)], [1]),
    ],
    ids=[
        "the newest successes", "with what failed since", "with what is running", "one that was skipped",
        "runs on other events tell what happened instead", "which nobody asks when there are right ones",
    ],
)  # fmt: skip
def test_for_the_library_runs_of_pull_requests_to_master_decide(
    runs: list[Run], ids: list[int]
) -> None:
    assert chosen(runs) == ids


def test_for_the_image_runs_of_tags_decide() -> None:
    other = image(3, branch="main", sha="e" * 40)
    assert chosen([image(1), image(2, **BAD), other]) == [2, 1]


def test_a_success_before_the_deadline_is_looked_at_however_many_came_later() -> None:
    runs = [publish(number) for number in range(1, 9)]
    assert chosen(runs, moments=Moments(deadlines=(minutes(2.5),))) == [8, 7, 6, 2]


def test_a_merge_goes_before_a_pull_request_that_was_only_opened() -> None:
    opened = [
        publish(id, "d" * 40, event="pull_request", branch="hw6", created=minutes(-20 + id))
        for id in range(2, 6)
    ]
    there = project(pull_requests=(pull(), pull(head="hw6", merged=None, merge_sha="")))
    assert 1 in chosen([publish(1), *opened], of=there)


def test_all_in_all_one_question_is_enough() -> None:
    gone = [f".github/workflows/gone{number}.yml" for number in range(30)]
    runs = [run(number + 1, workflow=path) for number, path in enumerate(gone)]
    runs += [publish(100 + number) for number in range(9)] + [image(200 + n) for n in range(9)]
    found = chosen(runs)
    assert len(found) == MOST
    assert {208, 108, 30} <= set(found)
