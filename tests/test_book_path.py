"""Whoever works through the lessons in their order ends with a homework that has every point."""

from __future__ import annotations

import json
import shlex
import sys

import pytest

from solutions.book.execution import _WORKER as WORKER
from solutions.book.source import ROOT
from solutions.book.world import world

PATH = (
    "03_anatomy_of_a_workflow",
    "04_a_pipeline_that_goes_red",
    "05_publish_a_library",
    "06_publish_an_image",
)
"""The lessons in which the homework grows; those before them work in folders of their own."""


@pytest.mark.book
@pytest.mark.slow
def test_the_lessons_in_their_order_earn_thirty_of_thirty():
    grading = "-P -m checker grade --campus petrov_ivan/homework --format json"
    with world() as here:
        folder = here.root / "notebooks"
        folder.mkdir()
        python = shlex.quote(sys.executable)
        runs = [
            f"{python} {WORKER} {ROOT}/solutions/en/{slug}.ipynb {folder}/{slug}.ipynb"
            for slug in PATH
        ]
        runs.append(f"{python} {grading} --only CI --only LIB --only IMG")
        # One command, since each gets a network of its own, and the campus stays in the first's.
        status, said = here.run("sh", "-c", " && ".join(runs), folder=folder)
    assert '"items"' in said, said
    grade = json.loads(said[said.index("{") : said.rindex("}") + 1])
    lines = [line for item in grade["items"] for line in item["criteria"]]
    assert {line["id"]: line["outcome"] for line in lines if line["outcome"] != "met"} == {}
    assert (grade["points"], grade["of"], status) == (30, 30, 0)
