"""A class list is read as spreadsheets save it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.services.roster import Roster, load, read
from checker.target import Target, target

ENGLISH = """\
student,repository,branch,package,image,group
Ivanov Ivan,me/homework,hw5,my-library,me/app,B05
"Petrov, Petr",https://github.com/petr/hw/tree/dev,,-,,B05
"""
RUSSIAN = """\
ФИО;Ссылка на репозиторий;Ветка;Пакет;Образ;Группа
Иванов Иван Петрович;https://github.com/me/homework;hw5;my-library;me/app;Б05
Петров Пётр;petr/hw@dev;;нет;;Б05
"""


def facts(roster: Roster) -> list[tuple[object, ...]]:
    return [
        (row.student, str(row.target), row.target.package, row.target.image)
        for row in roster.rows
        if row.target
    ]


BOTH = [
    ("ivanov_ivan", "me/homework@hw5", "my-library", "me/app"),
    ("petrov_petr", "petr/hw@dev", "", ""),
]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(ENGLISH, id="English with commas"),
        pytest.param(RUSSIAN, id="Russian with semicolons"),
        pytest.param(RUSSIAN.replace(";", "\t"), id="tabs"),
        pytest.param("sep=;\n" + RUSSIAN, id="the separator named first"),
        pytest.param("\n\n" + RUSSIAN + "\n;;;;;\n\n", id="empty lines"),
        pytest.param(RUSSIAN.replace("\n", "\r\n"), id="Windows line ends"),
        pytest.param(RUSSIAN.replace("ФИО", " фИо "), id="headings in any letters"),
    ],
)
def test_columns_separators_and_line_ends_are_recognised(text: str) -> None:
    roster = read(text)
    assert facts(roster) == BOTH
    assert roster.problems == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_encodings_of_spreadsheets_are_recognised(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "roster.csv"
    file.write_bytes(RUSSIAN.encode(encoding))
    roster = load(file)
    assert facts(roster) == BOTH
    assert roster.rows[0].name == "Иванов Иван Петрович"
    assert roster.rows[0].group == "Б05"


def test_surname_and_name_may_have_columns_of_their_own() -> None:
    roster = read("Фамилия,Имя,Отчество,github\nдер Берг,Ян,Петрович,me/homework\n")
    assert [row.student for row in roster.rows] == ["der-berg_ian"]
    assert read("name,repo\nIvanov Ivan,me/homework\n").rows[0].student == "ivanov_ivan"


def test_a_column_that_is_not_known_is_passed_over() -> None:
    assert facts(read("№,student,mail,repo\n1,Ivanov Ivan,i@example.edu,me/hw\n")) == [
        ("ivanov_ivan", "me/hw", "", "")
    ]


def test_somebody_who_has_not_handed_in_is_no_problem() -> None:
    roster = read("student,repository\nIvanov Ivan,\nPetrov Petr,нет\n")
    assert [(row.student, row.target) for row in roster.rows] == [
        ("ivanov_ivan", None),
        ("petrov_petr", None),
    ]
    assert roster.problems == ()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("Иванов,me/homework,,", "line 3: 'Иванов' is one word"),
        ("Ivanov Ivan,homework,,", "line 3: 'homework' is no repository"),
        ("Ivanov Ivan,https://gitlab.com/me/hw,,", "line 3: 'gitlab.com' is not github.com"),
        ("Ivanov Ivan,me/hw@a b,,", "line 3: 'me/hw@a b' is no repository"),
        ("Ivanov Ivan,me/hw,-x,", "line 3: '-x' is no package name"),
        ("Ivanov Ivan,me/hw,,me/app:1", "line 3: 'me/app:1' is no image"),
        ("Petrov Petr,me/hw,,", "lines 2 and 3 are both petrov_petr; write `petrov_petr_2`"),
        ("Ivanov Ivan,Petr/HW,,", "lines 2 and 3 have the same repository petr/hw"),
    ],
)
def test_a_bad_line_is_told_and_the_others_count(row: str, words: str) -> None:
    roster = read(f"student,repository,package,image\nPetrov Petr,petr/hw,,\n{row}\n")
    assert len(roster.rows) == 2
    assert facts(roster)[0] == ("petrov_petr", "petr/hw", "", "")
    (problem,) = roster.problems
    assert problem.startswith(words)


def test_a_name_over_two_lines_moves_the_line_numbers() -> None:
    roster = read('student,repository\n"Ivanov\nIvan",me/hw\nPetrov,petr/hw\n')
    assert roster.rows[0].student == "ivanov_ivan"
    assert roster.problems[0].startswith("line 4: ")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty; expected a line of headings"),
        (b"a,b,c\n1,2,3\n", "line 1: no heading is known among: a, b, c"),
        (b"package\nx\n", "no heading is known among: package"),
        (b"PK\x03\x04rest", "save it as CSV first"),
        (b"a\0b", "is no text"),
        (b"x" * 2_000_001, "is larger than"),
        (b'student\n"' + b"x" * 200_000 + b'"\n', "is no CSV that can be read"),
    ],
    ids=["empty", "unknown", "nobody", "workbook", "binary", "large", "long cell"],
)
def test_a_file_of_which_nothing_can_be_used_is_refused(
    data: bytes, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "roster.csv"
    file.write_bytes(data)
    with pytest.raises(ValueError, match=r"^[^\n]+$") as caught:
        load(file)
    assert words in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected a class list as CSV"):
        load(tmp_path / "absent.csv")


def test_a_list_fills_what_is_not_given() -> None:
    roster = read(ENGLISH)
    filled = roster.fill(target("Me/Homework", image="other/app"))
    assert filled == Target(
        repository="Me/Homework",
        ref="hw5",
        package="my-library",
        image="other/app",
        student="ivanov_ivan",
    )
    assert roster.fill(target("me/homework@main")).ref == "main"
    assert roster.fill(target("https://github.com/me/homework/pull/3")).ref == ""


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Target(repository="you/homework"), "has no line for you/homework"),
        (Target(folder="."), "has no line for ."),
        (Target(repository="x/y"), "has x/y on lines 4 and 5"),
    ],
)
def test_a_repository_that_is_absent_or_twice_in_the_list_is_refused(
    wanted: Target, words: str
) -> None:
    roster = read(ENGLISH + "A B,x/y\nC D,X/Y\n")
    with pytest.raises(ValueError, match=r"^[^\n]+$") as caught:
        roster.fill(wanted)
    assert words in str(caught.value)


@given(st.text(max_size=200))
def test_no_text_at_all_is_too_much(text: str) -> None:
    try:
        roster = read(text)
    except ValueError:
        return
    assert all(row.line for row in roster.rows)
