"""Annotations are workflow commands that GitHub reads back as they were meant, whatever strangers wrote."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from checker.actions.activity import Activities
from checker.grading import Grade
from checker.report import annotations
from checker.rubric.notices import Notice
from checker.rubric.verdict import Seen
from tests.samples import everything, graded, mixed
from tests.test_report_html import HOSTILE, hostile, live

COMMAND = re.compile(r"::(error|warning|notice) ((?:[a-z]+=[^:,]*,?)+)::(.*)")


def commands(grade: Grade) -> list[tuple[str, dict[str, str], str]]:
    """Read annotations as a runner does (runner: ActionCommand.TryParseV2)."""
    found = []
    for line in annotations.report(grade).splitlines():
        match = COMMAND.fullmatch(line)
        assert match, line
        pairs = (pair.split("=", 1) for pair in match[2].split(","))
        properties = {name: _unescaped(value) for name, value in pairs}
        found.append((match[1], properties, _unescaped(match[3])))
    return found


def _unescaped(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def test_an_unmet_criterion_is_an_error_on_its_line() -> None:
    found = commands(graded(mixed()))
    assert (
        "error",
        {"file": ".github/workflows/ci.yml", "line": "14", "title": "CI3"},
        "A lint error or a failing test stops the build: `--exit-zero` swallows every failure of flake8",
    ) in found


def test_files_are_found_from_the_checkouts_root() -> None:
    written = annotations.report(graded(mixed()), "homework/5")
    assert "::error file=homework/5/.github/workflows/ci.yml,line=14,title=CI3::" in written


def test_criteria_of_one_line_share_an_annotation() -> None:
    (shared,) = (
        one for one in commands(graded(mixed())) if one[1].get("file", "").endswith("publish.yml")
    )
    assert shared[1]["title"] == "LIB1, LIB2, LIB3"
    assert [line.split(":")[0] for line in shared[2].split("\n")] == [
        "Publishing runs on a pull request to master (opened or merged)",
        "The library is built in that workflow before it is published",
        "The upload is authorised by a secret or trusted publishing, never by a literal",
    ]


def test_a_met_homework_has_no_errors_and_its_total() -> None:
    found = commands(graded(everything()))
    assert [kind for kind, _, _ in found if kind == "error"] == []
    assert found[-1][2] == "17 of 30; 13 could not be graded: a folder shows no runs"


def test_what_could_not_be_graded_is_one_notice() -> None:
    assert (
        "notice",
        {"title": "Could not be graded"},
        "IMG5, IMG6: Docker Hub answered 503: ask again later",
    ) in commands(live())


def test_github_shows_ten_of_a_kind_and_the_tenth_holds_the_rest() -> None:
    grade = graded(Activities())
    spread = tuple(
        replace(line, verdict=replace(line.verdict, seen=(Seen("x", "a.yml", number),)))
        for number, line in enumerate((*grade.unmet, *grade.unmet), 1)
    )
    many = replace(grade, items=(replace(grade.items[0], lines=spread),))
    errors = [one for one in commands(many) if one[0] == "error"]
    assert len(errors) == annotations.MOST
    told = sum(len(one[1]["title"].split(", ")) for one in errors)
    assert told == len(many.unmet) > annotations.MOST


@pytest.mark.parametrize(
    "text", [*HOSTILE, "a%0A::error::b", "a\n::error::b", "x:y,z=%", "::"], ids=str
)
def test_strangers_text_starts_no_command_of_its_own(text: str) -> None:
    grade = hostile(text)
    many = replace(grade, notices=(*grade.notices, Notice(text, text, (Seen(text, text, 1),))))
    assert {kind for kind, _, _ in commands(many)} <= {"error", "warning", "notice"}
    assert all(set(properties) <= {"file", "line", "title"} for _, properties, _ in commands(many))
