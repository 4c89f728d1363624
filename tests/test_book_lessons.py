"""Every lesson of the workbook, without running it: in order, in step, built, and with every snippet parsed."""

from __future__ import annotations

import re
import sys

import pytest

from solutions.book import checking, snippets
from solutions.book.counting import counts
from solutions.book.source import ROOT, read, sources

LESSONS = sources()

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="notebooks are made on Linux"
)


@pytest.mark.parametrize("path", LESSONS, ids=[path.stem for path in LESSONS])
@pytest.mark.parametrize("name", [name for name in checking.QUESTIONS if name != "snippets"])
def test_nothing_is_to_be_said_against_a_lesson(path, name):
    assert list(checking.QUESTIONS[name](read(path))) == []


@pytest.mark.oracle
@pytest.mark.parametrize("path", LESSONS, ids=[path.stem for path in LESSONS])
def test_every_snippet_is_parsed_by_the_parsers_of_its_language_and_workflows_by_githubs_too(path):
    found = checking.of(read(path))
    problems, findings = snippets.objections(found, snippets.with_githubs())
    assert problems == []
    parsed = {finding.snippet.where for finding in findings}
    assert [one.where for one in found if one.where not in parsed and one.language != "text"] == []


def test_the_readmes_counts_are_those_of_the_book():
    shown = dict(
        re.findall(
            r"^\| (\w+)[^|]* \| (\d+)[^|]*\|$",
            (ROOT / "README.md").read_text("utf-8"),
            re.MULTILINE,
        )
    )
    found = [counts(read(path)) for path in LESSONS]
    assert int(shown["lessons"]) == 4 * len(found)
    assert int(shown["exercises"]) == sum(one.exercises for one in found)
    assert int(shown["planted"]) == sum(one.wrong for one in found)
    assert int(shown["outcomes"]) == sum(one.outcomes for one in found)
    assert int(shown["pictures"]) == sum(one.pictures for one in found)
