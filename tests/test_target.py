"""What people type when they say what to grade."""

from __future__ import annotations

import pytest

from checker.target import Target, target


@pytest.mark.parametrize(
    ("text", "repository", "ref"),
    [
        ("me/homework", "me/homework", ""),
        ("me/homework@hw5", "me/homework", "hw5"),
        ("ivanova_anna/homework", "ivanova_anna/homework", ""),
        ("me/homework@feature/x", "me/homework", "feature/x"),
        ("https://github.com/me/homework", "me/homework", ""),
        ("http://GitHub.com/me/homework", "me/homework", ""),
        ("https://www.github.com/me/homework", "me/homework", ""),
        ("github.com/me/homework", "me/homework", ""),
        ("https://github.com/me/homework.git", "me/homework", ""),
        ("https://github.com/me/homework/", "me/homework", ""),
        (" https://github.com/me/homework?tab=readme#hw ", "me/homework", ""),
        ("https://github.com/me/homework/tree/hw5", "me/homework", "hw5"),
        ("https://github.com/me/homework/tree/feature/x/", "me/homework", "feature/x"),
        ("https://github.com/me/homework/tree/%D1%85%D0%B2", "me/homework", "хв"),
        ("https://github.com/me/homework/actions/runs/17", "me/homework", ""),
        ("git@github.com:me/home.work.git", "me/home.work", ""),
        ("ssh://git@github.com/me/homework.git", "me/homework", ""),
        ("ssh://git@github.com:22/me/homework", "me/homework", ""),
    ],
)
def test_a_repository_is_read_from_each_way_of_writing_it(
    text: str, repository: str, ref: str
) -> None:
    found = target(text)
    assert (found.repository, found.ref, found.folder) == (repository, ref, "")


@pytest.mark.parametrize(
    "text",
    [".", "..", "homework", "./me/homework", "/srv/a/b", "a/b/c", r"C:\hw", "me/..", "-x/homework"],
)
def test_anything_else_is_a_folder(text: str) -> None:
    assert target(text).folder == text


def test_a_pull_request_is_named_by_its_address() -> None:
    found = target("https://github.com/me/homework/pull/7/files")
    assert (found.repository, found.pull_request, found.ref) == ("me/homework", 7, "")
    assert str(found) == "me/homework, pull request 7"


def test_a_branch_given_beside_it_wins() -> None:
    assert target("me/homework@hw4", ref="hw5").ref == "hw5"
    assert str(target("me/homework", ref="hw5")) == "me/homework@hw5"
    assert target("https://github.com/me/homework/pull/7", ref="hw5").pull_request == 0


@pytest.mark.parametrize(
    "text",
    [
        "https://github.example.edu/me/homework/tree/hw5",
        "git@github.example.edu:me/homework.git",
        "github.example.edu/me/homework",
    ],
)
def test_a_github_of_ones_own_is_known_when_it_is_named(text: str) -> None:
    assert target(text, host="github.example.edu").repository == "me/homework"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("https://gitlab.com/me/homework", "'gitlab.com' is not github.com"),
        ("git@gitlab.com:me/homework.git", "'gitlab.com' is not github.com"),
        ("https://github.com.evil.example/me/homework", "is not github.com"),
        ("https://github.com/me", "is no repository's address"),
        ("https://github.com", "is no repository's address"),
        ("https://github.com/me/..", "is no repository's address"),
        ("https://github.com:x/me/homework", "the address is malformed"),
        ("https://github.com/me/homework/blob/hw5/README.md", "me/homework@BRANCH"),
        ("https://github.com/me/homework/pull/x", "leads to 'pull'"),
        ("https://github.com/me/homework/tree/a..b", "is no branch name"),
    ],
)
def test_an_address_of_something_else_is_refused_in_one_sentence(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$") as caught:
        target(text)
    assert words in str(caught.value)


def test_a_token_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(ValueError, match="holds a user name or a token") as caught:
        target("https://visibly-fake:token@github.com/me/homework")
    assert "visibly-fake" not in str(caught.value)


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


@pytest.mark.parametrize(
    ("field", "given", "kept"),
    [
        ("package", "My.Library_2", "My.Library_2"),
        ("package", "https://test.pypi.example/project/my-library/#history", "my-library"),
        ("package", "https://pypi.example/project/my-library/1.0/", "my-library"),
        ("image", "me/app", "me/app"),
        ("image", "Me/App", "me/app"),
        ("image", "docker.io/me/my-app.x", "me/my-app.x"),
        ("image", "https://hub.docker.com/r/me/app", "me/app"),
        ("image", "https://hub.docker.com/repository/docker/me/app/general", "me/app"),
        ("image", "https://hub.docker.com/r/me/app/tags/", "me/app"),
        ("student", "ivanov_ivan", "ivanov_ivan"),
        ("student", "ivanov-petrov_anna-maria", "ivanov-petrov_anna-maria"),
        ("student", "ivanov_ivan_2", "ivanov_ivan_2"),
    ],
)
def test_a_stated_name_is_kept(field: str, given: str, kept: str) -> None:
    assert getattr(Target(repository="me/homework", **{field: given}), field) == kept  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "given", "words"),
    [
        ("package", "-lib", "is no package name"),
        ("package", "a b", "is no package name"),
        ("package", "библиотека", "is no package name"),
        ("package", "x" * 101, "is no package name"),
        ("package", "https://elsewhere.example/project/lib", "is no package name"),
        ("image", "app", "expected `user/name`, such as `me/app`"),
        ("image", "me/app:1.0", "leave out `:1.0`"),
        ("image", "ghcr.io/me/app", "is no image on Docker Hub"),
        ("image", "me//app", "is no image on Docker Hub"),
        ("image", "me/app$(x)", "is no image on Docker Hub"),
        ("student", "Иванов Иван", "is no surname_name"),
        ("student", "ivanov", "is no surname_name"),
        ("student", "Ivanov_Ivan", "is no surname_name"),
        ("student", "ivanov_../x", "is no surname_name"),
        ("student", "ivanov_ivan\n", "is no surname_name"),
    ],
)
def test_a_stated_name_that_is_none_is_refused(field: str, given: str, words: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$") as caught:
        Target(repository="me/homework", **{field: given})  # type: ignore[arg-type]
    assert words in str(caught.value)
