"""Airflow itself, in an environment of its own, against what lesson 08 says of DAGs and of its hook for S3."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from checker.campus.people import BUCKET, People
from checker.campus.place import Place
from checker.campus.storage import Storage
from checker.campus.supervisor import Supervisor
from checker.campus.tracking import environment
from checker.workbook import capabilities
from checker.workbook.delivery import airflow, programs, traps
from checker.workbook.delivery.dagbag import MARK
from checker.workbook.lessons import n08_dag_code_to_airflow as lesson
from checker.workbook.work import FILES, given
from tests.oracles import HERE
from tests.oracles.environments import with_extra
from tests.samples_systems import solved

pytestmark = [
    pytest.mark.slow,
    pytest.mark.oracle,
    pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems"),
]
DAGS = FILES / lesson.SLUG / "dags"
SPECIMENS = sorted(lesson.SPECIMENS.iterdir())
STUDENT = "petrov_ivan"


@pytest.fixture(scope="module")
def python() -> Path:
    return with_extra("airflow")


@pytest.fixture(scope="module")
def said(python: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Ask Airflow everything at once: it takes five seconds to be imported."""
    place = Place.open(tmp_path_factory.mktemp("airflow") / "campus")
    People(place).join(STUDENT, STUDENT)
    with Supervisor(place, [Storage()]) as up:
        up.up()
        place.port("mlflow")
        variables = environment(People(place)[STUDENT], place)
        done = subprocess.run(
            [python, HERE / "airflow" / "ask.py", tmp_path_factory.mktemp("home"), DAGS, *SPECIMENS],
            env={**os.environ, **variables, "S3_BUCKET": BUCKET},
            capture_output=True, check=False, text=True, timeout=300, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    line = next((one for one in done.stdout.splitlines() if one.startswith(MARK)), "")
    assert line, done.stdout[-2000:] + done.stderr[-2000:]
    found: dict[str, Any] = json.loads(line.removeprefix(MARK))
    found["folders"] = {Path(folder).name: one for folder, one in found["folders"].items()}
    return found


@pytest.fixture(scope="module")
def tools() -> dict[str, str]:
    return {
        "gate.py": solved("q4", "gate", lesson.SLUG),
        "reading.py": given(lesson.SLUG, "tools", "reading.py") or "",
    }


def test_the_lesson_names_the_versions_that_were_asked(said):
    assert said["version"].startswith(f"{lesson.AIRFLOW}.")
    assert said["amazon"].startswith(f"{lesson.AMAZON}.")


@pytest.mark.parametrize("folder", SPECIMENS, ids=lambda one: one.name)
def test_airflow_and_the_gate_agree_but_where_the_lesson_says_that_airflow_is_silent(
    said, tools, folder
):
    loaded = said["folders"][folder.name]
    refused = programs.gate(tools, folder).ended.status != 0
    assert refused == folder.name.startswith("broken")
    assert bool(loaded["errors"]) == (refused and folder.name not in lesson.SILENT)
    if folder.name.startswith("right"):
        assert loaded["dags"]


def test_a_dag_that_nobody_calls_is_not_there(said):
    assert said["folders"]["broken_uncalled"] == {"dags": [], "errors": {}}


def test_the_lessons_own_dag_really_runs_and_its_gate_lets_it_pass(said, tools):
    assert said["states"] == dict.fromkeys(("take", "train", "keep"), "success")
    assert programs.gate(tools, DAGS).ended.status == 0


def test_the_hook_falls_into_the_traps_that_the_lesson_names(said):
    fallen = {trap for trap, finding in said["traps"].items() if finding}
    assert said["traps"].keys() == traps.TRAPS.keys()
    assert fallen == set(lesson.INTO)


def test_a_student_who_has_airflow_is_told_what_it_says_just_now(python):
    found = airflow.load(str(python), [lesson.SPECIMENS / "broken_syntax", lesson.SPECIMENS / "right_two"])  # fmt: skip
    assert found is not None
    assert (found.errors, found.silent) == (("broken_syntax",), ("right_two",))


def test_airflow_in_an_environment_of_its_own_is_found(python, tmp_path, monkeypatch):
    monkeypatch.setenv(capabilities.AIRFLOW, str(python))
    assert capabilities.airflow() == str(python)
    assert capabilities.has("airflow")
    monkeypatch.setenv(capabilities.AIRFLOW, str(tmp_path / "none"))
    assert not capabilities.has("airflow")


def test_a_python_without_airflow_says_nothing(tmp_path):
    assert airflow.load(sys.executable, [DAGS]) is None
    assert airflow.load(str(tmp_path / "none"), [DAGS]) is None
