"""The README's table of the seminar: it has each thing the seminar names, and each exercise it names is about that."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache

import pytest

from checker.workbook.texts import FOLDER
from solutions.book.source import ROOT, Lesson, read, sources

SEMINAR: Mapping[str, str] = {
    "CI": r"integrat",
    "CD": r"deliver|deploy|publish|push",
    "why": r"late|day|lets|through",
    "linting and formatting": r"ruff|lint",
    "testing": r"test",
    "training again and again": r"train",
    "generating reports": r"papermill",
    "delivering reports": r"reports/",
    "delivering models": r"model",
    "publishing libraries": r"wheel|upload",
    "does the code build?": r"build",
    "do the tests pass?": r"test",
    "is the code good enough?": r"good enough",
    "linters and tests through GitHub Actions": r"(?s)lint.*test|test.*lint|fault",
    "the same with Jenkins": r"Jenkins",
    "the same with OpenShift Pipelines": r"Tekton",
    "the same with GitLab": r"GitLab",
    "workflow, job, step": r"(?s)(?=.*workflow)(?=.*job)(?=.*step)",
    "event": r"event",
    "action, and one of your own": r"(?s)(?=.*composite)(?=.*action)",
    "`actions/checkout`": r"actions/checkout@",
    "`actions/setup-python` over a matrix": r"(?s)(?=.*actions/setup-python@)(?=.*matrix)",
    "a token of PyPI": r"token",
    "trusted publishing": r"id-token",
    "QEMU, Buildx": r"qemu|platform|arm64",
    "pipeline CD": r"deliver|deploy",
    "continuous training": r"(?s)(?=.*cron)(?=.*trigger)",
    "model CD": r"(?s)(?=.*model)(?=.*serv)",
    "monitoring": r"drift",
    "environments": r"(?s)(?=.*development)(?=.*test)(?=.*staging)(?=.*prod)",
    "Airflow's code by a push at a button": r"workflow_dispatch",
    "Airflow's code pulled from S3": r"(?s)(?=.*bucket)",
    "batch inference": r"latest|champion",
    "an online service restarts": r"restart",
    "an online service takes": r"/reload",
    "homework: CI": r"lint|fault",
    "homework: a library": r"pull_request",
    "homework: an image": r"tags",
    "one MLflow server and one bucket": r"surname_name|prefix",
    "a key that leaked": r"leak|secret",
}
"""What the seminar names, and what an exercise about it speaks of."""


@cache
def lessons() -> Mapping[str, Lesson]:
    return {path.stem[:2]: read(path) for path in sources()}


@cache
def rows() -> Mapping[str, tuple[str, ...]]:
    _, _, rest = (ROOT / "README.md").read_text("utf-8").partition("\n| the seminar |")
    lines = rest.partition("\n\n")[0].splitlines()[2:]
    cells = (line.strip("| ").split(" | ") for line in lines)
    return {what: tuple(where.split(", ")) for what, where in cells}


def spoken(number: str, key: str) -> str:
    """Return what an exercise says and shows: its texts, its cells and its messages."""
    lesson = lessons()[number]
    at = [number for number, cell in enumerate(lesson.cells) if cell.exercise == key]
    before = [number for number, cell in enumerate(lesson.cells[: at[0]]) if cell.exercise]
    cells = lesson.cells[before[-1] + 1 if before else 0 : at[-1] + 1]
    told = tomllib.loads((FOLDER / "en" / f"{lesson.slug}.toml").read_text("utf-8"))[key]
    return "\n".join([*(cell.text for cell in cells if cell.language != "ru"), str(told)])


def test_each_thing_of_the_seminar_has_a_row_and_no_other_has():
    for what in rows():
        assert [one for one in SEMINAR if what.startswith(one)], what
    assert [one for one in SEMINAR if not any(what.startswith(one) for what in rows())] == []


@pytest.mark.parametrize("what", rows())
def test_an_exercise_that_a_row_names_is_there_and_speaks_of_it(what):
    words = max((one for one in SEMINAR if what.startswith(one)), key=len)
    for where in rows()[what]:
        number, key = where.split()
        assert key in {one.key for one in lessons()[number].exercises}, where
        assert re.search(SEMINAR[words], spoken(number, key), re.IGNORECASE), where


def test_every_lesson_is_named():
    assert {where.split()[0] for named in rows().values() for where in named} == set(lessons())
