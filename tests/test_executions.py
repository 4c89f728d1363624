"""What a run did is told by its own commit's workflow and by the steps that GitHub shows."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from checker.actions.redaction import Redaction
from checker.actions.workflows import workflows_of
from checker.chain import Execution, Executions, Reading
from checker.chain.executions import executions_of
from checker.services.github.model import Job, Record, Run
from checker.services.repository import Folder, Repository
from tests.past import HEAD, MERGED, NOON, TAGGED, job, minutes, project, pull, record, run, step
from tests.samples import CI

CHECKED = """
    on: [push, pull_request]
    jobs:
      check:
        runs-on: ubuntu-latest
        strategy: {matrix: {python: ["3.11", "3.12"]}}
        steps:
          - uses: actions/checkout@v7
          - run: ruff check .
          - run: pytest
"""


def reading(files: Mapping[str, str], **about: object) -> Reading:
    texts = {path: textwrap.dedent(text) for path, text in files.items()}
    repository = Repository("me/hw", Folder(texts), ("main",), "main", full_name="me/hw")
    return Reading(project(**about), repository, workflows_of(repository), Redaction())


def found(flow: str, *records: Record, **about: object) -> Executions:
    return executions_of(records, reading({CI: flow}, **about), NOON + timedelta(days=1))


def shown(executions: Executions) -> list[str]:
    return [f"{one.kind} {one.job} {one.conclusion or '…'}" for one in executions.found]


STEPS = ("Run actions/checkout@v7", "Run ruff check .", "Run pytest")


def test_every_job_of_a_matrix_tells_of_each_activity() -> None:
    record_ = record(
        run(),
        job("check (3.11)", *STEPS),
        job("check (3.12)", *STEPS[:2], step(4, "Run pytest", "failure"), id=12),
    )
    assert shown(found(CHECKED, record_)) == [
        "lint check (3.11) success",
        "lint check (3.12) success",
        "test check (3.11) success",
        "test check (3.12) failure",
    ]


def test_an_execution_knows_all_that_a_verdict_shows() -> None:
    (lint, *_) = found(CHECKED, record(run(), job("check (3.11)", *STEPS))).found
    assert lint == Execution(
        "lint",
        "push",
        "https://github.com/me/hw/actions/runs/1",
        "success",
        tool="ruff",
        job="check (3.11)",
        step="Run ruff check .",
        url="https://github.com/me/hw/actions/runs/1/job/11",
        id=1,
        sha=HEAD,
        ref="main",
        created=minutes(1),
        started=minutes(0),
        ended=minutes(1),
    )


@pytest.mark.parametrize(
    ("shown_job", "conclusion", "doubt"),
    [
        (job("check (1)", *STEPS[:2], step(4, "Run pytest", "skipped")), "skipped", ""),
        (job("check (1)", *STEPS[:2], step(4, "Run pytest", "")), "success", ""),
        (replace(job("check (1)", *STEPS[:2], step(4, "Run pytest", "")), status="in_progress", conclusion=""), "", ""),
        (job("check (1)", "Run another", "Run one"), "success", "its step could not be told from the others of the job"),
        (job("check (1)", "Run another", "Run one", conclusion="failure"), "failure", ""),
        (Job(1, "check (1)", "", "completed", "skipped"), "skipped", ""),
        (Job(1, "check (1)", "", "queued", ""), "", ""),
    ],
    ids=[
        "skipped", "the runner was lost", "running", "steps that cannot be told apart", "in a job that failed",
        "a skipped job", "a job that waits",
    ],
)  # fmt: skip
def test_a_step_ended_as_github_says_and_its_job_speaks_for_it_otherwise(
    shown_job: Job, conclusion: str, doubt: str
) -> None:
    test = found(CHECKED, record(run(), shown_job)).of("test")[0]
    assert (test.conclusion, test.doubt) == (conclusion, doubt)


@pytest.mark.parametrize(
    ("line", "doubt"),
    [
        ("- run: pytest || true", "`|| true` swallows its failure"),
        (
            "- {run: pytest, continue-on-error: true}",
            "`continue-on-error: true` swallows its failure",
        ),
        ("- run: pytest", ""),
    ],
)
def test_a_success_that_something_swallows_is_in_doubt(line: str, doubt: str) -> None:
    flow = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      {line}\n"
    test = found(flow, record(run(), job("a", "Run pytest"))).found[0]
    assert (test.conclusion, test.doubt) == ("success", doubt)


def test_the_text_of_the_runs_own_commit_counts_and_not_todays() -> None:
    today = "on: push\njobs: {a: {runs-on: x, steps: [{run: echo nothing}]}}"
    then = {CI: "on: push\njobs: {old: {runs-on: x, steps: [{run: pytest}]}}"}
    at_that_time = record(run(), job("old", "Run pytest"), workflows=then)
    assert shown(found(today, at_that_time)) == ["test old success"]
    assert shown(found(today, record(run(), job("old", "Run pytest")))) == []


def test_scripts_that_a_workflow_starts_are_todays_where_only_workflows_are_told() -> None:
    flow = "on: push\njobs: {a: {runs-on: x, steps: [{run: make test}]}}"
    files = {CI: flow, "Makefile": "test:\n\tpytest\n"}
    one = record(run(), job("a", "Run make test"), workflows={CI: flow})
    assert [each.tool for each in executions_of([one], reading(files), NOON).found] == ["pytest"]


PUSHED = """
    on: {push: {tags: ["v*"]}}
    jobs:
      image:
        runs-on: ubuntu-latest
        steps:
          - uses: docker/build-push-action@v7
            with: {push: true, tags: "${{ github.repository_owner }}/hw:${{ github.ref_name }}"}
"""


def test_image_references_are_those_of_the_tag_that_was_pushed() -> None:
    tagged = record(
        run(branch="v1.2.3", sha=TAGGED), job("image", "Run docker/build-push-action@v7")
    )
    push = found(PUSHED, tagged).of("image-push", "tag")[0]
    assert (push.target, push.destinations) == ("dockerhub", ("me/hw:v1.2.3",))


def test_runs_of_one_commit_for_different_tags_have_references_of_their_own() -> None:
    tags = (*project().tags, replace(project().tags[0], name="v2.0.0"))
    records = [
        record(run(n, branch=tag, sha=TAGGED), job("image", "Run docker/build-push-action@v7"))
        for n, tag in ((1, "v1.2.3"), (2, "v2.0.0"))
    ]
    pushes = found(PUSHED, *records, tags=tags).of("image-push")
    assert [one.destinations for one in pushes] == [("me/hw:v2.0.0",), ("me/hw:v1.2.3",)]


def test_a_run_concerns_the_graded_branch_or_it_does_not() -> None:
    flow = "on: [push, pull_request]\njobs: {a: {runs-on: x, steps: [{run: pytest}]}}"
    runs = [
        run(1),
        run(2, branch="hw4", sha="e" * 40),
        run(3, event="pull_request", branch="hw5", sha="d" * 40, created=minutes(-3)),
        run(4, event="pull_request", branch="hw6", sha="f" * 40, created=minutes(-2)),
    ]
    records = [record(one, job("a", "Run pytest")) for one in runs]
    pulls = (pull(), pull(head="hw6", head_sha="f" * 40, merged=None, merge_sha=""))
    tests = found(flow, *records, pull_requests=pulls).found
    assert {one.id: one.graded for one in tests} == {1: True, 2: False, 3: True, 4: False}


@pytest.mark.parametrize(
    ("of", "why"),
    [
        (run(created=NOON - timedelta(days=500)), "GitHub keeps what a run did for 400 days"),
        (run(), "GitHub shows no jobs of it"),
    ],
    ids=["expired", "not told"],
)
def test_a_run_whose_jobs_nobody_shows_is_unseen_with_what_it_would_have_done(
    of: Run, why: str
) -> None:
    (one,) = found(CHECKED, record(of)).unseen
    assert why in one.why
    assert one.kinds == ("lint", "test")


def test_a_run_that_could_not_begin_failed_all_its_steps() -> None:
    failed = record(run(conclusion="startup_failure"))
    assert shown(found(CHECKED, failed)) == ["lint  startup_failure", "test  startup_failure"]


def test_a_job_that_waits_for_others_or_for_a_runner_has_not_ended() -> None:
    waiting = found(CHECKED, record(run(status="queued", conclusion="")))
    assert shown(waiting) == ["lint  …", "test  …"]
    later = """
        on: push
        jobs:
          first: {runs-on: x, steps: [{run: make}]}
          second: {needs: first, runs-on: x, steps: [{run: pytest}]}
          third: {if: github.ref_type == 'tag', runs-on: x, steps: [{run: ruff check .}]}
    """
    begun = record(run(status="in_progress", conclusion=""), job("first", "Run make"))
    assert shown(found(later, begun)) == ["test  …"]


def test_a_workflow_that_cannot_be_read_any_more_is_said() -> None:
    other = record(run(workflow=".github/workflows/gone.yml"), job("a", "Run pytest"))
    assert "cannot be read" in found(CHECKED, other).unseen[0].why


def test_a_credential_in_the_name_of_a_step_is_never_kept() -> None:
    token = "pypi-visiblyfake"
    flow = f"on: push\njobs: {{a: {{runs-on: x, steps: [{{run: twine upload -u __token__ -p {token} dist/*}}]}}}}"
    one = record(
        run(sha=MERGED),
        job("a", f"Run twine upload -u __token__ -p {token} dist/*"),
        workflows={CI: flow},
    )
    executions = found("on: push\njobs: {}", one)
    assert (
        executions.of("publish", "merge")[0].step == "Run twine upload -u __token__ -p pyp… dist/*"
    )
    assert "visiblyfake" not in repr(executions)


def test_two_looks_at_runs_make_one_account_newest_first() -> None:
    one = Executions((Execution("test", "push", "a", "success", created=minutes(1)),))
    two = Executions((Execution("test", "push", "b", "success", created=minutes(2)),))
    both = one.with_(two, "GitHub answered 503")
    assert [each.run for each in both.found] == ["b", "a"]
    assert both.why_unseen("publish") == "GitHub answered 503"
    assert one.with_(one).found == one.found
