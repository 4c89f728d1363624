"""A repository on GitHub, described and read with a token: what it costs, and which branch is graded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from checker.evidence import Unavailable
from checker.services.github import Snapshot, files_at, snapshot
from checker.target import Target
from tests.standins.github import GitHub, Link, Repo

CI = """\
name: CI
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: ruff check .
      - run: pytest
"""
WORKFLOW = {".github/workflows/ci.yml": CI}
LIBRARY = {
    "README.md": "# Homework\n",
    "pyproject.toml": '[project]\nname = "campfire"\n',
    "src/campfire/__init__.py": "",
    "src/campfire/model.py": "x = 1\n",
    "tests/test_model.py": "def test_x(): ...\n",
}


@pytest.fixture
def github() -> Iterator[GitHub]:
    with GitHub().running() as server:
        yield server


@pytest.fixture
def homework(github: GitHub) -> Repo:
    return github.world.repository("ivanova/hw", LIBRARY | WORKFLOW, at="2026-10-01T12:00:00Z")


def look(github: GitHub, ref: str = "", *, name: str = "ivanova/hw", pull: int = 0) -> Snapshot:
    return snapshot(Target(repository=name, ref=ref, pull_request=pull), github.door())


@pytest.mark.usefixtures("homework")
def test_one_request_describes_a_repository_and_brings_what_is_read_of_it(
    github: GitHub,
) -> None:
    found = look(github)
    files = found.repository.files
    assert files.names("") == (".github", "README.md", "pyproject.toml", "src", "tests")
    assert files.names("src/campfire") == ("__init__.py", "model.py")
    assert files.text(".github/workflows/ci.yml") == CI
    assert files.text("pyproject.toml") == LIBRARY["pyproject.toml"]
    assert "tests/test_model.py" in files.paths
    assert github.lines == ["POST /graphql"]


def test_the_project_says_who_owns_what_and_when_it_was_pushed(
    github: GitHub, homework: Repo
) -> None:
    homework.push("main", {"a.py": ""}, at="2026-10-05T10:00:00Z")
    project = look(github).project
    assert (project.full_name, project.owner) == ("ivanova/hw", "ivanova")
    assert project.id == homework.id
    assert project.owner_id == github.world.user_id("ivanova")
    assert project.created == datetime(2026, 10, 1, 12, tzinfo=UTC)
    assert project.pushed == datetime(2026, 10, 5, 10, tzinfo=UTC)
    assert project.head == homework.head().sha
    assert project.remarks == ()


def test_an_annotated_tag_leads_to_its_commit_and_has_a_time(
    github: GitHub, homework: Repo
) -> None:
    sha = homework.head().sha
    homework.tag("v1.0.0")
    homework.tag("v1.1.0", annotated=True, at="2026-10-07T08:00:00Z")
    tags = {tag.name: tag for tag in look(github).project.tags}
    assert tags["v1.0.0"].sha == tags["v1.1.0"].sha == sha
    assert tags["v1.0.0"].tagged is None
    assert tags["v1.1.0"].tagged == datetime(2026, 10, 7, 8, tzinfo=UTC)


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_pull_requests_tell_how_they_ended(github: GitHub, homework: Repo, how: str) -> None:
    for name in ("one", "two", "three"):
        homework.push(name, {f"{name}.py": ""})
    first, second, _third = (homework.pull_request(name) for name in ("one", "two", "three"))
    commit = homework.merge(first, how=how, at="2026-10-09T09:30:00Z", delete=True)
    homework.close(second)
    pulls = look(github).project.pull_requests
    assert [(pull.number, pull.state, pull.head) for pull in pulls] == [
        (3, "open", "three"),
        (2, "closed", "two"),
        (1, "merged", "one"),
    ]
    assert pulls[2].merge_sha == commit.sha
    assert pulls[2].merged == datetime(2026, 10, 9, 9, 30, tzinfo=UTC)
    assert pulls[1].merge_sha == ""
    assert pulls[1].merged is None


def test_a_pull_request_of_a_fork_is_known_as_one(github: GitHub, homework: Repo) -> None:
    homework.push("own", {"a.py": ""})
    homework.pull_request("own")
    homework.pull_request("main", fork="petrov/hw", files={"b.py": ""})
    pulls = look(github).project.pull_requests
    assert [(pull.author, pull.is_fork) for pull in pulls] == [("petrov", True), ("ivanova", False)]


def test_releases_come_newest_first_and_a_draft_has_no_time(github: GitHub, homework: Repo) -> None:
    homework.tag("v1"), homework.tag("v2")
    homework.release("v1", at="2026-10-08T10:00:00Z")
    homework.release("v2", draft=True)
    releases = look(github).project.releases
    assert [(one.tag, one.draft) for one in releases] == [("v2", True), ("v1", False)]
    assert releases[1].published == datetime(2026, 10, 8, 10, tzinfo=UTC)
    assert releases[0].published is None


def test_a_default_branch_with_workflows_is_graded_without_a_word(
    github: GitHub, homework: Repo
) -> None:
    homework.push("hw5", {"a.py": ""})
    found = look(github)
    assert (found.repository.ref, found.repository.chosen) == ("main", "")
    assert found.repository.default_branches == ("main",)


def test_without_workflows_on_the_default_branch_the_open_pull_request_updated_last_is_graded(
    github: GitHub,
) -> None:
    repo = github.world.repository("ivanova/hw", {"README.md": ""})
    for name in ("hw4", "hw5", "hw6"):
        repo.push(name, WORKFLOW)
    repo.pull_request("hw5")
    repo.pull_request("hw4")
    repo.push("hw5", {"later.py": ""})
    found = look(github)
    assert found.repository.ref == "hw5"
    assert found.project.head == repo.head("hw5").sha
    assert found.repository.chosen == (
        "the default branch `main` has no workflows; the open pull request #1 into it has,"
        " so its branch `hw5` is graded"
    )
    assert "later.py" in found.repository.files.paths
    assert github.lines == ["POST /graphql", "POST /graphql"]


def test_a_pull_request_into_another_branch_is_not_chosen(github: GitHub) -> None:
    repo = github.world.repository("ivanova/hw", {"README.md": ""})
    repo.push("develop", {})
    repo.push("hw5", WORKFLOW)
    repo.push("hw6", WORKFLOW)
    repo.pull_request("hw5", into="develop")
    assert look(github).repository.ref == "hw6"


def test_a_fork_s_open_pull_request_can_be_graded(github: GitHub) -> None:
    repo = github.world.repository("ivanova/hw", {"README.md": ""})
    pull = repo.pull_request("hw5", fork="petrov/hw", files=WORKFLOW)
    found = look(github)
    assert found.project.head == pull.head_sha
    assert found.repository.files.text(".github/workflows/ci.yml") == CI


@pytest.mark.parametrize(
    ("branches", "chosen", "why"),
    [
        pytest.param(["hw5"], "hw5", "`hw5` is the only one that has", id="one"),
        pytest.param(["hw2", "hw5", "hw4"], "hw4", "`hw4` has the newest commit", id="newest"),
    ],
)
def test_without_pull_requests_the_branch_with_workflows_and_the_newest_commit_is_graded(
    github: GitHub, branches: list[str], chosen: str, why: str
) -> None:
    repo = github.world.repository("ivanova/hw", {"README.md": ""})
    for name in branches:
        repo.push(name, WORKFLOW)
    repo.push("notes", {"notes.md": ""})
    found = look(github)
    assert found.repository.ref == chosen
    assert why in found.repository.chosen


def test_where_no_branch_has_workflows_the_default_one_is_graded(github: GitHub) -> None:
    repo = github.world.repository("ivanova/hw", {"README.md": ""})
    repo.push("hw5", {".github/workflows/README.md": "no workflow"})
    found = look(github)
    assert (found.repository.ref, found.repository.chosen) == ("main", "")


def test_the_branch_asked_for_is_graded_in_one_request(github: GitHub, homework: Repo) -> None:
    homework.push("hw5/final", {"five.py": ""})
    found = look(github, "hw5/final")
    assert (found.repository.ref, found.repository.chosen) == ("hw5/final", "")
    assert found.project.head == homework.head("hw5/final").sha
    assert "five.py" in found.repository.files.paths
    assert github.lines == ["POST /graphql"]


@pytest.mark.parametrize("annotated", [True, False], ids=["annotated", "lightweight"])
def test_a_tag_can_be_asked_for(github: GitHub, homework: Repo, annotated: bool) -> None:
    homework.tag("v1.0.0", annotated=annotated)
    sha = homework.head().sha
    homework.push("main", {"later.py": ""})
    found = look(github, "v1.0.0")
    assert found.project.head == sha
    assert "later.py" not in found.repository.files.paths


@pytest.mark.parametrize("length", [7, 40])
def test_a_commit_can_be_asked_for(github: GitHub, homework: Repo, length: int) -> None:
    sha = homework.head().sha
    homework.push("main", {"later.py": ""})
    assert look(github, sha[:length]).project.head == sha


def test_of_a_branch_and_a_tag_of_one_name_the_branch_is_graded(
    github: GitHub, homework: Repo
) -> None:
    homework.tag("v1")
    homework.push("v1", {"branch.py": ""})
    found = look(github, "v1")
    assert found.project.head == homework.head("v1").sha
    assert "branch.py" in found.repository.files.paths


def test_a_branch_that_does_not_exist_is_refused_with_those_that_do(
    github: GitHub, homework: Repo
) -> None:
    homework.push("hw4", {})
    homework.tag("v1")
    with pytest.raises(ValueError, match="no branch, tag or commit 'hw5'") as caught:
        look(github, "hw5")
    assert "its branches are: hw4, main; its tags: v1" in str(caught.value)


def test_a_pull_request_can_be_asked_for(github: GitHub, homework: Repo) -> None:
    homework.push("hw5", {"five.py": ""})
    pull = homework.pull_request("hw5")
    found = look(github, pull=pull.number)
    assert found.repository.ref == "hw5"
    assert found.project.head == pull.head_sha
    assert "five.py" in found.repository.files.paths


def test_a_pull_request_that_does_not_exist_is_refused(github: GitHub, homework: Repo) -> None:
    homework.push("hw5", {})
    homework.pull_request("hw5")
    with pytest.raises(ValueError, match=re.escape("no pull request #7; it has: #1")):
        look(github, pull=7)


@pytest.mark.usefixtures("homework")
def test_a_default_branch_that_is_given_wins_over_github_s(github: GitHub) -> None:
    target = Target(repository="ivanova/hw", default_branch="develop")
    assert snapshot(target, github.door()).repository.default_branches == ("develop",)


def test_files_of_any_commit_can_be_read(github: GitHub, homework: Repo) -> None:
    before = homework.head().sha
    homework.push("main", {".github/workflows/ci.yml": "name: new\n"})
    project = look(github).project
    assert files_at(project, before, github.door()).text(".github/workflows/ci.yml") == CI


@pytest.mark.usefixtures("homework")
def test_a_commit_that_is_gone_is_unavailable(github: GitHub) -> None:
    project = look(github).project
    with pytest.raises(Unavailable, match="no commit eeeeeee in ivanova/hw any more"):
        files_at(project, "e" * 40, github.door())


def test_a_link_is_no_file(github: GitHub) -> None:
    github.world.repository("ivanova/hw", {"secret.txt": Link("/etc/passwd"), "a.py": ""})
    files = look(github).repository.files
    assert files.text("secret.txt") is None
    assert files.paths == ("a.py",)
