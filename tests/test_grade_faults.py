"""A whole grade while a service misbehaves: never a zero, never a crash, never a leaked token, and the rest intact."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from checker import grading
from checker.grading import Grade
from checker.http import case
from checker.http.live import Live, Patience
from checker.http.replay import Recorder, Replay
from checker.report import html, json, markdown, terminal
from checker.rubric.scheme import default
from checker.rubric.verdict import Outcome
from checker.target import Target
from tests.standins.faulty import FAULTS, Faulty
from tests.standins.outside import Outside
from tests.standins.server import Answer, Server

NAME = "ivanova/campfire"
TARGET = Target(repository=NAME)
TOKEN = "ghp_" + "planted" * 5 + "x"
PATIENT = Patience(connect=10, idle=10, whole=30, tries=2, pause=0.001)
HASTY = Patience(connect=5, idle=1.5, whole=3, tries=2, pause=0.001)
WAITS = ("time-out", "slow drip")
"""Faults that last as long as one is patient; with the others a busy machine is no outage of what works."""

BROKEN = (
    "time-out", "connection reset", "500", "502", "503", "504", "429", "403 primary", "403 secondary", "401",
    "garbage", "a web page", "no JSON", "deep JSON", "cut", "slow drip", "redirect loop", "redirect to another host",
    "10 GB", "gzip bomb", "echo in an error",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A service, the requests that break, and what may stay open then."""

    address: str
    path: str
    open: frozenset[str]


EVERYTHING = frozenset(criterion.id for criterion in default().criteria)
PLACES = {
    "GitHub's files": Place("github", "/graphql", EVERYTHING),
    "GitHub's runs": Place(
        "github", "/repos/.*/actions/runs", frozenset({"CI5", "LIB4", "LIB6", "IMG4", "IMG6"})
    ),
    "PyPI": Place("pypi", ".*", frozenset({"LIB5", "LIB6"})),
    "Docker Hub": Place("dockerhub", ".*", frozenset({"IMG5", "IMG6"})),
}


@pytest.fixture(scope="module")
def outside() -> Iterator[Outside]:
    with Outside().running() as made:
        made.github.token(TOKEN)
        made.complete()
        yield made


@dataclass
class Graded:
    """A grade, and all that was written on the way to it."""

    grade: Grade
    written: dict[str, str]


def graded(
    outside: Outside, place: Place, fault: str, folder: Path, caplog: pytest.LogCaptureFixture
) -> Graded:
    """Grade through a server that breaks one service; print every report, save the case, keep a cache."""
    caplog.set_level(logging.DEBUG)
    stolen: list[str] = []
    elsewhere = Server(lambda call: stolen.append(repr(call)) or Answer({}))
    upstream = getattr(outside.addresses, place.address)
    with elsewhere, Faulty(upstream, elsewhere=elsewhere.url) as front:
        front.breaks(place.path, FAULTS[fault])
        addresses = replace(outside.addresses, **{place.address: front.url})
        patience = HASTY if fault in WAITS else PATIENT
        with Live(
            addresses, TOKEN, cache=folder / "cache", patience=patience, sleep=lambda _: None
        ) as live:
            door = Recorder(live)
            grade = grading.grade(TARGET, default(), http=door)
            door.write(folder / "case.json", TARGET)
            shown = repr(live)
    written = {
        "text": terminal.terminal(grade, width=100),
        "markdown": markdown.report(grade),
        "json": json.report(grade),
        "html": html.report(grade),
        "repr": f"{shown} {grade!r}",
        "log": caplog.text,
        "another host": "".join(stolen),
    }
    for path in folder.rglob("*"):
        if path.is_file():
            written[path.name] = path.read_bytes().decode("latin-1")
    return Graded(grade, written)


@pytest.mark.parametrize("fault", BROKEN)
@pytest.mark.parametrize("service", PLACES)
def test_a_broken_service_costs_no_point_and_learns_no_secret(
    outside: Outside, service: str, fault: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place = PLACES[service]
    found = graded(outside, place, fault, tmp_path, caplog)
    grade = found.grade
    assert grade.unmet == (), (service, fault)
    open_ = {line.criterion.id for line in grade.lines if line.verdict.outcome is not Outcome.MET}
    assert open_
    assert open_ <= place.open
    assert grade.points + grade.not_graded == 30
    assert grade.outcome is Outcome.UNKNOWN
    assert [name for name, text in found.written.items() if TOKEN in text] == []
    assert found.written["another host"] == ""


def test_the_saved_case_of_an_outage_gives_the_same_grade_again(
    outside: Outside, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found = graded(outside, PLACES["PyPI"], "503", tmp_path, caplog)
    again = grading.grade(TARGET, default(), http=Replay(case.read(tmp_path / "case.json")))
    assert json.report(again) == found.written["json"]
    assert html.report(again) == found.written["html"]
