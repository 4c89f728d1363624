"""What happened to students, from their first push to the grade: each story lived through on stand-ins.

Everything between the servers and the grade is the real thing. A story tells what a student did; its last lines say
what the grade makes of it, and why.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from checker.grading import Grade
from tests.standins.outside import CI, IMAGE, LIBRARY, PUBLISH, Outside, homework, step_time

NAME = "ivanova/campfire"
PICTURE = "ivanova/campfire"


@pytest.fixture
def outside() -> Iterator[Outside]:
    with Outside().running() as made:
        yield made


def outcome(grade: Grade, id: str) -> tuple[str, str]:
    line = next(line for line in grade.lines if line.criterion.id == id)
    return line.verdict.outcome.value, line.verdict.reason


def but_met(grade: Grade) -> dict[str, str]:
    """Return the outcomes of the criteria that are not met."""
    return {
        line.criterion.id: line.verdict.outcome.value
        for line in grade.lines
        if line.verdict.outcome.value != "met"
    }


def flags(grade: Grade) -> str:
    return " ".join(f"{notice.text} {notice.advice}" for notice in grade.notices)


def test_whoever_does_all_of_it_gets_all_of_it(outside: Outside) -> None:
    outside.complete()
    grade = outside.grade(NAME)
    assert grade.summary == "30 of 30"
    assert but_met(grade) == {}


def test_workflows_that_never_ran_earn_what_they_would_do(outside: Outside) -> None:
    outside.github.repository(NAME, homework())
    grade = outside.grade(NAME)
    assert grade.points == 17
    assert set(but_met(grade)) == {"CI5", "LIB4", "LIB5", "LIB6", "IMG4", "IMG5", "IMG6"}
    assert not grade.gaps


def test_a_red_run_is_told_from_none(outside: Outside) -> None:
    repo = outside.github.repository(NAME, homework())
    repo.run(CI, fails="Test")
    assert outcome(outside.grade(NAME), "CI5")[0] == "not met"
    assert "failure" in outcome(outside.grade(NAME), "CI5")[1]


def test_the_newest_run_counts_not_the_red_past(outside: Outside) -> None:
    repo = outside.github.repository(NAME, homework())
    repo.run(CI, fails="Lint")
    repo.push("main", {"README.md": "mended"})
    repo.run(CI)
    assert outcome(outside.grade(NAME), "CI5")[0] == "met"


def test_a_green_run_whose_publishing_was_skipped_published_nothing(outside: Outside) -> None:
    repo = outside.github.repository(NAME, {"README.md": ""})
    repo.push("homework", homework())
    pull = repo.pull_request("homework")
    repo.close(pull)
    repo.run(PUBLISH, "pull_request", "homework", skips=["publish"], conclusion="success")
    found = outcome(outside.grade(f"{NAME}@homework"), "LIB4")
    assert found[0] == "not met"
    assert "skipped" in found[1]


def test_a_release_sent_from_a_laptop_did_not_come_from_a_run(outside: Outside) -> None:
    repo = outside.github.repository(NAME, homework())
    outside.pypi.upload(
        LIBRARY, "0.1.0", at=outside.github.moment(None), links={"Source": repo.url}
    )
    outside.github.moment(datetime.fromisoformat("2026-11-05T09:00:00+00:00"))
    grade = outside.grade(NAME)
    assert outcome(grade, "LIB5")[0] == "met"
    assert outcome(grade, "LIB6")[0] == "not met"
    assert outcome(grade, "LIB4")[0] == "not met"


def test_somebody_elses_package_of_that_name_is_no_release(outside: Outside) -> None:
    outside.pypi.upload(LIBRARY, "3.0", at=datetime.fromisoformat("2020-01-01T00:00:00+00:00"))
    outside.github.repository(NAME, homework())
    grade = outside.grade(NAME)
    assert outcome(grade, "LIB5")[0] == "not met"
    assert LIBRARY in flags(grade)


def test_a_name_alone_ties_no_package_to_a_student(outside: Outside) -> None:
    repo = outside.github.repository(NAME, homework())
    outside.pypi.upload(LIBRARY, "7.7", at=outside.github.moment(None))
    repo.push("main", {"README.md": "more"})
    assert outcome(outside.grade(NAME), "LIB5")[0] == "unknown"


def test_an_image_pushed_by_hand_did_not_come_from_a_run(outside: Outside) -> None:
    repo = outside.github.repository(NAME, homework())
    repo.tag("v0.1.0")
    repo.run(IMAGE, branch="v0.1.0", fails="Build and push")
    later = outside.github.moment(None) + timedelta(hours=5)
    outside.dockerhub.push(PICTURE, "0.1.0", at=later)
    outside.github.moment(later + timedelta(days=1))
    grade = outside.grade(NAME, image=PICTURE)
    assert outcome(grade, "IMG4")[0] == "not met"
    assert outcome(grade, "IMG5")[0] == "met"
    assert outcome(grade, "IMG6")[0] == "not met"


def test_a_tag_that_was_moved_is_told(outside: Outside) -> None:
    repo = outside.complete()
    repo.push("main", {"README.md": "after the tag"})
    repo.tag("v0.1.0")
    grade = outside.grade(NAME)
    assert "v0.1.0" in flags(grade)


def test_a_minute_late_costs_half_of_what_came_late(outside: Outside) -> None:
    repo = outside.complete()
    pushed = step_time(repo.runs[-1], "push")
    soft = (pushed - timedelta(minutes=1)).isoformat()
    rubric = f"deadlines:\n  soft: {soft}\n  late: 50%\n"
    grade = outside.grade(NAME, rubric=rubric)
    lines = {line.criterion.id: line for line in grade.lines}
    assert (lines["IMG6"].points, lines["IMG4"].points) == (1, 1)
    assert lines["LIB6"].points == 2
    assert 20 < grade.points < 30


def test_what_comes_after_the_hard_deadline_earns_nothing_and_is_shown(outside: Outside) -> None:
    repo = outside.complete()
    hard = (step_time(repo.runs[-1], "push") - timedelta(minutes=1)).isoformat()
    grade = outside.grade(NAME, rubric=f"deadlines:\n  hard: {hard}\n")
    lines = {line.criterion.id: line for line in grade.lines}
    assert (lines["IMG6"].points, lines["LIB6"].points) == (0, 2)
    assert outcome(grade, "IMG6")[0] == "met"


def test_as_of_a_day_before_nothing_of_the_next_day_is_seen(outside: Outside) -> None:
    repo = outside.complete()
    before_the_tag = repo.runs[-1].created - timedelta(seconds=30)
    assert outside.grade(NAME, as_of=outside.now).points == 30
    grade = outside.grade(NAME, as_of=before_the_tag)
    assert outcome(grade, "LIB6")[0] == "met"
    assert outcome(grade, "IMG4")[0] == "not met"


def test_homework_on_a_branch_with_an_open_pull_request_is_found(outside: Outside) -> None:
    repo = outside.github.repository(NAME, {"README.md": ""})
    repo.push("hw5", homework())
    repo.pull_request("hw5")
    repo.run(CI, "pull_request", "hw5")
    grade = outside.grade(NAME)
    assert (grade.ref, bool(grade.chosen)) == ("hw5", True)
    assert outcome(grade, "CI5")[0] == "met"
    assert outcome(grade, "LIB4")[0] == "not met"


def test_homework_on_a_branch_that_is_named(outside: Outside) -> None:
    repo = outside.github.repository(NAME, {"README.md": ""})
    repo.push("hw4", homework(ci=None))
    repo.push("hw5", homework())
    assert outside.grade(f"{NAME}@hw5").points == 17
    assert outcome(outside.grade(f"{NAME}@hw4"), "CI1")[0] == "not met"


def test_a_tag_on_a_homework_branch_starts_the_workflow_of_that_branch(outside: Outside) -> None:
    repo = outside.github.repository(NAME, {"README.md": ""})
    repo.push("hw5", homework())
    repo.tag("v0.1.0", "hw5")
    outside.push_image(repo.run(IMAGE, branch="v0.1.0"), PICTURE)
    grade = outside.grade(f"{NAME}@hw5")
    assert [outcome(grade, id)[0] for id in ("IMG1", "IMG4", "IMG5", "IMG6")] == ["met"] * 4


TEST_PYPI = """
name: Publish
on:
  pull_request:
    branches: [main, master]
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: sed -i "s/^version.*/version = \\"0.1.0.dev${GITHUB_RUN_NUMBER}\\"/" pyproject.toml
      - run: python -m build
      - name: Publish to TestPyPI
        uses: pypa/gh-action-pypi-publish@release/v1
        with:
          repository-url: https://test.pypi.example/legacy/
          password: ${{ secrets.TEST_PYPI_TOKEN }}
"""


def test_development_versions_on_testpypi_count_where_the_rubric_takes_them(
    outside: Outside,
) -> None:
    from pypi_simple import PYPI_SIMPLE_ENDPOINT

    host = PYPI_SIMPLE_ENDPOINT.split("/")[2]
    repo = outside.github.repository(NAME, {"README.md": ""})
    repo.push("homework", homework(publish=TEST_PYPI.replace("pypi.example", host)))
    repo.pull_request("homework")
    run = repo.run(PUBLISH, "pull_request", "homework")
    outside.testpypi.upload(LIBRARY, "0.1.0.dev1", at=step_time(run, "publish"))
    grade = outside.grade(f"{NAME}@homework")
    assert [outcome(grade, id)[0] for id in ("LIB1", "LIB4", "LIB5", "LIB6")] == ["met"] * 4
    refused = outside.grade(f"{NAME}@homework", rubric="accept:\n  testpypi: false\n")
    assert [outcome(refused, id)[0] for id in ("LIB1", "LIB5")] == ["not met"] * 2


def test_a_committed_virtual_environment_costs_no_request_and_counts_for_nothing(
    outside: Outside,
) -> None:
    strangers = {
        f"venv/lib/python3.12/site-packages/p{number // 50}/m{number}.py": "x = 1\n"
        for number in range(20_000)
    }
    strangers["venv/lib/python3.12/site-packages/p/.github/workflows/ci.yml"] = homework()[CI]
    outside.github.repository(NAME, homework(ci=None) | strangers)
    grade = outside.grade(NAME)
    assert outcome(grade, "CI1")[0] == "not met"
    assert len(outside.service.calls) <= 4
    assert "site-packages" not in flags(grade)


def test_a_renamed_repository_is_found_and_told(outside: Outside) -> None:
    repo = outside.complete()
    repo.rename("ivanova/bonfire")
    grade = outside.grade(NAME)
    assert "ivanova/bonfire" in f"{grade.name} {flags(grade)}"
    assert outcome(grade, "CI5")[0] == "met"


def test_runs_that_were_deleted_leave_the_artefacts_and_are_no_proof_of_idleness(
    outside: Outside,
) -> None:
    repo = outside.complete()
    repo.runs.clear()
    grade = outside.grade(NAME)
    assert outcome(grade, "IMG5")[0] == "met"
    assert outcome(grade, "IMG6")[0] in {"met", "unknown"}


def test_a_token_without_rights_to_checks_gets_the_same_grade(outside: Outside) -> None:
    outside.complete()
    token = outside.github.token("github_pat_fine", checks=False)
    assert outside.grade(NAME, token=token).summary == "30 of 30"


def test_without_a_token_the_grade_is_the_same(outside: Outside) -> None:
    outside.complete()
    assert outside.grade(NAME, token="").summary == "30 of 30"


def test_a_publishing_run_that_is_under_way_is_pending(outside: Outside) -> None:
    repo = outside.github.repository(NAME, {"README.md": ""})
    repo.push("homework", homework())
    repo.merge(repo.pull_request("homework"))
    repo.run(PUBLISH, "pull_request", "homework", status="in_progress", jobs=[])
    grade = outside.grade(NAME)
    assert outcome(grade, "LIB4")[0] == "pending"
    assert grade.not_graded >= 2


def test_a_squash_merge_is_a_merge(outside: Outside) -> None:
    workflow = homework()[PUBLISH].replace(
        "pull_request:\n    types: [closed]\n    branches: [main, master]",
        "push:\n    branches: [main, master]",
    )
    files = homework(
        publish=workflow.replace("    if: github.event.pull_request.merged == true\n", "")
    )
    repo = outside.github.repository(NAME, {"README.md": ""})
    repo.push("homework", files)
    repo.merge(repo.pull_request("homework"), how="squash", delete=True)
    outside.publish(repo.run(PUBLISH))
    grade = outside.grade(NAME)
    assert [outcome(grade, id)[0] for id in ("LIB1", "LIB4", "LIB5", "LIB6")] == ["met"] * 4


def test_a_second_attempt_that_succeeded_counts(outside: Outside) -> None:
    repo = outside.github.repository(NAME, homework())
    repo.tag("v0.1.0")
    run = repo.run(IMAGE, branch="v0.1.0", fails="Log in")
    repo.again(run)
    outside.push_image(run, PICTURE, told=False)
    grade = outside.grade(NAME)
    assert [outcome(grade, id)[0] for id in ("IMG4", "IMG5", "IMG6")] == ["met"] * 3


def test_an_image_of_the_first_attempt_is_explained_by_it(outside: Outside) -> None:
    repo = outside.github.repository(NAME, homework())
    repo.tag("v0.1.0")
    run = repo.run(IMAGE, branch="v0.1.0")
    outside.push_image(run, PICTURE, told=False)
    outside.github.moment(outside.now + timedelta(hours=3))
    repo.again(run, fails="Log in")
    grade = outside.grade(NAME)
    assert outcome(grade, "IMG6")[0] == "met"


def test_three_workflows_for_one_thing_give_one_verdict_with_the_best_evidence(
    outside: Outside,
) -> None:
    files = homework() | {
        ".github/workflows/lint.yml": LINT_ONLY,
        ".github/workflows/all.yml": homework()[CI],
    }
    repo = outside.github.repository(NAME, files)
    repo.run(".github/workflows/lint.yml")
    repo.run(CI)
    grade = outside.grade(NAME)
    assert outcome(grade, "CI5")[0] == "met"
    assert sum(line.criterion.id == "CI1" for line in grade.lines) == 1


LINT_ONLY = """
name: Lint
on: push
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - name: Lint
        run: ruff check . || true
"""


def test_a_masked_lint_is_green_and_stops_nothing(outside: Outside) -> None:
    workflow = (
        homework()[CI]
        .replace("run: ruff check .", "run: ruff check . || true")
        .replace("run: ruff format --check .", "run: ruff format --check . || true")
    )
    repo = outside.github.repository(NAME, homework(ci=workflow))
    repo.run(CI)
    grade = outside.grade(NAME)
    assert outcome(grade, "CI3")[0] == "not met"


MOCK = """
name: Publish
on:
  pull_request:
    branches: [main]
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: python -m build
      - name: Publish
        run: echo "twine upload dist/*"
"""


def test_mock_publishing_publishes_nothing_however_green_it_is(outside: Outside) -> None:
    repo = outside.github.repository(NAME, {"README.md": ""})
    repo.push("homework", homework(publish=MOCK))
    repo.pull_request("homework")
    repo.run(PUBLISH, "pull_request", "homework")
    grade = outside.grade(f"{NAME}@homework")
    assert outcome(grade, "LIB1")[0] == "not met"
    assert "echo" in outcome(grade, "LIB1")[1]
    assert outcome(grade, "LIB4")[0] == "not met"


def test_a_forks_pull_request_publishes_nothing(outside: Outside) -> None:
    repo = outside.github.repository(NAME, homework())
    pull = repo.pull_request("topic", fork="petrov/campfire", files={"README.md": "hello"})
    repo.run(
        PUBLISH,
        "pull_request",
        "topic",
        sha=pull.head_sha,
        head_repository="petrov/campfire",
        fails="Publish",
    )
    assert outcome(outside.grade(NAME), "LIB4")[0] == "not met"


def test_no_workflows_at_all_is_a_first_step_not_a_wall(outside: Outside) -> None:
    outside.github.repository(NAME, {"README.md": "# soon\n"})
    grade = outside.grade(NAME)
    assert grade.points == 0
    assert "There are no workflows yet" in flags(grade)


def test_workflows_in_a_projects_own_folder_never_ran_and_are_told_how_to(outside: Outside) -> None:
    files = {f"project/{path}": text for path, text in homework().items()}
    outside.github.repository(NAME, files)
    grade = outside.grade(NAME)
    assert outcome(grade, "CI1")[0] == "not met"
    assert any("git mv" in notice.advice for notice in grade.notices)


def test_an_empty_repository_is_zero_without_a_crash(outside: Outside) -> None:
    outside.github.repository(NAME)
    grade = outside.grade(NAME)
    assert (grade.points, bool(grade.unmet)) == (0, True)


def test_evidence_of_two_years_ago_has_expired_and_is_no_zero(outside: Outside) -> None:
    repo = outside.complete()
    repo.runs.clear()
    outside.github.moment(outside.now + timedelta(days=800))
    grade = outside.grade(NAME)
    assert outcome(grade, "CI5")[0] == "unknown"
    assert outcome(grade, "LIB4")[0] == "unknown"


def test_a_fork_of_somebodys_homework_is_flagged(outside: Outside) -> None:
    outside.github.repository("petrov/campfire", homework())
    outside.github.repository(NAME, homework(), fork_of="petrov/campfire")
    assert "petrov/campfire" in flags(outside.grade(NAME))


@pytest.mark.parametrize(
    ("service", "open_"),
    [
        ("PyPI", {"LIB5", "LIB6"}),
        ("Docker Hub", {"IMG5", "IMG6"}),
    ],
)
def test_a_silent_service_leaves_the_rest_of_the_grade(
    outside: Outside, service: str, open_: set[str]
) -> None:
    outside.complete()
    outside.down[service] = 503
    grade = outside.grade(NAME)
    assert set(but_met(grade)) == open_
    assert set(but_met(grade).values()) == {"unknown"}
    assert grade.points == 27


def test_github_without_its_runs_leaves_what_files_show(outside: Outside) -> None:
    outside.complete()
    outside.service.fail("/actions/runs", 500)
    grade = outside.grade(NAME)
    assert not grade.unmet
    assert grade.points >= 17
    assert {"CI5", "LIB4", "IMG4"} <= set(but_met(grade))
