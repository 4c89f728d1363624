"""Points are counted, gaps are named, and an open question is neither a success nor a zero."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from checker.actions.activity import Activities
from checker.evidence import Unavailable
from checker.grading import number, whole
from checker.report import json as report
from checker.rubric.scheme import default
from checker.rubric.settings import read
from checker.rubric.verdict import Outcome
from tests.past import all_of_it, executions, ran
from tests.samples import everything, graded, mixed, no_workflows, workflows

CAME_OUT = all_of_it()


def test_a_folder_that_does_all_it_can_earns_what_a_folder_can_show() -> None:
    grade = graded(everything())
    assert grade.summary == "17 of 30; 13 could not be graded: a folder shows no runs"
    assert grade.outcome is Outcome.UNKNOWN
    assert grade.unmet == ()


def test_with_runs_and_artefacts_everything_is_met() -> None:
    grade = graded(everything(), **CAME_OUT)
    assert (grade.summary, grade.outcome, grade.gaps) == ("30 of 30", Outcome.MET, ())


def test_an_outage_costs_nothing_and_is_named_beside_the_others() -> None:
    gap = Unavailable("the package", "PyPI answered 503")
    library = replace(CAME_OUT["library"], listings=(), gaps=(gap,))
    grade = graded(everything(), **{**CAME_OUT, "library": library})
    assert grade.summary == "27 of 30; 3 could not be graded: PyPI answered 503"
    assert [(one.ids, one.points) for one in grade.gaps] == [(("LIB5", "LIB6"), 3)]
    assert grade.outcome is Outcome.UNKNOWN


def test_what_is_pending_is_open_too() -> None:
    running = executions(ran("lint", "push", ""), ran("test", "push"))
    grade = graded(everything(), **{**CAME_OUT, "executions": running})
    assert (grade.not_graded, grade.outcome) == (3, Outcome.UNKNOWN)


def test_one_thing_not_met_outweighs_what_is_open() -> None:
    assert graded(mixed()).outcome is Outcome.NOT_MET


def test_points_of_items_add_up() -> None:
    grade = graded(mixed())
    assert [(item.id, item.points, item.of) for item in grade.items] == [
        ("CI", 5, 10),
        ("LIB", 0, 10),
        ("IMG", 3, 10),
    ]
    assert grade.points == 8


def test_a_teachers_points_are_the_ones_that_count() -> None:
    rubric = read("points: {CI1: 2.5}\ndrop: [LIB, IMG]", "r.yaml")
    grade = graded(everything(), rubric=rubric)
    assert (grade.points, grade.of) == (7.5, 10.5)
    assert [item.id for item in grade.items] == ["CI"]


def test_a_teachers_settings_reach_the_criteria() -> None:
    testpypi = [*everything().found]
    testpypi[3] = type(testpypi[3])(
        **{
            name: "testpypi" if name == "target" else getattr(testpypi[3], name)
            for name in testpypi[3].__slots__
        }
    )
    found = Activities(tuple(testpypi))
    refused = graded(found, rubric=read("accept: {testpypi: false}", "r.yaml"))
    assert "LIB1" in {line.criterion.id for line in refused.unmet}
    assert "LIB1" not in {line.criterion.id for line in graded(found).unmet}


def test_only_the_evidence_of_chosen_criteria_is_asked_for() -> None:
    grade = graded(everything(), rubric=default().only(["CI1"]))
    assert (grade.summary, grade.outcome) == ("2 of 2", Outcome.MET)


def test_no_workflows_is_a_notice_with_a_first_step() -> None:
    (notice,) = graded(Activities(), flows=no_workflows()).notices
    assert notice.text == "There are no workflows yet."
    assert ".github/workflows/ci.yml" in notice.advice


def test_a_stray_workflow_is_a_notice_with_the_command_that_mends_it() -> None:
    flows = workflows(stray=("hw2/.github/workflows/ci.yml",))
    (notice,) = graded(everything(), flows=flows).notices
    assert "git mv hw2/.github/workflows/ci.yml .github/workflows/ci.yml" in notice.advice


def test_json_says_all_that_the_report_says() -> None:
    grade = graded(mixed())
    document = json.loads(report.report(grade))
    assert document["schema_version"] == 1
    assert (document["points"], document["of"], document["not_graded"]) == (8, 30, 13)
    assert document["outcome"] == "not met"
    lines = {line["id"]: line for item in document["items"] for line in item["criteria"]}
    assert list(lines) == [one.id for one in default().without_bonus.criteria]
    assert lines["CI3"]["outcome"] == "not met"
    assert "```yaml" in lines["CI3"]["advice"]
    assert lines["CI2"]["seen"] == [
        {"text": "- run: pytest", "file": ".github/workflows/ci.yml", "line": 18, "url": ""}
    ]
    assert lines["CI2"]["advice"] == ""
    assert lines["LIB4"]["outcome"] == "unknown"


@pytest.mark.parametrize(
    ("points", "shown"), [(3, "3"), (2.5, "2.5"), (0, "0"), (0.125, "0.12"), (30.0, "30")]
)
def test_points_are_written_as_people_write_them(points: float, shown: str) -> None:
    assert number(points) == shown


def test_whole_points_are_integers_in_json() -> None:
    assert json.dumps([whole(3.0), whole(2.5)]) == "[3, 2.5]"
