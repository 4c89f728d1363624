"""Variables of tracking in a kernel, and versions of the model in a student's own registry on a campus."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.campus.campus import variables
from checker.campus.people import BUCKET
from checker.campus.tracking import environment as tracking_variables
from checker.workbook import Lab, connecting
from checker.workbook import model_versions as models
from checker.workbook.berries import TEST, TRAIN, accuracy, harvest, predict, train
from checker.workbook.bonus import bonus
from checker.workbook.refusal import WorkbookError
from checker.workbook.student import Student
from checker.workbook.work import Work
from tests.standins.town import Town, town

OWN = {
    "CHECKER_TRACKING": "own",
    "MLFLOW_TRACKING_URI": "https://mlflow.example.edu",
    "S3_BUCKET": "class",
    "AWS_ENDPOINT_URL_S3": "https://s3.example.edu/",
    "AWS_SECRET_ACCESS_KEY": "hush",
}
CAMPUS = dict.fromkeys(connecting.NAMES, "campus") | {"CAMPUS_FORGE": "http://127.0.0.1:1"}


def test_berries_are_the_same_everywhere_and_no_berry_is_in_both_sets():
    assert TRAIN.digest.startswith("28185a38ce4e")
    assert TEST.digest.startswith("dce4aba1d951")
    assert not set(TRAIN.rows) & set(TEST.rows)
    assert harvest(3, 9).text == harvest(3, 9).text != harvest(4, 9).text


def test_each_recipe_reaches_what_is_said_of_it():
    found = {
        name: round(accuracy(predict(train(of()), TEST.rows), TEST.labels), 3)
        for name, of in models.RECIPES.items()
    }
    assert found == {"first": 0.858, "worse": 0.725, "better": 0.908}


def test_a_larger_harvest_is_larger_by_so_much():
    usual, wet = harvest(5, 20), harvest(5, 20, larger=2.0)
    assert wet.labels == usual.labels
    assert [round(b[0] - a[0], 1) for a, b in zip(usual.rows, wet.rows, strict=True)] == [2.0] * 20


def test_the_campus_takes_the_place_of_whatever_the_kernel_was_told_before():
    kernel = {"AWS_PROFILE": "work", "AWS_SESSION_TOKEN": "old", "NO_PROXY": "intranet"}
    connecting.connect(kernel, CAMPUS)
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "CAMPUS_FORGE"} & set(kernel)
    assert kernel["MLFLOW_TRACKING_URI"] == kernel["AWS_ACCESS_KEY_ID"] == "campus"
    assert kernel["NO_PROXY"] == "intranet,127.0.0.1,localhost"


def test_whoever_names_their_own_server_keeps_it():
    assert connecting.without_tracking(CAMPUS, OWN) == {"CAMPUS_FORGE": "http://127.0.0.1:1"}
    assert connecting.without_tracking(CAMPUS, {}) == CAMPUS
    kernel = dict(OWN)
    connecting.complete(kernel, "petrov_ivan")
    assert kernel["MLFLOW_TRACKING_URI"] == OWN["MLFLOW_TRACKING_URI"]
    assert kernel["CHECKER_MLFLOW_URL"] == OWN["MLFLOW_TRACKING_URI"]
    assert kernel["CHECKER_S3_URL"] == "https://s3.example.edu/class"
    assert kernel["S3_PREFIX"] == kernel["MLFLOW_EXPERIMENT_NAME"] == "petrov_ivan"
    assert "hush" in connecting.secrets(kernel)
    assert connecting.secrets({**kernel, "CHECKER_TRACKING": ""}) == ()


@pytest.mark.parametrize("name", ["MLFLOW_TRACKING_URI", "S3_BUCKET"])
def test_a_server_of_ones_own_with_a_variable_missing_is_refused_by_its_name(name):
    with pytest.raises(WorkbookError, match=name):
        connecting.complete({**OWN, name: " "}, "petrov_ivan")


def test_the_switch_has_two_positions():
    with pytest.raises(WorkbookError, match="CHECKER_TRACKING is 'yes'"):
        connecting.is_own({"CHECKER_TRACKING": "yes"})


def test_what_needs_the_variables_says_so_when_they_are_not_there(monkeypatch):
    monkeypatch.delenv("S3_PREFIX", raising=False)
    with pytest.raises(WorkbookError, match=r"lab\.connect\(\)"):
        models.model_name()


@pytest.fixture(scope="module")
def campus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("models"), "storage", "tracking") as made:
        yield made


@pytest.fixture
def kernel(campus: Town, monkeypatch: pytest.MonkeyPatch) -> str:
    """This process with the variables of a student; returns their login."""
    person = campus.student("Петров Иван")
    made: dict[str, str] = {}
    connecting.hush(made, building=True)
    connecting.connect(made, variables(campus.place, person))
    for name, value in made.items():
        monkeypatch.setenv(name, value)
    return person.login


@pytest.mark.filterwarnings("default")  # MLflow's own, while it is imported
@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems")
def test_versions_are_published_pointed_at_loaded_and_told_apart(campus: Town, kernel: str):
    person = campus.student("Петров Иван")
    assert set(tracking_variables(person, campus.place)) == set(connecting.NAMES)
    assert models.versions() == ()
    assert models.at("champion") is None

    first, worse = models.ready("first", "worse")
    assert [round(one.accuracy, 3) for one in (first, worse)] == [0.858, 0.725]
    assert (first.name, first.number, first.aliases) == (f"{kernel}.berries", 1, ("champion",))
    assert models.ready("better") == (first, worse)

    assert models.digest() == first.digest != worse.digest == models.digest(worse.uri)
    guesses = models.load().predict([list(row) for row in TEST.rows])
    assert guesses == predict(models.weights(first.uri), TEST.rows)
    assert accuracy(guesses, TEST.labels) == first.accuracy

    models.point("champion", worse.number)
    moved = models.at("champion")
    assert moved is not None
    assert moved.number == worse.number
    assert models.publish("first").digest == first.digest
    again = models.publish("better", "challenger")
    assert (again.number, again.aliases) == (4, ("challenger",))
    place = models.registry().get_run(again.run).info.artifact_uri
    assert place.startswith(f"s3://{BUCKET}/{kernel}/")

    anew = models.begin("first")
    assert models.versions() == (anew,)
    assert (anew.number, anew.aliases) == (1, ("champion",))
    source = models.registry().get_model_version(anew.name, "1").source
    models.registry().create_model_version(
        anew.name, source, model_id=source.removeprefix("models:/")
    )
    assert models.begin("first").number == 3


@pytest.mark.filterwarnings("default")  # MLflow's own, while it is imported
@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems")
def test_a_server_of_ones_own_is_used_with_nothing_but_its_variables(
    campus: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    person = campus.student("Сидорова Мария")
    experiment = f"{person.login}.course"
    own = {"MLFLOW_EXPERIMENT_NAME": experiment, "CHECKER_TRACKING": "own"}
    given = ("MLFLOW_TRACKING_", "AWS_", "S3_BUCKET")
    mine = variables(campus.place, person).items()
    own |= {name: value for name, value in mine if name.startswith(given)}
    for name in connecting.NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in {**own, "CHECKER_WORK": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    for name in ("MLFLOW_S3_ENDPOINT_URL", "S3_PREFIX", "CHECKER_S3_URL", "CHECKER_MLFLOW_URL"):
        monkeypatch.setenv(name, "")  # so that it is forgotten afterwards
        del os.environ[name]
    student = Student(Work(tmp_path))
    student.become("Сидорова Мария")
    Lab("09_continuous_training").connect()
    assert os.environ["S3_PREFIX"] == person.login

    with warnings.catch_warnings():
        warnings.simplefilter("default")
        made = models.publish("first", "champion")
    place = models.registry().get_run(made.run).info.artifact_uri
    assert place.startswith(f"s3://{BUCKET}/{person.login}/{experiment}/")
    assert {id: one.outcome.value for id, one in bonus(person.login, os.environ).items()} == {
        "ML1": "met",
        "ML2": "met",
    }
