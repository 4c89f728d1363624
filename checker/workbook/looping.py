"""The loop from a commit to a new training, run with small real parts: bucket, registry, service, live berries.

A wiring says which step follows which event. What happens then happens: a wiring that leaves a step out leaves its
effect out, and the journal shows it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from checker.workbook import model_versions as models
from checker.workbook.berries import Harvest, accuracy, harvest, predict, train
from checker.workbook.contenders import contender, quietly
from checker.workbook.drifting import distances
from checker.workbook.serving import Service, ask

EVENTS = (
    "a commit is merged",
    "the pipeline is deployed",
    "a version is registered",
    "the champion changes",
    "the service has reloaded",
    "drift is found",
)
STEPS = (
    "deploy the pipeline",
    "train",
    "compare with the champion",
    "reload the service",
    "watch live data",
)
RIGHT: Mapping[str, str] = dict(
    zip(EVENTS, (*STEPS, "train"), strict=True),
)

_MOST_STEPS = 14
_MOST_TRAININGS = 3
_THRESHOLD = 0.2
_ROWS = 200
"""Berries of a day, live and labelled."""
_WET = 3.0
"""Millimetres by which berries are larger after the summer."""
_TOKEN = "loop"
_PIPELINE = {"old": {"rows": 15}, "new": {"rows": _ROWS}}
"""What the commit changes: the pipeline learned from a few rows, and now it takes all."""
_TAG = "pipeline"


@dataclass(frozen=True, slots=True)
class Entry:
    """A step that ran: what for, and what came of it."""

    event: str
    step: str
    came: str = ""
    """The event that followed; empty for none."""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """What a loop did until it came to rest, or was stopped."""

    entries: tuple[Entry, ...]
    rests: bool
    """Whether it came to rest by itself."""
    served: str = ""
    """Which pipeline made the version that serves in the end: `old` or `new`; empty for none."""
    is_fit: bool = False
    """Whether the model that serves fits the berries that come in in the end."""
    champion_serves: bool = False

    def steps(self, name: str) -> list[Entry]:
        """Return each run of a step."""
        return [one for one in self.entries if one.step == name]


class Loop:
    """The parts, and what is known of the world: how large berries are now."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.larger = 0.0
        self.day = 0
        self.newest = 0
        """The version that was registered last."""
        self.learned: list[float] = [row[0] for row in self.labelled().rows]
        """The diameters that the serving model learned from, as far as the watch knows."""
        self._learned_by: dict[str, list[float]] = {}

    def labelled(self) -> Harvest:
        """Return berries of now that somebody has named."""
        return harvest(200 + self.day, _ROWS, larger=self.larger)

    # Steps: each returns the event that follows, and what the journal says of it.

    def deploy(self) -> tuple[str, dict[str, Any]]:
        """Put the pipeline of the commit where training finds it."""
        _put(_PIPELINE["new"] | {_TAG: "new"})
        return "the pipeline is deployed", {_TAG: "new"}

    def train(self) -> tuple[str, dict[str, Any]]:
        """Run the pipeline that is deployed, on the berries of now; register what it made."""
        pipeline, berries = _get(), self.labelled()
        taken = berries.head(int(pipeline["rows"]))
        tags = {_TAG: str(pipeline[_TAG])}
        with quietly():
            version = models.publish_weights(train(taken), learned_from=taken, tags=tags)
        self.newest = version.number
        self._learned_by[str(version.number)] = [row[0] for row in berries.rows]
        return "a version is registered", {_TAG: pipeline[_TAG], "version": version.number}

    def compare(self) -> tuple[str, dict[str, Any]]:
        """Point the alias at the newest version when it is better on the labelled berries of now."""
        berries, champion = self.labelled(), models.at(models.CHAMPION)
        if champion is None or not self.newest:
            return "", {}
        challenger = f"models:/{models.model_name()}/{self.newest}"
        old, new = (
            accuracy(predict(models.weights(uri), berries.rows), berries.labels)
            for uri in (champion.uri, challenger)
        )
        if new <= old:
            return "", {"old": old, "new": new}
        models.point(models.CHAMPION, self.newest)
        return "the champion changes", {"old": old, "new": new}

    def reload(self) -> tuple[str, dict[str, Any]]:
        """Ask the service to take up the champion."""
        status, told = ask(self.service.port, "/reload", verb="POST", token=_TOKEN)
        version = str(told.get("version", "")) if isinstance(told, dict) else ""
        if status != 200:
            raise RuntimeError(f"the service answered {status} to /reload")
        self.learned = self._learned_by.get(version, self.learned)
        return "the service has reloaded", {"version": version}

    def watch(self) -> tuple[str, dict[str, Any]]:
        """Look at the live berries of three days; after the first watch comes the wet summer."""
        found = []
        for _ in range(3):
            self.day += 1
            live = [row[0] for row in self.labelled().rows]
            found.append(distances(self.learned, [(self.day, live)])[0])
            if found[-1] >= _THRESHOLD:
                return "drift is found", {"distance": found[-1]}
            self.larger = _WET
        return "", {"distance": found[-1]}


def run(wiring: Mapping[str, str], file: Path) -> Told:
    """Begin with a merged commit and follow a wiring until nothing follows; `file` is the service."""
    first = contender("first")
    models.point(models.CHAMPION, first.number)
    _put(_PIPELINE["old"] | {_TAG: "old"})
    variables = {"MODEL_NAME": models.model_name(), "RELOAD_TOKEN": _TOKEN}
    with Service(file, variables) as service:
        if service.await_ready() != "ready":
            raise RuntimeError(f"the service does not start: {service.said}")
        loop = Loop(service)
        steps: Mapping[str, Callable[[], tuple[str, dict[str, Any]]]] = dict(
            zip(
                STEPS, (loop.deploy, loop.train, loop.compare, loop.reload, loop.watch), strict=True
            )
        )
        entries: list[Entry] = []
        event = EVENTS[0]
        while event and len(entries) < _MOST_STEPS:
            step = wiring[event]
            if step == "train" and sum(one.step == step for one in entries) >= _MOST_TRAININGS:
                break
            came, facts = steps[step]()
            entries.append(Entry(event, step, came, facts))
            event = came
        return _judged(loop, tuple(entries), rests=not event)


def _judged(loop: Loop, entries: tuple[Entry, ...], *, rests: bool) -> Told:
    berries = loop.labelled()
    row = berries.rows[0]
    _, told = ask(loop.service.port, f"/predict?diameter={row[0]}&weight={row[1]}")
    version = str(told.get("version", "")) if isinstance(told, dict) else ""
    champion = models.at(models.CHAMPION)
    if not version.isdecimal():
        return Told(entries, rests)
    serving = models.version(int(version))
    score = accuracy(predict(models.weights(serving.uri), berries.rows), berries.labels)
    made_by = dict(serving.tags).get(_TAG, "old")
    is_champion = champion is not None and champion.number == serving.number
    return Told(entries, rests, made_by, score > 0.8, is_champion)


def _key() -> tuple[str, str]:
    return os.environ["S3_BUCKET"], f"{os.environ['S3_PREFIX']}/pipelines/berries.json"


def _put(content: Mapping[str, Any]) -> None:
    bucket, key = _key()
    body = json.dumps(dict(content)).encode()
    import_module("boto3").client("s3").put_object(Bucket=bucket, Key=key, Body=body)


def _get() -> dict[str, Any]:
    bucket, key = _key()
    answer = import_module("boto3").client("s3").get_object(Bucket=bucket, Key=key)
    found: dict[str, Any] = json.loads(answer["Body"].read())
    return found
