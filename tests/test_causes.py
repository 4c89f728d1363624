"""What started a run is told from what GitHub shows of it."""

from __future__ import annotations

import pytest

from checker.actions.syntax import read_workflow
from checker.chain.causes import cause_of
from checker.services.github.model import Branch, Run, Tag
from tests.past import HEAD, MERGED, TAGGED, minutes, project, pull, run

OTHER = "e" * 40


def event(of: Run, flow: str = "", **about: object) -> str:
    workflow = read_workflow(of.workflow, flow) if flow else None
    return cause_of(of, project(**about), "main", workflow).event


@pytest.mark.parametrize(
    ("of", "named"),
    [
        (run(branch="main", sha=HEAD), "push"),
        (run(branch="main", sha=MERGED), "merge"),
        (run(branch="hw5", sha="d" * 40), "branch-push"),
        (run(branch="v1.2.3", sha=TAGGED), "tag"),
        (run(branch="v1.2.3", sha=OTHER), "tag"),
        (run(event="create", branch="v1.2.3", sha=TAGGED), "tag"),
        (run(event="create", branch="hw5"), ""),
        (run(event="pull_request", branch="hw5", sha="d" * 40, created=minutes(-30)), "pull-request"),
        (run(event="pull_request_target", branch="hw5", created=minutes(-30)), "pull-request"),
        (run(event="pull_request", branch="unheard-of"), ""),
        (run(event="release", branch="v1.2.3"), "release"),
        (run(event="workflow_dispatch"), "manual"),
        (run(event="repository_dispatch"), "manual"),
        (run(event="schedule"), "schedule"),
        (run(event="merge_group"), ""),
        (run(event="deployment"), ""),
    ],
    ids=lambda value: f"{value.event} {value.branch}" if isinstance(value, Run) else value or "none",
)  # fmt: skip
def test_a_run_is_named_after_what_happened(of: Run, named: str) -> None:
    assert event(of) == named


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_a_merge_is_known_by_the_commit_it_made_however_it_was_made(how: str) -> None:
    made = pull(merge_sha=OTHER)
    assert event(run(sha=OTHER), pull_requests=(made,)) == "merge", how
    assert event(run(sha=HEAD), pull_requests=(made,)) == "push"


def test_a_merge_into_another_branch_is_a_push_to_that_branch() -> None:
    into = pull(base="develop", merge_sha=OTHER)
    about = {"pull_requests": (into,), "branches": (Branch("main", HEAD), Branch("develop", OTHER))}
    assert event(run(branch="develop", sha=OTHER), **about) == "branch-push"
    assert event(run(branch="main", sha=OTHER), **about) == "push"


def test_a_push_older_than_all_pull_requests_that_were_read_is_nobodys_guess() -> None:
    many = tuple(pull(number=n, merge_sha=f"{n:040}", created=minutes(9)) for n in range(60))
    assert event(run(1), pull_requests=many) == ""
    assert event(run(10), pull_requests=many) == "push"
    assert event(run(1), pull_requests=many[:59]) == "push"


def test_a_branch_named_like_a_tag_is_told_by_its_commit() -> None:
    both = {
        "tags": (Tag("1.0", TAGGED),),
        "branches": (Branch("main", HEAD), Branch("1.0", OTHER)),
    }
    assert event(run(branch="1.0", sha=TAGGED), **both) == "tag"
    assert event(run(branch="1.0", sha=OTHER), **both) == "branch-push"


def test_a_tag_that_was_moved_is_said_to_be() -> None:
    cause = cause_of(run(branch="v1.2.3", sha=OTHER), project(), "main")
    assert cause.remark == "the tag `v1.2.3` pointed at eeeeeee then and points at ccccccc now"


@pytest.mark.parametrize(
    ("flow", "named"),
    [
        ("on: {push: {tags: ['v*']}}", "tag"),
        ("on: {push: {branches: [main]}}", "branch-push"),
        ("on: push", ""),
        ("on: {push: {tags: ['v*'], branches: ['*']}}", ""),
        ("", ""),
    ],
    ids=[
        "only tags start it",
        "only branches start it",
        "both do",
        "both are named",
        "nobody knows",
    ],
)
def test_what_is_gone_is_told_by_the_workflows_filters_or_not_at_all(flow: str, named: str) -> None:
    jobs = "\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n"
    assert event(run(branch="v9", sha=OTHER), flow + jobs if flow else "") == named


CLOSED = "on: {pull_request: {types: [closed]}}\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n"
OPENED = "on: pull_request\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n"


@pytest.mark.parametrize(
    ("when", "flow", "merged", "named"),
    [
        (1, CLOSED, True, "merge"),
        (1, OPENED, True, "pull-request"),
        (-1, CLOSED, True, "pull-request"),
        (1, CLOSED, False, "pull-request"),
        (1, "", True, "merge"),
    ],
    ids=[
        "closed by a merge",
        "does not ask for closed",
        "before the merge",
        "closed unmerged",
        "file unknown",
    ],
)
def test_a_run_after_the_merge_is_the_merges_when_its_workflow_asks_for_it(
    when: float, flow: str, merged: bool, named: str
) -> None:
    one = pull() if merged else pull(state="closed", merged=None, merge_sha="")
    of = run(event="pull_request", branch="hw5", sha="d" * 40, created=minutes(when))
    assert event(of, flow, pull_requests=(one,)) == named


def test_a_pull_request_to_another_branch_is_none_to_master() -> None:
    cause = cause_of(
        run(event="pull_request", branch="hw5"),
        project(pull_requests=(pull(base="develop"),)),
        "main",
    )
    assert (cause.event, cause.remark) == ("", "the pull request goes to `develop`")


def test_a_pull_request_from_a_fork_is_said_to_have_no_secrets() -> None:
    fork = pull(is_fork=True, head="main")
    of = run(
        event="pull_request",
        branch="main",
        sha=OTHER,
        head_repository="you/hw",
        created=minutes(-9),
    )
    cause = cause_of(of, project(pull_requests=(pull(head="main"), fork)), "main")
    assert cause.pull is fork
    assert cause.remark == "it came from a fork, whose runs get no secrets"


FOLLOWING = "on: {workflow_run: {workflows: [CI], types: [completed]}}\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n"


@pytest.mark.parametrize(
    ("other", "named"),
    [
        (run(1, branch="v1.2.3", sha=TAGGED), "tag"),
        (run(1, branch="main", sha=MERGED), "merge"),
        (run(1, name="Another"), ""),
        (run(1, updated=minutes(1)), ""),
        (run(9), ""),
    ],
    ids=[
        "after a tag's",
        "after a merge's",
        "another workflow's",
        "ended long before",
        "started later",
    ],
)
def test_a_run_that_follows_another_has_the_others_cause(other: Run, named: str) -> None:
    of = run(5, event="workflow_run", workflow=".github/workflows/image.yml")
    flow = read_workflow(of.workflow, FOLLOWING)
    assert cause_of(of, project(), "main", flow, (of, other)).event == named


def test_a_run_concerns_the_branch_it_was_for_and_the_one_it_was_merged_into() -> None:
    def concerned(of: Run, branch: str, **about: object) -> bool:
        there = project(**about)
        return cause_of(of, there, "main").concerns(of, there.head, branch)

    opened = run(event="pull_request", branch="hw5", sha="d" * 40, created=minutes(-30))
    assert concerned(opened, "hw5")
    assert concerned(opened, "main")
    assert not concerned(opened, "main", pull_requests=(pull(merged=None, merge_sha=""),))
    assert not concerned(opened, "hw4")
    assert concerned(run(branch="main"), "main")
    assert not concerned(run(branch="main", sha=OTHER), "hw5")
    assert not concerned(run(branch="v1.2.3", sha=TAGGED), "main")
    assert concerned(run(branch="v1.2.3", sha=HEAD, id=2), "main")
