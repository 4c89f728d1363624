"""A repository is graded over the network, from its workflows to what came out, against servers on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from checker import grading
from checker.grading import Grade
from checker.rubric.scheme import Deadline, default
from checker.rubric.verdict import Outcome
from checker.target import Target
from tests.standins.github import Repo, job
from tests.standins.image import Build
from tests.standins.outside import CI, IMAGE, PUBLISH, Outside, outside
from tests.standins.outside import homework as reference


@pytest.fixture
def world() -> Iterator[Outside]:
    with outside() as world:
        yield world


def homework(world: Outside) -> Repo:
    """Let a student do the whole homework well: a pull request that is merged, a tag, a release, an image."""
    repo = world.github.repository("ivanova/hw", {"README.md": "# Homework\n"})
    repo.push("hw5", reference())
    pull = repo.pull_request("hw5")
    repo.run(CI, "pull_request", "hw5")
    repo.merge(pull)
    repo.run(CI)
    publish = repo.run(PUBLISH, "pull_request", "hw5")
    ended = publish.newest.jobs[-1].completed
    assert ended is not None
    world.pypi.upload(
        "campfire-centroids", "0.1.0", at=ended - timedelta(seconds=9), by="ivanova/hw"
    )
    repo.tag("v0.1.0")
    image = repo.run(IMAGE, "push", "v0.1.0")
    build = Build("ivanova/hw", image.id, ref="refs/tags/v0.1.0", commit=image.sha)
    world.dockerhub.push("ivanova/campfire", "0.1.0", at=world.now, run=build)
    world.github.moment(None)
    return repo


def outcomes(grade: Grade) -> dict[str, str]:
    return {
        line.criterion.id: f"{line.verdict.outcome.value}: {line.verdict.reason}"
        for line in grade.lines
    }


def test_good_work_earns_every_point(world: Outside) -> None:
    homework(world)
    grade = world.grade("ivanova/hw")
    assert grade.summary == "30 of 30", outcomes(grade)
    assert grade.outcome is Outcome.MET


def test_a_whole_grade_asks_little(world: Outside) -> None:
    homework(world)
    world.grade("ivanova/hw")
    asked = [line.partition(" ")[0] for line in world.asked if "/v2/" not in line]
    assert [line for line in asked if line == "GitHub"] == ["GitHub"] * 3
    assert asked.count("PyPI") <= 3
    assert asked.count("TestPyPI") == 0
    assert sum("Docker Hub GET /v2/namespaces" in line for line in world.asked) == 1


def test_one_criterion_of_files_asks_for_the_files_alone(world: Outside) -> None:
    homework(world)
    world.grade("ivanova/hw", rubric=default().only(["CI1"]))
    assert world.asked == ["GitHub POST /graphql"]


def test_of_more_runs_than_are_listed_the_telling_ones_are_sought(world: Outside) -> None:
    repo = homework(world)
    for number in range(110):
        repo.push("other", {"README.md": str(number)})
        repo.run(CI, "push", "other", jobs=[job("lint", [])])
    grade = world.grade("ivanova/hw")
    assert grade.summary == "30 of 30", outcomes(grade)


@pytest.mark.parametrize(
    ("service", "ids"),
    [("PyPI", ("LIB5", "LIB6")), ("TestPyPI", ()), ("Docker Hub", ("IMG5", "IMG6"))],
)
def test_an_outage_leaves_its_own_criteria_open_and_the_rest_as_it_is(
    world: Outside, service: str, ids: tuple[str, ...]
) -> None:
    homework(world)
    world.down[service] = 503
    grade = world.grade("ivanova/hw")
    assert grade.unmet == ()
    assert tuple(id for gap in grade.gaps for id in gap.ids) == ids


def test_without_runs_what_files_and_registries_show_is_graded(world: Outside) -> None:
    homework(world)
    world.service.fail("/actions/runs", 502)
    grade = world.grade("ivanova/hw")
    assert grade.unmet == ()
    assert {id for gap in grade.gaps for id in gap.ids} == {"CI5", "LIB4", "LIB6"}


def test_without_github_everything_is_open_and_the_grade_still_has_a_name(world: Outside) -> None:
    homework(world)
    world.service.fail("/", 502)
    grade = world.grade("ivanova/hw@main")
    assert (grade.name, grade.ref, grade.points, grade.not_graded) == ("ivanova/hw", "main", 0, 30)


def test_a_repository_that_is_not_there_is_said_to_be_missing_or_private(world: Outside) -> None:
    grade = world.grade("ivanova/nothing")
    assert grade.not_graded == 30
    assert "GitHub has no repository ivanova/nothing, or it is private" in grade.gaps[0].reason


def test_work_after_the_deadline_loses_its_share_and_earlier_work_none(world: Outside) -> None:
    repo = homework(world)
    merged = repo.pulls[1].merged
    assert merged is not None
    rubric = replace(default(), deadlines=(Deadline("soft", merged + timedelta(minutes=4), 0.5),))
    found = {
        line.criterion.id: line.late for line in world.grade("ivanova/hw", rubric=rubric).lines
    }
    assert (found["CI1"], found["CI5"], found["LIB6"]) == ("", "", "")
    assert found["IMG4"].endswith(": 50 %")


def test_as_of_a_moment_later_work_has_not_happened(world: Outside) -> None:
    repo = homework(world)
    before_the_tag = repo.runs[-1].created - timedelta(seconds=30)
    repo.push("main", {".github/workflows/ci.yml": None})
    grade = world.grade("ivanova/hw", as_of=before_the_tag, image="ivanova/campfire")
    assert "was the newest on" in grade.chosen
    assert [line.criterion.id for line in grade.unmet] == ["IMG4", "IMG5", "IMG6"]
    assert "CI1" in {line.criterion.id for line in world.grade("ivanova/hw").unmet}


def test_a_folder_cannot_be_graded_as_of_a_moment(world: Outside) -> None:
    with pytest.raises(ValueError, match="a folder does not tell what it held earlier"):
        grading.grade(Target(folder="."), default(), as_of=world.now)


def test_what_the_first_attempt_published_counts_when_the_second_fails(world: Outside) -> None:
    repo = homework(world)
    publish = next(run for run in repo.runs if run.workflow == PUBLISH)
    repo.again(publish, fails="pypi-publish", at=world.now + timedelta(hours=3))
    grade = world.grade("ivanova/hw")
    assert outcomes(grade)["LIB4"] == "met: the publishing step succeeded"
    assert grade.unmet == ()


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_publishing_on_the_push_that_a_merge_makes_counts_however_it_is_merged(
    world: Outside, how: str
) -> None:
    repo = world.github.repository("ivanova/hw", {"README.md": ""})
    publish = {PUBLISH: PUBLISHING, "pyproject.toml": '[project]\nname = "hw"\nversion = "1.0"\n'}
    repo.push("hw5", publish)
    repo.merge(repo.pull_request("hw5"), how=how)
    ended = repo.run(PUBLISH).newest.jobs[0].completed
    assert ended is not None
    world.pypi.upload("hw", "1.0", at=ended)
    grade = world.grade("ivanova/hw", rubric=default().only(["LIB"]))
    assert grade.points == 10, outcomes(grade)


def test_publishing_on_a_push_with_no_pull_request_does_not_count(world: Outside) -> None:
    repo = world.github.repository(
        "ivanova/hw", {PUBLISH: PUBLISHING, "setup.cfg": "[metadata]\nname = hw\n"}
    )
    ended = repo.run(PUBLISH).newest.jobs[0].completed
    assert ended is not None
    world.pypi.upload("hw", "1.0", at=ended)
    found = outcomes(world.grade("ivanova/hw"))
    assert found["LIB1"].startswith("met")
    assert "no pull request behind it" in found["LIB4"]
    assert found["LIB5"].startswith("met")
    assert found["LIB6"].startswith("not met")


def test_somebody_elses_package_earns_nothing_and_is_flagged(world: Outside) -> None:
    world.pypi.upload("campfire-centroids", "0.1.0", at=world.now - timedelta(days=300))
    homework_without_release(world)
    grade = world.grade("ivanova/hw")
    assert "somebody else's" in outcomes(grade)["LIB5"]
    assert any(
        "belongs to somebody else" in notice.text for notice in grade.notices if notice.is_flag
    )


def homework_without_release(world: Outside) -> None:
    world.github.repository("ivanova/hw", reference())


def test_homework_on_a_branch_is_graded_by_the_runs_of_that_branch(world: Outside) -> None:
    repo = world.github.repository("ivanova/hw", {"README.md": ""})
    repo.push("hw4", {CI: TESTING}, only=True)
    repo.run(CI, "push", "hw4", fails="pytest")
    repo.push("hw5", {CI: TESTING}, only=True)
    repo.run(CI, "push", "hw5")
    assert outcomes(world.grade("ivanova/hw@hw5"))["CI5"].startswith("met")
    assert "failure" in outcomes(world.grade("ivanova/hw@hw4"))["CI5"]


def test_a_tag_that_was_moved_after_its_run_is_flagged(world: Outside) -> None:
    repo = homework(world)
    repo.push("main", {"README.md": "Later"})
    repo.tag("v0.1.0")
    grade = world.grade("ivanova/hw")
    assert any("pointed at" in notice.text for notice in grade.notices if notice.is_flag)
    assert outcomes(grade)["IMG4"].startswith("met")


def test_jobs_of_a_called_workflow_and_a_composite_action_are_found(world: Outside) -> None:
    files = {
        CI: "on: push\njobs: {all: {uses: ./.github/workflows/checks.yml}}\n",
        ".github/workflows/checks.yml": CALLED,
        ".github/actions/lint/action.yml": COMPOSITE,
    }
    repo = world.github.repository("ivanova/hw", files)
    shown = job(
        "all / check", ["Run actions/checkout@v7", "Run ./.github/actions/lint", "Run pytest"]
    )
    repo.run(CI, jobs=[shown])
    assert outcomes(world.grade("ivanova/hw"))["CI5"].startswith("met")


PUBLISHING = """\
on: {push: {branches: [main]}}
permissions: {id-token: write}
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - run: python -m build
      - uses: pypa/gh-action-pypi-publish@release/v1
"""
TESTING = """\
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: ruff check .
      - run: pytest
"""
CALLED = """\
on: workflow_call
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - uses: ./.github/actions/lint
      - run: pytest
"""
COMPOSITE = "name: Lint\nruns: {using: composite, steps: [{run: ruff check ., shell: bash}]}\n"
