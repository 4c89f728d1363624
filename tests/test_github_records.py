"""Runs, their jobs and steps, and the workflow files as they were when they ran."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from checker.evidence import Unavailable
from checker.http.live import Live
from checker.services.github import attempt_of, records_of, runs_of, snapshot
from checker.services.github.model import Project
from checker.target import Target
from tests.standins.github import GitHub, Repo, job

CI = """\
name: CI
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: ruff check .
      - name: Tests
        run: pytest
  publish:
    needs: check
    runs-on: ubuntu-latest
    steps:
      - run: twine upload dist/*
"""
WORKFLOW = {".github/workflows/ci.yml": CI}


@pytest.fixture
def github() -> Iterator[GitHub]:
    with GitHub().running() as server:
        yield server


@pytest.fixture
def homework(github: GitHub) -> Repo:
    return github.world.repository("ivanova/hw", WORKFLOW)


def project(github: GitHub) -> Project:
    """Describe the repository and forget what that cost."""
    found = snapshot(Target(repository="ivanova/hw"), github.door()).project
    github.calls.clear()
    return found


def test_runs_come_newest_first_with_what_they_ran_for(github: GitHub, homework: Repo) -> None:
    homework.run(at="2026-11-03T10:00:00Z")
    homework.tag("v1.0.0")
    homework.run(branch="v1.0.0", at="2026-11-04T10:00:00Z", fails="pytest")
    runs = runs_of("ivanova/hw", github.door())
    assert runs.complete
    assert [(run.branch, run.event, run.conclusion) for run in runs.all] == [
        ("v1.0.0", "push", "failure"),
        ("main", "push", "success"),
    ]
    newest = runs.all[0]
    assert newest.workflow == ".github/workflows/ci.yml"
    assert newest.created == newest.started == datetime(2026, 11, 4, 10, tzinfo=UTC)
    assert newest.sha == homework.head().sha
    assert github.lines == ["GET /repos/ivanova/hw/actions/runs"]


def test_a_run_that_goes_on_has_no_conclusion(github: GitHub, homework: Repo) -> None:
    homework.run(status="in_progress")
    run = runs_of("ivanova/hw", github.door()).all[0]
    assert (run.status, run.conclusion) == ("in_progress", "")


def test_more_than_a_hundred_runs_are_not_all_read_and_said_so(
    github: GitHub, homework: Repo
) -> None:
    for _ in range(101):
        homework.run(jobs=[])
    runs = runs_of("ivanova/hw", github.door())
    assert len(runs.all) == 100
    assert not runs.complete


def test_runs_of_one_commit_can_be_asked_for(github: GitHub, homework: Repo) -> None:
    first = homework.head().sha
    homework.run()
    homework.push("main", {"a.py": ""})
    homework.run()
    runs = runs_of("ivanova/hw", github.door(), sha=first)
    assert [run.sha for run in runs.all] == [first]


def test_jobs_steps_and_workflows_of_many_runs_cost_one_request(
    github: GitHub, homework: Repo
) -> None:
    homework.run(at="2026-11-03T10:00:00Z")
    homework.push("main", {".github/workflows/ci.yml": CI.replace("ruff", "flake8")})
    homework.run(at="2026-11-04T10:00:00Z", fails="pytest")
    ours, door = project(github), github.door()
    runs = runs_of("ivanova/hw", door)
    newest, oldest = records_of(ours, runs.all, door)
    assert [(job.name, job.conclusion) for job in newest.jobs] == [
        ("check", "failure"),
        ("publish", "skipped"),
    ]
    assert [(step.name, step.conclusion) for step in newest.jobs[0].steps] == [
        ("Set up job", "success"),
        ("Run actions/checkout@v7", "success"),
        ("Run flake8 check .", "success"),
        ("Tests", "failure"),
        ("Post Run actions/checkout@v7", "success"),
        ("Complete job", "success"),
    ]
    assert newest.jobs[1].steps == ()
    assert oldest.workflows == WORKFLOW
    assert newest.workflows == {".github/workflows/ci.yml": CI.replace("ruff", "flake8")}
    assert github.lines == ["GET /repos/ivanova/hw/actions/runs", "POST /graphql"]


def test_graphql_and_rest_tell_the_same_of_jobs(github: GitHub, homework: Repo) -> None:
    homework.run(fails="pytest")
    homework.run(
        jobs=[job("check", ["Run ruff check .", ("Run pytest", "cancelled", 7)], "cancelled")]
    )
    ours = project(github)
    runs = runs_of("ivanova/hw", github.door()).all
    narrow = github.door(github.world.token("github_pat_1", checks=False))
    assert records_of(ours, runs, github.door()) == records_of(ours, runs, narrow)


def test_a_token_that_may_not_read_checks_reads_jobs_through_rest_and_texts_at_once(
    github: GitHub, homework: Repo
) -> None:
    homework.run(), homework.run()
    ours = project(github)
    door = github.door(github.world.token("github_pat_1", checks=False))
    records = records_of(ours, runs_of("ivanova/hw", door).all, door)
    assert all(record.workflows == WORKFLOW for record in records)
    assert [line.split()[0] for line in github.lines] == ["GET", "POST", "GET", "GET"]


def test_a_job_with_more_steps_than_graphql_gives_is_read_through_rest(
    github: GitHub, homework: Repo
) -> None:
    homework.run(jobs=[job("check", [f"Step {n}" for n in range(60)])])
    record = records_of(project(github), runs_of("ivanova/hw", github.door()).all, github.door())[0]
    assert len(record.jobs[0].steps) == 62


def test_more_jobs_than_graphql_gives_are_read_through_rest(github: GitHub, homework: Repo) -> None:
    homework.run(jobs=[job(f"test ({n})", ["Run pytest"]) for n in range(25)])
    record = records_of(project(github), runs_of("ivanova/hw", github.door()).all, github.door())[0]
    assert len(record.jobs) == 25


def test_more_jobs_than_a_page_holds_are_all_read(github: GitHub, homework: Repo) -> None:
    homework.run(jobs=[job(f"test ({n})", ["Run pytest"]) for n in range(250)])
    record = records_of(project(github), runs_of("ivanova/hw", github.door()).all, github.door())[0]
    assert {job.name for job in record.jobs} == {f"test ({n})" for n in range(250)}


def test_a_question_too_large_is_asked_in_halves(github: GitHub, homework: Repo) -> None:
    for _ in range(20):
        homework.run()
    ours, door = project(github), github.door()
    runs = runs_of("ivanova/hw", door).all
    github.graph.most = 60
    github.calls.clear()
    records = records_of(ours, runs, door)
    assert [record.run.id for record in records] == [run.id for run in runs]
    assert all(len(record.jobs) == 2 and record.workflows for record in records)
    assert set(github.lines) == {"POST /graphql"}


def test_an_outage_of_graphql_leaves_rest_and_no_texts(github: GitHub, homework: Repo) -> None:
    homework.run()
    ours, door = project(github), github.door()
    github.fail("/graphql", 503)
    record = records_of(ours, runs_of("ivanova/hw", door).all, door)[0]
    assert record.jobs[0].name == "check"
    assert record.workflows is None


def test_an_outage_of_both_is_unavailable(github: GitHub, homework: Repo) -> None:
    homework.run()
    ours, door = project(github), github.door()
    runs = runs_of("ivanova/hw", door).all
    github.fail("/", 503)
    with pytest.raises(Unavailable, match="503"):
        records_of(ours, runs, door)


def test_a_workflow_file_that_is_gone_at_the_commit_is_no_workflow(
    github: GitHub, homework: Repo
) -> None:
    homework.push("bare", {".github/workflows/ci.yml": None})
    homework.run(branch="bare", jobs=[job("check", ["Run pytest"])])
    record = records_of(project(github), runs_of("ivanova/hw", github.door()).all, github.door())[0]
    assert record.workflows == {}


def test_an_earlier_attempt_is_told_as_it_was(github: GitHub, homework: Repo) -> None:
    run = homework.run(at="2026-11-03T10:00:00Z", fails="pytest")
    homework.again(run, at="2026-11-03T12:00:00Z")
    ours, door = project(github), github.door()
    newest = runs_of("ivanova/hw", door).all[0]
    assert (newest.attempt, newest.conclusion) == (2, "success")
    assert newest.started == newest.created + timedelta(hours=2)
    first = attempt_of(ours, newest, 1, door)
    assert (first.run.attempt, first.run.conclusion) == (1, "failure")
    assert first.run.started == newest.created
    assert [job.conclusion for job in first.jobs] == ["failure", "skipped"]
    assert first.workflows == WORKFLOW


def test_the_jobs_of_a_completed_attempt_are_asked_for_once(
    github: GitHub, homework: Repo, tmp_path: Path
) -> None:
    homework.run(fails="pytest")
    ours = project(github)
    token = github.world.token("github_pat_1", checks=False)

    def grade(door: Live) -> int:
        before = len(github.calls)
        records_of(ours, runs_of("ivanova/hw", door).all, door)
        return sum(call.path.endswith("/jobs") for call in github.calls[before:])

    assert grade(github.door(token, cache=tmp_path)) == 1
    assert grade(github.door(token, cache=tmp_path)) == 0


def test_runs_that_did_not_change_cost_nothing_of_the_limit(
    github: GitHub, homework: Repo, tmp_path: Path
) -> None:
    homework.run()
    token = github.world.token()
    first = runs_of("ivanova/hw", github.door(token, cache=tmp_path))
    spent = github.world.tokens[token].used
    assert runs_of("ivanova/hw", github.door(token, cache=tmp_path)) == first
    assert github.world.tokens[token].used == spent
    homework.run()
    assert len(runs_of("ivanova/hw", github.door(token, cache=tmp_path)).all) == 2


@pytest.mark.parametrize("name", ["ivanova/nothing", "petrov/private"])
def test_runs_that_are_not_shown_say_why_that_may_be(github: GitHub, name: str) -> None:
    github.world.repository("petrov/private", WORKFLOW, private=True)
    with pytest.raises(
        Unavailable, match="does not exist, is private, or has Actions switched off"
    ):
        runs_of(name, github.door())


def test_a_token_that_may_not_read_actions_is_told_so(github: GitHub) -> None:
    github.world.repository("petrov/private", WORKFLOW, private=True)
    token = github.world.token("github_pat_2", reads=("petrov/private",), actions=False)
    with pytest.raises(Unavailable, match="not accessible by personal access token"):
        runs_of("petrov/private", github.door(token))


def test_a_repository_its_runs_and_their_jobs_cost_three_requests(
    github: GitHub, homework: Repo
) -> None:
    for _ in range(5):
        homework.run()
    door = github.door()
    found = snapshot(Target(repository="ivanova/hw"), door)
    records_of(found.project, runs_of("ivanova/hw", door).all, door)
    assert len(github.calls) == 3


def test_a_renamed_repository_s_runs_are_found_under_the_old_name(
    github: GitHub, homework: Repo
) -> None:
    homework.run()
    homework.rename("ivanova/homework")
    assert len(runs_of("ivanova/hw", github.door()).all) == 1
