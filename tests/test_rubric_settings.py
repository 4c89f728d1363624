"""A teacher's rubric file: what it changes, and what a mistake in it is answered with."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.report import rubric as report
from checker.rubric.accepted import Accepted
from checker.rubric.scheme import default
from checker.rubric.settings import RubricError, load, read

SOFT_AND_HARD = """
deadlines:
  soft: 2026-11-30T23:59+03:00
  late: 50%
  hard: 2026-12-14T23:59+03:00
"""


def test_the_default_rubric_has_thirty_points_in_three_items_and_a_bonus_of_three() -> None:
    assert (default().of, default().bonus) == (30, 3)
    assert [one.id for one in default().criteria if one.bonus] == ["ML1", "ML2"]
    rubric = default().without_bonus
    assert (rubric.of, rubric.bonus) == (30, 0)
    assert [one.id for one in rubric.criteria] == [
        *(f"CI{n}" for n in range(1, 6)),
        *(f"LIB{n}" for n in range(1, 7)),
        *(f"IMG{n}" for n in range(1, 7)),
    ]
    points = [one.points for one in rubric.criteria]
    assert points == [2, 2, 2, 1, 3, 3, 1, 1, 2, 1, 2, 3, 1, 1, 2, 1, 2]


def test_points_change_and_the_rest_stays() -> None:
    rubric = read("points: {CI1: 5, IMG3: 0.5}", "r.yaml")
    points = {one.id: one.points for one in rubric.criteria}
    assert (points["CI1"], points["IMG3"], points["CI2"]) == (5, 0.5, 2)
    assert rubric.of == 32.5


def test_criteria_and_whole_items_are_dropped() -> None:
    rubric = read("drop: [img, LIB5]", "r.yaml")
    assert {one.item for one in rubric.criteria} == {"CI", "LIB", "ML"}
    assert "LIB5" not in {one.id for one in rubric.criteria}


def test_what_is_accepted_is_read() -> None:
    text = "accept: {testpypi: false, other_index: [index.example], other_registry: [ghcr]}"
    assert read(text, "r.yaml").accepted == Accepted(False, ("index.example",), ("ghcr",))


def test_deadlines_are_read_with_what_remains_after_each() -> None:
    soft, hard = read(SOFT_AND_HARD, "r.yaml").deadlines
    assert (soft.name, soft.keeps, soft.at.isoformat()) == (
        "soft",
        0.5,
        "2026-11-30T23:59:00+03:00",
    )
    assert (hard.name, hard.keeps) == ("hard", 0)


@pytest.mark.parametrize(
    "text",
    [
        "points: {CI1: 4.25}",
        "drop: [IMG, LIB5]",
        'accept: {testpypi: false, other_index: ["it\'s.example"], other_registry: [ghcr]}',
        SOFT_AND_HARD,
        "points:",
    ],
)
def test_the_printed_file_reads_back_as_the_same_rubric(text: str) -> None:
    rubric = read(text, "r.yaml")
    assert read(report.as_yaml(rubric), "r.yaml") == rubric


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "the file is empty"),
        ("- CI1", 1, "the rubric is no mapping"),
        ("CI1", 1, "the rubric is no mapping"),
        ("point: {CI1: 1}", 1, "did you mean points?"),
        ("points:\n  CI9: 1", 2, "did you mean CI5 or CI4 or CI3?"),
        ("points:\n  CI1: many", 2, "the points of CI1 is `many`; expected a number from 0"),
        ("points:\n  CI1: -1", 2, "a number from 0 to 1000"),
        ("points:\n  CI1: .nan", 2, "a number from 0 to 1000"),
        ("points:\n  CI1: 1e9", 2, "a number from 0 to 1000"),
        ("points:\n  CI1: true", 2, "`True`"),
        ("points:\n  CI1: [1]", 2, "a list or a mapping; expected one value"),
        ("points:\n  CI1: 1\n  CI1: 2", 3, ""),
        ("points: [CI1]", 1, "`points` is no mapping"),
        ("drop: IMG", 1, "expected a list: [IMG]"),
        ("drop: [IMG7]", 1, "no criterion or item 'IMG7'"),
        ("drop: [CI, LIB, IMG]", 1, "every criterion is dropped"),
        ("drop: [1]", 1, "words only"),
        ("accept: {testpypi: maybe}", 1, "expected true or false"),
        ("accept: {pypi: true}", 1, "did you mean testpypi?"),
        ("accept: {other_index: index.example}", 1, "expected a list: [index.example]"),
        ("deadlines:\n  soft: tomorrow\n  late: 50%", 2, "`soft` is `tomorrow`; expected a time"),
        ("deadlines: {hard: 2026-11-30T23:59}", 1, "does not say in which time zone"),
        ("deadlines: {soft: 2026-11-30T23:59+03:00}", 1, "`soft` has no `late`"),
        ("deadlines: {late: 50%}", 1, "`late` has no `soft`"),
        ("deadlines: {soft: 2026-11-30T23:59Z, late: 500%}", 1, "a share such as 50% or 0.5"),
        ("deadlines: {hard: [1]}", 1, "expected one value"),
        (SOFT_AND_HARD.replace("12-14", "11-14"), 5, "is not after the soft one"),
        ("points: {CI1: 1", 1, ""),
        ("points: \x00", 1, "binary"),
        ("a: &a [*a]", 1, ""),
    ],
)
def test_a_mistake_is_answered_in_one_sentence_with_its_line(
    text: str, line: int, words: str
) -> None:
    with pytest.raises(RubricError) as caught:
        read(text, "r.yaml")
    message = str(caught.value)
    assert words in message
    assert "; expected " in message
    assert "\n" not in message
    assert message.startswith(f"r.yaml, line {line}: ")


def test_a_file_that_is_not_there_or_not_text_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(RubricError, match=r"absent\.yaml: No such file"):
        load(tmp_path / "absent.yaml")
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RubricError, match="not UTF-8"):
        load(binary)


def test_only_keeps_items_and_criteria() -> None:
    assert {one.item for one in default().only(["ci"]).criteria} == {"CI"}
    assert [one.id for one in default().only(["LIB1", "CI2"]).criteria] == ["CI2", "LIB1"]
    assert default().only([]) == default()
    with pytest.raises(ValueError, match=r"no criterion or item 'LIV1'; did you mean LIB1"):
        default().only(["LIV1"])
