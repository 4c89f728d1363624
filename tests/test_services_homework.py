"""What a student states in homework.yml is read, and what cannot be is told line by line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.services.homework import GIVEN, Homework, homework, in_repository, read
from checker.services.repository import Folder, Repository
from checker.target import Target

WHOLE = """\
# What the grader cannot guess.
package: my-library
image: "Me/App"
student: Иванов Иван
"""


def of(files: dict[str, str]) -> Homework:
    return in_repository(Repository("homework", Folder(files)))


def test_three_names_are_read_with_their_lines() -> None:
    found = read(WHOLE)
    assert (found.package, found.image, found.student) == ("my-library", "me/app", "ivanov_ivan")
    assert found.places == {
        "package": "homework.yml, line 2",
        "image": "homework.yml, line 3",
        "student": "homework.yml, line 4",
    }
    assert found.problems == ()


@pytest.mark.parametrize(
    "text",
    ["", "# nothing\n", "---\n", "{}", "package:\n", "package: ~\nimage: null\n", "package: ''\n"],
)
def test_nothing_stated_is_no_problem(text: str) -> None:
    assert read(text) == Homework()


def test_a_repository_without_the_file_states_nothing() -> None:
    assert of({"README.md": ""}) == Homework()


def test_both_spellings_of_the_files_name_are_found() -> None:
    assert of({"homework.yml": "package: a"}).package == "a"
    assert of({"homework.yaml": "package: b"}).places == {"package": "homework.yaml, line 1"}
    assert of({"hw/homework.yml": "package: a"}) == Homework()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("package: a\nlibrary: b", 2, "`library` is none of package, image, student"),
        ("package: a\npackage: b", 2, "`package` stands twice"),
        ("package: -x", 1, "`package`: '-x' is no package name"),
        ("\nimage: me/app:1.0", 2, "leave out `:1.0`"),
        ("student: Иванов", 1, "is one word"),
        ("package: [a]", 1, "expected lines such as"),
        ("package:\n  name: a", 2, "expected lines such as"),
        ("- package: a", 1, "expected lines such as"),
        ("just words", 1, "expected lines such as"),
        ("package: &x a\nimage: *x", 2, "expected lines such as"),
        ("a: &a [x]\nb: &b [*a, *a]", 1, "expected lines such as"),
        ("package: a\n---\npackage: b", 2, "a second document"),
        ("package: 'a", 1, "not valid YAML"),
        ("package: a\n\timage: b", 2, "not valid YAML"),
        ("package: \x1b[31m", 1, "not valid YAML"),
        ("[" * 10_000, 1, "expected lines such as"),
        ("# " + "x" * 20_000, 1, "longer than 20,000 characters"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_line(text: str, line: int, words: str) -> None:
    (problem, *_) = read(text).problems
    assert problem.line == line
    assert words in problem.reason
    assert str(problem).startswith(f"homework.yml, line {line}: ")


def test_one_bad_line_does_not_hide_the_others() -> None:
    found = read("package: -x\nimage: me/app\n")
    assert (found.package, found.image, len(found.problems)) == ("", "me/app", 1)


def test_what_is_given_for_the_grade_goes_before_what_the_repository_says() -> None:
    target = Target(repository="me/homework", package="other", student="petrov_petr")
    found = homework(target, Repository("x", Folder({"homework.yml": WHOLE})))
    assert (found.package, found.image, found.student) == ("other", "me/app", "petrov_petr")
    assert found.places == {
        "package": GIVEN,
        "image": "homework.yml, line 3",
        "student": GIVEN,
    }


def test_nothing_given_leaves_what_the_repository_says() -> None:
    repository = Repository("x", Folder({"homework.yml": WHOLE}))
    assert homework(Target(folder="."), repository) == read(WHOLE)


@given(st.text(max_size=200))
def test_no_text_at_all_is_too_much(text: str) -> None:
    read(text)
