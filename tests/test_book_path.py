"""Whoever works through the lessons in their order ends with a homework that has every point."""

from __future__ import annotations

import json
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
    with world() as here:
        folder = here.root / "notebooks"
        folder.mkdir()
        for slug in PATH:
            source = ROOT / "solutions" / "en" / f"{slug}.ipynb"
            status, said = here.run(
                sys.executable,
                str(WORKER),
                str(source),
                str(folder / f"{slug}.ipynb"),
                folder=folder,
            )
            assert status == 0, f"{slug}: {said}"
        words = (
            "-P",
            "-m",
            "checker",
            "grade",
            "--campus",
            "petrov_ivan/homework",
            "--format",
            "json",
        )
        items = [word for item in ("CI", "LIB", "IMG") for word in ("--only", item)]
        status, said = here.run(sys.executable, *words, *items, folder=here.root)
    grade = json.loads(said[said.index("{") : said.rindex("}") + 1])
    lines = [line for item in grade["items"] for line in item["criteria"]]
    assert {line["id"]: line["outcome"] for line in lines if line["outcome"] != "met"} == {}
    assert (grade["points"], grade["of"], status) == (30, 30, 0)
