"""Which workflows the runner starts is what the simulator says, and what ran is found again by the grader."""

from __future__ import annotations

import random
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from checker.actions.events import Event as Asked
from checker.actions.filters import matches
from checker.actions.simulate import simulate
from checker.actions.workflows import Workflows
from checker.campus.place import Place
from checker.campus.runner import deciding, repositories
from checker.campus.runner.serving import Runner
from checker.campus.store import Event, Step
from checker.chain.alignment import align
from checker.services.github import model
from tests.standins.campus import Project, project, settle

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems")

BRANCHES = (
    ["main"],
    ["*"],
    ["**"],
    ["feature/**"],
    ["!main", "*"],
    ["main", "!main"],
    ["release-[0-9]"],
)
TAGS = (["v*"], ["v[0-9]+.*"], ["*", "!v1*"], ["nightly"])
PATHS = (["**.py"], ["docs/**"], ["src/**", "!src/generated/**"], ["*.md"], ["**"])
FILES = ("src/model.py", "src/generated/a.py", "docs/index.md", "README.md", "data.csv")


def generated(pick: random.Random) -> dict[str, str]:
    """Return a few workflows with filters."""
    files = {}
    for number in range(pick.randint(2, 4)):
        triggers: dict[str, object] = {}
        for event in pick.sample(["push", "pull_request"], pick.randint(1, 2)):
            given: dict[str, object] = {}
            if pick.random() < 0.5:
                given[pick.choice(["branches", "branches-ignore"])] = pick.choice(BRANCHES)
            if event == "push" and pick.random() < 0.4:
                given[pick.choice(["tags", "tags-ignore"])] = pick.choice(TAGS)
            if pick.random() < 0.5:
                given[pick.choice(["paths", "paths-ignore"])] = pick.choice(PATHS)
            if event == "pull_request" and pick.random() < 0.5:
                given["types"] = pick.sample(["opened", "synchronize", "closed"], 2)
            given = {  # a list that only takes away is refused
                name: value
                for name, value in given.items()
                if name.endswith("ignore") is False or not any(one.startswith("!") for one in value)  # type: ignore[attr-defined]
            }
            triggers[event] = given or None
        job = {"runs-on": "x", "steps": [{"run": "echo"}]}
        text = {"name": f"W{number}", "on": triggers, "jobs": {"a": job}}
        files[f".github/workflows/w{number}.yml"] = yaml.safe_dump(text, sort_keys=False)
    return files


def changed_something(made: Project, pick: random.Random) -> tuple[str, ...]:
    files = tuple(pick.sample(FILES, pick.randint(1, 3)))
    made.commit({name: f"{pick.random()}\n" for name in files})
    return files


def happened(made: Project, pick: random.Random) -> tuple[Event, tuple[str, ...]]:
    """Let a person do something; returns the event and the files it changed."""
    kind = pick.choice(["main", "branch", "tag", "pull-request"])
    made.git("checkout", "--quiet", "-B", "work", made.refs["refs/heads/main"])
    files = changed_something(made, pick)
    if kind == "main":
        return made.push("refs/heads/main"), files
    if kind == "tag":
        return made.push(f"refs/tags/{pick.choice(['v1.0', 'v2', 'nightly', 'x'])}"), ()
    branch = pick.choice(["feature/a", "release-1", "dev"])
    event = made.push(f"refs/heads/{branch}")
    before = made.store.find(Event, newest=True, most=1)[0]
    if kind == "branch":
        changed = repositories.changed(made.bare, before, deciding.occurrence_of(before).payload)
        return event, changed or ()
    return made.pull_request(
        branch, pick.choice(["opened", "synchronize", "closed"]), number=pick.randint(1, 9)
    ), files


def expected(
    workflows: Workflows, made: Project, event: Event, changed: tuple[str, ...]
) -> set[str]:
    """Return what the simulator says; what it leaves open because of paths or names is looked up by hand."""
    occurrence = deciding.occurrence_of(event)
    names = deciding.names_of(event, made.row)
    said = simulate(workflows, Asked("event", "an event", names, (occurrence,)))
    found = set()
    for outcome in said.workflows:
        if outcome.answer.value == "no":
            continue
        trigger = outcome.workflow.triggers[occurrence.event]
        names_taken = trigger.tags if occurrence.tag else trigger.branches
        name = occurrence.tag or occurrence.branch
        if outcome.answer.value == "depends" and names_taken and not matches(names_taken, name):
            continue
        kept = [one for one in changed if not matches(trigger.paths_ignore, one)]
        named = [one for one in changed if matches(trigger.paths, one)]
        if not occurrence.tag and (
            (trigger.paths and not named) or (trigger.paths_ignore and not kept)
        ):
            continue
        found.add(outcome.workflow.path)
    return found


@pytest.mark.parametrize("seed", range(24))
def test_the_runner_starts_what_the_simulator_says(seed: int, tmp_path: Path) -> None:
    pick = random.Random(seed)
    made = project(Place.open(tmp_path / "campus"), files=generated(pick))
    made.push()
    for _ in range(4):
        event, files = happened(made, pick)
        workflows = repositories.workflows(made.bare, event.sha, made.row)
        assert not [one.errors for one in workflows.all if one.errors]
        changed = repositories.changed(made.bare, event, deciding.occurrence_of(event).payload)
        if event.ref.startswith("refs/heads/") or event.name == "pull_request":
            assert set(changed or ()) == set(files)
        started = deciding.started(workflows, event, made.row, changed)
        assert {one.path for one in started} == expected(workflows, made, event, files)


@pytest.mark.parametrize(
    "word", ["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"]
)
def test_a_commit_may_ask_for_no_run(word: str, tmp_path: Path) -> None:
    text = "on: push\njobs: {a: {runs-on: x, steps: [{run: echo}]}}\n"
    made = project(Place.open(tmp_path / "campus"), files={".github/workflows/ci.yml": text})
    for message, runs in ((f"Mend it {word}", 0), ("Mend it", 1)):
        made.commit({}, message)
        event = made.push()
        workflows = repositories.workflows(made.bare, event.sha, made.row)
        assert len(deciding.started(workflows, event, made.row, ())) == runs


RICH = """
name: CI
on: push
jobs:
  test:
    name: Test on ${{ matrix.python }}
    runs-on: x
    strategy: {matrix: {python: [3.12, 3.13]}}
    steps:
      - name: Say ${{ matrix.python }}
        run: echo ${{ matrix.python }}
      - if: matrix.python == 3.13
        run: |
          echo one
          echo two
      - run: echo ${{ github.ref_name }}
      - run: echo ${{ github.ref_name }}
  build:
    runs-on: x
    strategy: {matrix: {a: [1, 2]}}
    steps:
      - uses: ./inner
      - uses: actions/checkout@v7
      - uses: ./inner
      - run: echo last
        if: always()
  call:
    uses: ./.github/workflows/called.yml
  never:
    if: false
    runs-on: x
    steps: [{run: echo never}]
"""
CALLED = """
on: workflow_call
jobs:
  inner: {name: Inside, runs-on: x, steps: [{run: 'echo $GITHUB_JOB'}, {run: exit 0}]}
"""
INNER = "name: inner\nruns: {using: composite, steps: [{run: echo within, shell: bash}]}\n"


@pytest.mark.slow
def test_the_grader_finds_every_step_that_ran_in_the_file(tmp_path: Path) -> None:
    place = Place.open(tmp_path / "campus")
    files = {
        ".github/workflows/ci.yml": RICH,
        ".github/workflows/called.yml": CALLED,
        "inner/action.yml": INNER,
    }
    made = project(place, files=files)
    event = made.push()
    with Runner(place, seconds=120) as runner:
        settle(runner)
    [run] = made.runs()
    workflows = repositories.workflows(made.bare, event.sha, made.row)
    shown = [
        model.Job(
            job.id, name, "", job.status, job.conclusion, _time(job.started), _time(job.completed), 1,
            tuple(model.Step(one.number, one.name, one.status, one.conclusion) for one in made.store.find(Step, job=job.id)),
        )
        for name, job in made.jobs(run).items()
    ]  # fmt: skip
    found = align(workflows.by_path[run.workflow], workflows, shown)
    counts = {id: [len(made.steps) for made in every] for id, every in found.items()}
    assert counts == {"test": [4, 4], "build": [4, 4], "call / inner": [2], "never": [0]}
    for id, every in found.items():
        for one in every:
            assert all(step.number == number + 1 for number, step in one.steps.items()), id
    conclusions = [[step.conclusion for step in one.steps.values()] for one in found["test"]]
    assert conclusions == [["success", "skipped", "success", "success"], ["success"] * 4]
    assert [step.conclusion for step in found["build"][0].steps.values()] == [
        "failure",
        "skipped",
        "skipped",
        "success",
    ]


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
