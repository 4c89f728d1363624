"""What people type when they say what to grade."""

from __future__ import annotations

import pytest

from checker.target import Target, target


@pytest.mark.parametrize(
    ("text", "repository", "ref"),
    [
        ("me/homework", "me/homework", ""),
        ("me/homework@hw5", "me/homework", "hw5"),
        ("me/homework@feature/x", "me/homework", "feature/x"),
        ("https://github.com/me/homework", "me/homework", ""),
        ("https://github.com/me/homework.git", "me/homework", ""),
        ("https://github.com/me/homework/", "me/homework", ""),
        ("git@github.com:me/home.work.git", "me/home.work", ""),
    ],
)
def test_a_repository_is_read_from_each_way_of_writing_it(
    text: str, repository: str, ref: str
) -> None:
    found = target(text)
    assert (found.repository, found.ref, found.folder) == (repository, ref, "")


@pytest.mark.parametrize(
    "text", [".", "..", "homework", "./me/homework", "/srv/a/b", "a/b/c", r"C:\hw", "me/.."]
)
def test_anything_else_is_a_folder(text: str) -> None:
    assert target(text).folder == text


def test_a_branch_given_beside_it_wins() -> None:
    assert target("me/homework@hw4", ref="hw5").ref == "hw5"
    assert str(target("me/homework", ref="hw5")) == "me/homework@hw5"


@pytest.mark.parametrize(
    "branch", ["a b", "../x", "-rf", "a..b", "x\n", "a:b", "x.lock", "a" * 300]
)
def test_a_branch_name_that_git_refuses_is_refused_in_one_sentence(branch: str) -> None:
    with pytest.raises(ValueError, match="is no branch name") as caught:
        Target(folder=".", ref=branch)
    assert "\n" not in str(caught.value)


def test_nothing_to_grade_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to grade"):
        target("")
