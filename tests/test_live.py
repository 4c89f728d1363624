"""A repository is graded over the network, from its workflows to what came out, against servers on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from checker.grading import Grade
from checker.rubric.verdict import Outcome
from solutions.variants import REFERENCE
from tests.standins.github import Repo
from tests.standins.image import Build
from tests.standins.outside import Outside, outside

CI, PUBLISH, IMAGE = (f".github/workflows/{name}.yml" for name in ("ci", "publish", "image"))


def _files(folder: Path) -> dict[str, str]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    kept = (path for path in found if not any("cache" in part for part in path.parts))
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in kept}


@pytest.fixture
def world() -> Iterator[Outside]:
    with outside() as world:
        yield world


def homework(world: Outside) -> Repo:
    """Let a student do the whole homework well: a pull request that is merged, a tag, a release, an image."""
    repo = world.github.repository("ivanova/hw", {"README.md": "# Homework\n"})
    repo.push("hw5", _files(REFERENCE))
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
