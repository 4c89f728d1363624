"""Whatever does not answer, nothing that the rest earns is lost, and nothing becomes a zero."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.chain import Further, Hub, Records, Shelf, Source
from checker.evidence import Unavailable
from checker.grading import Grade, grade
from checker.rubric.scheme import default
from checker.rubric.verdict import Outcome
from checker.services.github.model import Job, Runs
from checker.services.images import Image, Origin, Tag
from checker.services.packages import File, Package
from checker.services.repository import Folder, Repository
from checker.target import Target
from solutions.variants import REFERENCE
from tests.past import HEAD, TAGGED, job, minutes, project, record, run, step

TARGET = Target(repository="me/hw")
PIECES = ("runs", "records", "pypi", "testpypi", "hub", "project", "homework", "further")
WAYS = ("good", "red", "masked", "by hand", "nothing came out", "still running")
CHECKS = (
    "Run actions/checkout@v7",
    "Run actions/setup-python@v7",
    'Run python -m pip install ".[dev]"',
)
IMAGE = (
    "Run actions/checkout@v7", "Run docker/setup-qemu-action@v4", "Run docker/setup-buildx-action@v4",
    "Log in to Docker Hub", "Name the image after the tag",
)  # fmt: skip


def homework() -> Repository:
    found = {
        path.relative_to(REFERENCE).as_posix(): path.read_text(encoding="utf-8")
        for path in REFERENCE.rglob("*")
        if path.is_file() and not any("cache" in part for part in path.parts)
    }
    return Repository("me/hw", Folder(found), ("main",), "main", full_name="me/hw")


def ended(way: str, name: str, start: float) -> object:
    """Return the last step of a job, as it went in one of the ways."""
    conclusion = {"red": "failure", "still running": ""}.get(way, "success")
    return step(0, name, conclusion, start)


def told(way: str) -> dict[str, object]:
    """Return all evidence that services would give of a homework that went one of the ways."""
    ci, publish, image = (f".github/workflows/{name}.yml" for name in ("ci", "publish", "image"))
    runs = (
        run(30, branch="v1.2.3", sha=TAGGED, workflow=image),
        run(20, event="pull_request", branch="hw5", sha="d" * 40, workflow=publish),
        run(10, workflow=ci),
    )
    if way == "still running":
        runs = tuple(replace(one, status="in_progress", conclusion="") for one in runs)
    jobs: tuple[tuple[Job, ...], ...] = (
        (job("image", *IMAGE, ended(way, "Build and push", 31)),),  # type: ignore[arg-type]
        (job("publish", "Run actions/download-artifact@v8", ended(way, "Publish to PyPI", 21)),),  # type: ignore[arg-type]
        (
            job("lint", *CHECKS, ended(way, "Lint", 11), "Check the format"),  # type: ignore[arg-type]
            job("test (3.12)", *CHECKS, ended(way, "Test", 11), id=12),  # type: ignore[arg-type]
        ),
    )
    if way == "still running":
        jobs = tuple(
            tuple(replace(one, status="in_progress", conclusion="") for one in each)
            for each in jobs
        )
    records = Records(tuple(record(one, *each) for one, each in zip(runs, jobs, strict=True)))
    shift = timedelta(hours=5 if way == "by hand" else 0)
    came = way not in {"nothing came out", "red", "still running"}
    files = (File("f.whl", "0.1.0", minutes(21.5) + shift),) if came else ()
    tags = (Tag("1.2.3", "sha256:0", minutes(31.5) + shift),) if came else ()
    origin = {
        ("me/campfire", "1.2.3"): Origin("me/hw", TAGGED, "refs/tags/v1.2.3", 30, 1, "provenance")
    }
    repository = homework()
    if way == "masked":
        texts = {path: repository.files.text(path) or "" for path in repository.files.paths}
        texts[publish] = texts[publish].replace(
            "- name: Publish", "- continue-on-error: true\n        name: Publish"
        )
        repository = replace(repository, files=Folder(texts))
    package = Package("campfire-centroids", "PyPI", "https://index.example/", files)
    hub = Image("me/campfire", "Docker Hub", "https://hub.example/", tags, bool(tags))
    return {
        "source": Source(repository, project(head=HEAD)),
        "runs": Runs(runs),
        "records": records,
        "pypi": Shelf("PyPI", (package,)),
        "testpypi": Shelf("TestPyPI"),
        "hub": Hub((hub,), origin if came and way != "by hand" else {}),
        "further": Further(),
    }


@cache
def whole(way: str) -> Grade:
    return grade(TARGET, default(), **told(way))


def outcomes(found: Grade) -> dict[str, Outcome]:
    return {line.criterion.id: line.verdict.outcome for line in found.lines}


def unmet(found: Grade) -> list[str]:
    return [id for id, outcome in outcomes(found).items() if outcome is Outcome.NOT_MET]


@pytest.mark.parametrize(
    ("way", "points", "lost"),
    [
        ("good", 30, []),
        ("red", 17, ["CI5", "LIB4", "LIB5", "LIB6", "IMG4"]),
        ("masked", 30, []),
        ("by hand", 24, ["LIB6", "IMG6"]),
        ("nothing came out", 24, ["LIB5", "LIB6"]),
        ("still running", 17, []),
    ],
)
def test_all_answers_together_give_the_grade(way: str, points: float, lost: list[str]) -> None:
    assert (whole(way).points, unmet(whole(way))) == (points, lost)


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("way", WAYS)
def test_one_that_does_not_answer_costs_nothing(way: str, piece: str) -> None:
    compare(way, {piece})


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(WAYS), st.sets(st.sampled_from(PIECES), min_size=2))
def test_any_of_them_may_be_silent_together(way: str, silent: set[str]) -> None:
    compare(way, silent)


def compare(way: str, silent: set[str]) -> None:
    """Grade with some services silent; nothing that was earned may be lost to a zero."""
    gaps = {name: Unavailable(f"the {name}", f"{name} is silent") for name in silent}
    before, after = whole(way), grade(TARGET, default(), **{**told(way), **gaps})
    was, now = outcomes(before), outcomes(after)
    for id in was:
        if was[id] is not Outcome.NOT_MET:
            assert now[id] is not Outcome.NOT_MET, (way, silent, id)
        if was[id] is Outcome.UNKNOWN:
            assert now[id] in {Outcome.UNKNOWN, Outcome.PENDING}, (way, silent, id)
    assert after.points + after.not_graded >= before.points
    asks_nothing = [id for id in was if id[-1] in "123" or id == "CI4"]
    assert [now[id] for id in asks_nothing] == [was[id] for id in asks_nothing]
