"""The bonus against real servers: MLflow with and without a proxy for artefacts, and SeaweedFS."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from checker.campus.people import BUCKET, People
from checker.campus.place import Place
from checker.campus.storage import Storage, weed
from checker.campus.tracking import Tracking, environment
from checker.chain import Moments
from checker.chain.tracked import artefacts, tracked
from checker.cli.commands import checker
from checker.evidence import Unavailable
from checker.http import Addresses, Http
from checker.http.case import read
from checker.http.live import Live
from checker.http.logins import logins
from checker.http.replay import Recorder, Replay
from checker.rubric.ml import artefacts_lie_under_the_students_prefix, run_is_logged_in_mlflow
from checker.rubric.verdict import Outcome, Verdict, unknown
from checker.services.homework import Homework
from checker.target import Target
from tests.standins.processes import free_port, started

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems"),
    pytest.mark.skipif(weed() is None, reason="no wheel of SeaweedFS for this machine"),
]

ANNA, BORIS, VERA, OLEG = "ivanova_anna", "petrov_boris", "sidorova_vera", "novikov_oleg"
MET, NOT_MET, UNKNOWN = Outcome.MET, Outcome.NOT_MET, Outcome.UNKNOWN

LOG = """
import sys, mlflow
name, place = sys.argv[1:]
if not mlflow.get_experiment_by_name(name):
    mlflow.create_experiment(name, artifact_location=place or None)
mlflow.set_experiment(name)
with mlflow.start_run(run_name="live"):
    mlflow.log_metric("accuracy", 0.9)
    mlflow.log_text("hello", "note.txt")
"""


def log(place: Place, variables: Mapping[str, str], experiment: str, where: str = "") -> None:
    """Log a run as a student's program does, which knows some variables and nothing else."""
    home = place.folder("home")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOG, experiment, where],
        env={"PATH": os.environ["PATH"], "HOME": str(home), "NO_PROXY": "127.0.0.1", **variables},
        cwd=home,
        capture_output=True,
        check=False,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr[-3000:]


@dataclass(frozen=True)
class Verdicts:
    """How the two criteria judge."""

    ml1: Verdict
    ml2: Verdict

    @property
    def outcomes(self) -> tuple[Outcome, Outcome]:
        return self.ml1.outcome, self.ml2.outcome


def judged(student: str, door: Http) -> Verdicts:
    """Judge a student's runs as a grade does: what cannot be had is unknown."""
    try:
        found = tracked(Homework(student=student), Moments(), door)
        seen = artefacts(found, door)
    except Unavailable as gap:
        return Verdicts(unknown(str(gap)), unknown(str(gap)))
    return Verdicts(
        run_is_logged_in_mlflow(found, Moments()),
        artefacts_lie_under_the_students_prefix(found, seen, Moments()),
    )


def door(variables: Mapping[str, str], **changed: str) -> Live:
    """Return the door as the command line opens it in an environment."""
    given = {**variables, **changed}
    addresses = Addresses.of(given)
    return Live(addresses, logins=logins(given, addresses), sleep=lambda _: None)


@pytest.fixture(scope="module")
def place(classroom: Place) -> Place:
    """A classroom in which Anna did the bonus, Oleg nothing, and something of Vera's went elsewhere."""
    People(classroom).join(OLEG, OLEG)
    Storage().welcome(classroom)
    Tracking().welcome(classroom)
    log(classroom, of(classroom, ANNA), ANNA)
    elsewhere = f"s3://{BUCKET}/teacher/astray"
    log(classroom, of(classroom, "teacher"), f"{VERA}, second try", elsewhere)
    return classroom


def of(place: Place, login: str) -> dict[str, str]:
    return environment(People(place)[login], place)


@pytest.mark.parametrize("who", [ANNA, "teacher"])
def test_the_student_and_the_teacher_see_the_bonus_earned(place: Place, who: str) -> None:
    with door(of(place, who)) as live:
        found = judged(ANNA, live)
    assert found.outcomes == (MET, MET)
    assert f"lies under s3://{BUCKET}/{ANNA}/" in found.ml2.reason
    assert found.ml1.at is not None
    assert found.ml1.seen[0].url.startswith(place.url("mlflow"))


@pytest.mark.parametrize("who", [OLEG, "teacher"])
def test_without_a_run_there_is_none(place: Place, who: str) -> None:
    with door(of(place, who)) as live:
        found = judged(OLEG, live)
    assert found.outcomes == (NOT_MET, NOT_MET)
    assert found.ml1.reason == f"MLflow has no run of {OLEG}"


def test_what_went_elsewhere_is_not_met_with_the_place(place: Place) -> None:
    with door(of(place, "teacher")) as live:
        found = judged(VERA, live)
    assert found.outcomes == (MET, NOT_MET)
    assert f"s3://{BUCKET}/teacher/astray/" in found.ml2.reason


def test_a_key_that_may_not_list_leaves_mlflows_word(place: Place) -> None:
    keys = {name: value for name, value in of(place, BORIS).items() if name.startswith("AWS_")}
    with door(of(place, ANNA), **keys) as live:
        found = judged(ANNA, live)
    assert found.outcomes == (MET, MET)
    assert "by MLflow's word" in found.ml2.reason


BROKEN = {
    "a wrong password": ({"MLFLOW_TRACKING_PASSWORD": "wrong"}, "MLFLOW_TRACKING_PASSWORD is refused"),
    "no password": ({"MLFLOW_TRACKING_PASSWORD": ""}, "set MLFLOW_TRACKING_USERNAME and"),
    "nobody there": (
        {"CHECKER_MLFLOW_URL": "http://127.0.0.1:9", "MLFLOW_TRACKING_URI": "http://127.0.0.1:9"},
        "MLflow",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changed", "reason"), BROKEN.values(), ids=BROKEN)
def test_an_outage_is_never_a_zero(place: Place, changed: dict[str, str], reason: str) -> None:
    with door(of(place, ANNA), **changed) as live:
        found = judged(ANNA, live)
    assert found.outcomes == (UNKNOWN, UNKNOWN)
    assert reason in found.ml1.reason


def test_another_kind_of_server_is_no_mlflow(place: Place) -> None:
    s3 = place.url("s3")
    with door(of(place, ANNA), CHECKER_MLFLOW_URL=s3, MLFLOW_TRACKING_URI=s3) as live:
        assert judged(ANNA, live).outcomes == (UNKNOWN, UNKNOWN)


def test_a_saved_case_gives_the_same_verdicts_without_a_network(
    place: Place, tmp_path: Path
) -> None:
    variables = of(place, ANNA)
    with door(variables) as live:
        recorder = Recorder(live)
        found = judged(ANNA, recorder)
        recorder.write(tmp_path / "case.json", Target(repository="ivanova/hw"))
    assert judged(ANNA, Replay(read(tmp_path / "case.json"))) == found
    saved = (tmp_path / "case.json").read_text()
    secrets = [variables[name] for name in variables if name.endswith(("_KEY", "_ID", "PASSWORD"))]
    assert len(secrets) == 3
    assert not [one for one in secrets if one in saved]


def test_the_command_line_shows_it_beside_the_total(
    place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CHECKER_CACHE", str(tmp_path))
    for name, value in of(place, ANNA).items():
        if not name.startswith("CHECKER_"):
            monkeypatch.setenv(name, value)
    homework = Path(__file__).parent.parent / "solutions" / "homework"
    words = ["grade", str(homework), "--student", ANNA]
    named = ["--mlflow", place.url("mlflow"), "--bucket", BUCKET]
    shown = CliRunner().invoke(checker, [*words, *named])
    assert "17 of 30 + 3; 13 could not be graded" in shown.output
    alone = CliRunner().invoke(checker, [*words, *named, "--s3", place.url("s3"), "--only", "ML"])
    assert (alone.exit_code, "0 of 0 + 3" in alone.output) == (0, True)
    without = CliRunner().invoke(checker, words)
    assert "17 of 30; 13" in without.output
    half = CliRunner().invoke(checker, [*words, "--s3", place.url("s3")])
    assert half.exit_code != 0
    assert "add --bucket NAME" in half.output


@pytest.fixture(scope="module")
def proxy(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An `mlflow server` that keeps artefacts for its clients, under Boris's prefix; nobody has to log in."""
    folder = tmp_path_factory.mktemp("proxy")
    port = free_port()
    teacher = of(place, "teacher")
    chosen = {
        name: value for name, value in teacher.items() if name.startswith(("AWS_", "MLFLOW_S3"))
    }
    settings = {**chosen, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    settings |= {"MLFLOW_DISABLE_TELEMETRY": "true", "PYTHONWARNINGS": "ignore"}
    program = Path(sys.executable).parent / "mlflow"
    words = [
        *("env", *(f"{name}={value}" for name, value in settings.items())),
        *(str(program), "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
        *("--backend-store-uri", f"sqlite:///{folder / 'mlflow.db'}"),
        *("--artifacts-destination", f"s3://{BUCKET}/{BORIS}"),
    ]
    with started(words, port, folder / "log") as url:
        for name in (BORIS, ANNA):
            variables = {"MLFLOW_TRACKING_URI": url, "MLFLOW_DISABLE_TELEMETRY": "true"}
            log(place, variables, name)
        yield url


def test_a_server_that_hides_where_artefacts_are_is_told_by_the_bucket(
    place: Place, proxy: str
) -> None:
    changed = {"CHECKER_MLFLOW_URL": proxy, "MLFLOW_TRACKING_URI": proxy}
    with door(of(place, BORIS), **changed) as live:
        found = judged(BORIS, live)
    assert found.outcomes == (MET, MET)
    assert "one object of the run `live` lies under" in found.ml2.reason
    with door(of(place, ANNA), **changed) as live:
        found = judged(ANNA, live)
    assert found.outcomes == (MET, NOT_MET)
    assert "mlflow-artifacts:/" in found.ml2.reason


def test_without_a_bucket_nobody_can_tell(place: Place, proxy: str) -> None:
    changed = {"CHECKER_MLFLOW_URL": proxy, "MLFLOW_TRACKING_URI": proxy, "CHECKER_S3_URL": ""}
    with door(of(place, BORIS), **changed) as live:
        found = judged(BORIS, live)
    assert found.outcomes == (MET, UNKNOWN)
    assert "name the bucket with --bucket" in found.ml2.reason
