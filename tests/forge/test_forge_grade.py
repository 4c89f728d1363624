"""The very grader that grades GitHub grades the forge: pushed with git, merged and tagged through the API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from checker import grading
from checker.campus.store import Event, Job, Repository, Run, Step
from checker.grading import Grade
from checker.http.live import Live
from checker.rubric.scheme import default
from checker.target import Target
from solutions.variants import REFERENCE
from tests.forges import Clone, Running
from tests.standins.github import derived
from tests.standins.github.runs import conclusion_of
from tests.standins.image import Build
from tests.standins.outside import Outside, outside

CI, PUBLISH, IMAGE = (f".github/workflows/{name}.yml" for name in ("ci", "publish", "image"))
pytestmark = pytest.mark.slow


@pytest.fixture
def world() -> Iterator[Outside]:
    with outside() as world:
        yield world


def reference() -> dict[str, str]:
    found = (path for path in sorted(REFERENCE.rglob("*")) if path.is_file())
    kept = (path for path in found if not any("cache" in part for part in path.parts))
    return {
        path.relative_to(REFERENCE).as_posix(): path.read_text(encoding="utf-8") for path in kept
    }


def ran(
    running: Running, event: Event, workflow: str, branch: str, sha: str, fails: str = ""
) -> Run:
    """Store what the runner stores of a run of a workflow that an event started."""
    store = running.site.store
    bare = running.site.bare(store.one(Repository, id=event.repository))  # type: ignore[arg-type]
    jobs = derived(bare.git("show", f"{event.sha}:{workflow}"), fails=fails)
    number = 1 + len(store.find(Run, repository=event.repository, workflow=workflow))
    start = event.created
    run = store.add(
        Run(
            event.repository,
            event.id,
            workflow,
            Path(workflow).stem,
            event.name,
            branch,
            sha,
            number,
            event.actor,
            "Work",
            start,
        )
    )
    moment = datetime.fromtimestamp(start, UTC)
    for job in jobs:
        for step in job.steps:
            step.took = timedelta(milliseconds=20)
        end = job.place(moment).timestamp()
        row = store.add(Job(run.id, job.name, job.name, 1, "completed", job.conclusion, start, end))
        for step in job.steps:
            assert step.started is not None
            assert step.completed is not None
            times = (step.started.timestamp(), step.completed.timestamp())
            store.add(Step(row.id, step.number, step.name, "completed", step.conclusion, *times))
    ended = max((job.completed or moment for job in jobs), default=moment).timestamp()
    return store.change(
        run, status="completed", conclusion=conclusion_of(jobs), started=start, updated=ended
    )


def newest(running: Running, row: Repository, name: str) -> Event:
    return running.site.store.find(Event, newest=True, most=1, repository=row.id, name=name)[0]


def homework(
    running: Running, row: Repository, clone: Clone, world: Outside, fails: str = ""
) -> None:
    """Let a student do the homework: a pull request that is merged, a library, a tag, an image."""
    anna, base = running.anna, f"/repos/{row.full_name}"
    clone.commit({"README.md": "# Homework\n"})
    clone.push()
    clone.git("checkout", "--quiet", "-b", "hw5")
    head = clone.commit(reference())
    clone.push()
    ran(running, newest(running, row, "push"), CI, "hw5", head, fails)
    running.ask("POST", f"{base}/pulls", anna, {"title": "Homework", "head": "hw5", "base": "main"})
    ran(running, newest(running, row, "pull_request"), CI, "hw5", head, fails)
    merged = running.ask("PUT", f"{base}/pulls/1/merge", anna, {}).json["sha"]
    ran(running, newest(running, row, "push"), CI, "main", merged, fails)
    closed = newest(running, row, "pull_request")
    assert json.loads(closed.payload)["pull_request"]["merged"] is True
    ran(running, closed, PUBLISH, "hw5", head)
    now = datetime.now(UTC)
    world.pypi.upload("campfire-centroids", "0.1.0", at=now)
    clone.git("fetch", "--quiet", "origin")
    clone.git("tag", "v0.1.0", "origin/main")
    clone.push("v0.1.0")
    tag = next(one for one in running.events(row) if one.ref == "refs/tags/v0.1.0")
    image = ran(running, tag, IMAGE, "v0.1.0", tag.sha)
    build = Build(row.full_name, image.id, ref=tag.ref, commit=tag.sha, server=running.site.url)
    world.dockerhub.push("ivanova/campfire", "0.1.0", at=datetime.now(UTC), run=build)
    world.github.moment(datetime.now(UTC))


def grade(running: Running, row: Repository, world: Outside, token: str, **given: str) -> Grade:
    addresses = replace(world.addresses, github=running.site.api)
    door = Live(addresses, token, sleep=lambda _: None)
    try:
        target = Target(
            repository=row.full_name,
            package="campfire-centroids",
            image="ivanova/campfire",
            **given,
        )
        return grading.grade(target, default(), http=door)
    finally:
        door.close()


def outcomes(found: Grade) -> dict[str, str]:
    return {
        one.criterion.id: f"{one.verdict.outcome.value}: {one.verdict.reason}"
        for one in found.lines
    }


@pytest.mark.parametrize("with_token", [True, False], ids=["with a token", "without"])
def test_good_work_earns_every_point(
    with_token: bool, running: Running, repository: Repository, clone: Clone, world: Outside
) -> None:
    homework(running, repository, clone, world)
    found = grade(running, repository, world, running.boris.token if with_token else "")
    assert found.summary == "30 of 30", outcomes(found)


@pytest.mark.parametrize("with_token", [True, False], ids=["with a token", "without"])
def test_failing_tests_cost_what_they_cost_on_github(
    with_token: bool, running: Running, repository: Repository, clone: Clone, world: Outside
) -> None:
    homework(running, repository, clone, world, fails="pytest")
    found = outcomes(grade(running, repository, world, running.boris.token if with_token else ""))
    unmet = {id for id, told in found.items() if not told.startswith("met")}
    assert unmet == {"CI5"}, found


def test_a_repository_with_nothing_in_it_earns_nothing(
    running: Running, repository: Repository, world: Outside
) -> None:
    found = grade(running, repository, world, running.boris.token)
    assert found.summary.startswith("0 of 30"), outcomes(found)


def test_a_pull_request_is_graded_before_it_is_merged(
    running: Running, repository: Repository, clone: Clone, world: Outside
) -> None:
    clone.commit({"README.md": "# Homework\n"})
    clone.push()
    clone.git("checkout", "--quiet", "-b", "hw5")
    head = clone.commit(reference())
    clone.push()
    opened = {"title": "Homework", "head": "hw5", "base": "main"}
    running.ask("POST", f"/repos/{repository.full_name}/pulls", running.anna, opened)
    ran(running, newest(running, repository, "pull_request"), CI, "hw5", head)
    found = outcomes(grade(running, repository, world, running.boris.token))
    for id in ("CI1", "CI2", "CI3", "CI4", "CI5", "LIB1", "IMG1"):
        assert found[id].startswith("met"), found
    assert found["LIB4"].startswith("not met")


def test_no_repository_is_unknown_and_no_zero(running: Running, world: Outside) -> None:
    nobody = Repository("ivanova_anna", "nothing", 0.0)
    found = grade(running, nobody, world, running.boris.token)
    assert {one.verdict.outcome.value for one in found.lines if one.criterion.id[:2] == "CI"} == {
        "unknown"
    }
