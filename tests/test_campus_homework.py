"""The reference homework, unmodified, on a campus: a push is checked, a merge publishes, a tag pushes an image."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from checker.campus.index import Index, packages, stock
from checker.campus.people import People
from checker.campus.place import Place
from checker.campus.registry.part import Registry
from checker.campus.runner.serving import Runner
from checker.campus.store import Secret
from checker.campus.supervisor import Supervisor
from tests.standins.campus import OWNER, project, settle

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems"),
]

HOMEWORK = Path(__file__).parents[1] / "solutions" / "homework"
NEEDS = "hatchling>=1.33,<2\npytest>=9,<10\nruff>=0.17,<0.18\nbuild"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A campus with the wheels that the homework needs; downloading them takes a connection to PyPI."""
    monkeypatch.setattr("checker.campus.index.wheels._requirements", lambda: NEEDS)
    monkeypatch.setattr("checker.campus.index.wheels.pythons", lambda: ("3.11", "3.12", "3.13"))
    place = Place.open(tmp_path / "campus")
    found = stock(place, lambda _: None, folder=tmp_path / "stock")
    if found.gaps:
        reason = f"PyPI does not answer: {found.gaps[0]}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return place


def test_the_reference_homework_runs_green_and_publishes_what_it_is_asked_to(place: Place) -> None:
    files = {
        str(path.relative_to(HOMEWORK)): path.read_text(encoding="utf-8")
        for path in HOMEWORK.rglob("*")
        if path.is_file() and not {"__pycache__", ".ruff_cache"} & set(path.parts)
    }
    made = project(place, files=files)
    person = People(place)[OWNER]
    made.store.add(Secret(made.row.id, "DOCKERHUB_USERNAME", OWNER))
    made.store.add(Secret(made.row.id, "DOCKERHUB_TOKEN", person.token))
    with Supervisor(place, [Index(), Registry()]) as up:
        up.up()
        with Runner(place, seconds=600) as runner:
            made.push()
            made.git("checkout", "--quiet", "-b", "feature")
            made.commit({"notes.md": "More.\n"})
            made.push("refs/heads/feature")
            settle(runner)
            made.pull_request("feature", "closed", merged=True)
            made.push("refs/tags/v1.2.3")
            settle(runner)
    runs = {(run.name, run.event): run for run in made.runs()}
    logs = {
        name: [
            step.log
            for job in made.jobs(run).values()
            for step in made.steps(job).values()
            if step.conclusion == "failure"
        ]
        for name, run in runs.items()
    }
    assert set(runs) == {("CI", "push"), ("Publish", "pull_request"), ("Image", "push")}
    ci, publish, image = runs["CI", "push"], runs["Publish", "pull_request"], runs["Image", "push"]
    assert ci.conclusion == "success", logs
    assert set(made.jobs(ci)) == {"lint", *(f"test (3.{minor})" for minor in range(11, 15))}
    assert made.told(ci)["test (3.12)"]["Test"] == "success"
    assert publish.conclusion == "success", logs
    assert made.told(publish)["publish"]["Publish to PyPI"] == "success"
    [package] = packages(place)
    assert (package.name, package.owner, package.index) == ("campfire-centroids", OWNER, "PyPI")
    assert image.conclusion == "success", logs
    log = made.log(image, "image", "Build and push")
    assert "pushing ***/campfire:1.2.3" in log  # the login is a secret here
    assert person.token not in repr(made.store.find(type(ci))) + repr(logs)
