"""The part that tracks runs, and what a student's programs need to know of it."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from checker.campus.part import lacks, python, reaches
from checker.campus.people import BUCKET, People, Person
from checker.campus.place import CampusError, Place
from checker.campus.storage import REGION

_MOST = 1000
"""Experiments that MLflow lists at once."""
_EXPERIMENTS = "2.0/mlflow/experiments"
_GRANT = "3.0/mlflow/users/permissions/grant"


@dataclass(frozen=True)
class Tracking:
    """The part that tracks runs."""

    name: str = "tracking"
    after: Sequence[str] = ()

    @property
    def title(self) -> str:
        """What a person calls it."""
        return "tracking (MLflow)"

    @property
    def ports(self) -> Sequence[str]:
        """The one port it listens on."""
        return ("mlflow",)

    def missing(self) -> str:
        """Return what to install when MLflow or what its access control needs is not there."""
        return lacks("mlflow") or lacks("flask_wtf", "mlflow[auth]")

    def command(self, place: Place) -> Sequence[str]:
        """Return the command that serves MLflow."""
        code = "import sys; from checker.campus.tracking import server; server.main(sys.argv[1])"
        return python("-W", "ignore", "-c", code, str(place.root))

    def environment(self, place: Place) -> Mapping[str, str]:
        """Return nothing: the server sets what MLflow reads."""
        del place
        return {}

    def answers(self, place: Place) -> bool:
        """Say whether MLflow answers."""
        return reaches(f"{place.url('mlflow')}/health")

    def settle(self, place: Place) -> None:
        """Make everybody's own experiment, so that nobody else takes its name; open those that a kill left shut.

        One at a time: whoever finds an experiment there finds it open too.
        """
        with place.locked(self.name):
            there = _there(place)
            _make(place, there)
            for person in People(place):
                location = there.get(person.login, "")
                if location.startswith(f"s3://{BUCKET}/{person.login}/") and not person.is_teacher:
                    _open(place, person)

    def welcome(self, place: Place) -> None:
        """Make the experiments of those who joined since it started."""
        with place.locked(self.name):
            _make(place, _there(place))


def environment(person: Person, place: Place) -> dict[str, str]:
    """Return the variables with which a student's programs reach tracking and storage, as themselves.

    MLflow and boto3 read most; the checker reads the two that begin with its name; the last two are for the student's
    own code: the bucket, and the prefix in it without a slash at the end.
    """
    return {
        "MLFLOW_TRACKING_URI": place.url("mlflow"),
        "MLFLOW_TRACKING_USERNAME": person.login,
        "MLFLOW_TRACKING_PASSWORD": person.token,
        "MLFLOW_EXPERIMENT_NAME": person.login,
        "MLFLOW_S3_ENDPOINT_URL": place.url("s3"),
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "AWS_ENDPOINT_URL_S3": place.url("s3"),
        "AWS_ACCESS_KEY_ID": person.s3_key,
        "AWS_SECRET_ACCESS_KEY": person.s3_secret,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "CHECKER_MLFLOW_URL": place.url("mlflow"),
        "CHECKER_S3_URL": f"{place.url('s3')}/{BUCKET}",
        "S3_BUCKET": BUCKET,
        "S3_PREFIX": person.login,
    }


def _there(place: Place) -> dict[str, str]:
    """Return where the artefacts of each experiment go, by its name."""
    asked = {"max_results": _MOST, "view_type": "ALL"}
    listed = _ask(place, People(place).teacher, f"{_EXPERIMENTS}/search", asked)
    return {one["name"]: one["artifact_location"] for one in listed.get("experiments", [])}


def _make(place: Place, there: Collection[str]) -> None:
    for person in People(place):
        if person.login not in there:
            _ask(place, person, f"{_EXPERIMENTS}/create", {"name": person.login})


def _open(place: Place, person: Person) -> None:
    """Let a person into the experiment that has their name.

    MLflow makes an experiment first and lets its maker in afterwards; killed in between, it would keep them out.
    """
    named = {"max_results": 1, "filter": f"name = '{person.login}'"}
    if _ask(place, person, f"{_EXPERIMENTS}/search", named).get("experiments"):
        return
    teacher = People(place).teacher
    [found] = _ask(place, teacher, f"{_EXPERIMENTS}/search", named)["experiments"]
    let_in = {"username": person.login, "resource_type": "experiment", "permission": "MANAGE"}
    _ask(place, teacher, _GRANT, {**let_in, "resource_id": found["experiment_id"]})


def _ask(place: Place, person: Person, path: str, content: object) -> dict[str, Any]:
    """Ask MLflow as a person; nothing when what is to be made is there already."""
    pair = base64.b64encode(f"{person.login}:{person.token}".encode()).decode()
    request = urllib.request.Request(  # noqa: S310 - loopback
        f"{place.url('mlflow')}/api/{path}",
        data=json.dumps(content).encode(),
        headers={"Authorization": f"Basic {pair}", "Content-Type": "application/json"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=30) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError as error:
        with error:
            said = error.read(500).decode("utf-8", "replace")
        if "RESOURCE_ALREADY_EXISTS" in said:
            return {}
        raise CampusError(f"MLflow answered {error.code} to {path}: {said[:200]}") from None
    except OSError as error:
        raise CampusError(f"MLflow did not answer to {path}: {error}") from None
