"""The reference homework, unmodified, on a whole campus: pushed, merged, tagged, tracked, and graded with every point there is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from checker.campus.index import packages, stock
from checker.campus.people import BUCKET, People, Person
from checker.campus.place import Place
from checker.campus.runner.repositories import folder, head
from checker.campus.storage import weed
from checker.campus.store import Job, Repository, Run, Step, Store
from solutions.variants import write_reference
from tests.standins.town import Town, town

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems"),
    pytest.mark.skipif(weed() is None, reason="no wheel of SeaweedFS for this machine"),
]

NEEDS = "hatchling>=1.33,<2\npytest>=9,<10\nruff>=0.17,<0.18\nbuild"

TRAIN = """
import mlflow
with mlflow.start_run(run_name="first"):
    mlflow.log_param("centroids", 3)
    mlflow.log_metric("accuracy", 0.9)
    mlflow.log_text("three clusters", "report.txt")
"""

PAIR = """
import sys, mlflow
from mlflow.server import get_app_client
uri, name, place, partner = sys.argv[1:]
experiment = mlflow.create_experiment(name, artifact_location=place)
access = get_app_client("basic-auth", tracking_uri=uri)
access.grant_user_permission(partner, "experiment", experiment, "EDIT")
"""

LOG = """
import sys, mlflow
mlflow.set_experiment(sys.argv[1])
with mlflow.start_run(run_name="pair") as run:
    mlflow.log_metric("accuracy", 0.9)
print(run.info.run_id, run.info.artifact_uri)
mlflow.log_text("ours", "report.txt", run_id=run.info.run_id)
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A campus with the wheels that the homework needs; downloading them takes a connection to PyPI."""
    root = tmp_path_factory.mktemp("town")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("checker.campus.index.wheels._requirements", lambda: NEEDS)
        patch.setattr("checker.campus.index.wheels.pythons", lambda: ("3.11", "3.12", "3.13"))
        found = stock(Place.open(root / "campus"), lambda _: None, folder=root / "stock")
    if found.gaps:
        reason = f"PyPI does not answer: {found.gaps[0]}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with town(root) as made:
        yield made


@pytest.fixture(scope="module")
def anna(whole: Town) -> Person:
    """A student who did all of the homework, and the bonus, with the commands and programs of students."""
    person = whole.student("Иванова Анна")
    desk = whole.desk(person, write_reference(whole.root / "homework"))
    whole.begin(desk, DOCKERHUB_USERNAME=person.login, DOCKERHUB_TOKEN=person.token)
    desk.start_over("hw")
    desk.commit("Homework")
    desk.push("hw")
    number = desk.open("Homework", "hw")
    whole.rest()
    desk.merge(number)
    desk.tag("v1.2.3")
    whole.rest()
    trained = whole.python(person, TRAIN)
    assert trained.returncode == 0, trained.stderr
    return person


def test_one_grade_finds_every_point_and_the_bonus(whole: Town, anna: Person) -> None:
    found = whole.grade(f"{anna.login}/homework")
    reasons = {
        name: line["reason"]
        for name, line in found.items()
        if name not in {"whole", "status"} and line["outcome"] != "met"
    }
    assert reasons == {}
    assert (found["whole"]["summary"], found["status"]) == ("30 of 30 + 3", 0)
    assert found["whole"]["gaps"] == found["whole"]["notices"] == []
    assert "campfire-centroids 1.0.0 came from a run" in found["LIB6"]["reason"]
    assert f"{anna.login}/campfire:1.2.3 came from a run" in found["IMG6"]["reason"]
    assert f"lies under s3://{BUCKET}/{anna.login}/" in found["ML2"]["reason"]


def test_jobs_steps_and_logs_are_those_that_github_would_show(whole: Town, anna: Person) -> None:
    store = Store(whole.place)
    row = store.one(Repository, owner=anna.login, name="homework")
    assert row is not None
    runs = {(run.name, run.event): run for run in store.find(Run, repository=row.id)}
    assert {key: run.conclusion for key, run in runs.items()} == dict.fromkeys(
        [("CI", "pull_request"), ("CI", "push"), ("Publish", "pull_request"), ("Image", "push")],
        "success",
    )
    jobs = store.find(Job, run=runs["CI", "push"].id)
    assert {job.name for job in jobs} == {"lint", *(f"test (3.{one})" for one in range(11, 15))}
    steps = {
        name: {
            step.name: step
            for job in store.find(Job, run=run.id)
            for step in store.find(Step, job=job.id)
        }
        for name, run in runs.items()
    }
    assert steps["CI", "push"]["Test"].conclusion == "success"
    assert steps["Publish", "pull_request"]["Publish to PyPI"].conclusion == "success"
    pushed = steps["Image", "push"]["Build and push"].log
    assert "pushing ***/campfire:1.2.3" in pushed  # the login is a secret here
    assert runs["Image", "push"].sha == head(folder(whole.place, row), "main")
    logs = "".join(step.log for one in steps.values() for step in one.values())
    assert not any(one in logs for one in (anna.token, anna.s3_secret))
    [package] = packages(whole.place)
    assert (package.name, package.owner, package.index) == (
        "campfire-centroids",
        anna.login,
        "PyPI",
    )


def test_artefacts_under_anothers_prefix_earn_nothing(whole: Town, anna: Person) -> None:
    boris = whole.student("Петров Борис")
    desk = whole.desk(boris, whole.root / "notes", "notes")
    desk.folder.mkdir()
    (desk.folder / "README.md").write_text("# Notes\n", encoding="utf-8")
    whole.begin(desk)
    name, prefix = f"{anna.login} and {boris.login}", f"s3://{BUCKET}/{anna.login}/pair"
    shared = whole.python(anna, PAIR, whole.place.url("mlflow"), name, prefix, boris.login)
    assert shared.returncode == 0, shared.stderr

    logged = whole.python(boris, LOG, name)
    assert logged.returncode != 0
    assert "AccessDenied" in logged.stderr
    run, place = logged.stdout.splitlines()[-1].split()
    assert place == f"{prefix}/{run}/artifacts"
    found = whole.grade("petrov_boris/notes", "--only", "ML")
    assert (found["ML1"]["outcome"], found["ML2"]["outcome"]) == ("met", "not met")
    assert found["ML2"]["reason"] == "the run `pair` left no artefact"

    words = ("import sys, mlflow; mlflow.log_text('hers', 'report.txt', run_id=sys.argv[1])", run)
    left = whole.python(anna, *words)
    assert left.returncode == 0, left.stderr
    found = whole.grade("petrov_boris/notes", "--only", "ML")
    assert found["ML2"]["outcome"] == "not met"
    assert found["ML2"]["reason"] == (
        f"the run `pair` keeps its artefacts at {place}, not under s3://{BUCKET}/{boris.login}/"
    )
    assert People(whole.place)[boris.login].token not in str(found)
