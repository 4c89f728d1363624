"""A student's runs, as any MLflow server tells them over its REST API (mlflow.org, REST API; checked with 3.17)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from checker.http import Http, Page, Request
from checker.http.page import MLFLOW as SERVICE
from checker.services.fields import like, mapping, sequence, text, whole

PAGE = 1000
"""Experiments a page; the API gives no more."""
MAX_PAGES = 3
"""Pages of experiments that are read."""
MOST_RUNS = 100
"""Runs that are read of each kind, the newest."""
_LARGEST = 5_000_000

_RUN = re.compile(r"[0-9a-zA-Z_-]{1,64}")
_EXPERIMENT = re.compile(r"[0-9]{1,20}")
_MODEL = re.compile(r"m-[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Run:
    """A run, with what it logged."""

    id: str
    name: str
    experiment: str
    """The experiment's name."""
    status: str
    """MLflow's word: `RUNNING`, `SCHEDULED`, `FINISHED`, `FAILED`, `KILLED`."""
    place: str
    """Where its artefacts go: `s3://bucket/surname_name/…`, `mlflow-artifacts:/…`."""
    url: str
    """Its page for people."""
    user: str = ""
    """Who ran it, by the client's own word."""
    started: datetime | None = None
    ended: datetime | None = None
    logged: int = 0
    """Metrics and parameters."""
    models: tuple[str, ...] = ()
    """Ids of the models it logged (MLflow 3); their files lie beside the run's, under the experiment's place."""

    @property
    def at(self) -> datetime | None:
        """When it ended, by the server; while it runs, when it started."""
        return self.ended or self.started

    @property
    def is_proxied(self) -> bool:
        """Whether the server keeps its artefacts for its clients, so that nobody is told where."""
        return self.place.startswith(("mlflow-artifacts:", "http:", "https:"))

    def lies_under(self, student: str) -> bool:
        """Say whether its artefacts go to a bucket, under a student's prefix."""
        return self.place.startswith("s3://") and _is_under(self.place, student)


@dataclass(frozen=True, slots=True)
class Runs:
    """A student's runs on a server, newest first."""

    all: tuple[Run, ...] = ()
    complete: bool = True
    """False when there are more that were not read."""


def runs_of(student: str, http: Http) -> Runs:
    """Ask for a student's runs: all in experiments of theirs, and those elsewhere that say they ran them.

    An experiment is the student's when its name holds `surname_name` as a word, or when its artefacts go under that
    prefix. Raises Unavailable when MLflow does not answer, or answers with something else.
    """
    experiments, complete = _experiments(student, http)
    own = {id: name for id, (name, is_own) in experiments.items() if is_own}
    others = {id: name for id, (name, is_own) in experiments.items() if not is_own}
    found: dict[str, Run] = {}
    for ids, condition in ((own, ""), (others, f"tags.mlflow.user = '{student}'")):
        if ids:
            runs, is_all = _search(ids, condition, student, http)
            complete = complete and is_all
            found |= {run.id: run for run in runs}
    dawn = datetime.min.replace(tzinfo=UTC)
    newest = sorted(found.values(), key=lambda run: (run.started or dawn, run.id), reverse=True)
    return Runs(tuple(newest), complete)


def has_artefacts(run: Run, http: Http) -> bool:
    """Ask whether a run left artefacts. Raises Unavailable where the server cannot look for itself."""
    if run.models:
        return True
    asked = f"the artefacts of the run {run.name or run.id}"
    page = http.get(_request(f"artifacts/list?run_id={quote(run.id)}", asked, http))
    return bool(sequence(_object(page).get("files"), 1))


def _experiments(student: str, http: Http) -> tuple[dict[str, tuple[str, bool]], bool]:
    """Return the server's experiments by id, with their names and whether they are the student's."""
    found: dict[str, tuple[str, bool]] = {}
    word = re.compile(rf"(?<![a-z0-9_-]){re.escape(student)}(?![a-z0-9_-])")
    token = ""
    for _ in range(MAX_PAGES):
        query = {"max_results": str(PAGE), **({"page_token": token} if token else {})}
        path = f"experiments/search?{urlencode(query)}"
        answer = _object(http.get(_request(path, "the experiments", http)))
        for entry in map(mapping, sequence(answer.get("experiments"), PAGE)):
            id, name = like(entry.get("experiment_id"), _EXPERIMENT), text(entry.get("name"))
            place = text(entry.get("artifact_location"), 2000)
            if id:
                is_own = word.search(name.lower()) is not None or _is_under(place, student)
                found[id] = (name, is_own)
        token = text(answer.get("next_page_token"), 1000)
        if not token:
            return found, True
    return found, False


def _search(
    experiments: dict[str, str], condition: str, student: str, http: Http
) -> tuple[list[Run], bool]:
    """Return the newest runs of some experiments, and whether these are all."""
    body = {
        "experiment_ids": sorted(experiments, key=int),
        "filter": condition,
        "max_results": MOST_RUNS,
        "order_by": ["attributes.start_time DESC"],
    }
    page = http.get(_request("runs/search", f"the runs of {student}", http, body))
    answer = _object(page)
    entries = sequence(answer.get("runs"), MOST_RUNS)
    return [*_runs(entries, experiments, _base(http))], not answer.get("next_page_token")


def _runs(entries: list[Any], experiments: dict[str, str], base: str) -> Iterator[Run]:
    for entry in map(mapping, entries):
        info, data = mapping(entry.get("info")), mapping(entry.get("data"))
        id = like(info.get("run_id") or info.get("run_uuid"), _RUN)
        experiment = like(info.get("experiment_id"), _EXPERIMENT)
        if not id or experiment not in experiments:
            continue
        tags = {
            text(tag.get("key"), 100): text(tag.get("value"), 200)
            for tag in map(mapping, sequence(data.get("tags"), 200))
        }
        outputs = mapping(entry.get("outputs")).get("model_outputs")
        models = (like(mapping(one).get("model_id"), _MODEL) for one in sequence(outputs, 50))
        yield Run(
            id,
            text(info.get("run_name"), 100) or tags.get("mlflow.runName", ""),
            experiments[experiment],
            text(info.get("status"), 20),
            text(info.get("artifact_uri"), 2000),
            f"{base}/#/experiments/{experiment}/runs/{id}",
            tags.get("mlflow.user", "") or text(info.get("user_id"), 100),
            _moment(info.get("start_time")),
            _moment(info.get("end_time")),
            sum(len(sequence(data.get(kind), 1000)) for kind in ("metrics", "params")),
            tuple(filter(None, models)),
        )


def _moment(value: Any) -> datetime | None:
    """Return a time given in milliseconds since 1970; None for none. Old servers write it as text."""
    number = (
        int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 16 else value
    )
    stamp = whole(number)
    return datetime.fromtimestamp(stamp / 1000, UTC) if 0 < stamp < 4_102_444_800_000 else None


def _is_under(place: str, student: str) -> bool:
    """Say whether an address has a folder of the student's name; a bucket's name is none."""
    try:
        return student in urlsplit(place).path.split("/")
    except ValueError:
        return False


def _base(http: Http) -> str:
    return http.addresses.mlflow


def _request(path: str, asked: str, http: Http, body: object = None) -> Request:
    return Request(
        SERVICE,
        f"{_base(http)}/api/2.0/mlflow/{path}",
        asked,
        body=json.dumps(body).encode() if body is not None else b"",
        reads=True,
        largest=_LARGEST,
        keep="no",
    )


def _object(page: Page) -> dict[str, Any]:
    """Return an answer that is one. Raises Unavailable for anything else."""
    if page.status == 404:
        raise page.unavailable("answered 404", "is there an MLflow server at that address?")
    if not page.ok:
        raise page.unavailable(f"answered {page.status}")
    answer = page.json()
    if not isinstance(answer, dict):
        raise page.unavailable("answered with something else than an object")
    return answer
