"""Late evidence earns a share of its points, and evidence of an unknown time all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from checker.chain import HandedIn
from checker.grading import Grade
from checker.rubric.lateness import duration, lateness
from checker.rubric.scheme import Deadline, Rubric, default
from tests.past import NOON, all_of_it, executions, minutes, on_pypi, ran, release
from tests.past import library as listed
from tests.samples import everything, graded

SOFT, HARD = Deadline("soft", minutes(60), 0.5), Deadline("hard", minutes(600), 0.0)
RUBRIC = replace(default(), deadlines=(SOFT, HARD))


@pytest.mark.parametrize(
    ("minute", "share", "late"),
    [
        (60, 1, ""),
        (60.5, 0.5, "late by 30 s: 50 %"),
        (61, 0.5, "late by 1 min: 50 %"),
        (600, 0.5, "late by 9 h: 50 %"),
        (601, 0, "late by 9 h 1 min: 0 %"),
    ],
    ids=[
        "on the minute",
        "half a minute",
        "a minute",
        "just before the hard one",
        "after the hard one",
    ],
)
def test_the_share_falls_with_each_deadline(minute: float, share: float, late: str) -> None:
    found = lateness(minutes(minute), (SOFT, HARD))
    assert (found.share, found.late) == (share, late)


def test_a_moment_that_nobody_knows_is_in_time() -> None:
    assert lateness(None, (SOFT, HARD)).share == 1
    assert lateness(minutes(9999), ()).share == 1


@pytest.mark.parametrize(
    ("time", "shown"),
    [
        (timedelta(seconds=1), "1 s"),
        (timedelta(minutes=20), "20 min"),
        (timedelta(hours=3, minutes=20, seconds=9), "3 h 20 min"),
        (timedelta(days=2, minutes=5), "2 d"),
        (timedelta(days=14, hours=4), "14 d 4 h"),
        (timedelta(milliseconds=5), "0 s"),
    ],
)
def test_a_time_is_said_as_people_say_it(time: timedelta, shown: str) -> None:
    assert duration(time) == shown


def lines(grade: Grade) -> dict[str, tuple[float, str]]:
    return {line.criterion.id: (line.points, line.late) for line in grade.lines}


def test_each_line_is_late_by_the_time_of_its_own_evidence() -> None:
    given = {**all_of_it(), "handed_in": HandedIn(minutes(61))}
    found = graded(everything(), rubric=RUBRIC, **given)
    assert lines(found)["CI1"] == (1, "late by 1 min: 50 %")
    assert lines(found)["LIB6"] == (2, "")
    assert found.points == 30 - 17 / 2
    (flag,) = [one for one in found.notices if one.is_flag]
    assert flag.text.startswith("Evidence of CI1, CI2, CI3")


def test_late_points_are_said_in_json() -> None:
    given = {**all_of_it(), "handed_in": HandedIn(minutes(61))}
    document = graded(everything(), rubric=RUBRIC, **given).as_json()
    criteria = {one["id"]: one for item in document["items"] for one in item["criteria"]}  # type: ignore[union-attr,index,call-overload]
    assert (criteria["CI1"]["at"], criteria["CI1"]["late"], criteria["CI1"]["share"]) == (
        minutes(61).isoformat(),
        "late by 1 min: 50 %",
        0.5,
    )
    assert criteria["CI1"]["points"] == 1
    assert (criteria["CI5"]["late"], criteria["CI5"]["share"]) == ("", 1)


def test_earlier_evidence_is_worth_more_than_newer() -> None:
    two = listed(on_pypi(release("2.0", at=minutes(700)), release("1.0", at=minutes(30))))
    given = {**all_of_it(), "library": two, "handed_in": HandedIn(NOON)}
    assert lines(graded(everything(), rubric=RUBRIC, **given))["LIB6"] == (2, "")


def test_what_is_not_met_is_not_late_on_top() -> None:
    late = executions(
        ran("lint", "push", ended=minutes(61)), ran("test", "push", "failure", ended=minutes(61))
    )
    given = {**all_of_it(), "executions": late, "handed_in": HandedIn(NOON)}
    assert lines(graded(everything(), rubric=RUBRIC, **given))["CI5"] == (0, "")


def notices(rubric: Rubric, **given: object) -> list[str]:
    return [one.text for one in graded(everything(), rubric=rubric, **given).notices]


def test_no_deadline_is_applied_where_nobody_knows_the_time_and_that_is_said() -> None:
    found = graded(everything(), rubric=RUBRIC)
    assert found.points == 17
    assert [one.text for one in found.notices] == [
        "No deadline is applied to CI1, CI2, CI3, CI4, LIB1, LIB2, LIB3, IMG1, IMG2, IMG3."
    ]
    assert notices(default()) == []
