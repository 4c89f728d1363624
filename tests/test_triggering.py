"""A workflow starts on the events that its `on` names, through GitHub's filters."""

from __future__ import annotations

import pytest

from checker.actions.answer import Answer, best
from checker.actions.events import EVENTS, Names, event
from checker.actions.syntax import read_workflow
from checker.actions.triggering import starts

JOB = "jobs: {a: {runs-on: x, steps: [{run: echo}]}}\n"


def answers(on: str, names: Names | None = None) -> dict[str, Answer]:
    workflow = read_workflow("ci.yml", f"on: {on}\n{JOB}")
    assert not workflow.errors, workflow.errors
    given = names or Names()
    found = {}
    for name in EVENTS:
        asked = event(name, given)
        found[name] = best(starts(workflow, occurrence, given) for occurrence in asked.occurrences)
    return found


TABLE = [
    # on, and the events that start it: a name alone is yes, with ? it depends
    ("push", "push branch-push merge tag"),
    ("{push: {branches: [main]}}", "push merge"),
    ("{push: {branches: [master]}}", ""),
    ("{push: {branches: ['*']}}", "push branch-push merge"),
    ("{push: {branches-ignore: [main]}}", "branch-push"),
    ("{push: {branches: [main, dev]}}", "push branch-push? merge"),
    ("{push: {branches: ['**', '!feature']}}", "push branch-push? merge"),
    ("{push: {tags: ['v*']}}", "tag"),
    ("{push: {tags: ['v*.*.*']}}", "tag"),
    ("{push: {tags: ['[0-9]+.[0-9]+.[0-9]+']}}", "tag?"),
    ("{push: {tags-ignore: ['v*']}}", ""),
    ("{push: {tags-ignore: ['x*']}}", "tag"),
    ("{push: {branches: ['*'], tags: ['v*']}}", "push branch-push merge tag"),
    ("{push: {paths: [src/**]}}", "push? branch-push? merge? tag"),
    ("{push: {paths: ['**']}}", "push branch-push merge tag"),
    ("{push: {paths-ignore: ['**.md', docs/**]}}", "push branch-push merge tag"),
    ("{push: {paths-ignore: ['**']}}", "push? branch-push? merge? tag"),
    ("pull_request", "pull-request"),
    ("{pull_request: {branches: [main]}}", "pull-request"),
    ("{pull_request: {branches: [dev]}}", ""),
    ("{pull_request: {types: [closed]}}", "merge"),
    ("{pull_request: {types: [opened, closed]}}", "pull-request merge"),
    ("{pull_request: {types: [labeled]}}", ""),
    ("pull_request_target", "pull-request"),
    ("release", "release"),
    ("{release: {types: [published]}}", "release"),
    ("{release: {types: [released]}}", "release"),
    ("{release: {types: [edited]}}", ""),
    ("create", "tag"),
    ("workflow_dispatch", "manual"),
    ("repository_dispatch", "manual"),
    ("{schedule: [{cron: '0 0 * * *'}]}", "schedule"),
    ("issues", ""),
    ("[push, workflow_dispatch]", "push branch-push merge tag manual"),
]


@pytest.mark.parametrize(("on", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_triggers_and_filters_decide_which_events_start_a_workflow(on: str, expected: str) -> None:
    found = {
        f"{name}?" if answer.value == "depends" else name
        for name, answer in answers(on).items()
        if answer
    }
    assert found == set(expected.split())


@pytest.mark.parametrize(
    ("on", "event_name", "said"),
    [
        ("{push: {branches: [main]}}", "tag", "filters branches and no tags"),
        ("{push: {tags: [v*]}}", "push", "filters tags and no branches"),
        (
            "{push: {branches: [master]}}",
            "push",
            "the default branch `main` does not match `master`",
        ),
        (
            "{push: {tags: [release-*]}}",
            "tag",
            "the tag's name: it must match `release-*`, and `v1.2.3` does not",
        ),
        ("pull_request", "merge", "types opened, synchronize, reopened, not closed"),
        ("workflow_dispatch", "tag", "it starts on `workflow_dispatch` only"),
        ("{push: {paths: [hw2/**]}}", "push", "the change must touch `hw2/**`"),
    ],
)
def test_a_reason_is_given_for_every_no_and_every_depends(
    on: str, event_name: str, said: str
) -> None:
    assert said in answers(on)[event_name].why


def test_names_can_be_set_by_the_caller() -> None:
    names = Names(default_branch="trunk", branch="hw2", tag="1.0")
    on = "{push: {branches: [trunk, hw*], tags: ['[0-9]+.[0-9]+']}}"
    found = {name for name, answer in answers(on, names).items() if answer.value == "yes"}
    assert found == {"push", "branch-push", "merge", "tag"}


def test_a_refused_file_starts_on_nothing_and_says_why() -> None:
    broken = read_workflow("ci.yml", "on: push\njobs: {a: {steps: []}}")
    answer = starts(broken, event("push").occurrences[0], Names())
    assert (answer.value, "GitHub refuses the file: line 2" in answer.why) == ("no", True)
