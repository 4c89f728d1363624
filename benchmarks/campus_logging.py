"""A class that logs to MLflow at once, and what of it arrived: python benchmarks/campus_logging.py [STUDENTS [RUNS]].

Each student is a process of their own with MLflow's own client, and with their own login, token and key of S3. All
begin at the same moment. A run is a parameter, ten values of a metric and a file, which the client itself puts into S3.
Afterwards everything is looked up with each student's own login and key: every run ended, with all of its values, under
the student's own prefix, with the student's own file in it, and no run and no object more than that.

Beside it, in the same run, `mlflow server` by hand on a database of its own and the same S3: everybody is anybody
there, with one key for all. The ratio is what it costs that students are told apart.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]

from clock import program

sys.path.insert(0, str(Path(__file__).parent.parent))

from checker.campus import campus, tracking
from checker.campus.part import reaches
from checker.campus.people import BUCKET, People, Person
from checker.campus.place import HOST, Place
from checker.campus.supervisor import Supervisor

STEPS = 10
"""Values of the metric in each run."""
PATIENCE = 900
"""Seconds that a class gets."""
_BEGUN = time.monotonic()


def main() -> None:
    """Measure, look everything up, print."""
    if not all(one.isdecimal() and int(one) for one in sys.argv[1:]):
        sys.exit("how many students, and how many runs each? Two numbers from 1 on, such as: 100 3")
    students = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory() as folder:
        place = Place.open(Path(folder) / "campus")
        logins = [f"student_{letters(number)}" for number in range(students)]
        for login in logins:
            People(place).join(login, login)
        parts = tuple(one for one in campus.parts() if one.name in {"storage", "tracking"})
        with Supervisor(place, parts) as supervisor:
            supervisor.up()
            _say(f"a campus with {students} students is up")
            people = [People(place)[login] for login in logins]
            own = {one.login: tracking.environment(one, place) for one in people}
            whole = log_together(own, runs)
            lost, crossed = losses(place, people, runs)
            with _by_hand(Path(folder), place) as shared:
                bare = log_together(dict.fromkeys(own, shared), runs)
                found = _count(shared)
    wanted = students * runs
    if whole.failed or lost or crossed:
        sys.exit(f"gave up: {whole.failed[:1]}; lost: {lost[:5]}; crossed: {crossed[:5]}")
    print(f"{students} students log {runs} runs each at the same moment: {wanted} runs, none lost")
    for name, one in (("campus", whole), ("mlflow server by hand", bare)):
        print(
            f"  {name:<24} {one.seconds:6.1f} s  {wanted / one.seconds:5.1f} runs/s"
            f"   a student's runs: median {one.median:.1f} s, slowest {max(one.each):.1f} s"
        )
    if bare.failed:
        print(
            f"  by hand {len(bare.failed)} clients gave up, and {found} runs are there: {bare.failed[0]}"
        )
    else:
        print(f"  telling students apart costs {whole.seconds / bare.seconds:.2f} × by the clock")
    print(json.dumps({"campus": whole.seconds, "by hand": bare.seconds, "runs": [wanted, found]}))


def letters(number: int) -> str:
    """Return a given name for a number: names have no digits."""
    return "".join("abcdefghij"[int(digit)] for digit in f"{number:03}")


@dataclass(frozen=True)
class Together:
    """How long a class took, in seconds."""

    seconds: float
    """From the common start to the last one's end."""
    each: tuple[float, ...]
    failed: tuple[str, ...]
    """What clients gave up with."""

    @property
    def median(self) -> float:
        """What the student in the middle took."""
        return sorted(self.each)[len(self.each) // 2]


def log_together(environments: Mapping[str, Mapping[str, str]], runs: int) -> Together:
    """Let everybody log at once.

    The processes are forks of one that has imported MLflow: a hundred imports on a laptop would be what is measured.
    """
    import mlflow  # noqa: F401 - before the forks

    context = multiprocessing.get_context("fork")
    start, ends = context.Barrier(len(environments) + 1), context.SimpleQueue()
    people = [
        context.Process(target=_log, args=(login, variables, runs, start, ends))
        for login, variables in environments.items()
    ]
    for one in people:
        one.start()
    start.wait(PATIENCE)
    told = [ends.get() for _ in people]
    for one in people:
        one.join(PATIENCE)
    seconds = max(ended for _, ended, _ in told) - min(began for began, _, _ in told)
    _say(f"{len(people)} clients ended after {seconds:.1f} s")
    each = tuple(ended - began for began, ended, _ in told)
    return Together(seconds, each, tuple(said for _, _, said in told if said))


def _log(login: str, variables: Mapping[str, str], runs: int, start: Any, ends: Any) -> None:
    import mlflow

    os.environ.update(variables)
    os.environ["MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT"] = "true"
    said = ""
    start.wait(PATIENCE)
    began = time.monotonic()  # one clock for all processes
    try:
        for number in range(runs):
            with mlflow.start_run(run_name=f"{login}-{number}"):
                mlflow.log_param("student", login)
                for step in range(STEPS):
                    mlflow.log_metric("loss", number + 1 / (step + 1), step=step)
                mlflow.log_text(f"{login} {number}", "whose.txt")
    except Exception as error:  # noqa: BLE001 - whatever a client gives up with is the result
        said = f"{login}: {type(error).__name__}: {error}"
    ends.put((began, time.monotonic(), said))


def losses(place: Place, people: Sequence[Person], runs: int) -> tuple[list[str], list[str]]:
    """Look everything up as each student; return what is missing, and what is where it does not belong."""
    lost, crossed = [], []
    for person in people:
        os.environ.update(tracking.environment(person, place))
        s3 = boto3.Session().client(
            "s3"
        )  # a new session: the default one keeps the first key it saw
        wanted = {f"{person.login}-{number}": f"{person.login} {number}" for number in range(runs)}
        seen = _runs()
        keys = set(_keys(s3, f"{person.login}/"))
        for run in seen:
            name, location = run.info.run_name, run.info.artifact_uri
            key = f"{location.removeprefix(f's3://{BUCKET}/')}/whose.txt"
            whole = _values(run.info.run_id)
            text = (
                s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode() if key in keys else ""
            )
            if run.info.status != "FINISHED" or len(whole) != STEPS or not text:
                lost.append(f"{name}: {run.info.status}, {len(whole)} values, file {text!r}")
            elif run.data.params != {"student": person.login} or text != wanted.pop(name, None):
                crossed.append(f"{name} with {run.data.params} and {text!r} in {location}")
            keys.discard(key)
        lost += [f"{name}: no such run" for name in wanted]
        crossed += sorted(keys)
    _say("everything was looked up")
    return lost, crossed


def _runs() -> Sequence[Any]:
    from mlflow import MlflowClient

    client = MlflowClient(os.environ["MLFLOW_TRACKING_URI"])
    seen = [one.experiment_id for one in client.search_experiments()]
    found: list[Any] = []
    token = None
    while page := client.search_runs(seen, max_results=1000, page_token=token):
        found += page
        token = page.token
        if not token:
            break
    return found


def _values(run: str) -> Sequence[Any]:
    from mlflow import MlflowClient

    return MlflowClient(os.environ["MLFLOW_TRACKING_URI"]).get_metric_history(run, "loss")


def _keys(s3: Any, prefix: str) -> Iterator[str]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix):
        yield from (one["Key"] for one in page.get("Contents", ()))


def _count(variables: Mapping[str, str]) -> int:
    os.environ.update(variables)
    return len(_runs())


@contextmanager
def _by_hand(folder: Path, place: Place) -> Iterator[Mapping[str, str]]:
    """Serve `mlflow server` as one does by hand; give the variables that everybody shares there."""
    ports = Place.open(folder / "ports")
    url = ports.url("mlflow")
    shared = {**tracking.environment(People(place).teacher, place), "MLFLOW_TRACKING_URI": url}
    shared["MLFLOW_EXPERIMENT_NAME"] = "Default"
    words = [program("mlflow"), "server", "--host", HOST, "--port", str(ports.port("mlflow"))]
    words += ["--backend-store-uri", f"sqlite:///{folder / 'by-hand.db'}"]
    words += ["--no-serve-artifacts", "--default-artifact-root", f"s3://{BUCKET}/by-hand"]
    words += ["--workers", "1"]  # as many as the campus has
    quiet = subprocess.DEVNULL
    given = {**os.environ, **shared, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    server = subprocess.Popen(words, stdout=quiet, stderr=quiet, env=given)
    try:
        while not reaches(f"{url}/health"):
            if time.monotonic() - _BEGUN > PATIENCE or server.poll() is not None:
                sys.exit("mlflow server did not start")
            time.sleep(0.1)
        _say("mlflow server by hand is up")
        yield shared
    finally:
        server.terminate()
        server.wait(30)


def _say(text: str) -> None:
    print(f"{time.monotonic() - _BEGUN:6.1f} s  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
