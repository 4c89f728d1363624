"""A repository on GitHub read without a token: what 60 requests an hour are spent on."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.evidence import Unavailable
from checker.services.github import Snapshot, files_at, records_of, runs_of, snapshot
from checker.services.github.anonymous import MAX_BRANCHES
from checker.services.github.model import Project
from checker.target import Target
from tests.standins.github import GitHub, Link, Repo

CI = """\
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - run: pytest
"""
WORKFLOW = {".github/workflows/ci.yml": CI}


@pytest.fixture
def github() -> Iterator[GitHub]:
    with GitHub().running() as server:
        yield server


@pytest.fixture
def homework(github: GitHub) -> Repo:
    return github.world.repository("ivanova/hw", {"model.py": "x = 1\n"} | WORKFLOW)


def look(github: GitHub, ref: str = "", *, pull: int = 0) -> Snapshot:
    return snapshot(Target(repository="ivanova/hw", ref=ref, pull_request=pull), github.door(""))


def paths(github: GitHub) -> list[str]:
    return [call.path.removeprefix("/repos/ivanova/hw") for call in github.calls]


def told(project: Project) -> tuple[object, ...]:
    """Return what both ways of asking can tell."""
    branches = {(branch.name, branch.sha) for branch in project.branches}
    tags = {(tag.name, tag.sha) for tag in project.tags}
    about = (project.id, project.full_name, project.url, project.owner_id, project.head)
    times = (project.created, project.pushed, project.default_branch)
    return (*about, *times, branches, tags, project.pull_requests)


def test_both_ways_tell_the_same(github: GitHub, homework: Repo) -> None:
    for name in ("one", "two", "three"):
        homework.push(name, {f"{name}.py": ""})
    first, second, _ = (homework.pull_request(name) for name in ("one", "two", "three"))
    homework.merge(first)
    homework.close(second)
    homework.pull_request("main", fork="petrov/hw", files={"b.py": ""})
    homework.tag("v1"), homework.tag("v2", annotated=True)
    ours = look(github)
    theirs = snapshot(Target(repository="ivanova/hw"), github.door())
    assert told(ours.project) == told(theirs.project)
    assert ours.repository.files.paths == theirs.repository.files.paths
    assert ours.repository.files.text("model.py") == "x = 1\n"


def test_an_ordinary_repository_costs_five_requests(github: GitHub, homework: Repo) -> None:
    homework.tag("v1")
    found = look(github)
    sha = homework.head().sha
    asked = ["", "/branches", "/tags", "/pulls", f"/tarball/{sha}"]
    assert [path for path in paths(github) if "_codeload" not in path] == asked
    assert "59 of 60 requests an hour were left" in found.project.remarks[-1]


@pytest.mark.parametrize(
    ("trigger", "is_asked"),
    [
        ("on: release", True),
        ("on: [push, release]", True),
        ("on:\n  release:\n    types: [published]", True),
        ("on:\n  - release", True),
        ("on: push  # uses pypa/gh-action-pypi-publish@v1", False),
        ("on: push\nenv:\n  X: release/v1", False),
    ],
)
def test_releases_are_asked_for_when_a_workflow_starts_on_them(
    github: GitHub, trigger: str, is_asked: bool
) -> None:
    text = f"{trigger}\n{CI.partition(chr(10))[2]}"
    repo = github.world.repository("ivanova/hw", {".github/workflows/ci.yml": text})
    repo.tag("v1")
    repo.release("v1")
    assert [one.tag for one in look(github).project.releases] == (["v1"] if is_asked else [])


def test_without_workflows_on_the_default_branch_the_pull_request_updated_last_is_graded(
    github: GitHub,
) -> None:
    repo = github.world.repository("ivanova/hw", {"README.md": ""})
    for name in ("hw4", "hw5", "plain"):
        repo.push(name, {} if name == "plain" else WORKFLOW)
    for name in ("hw5", "hw4", "plain"):
        repo.pull_request(name)
    found = look(github)
    assert found.repository.ref == "hw4"
    assert "open pull request #2" in found.repository.chosen
    assert found.repository.files.text(".github/workflows/ci.yml") == CI


def test_without_pull_requests_the_branch_with_the_newest_commit_is_graded(
    github: GitHub,
) -> None:
    repo = github.world.repository("ivanova/hw", {"README.md": ""})
    for name in ("hw2", "hw5", "hw4"):
        repo.push(name, WORKFLOW)
    repo.push("notes", {"notes.md": ""})
    found = look(github)
    assert found.repository.ref == "hw4"
    assert "`hw4` has the newest commit" in found.repository.chosen


def test_not_all_of_many_branches_are_looked_into_and_that_is_said(github: GitHub) -> None:
    repo = github.world.repository("ivanova/hw", {"README.md": ""})
    for number in range(MAX_BRANCHES + 5):
        repo.push(f"branch-{number:02}", {"a.py": ""})
    found = look(github)
    assert found.repository.ref == "main"
    assert any(f"only {MAX_BRANCHES} of {MAX_BRANCHES + 5}" in one for one in found.project.remarks)
    assert sum("/contents/" in path for path in paths(github)) == MAX_BRANCHES


@pytest.mark.parametrize("kind", ["branch", "tag", "commit", "short commit"])
def test_a_branch_a_tag_and_a_commit_can_be_asked_for(
    github: GitHub, homework: Repo, kind: str
) -> None:
    sha = homework.head().sha
    homework.tag("v1", annotated=True)
    homework.push("hw5", {"five.py": ""})
    homework.push("main", {"later.py": ""})
    ref = {"branch": "hw5", "tag": "v1", "commit": sha, "short commit": sha[:8]}[kind]
    wanted = homework.head("hw5").sha if kind == "branch" else sha
    found = look(github, ref)
    assert found.project.head == wanted
    assert "later.py" not in found.repository.files.paths


def test_a_branch_beyond_the_first_hundred_is_found(github: GitHub, homework: Repo) -> None:
    sha = homework.push("zz", {"zz.py": ""}).sha
    homework.branches |= {f"b{number:03}": sha for number in range(120)}
    assert look(github, "zz").project.head == sha
    homework.branches["zzz"] = homework.branches.pop("main")
    homework.default_branch = "zzz"
    assert look(github).repository.ref == "zzz"


@pytest.mark.parametrize("ref", ["hw5", "abcdef1"])
@pytest.mark.usefixtures("homework")
def test_a_branch_that_does_not_exist_is_refused(github: GitHub, ref: str) -> None:
    with pytest.raises(
        ValueError, match=f"no branch, tag or commit '{ref}'; its branches are: main"
    ):
        look(github, ref)


def test_a_pull_request_can_be_asked_for(github: GitHub, homework: Repo) -> None:
    homework.push("hw5", {"five.py": ""})
    homework.pull_request("hw5")
    found = look(github, pull=1)
    assert (found.repository.ref, found.project.head) == ("hw5", homework.head("hw5").sha)
    with pytest.raises(ValueError, match="no pull request #7"):
        look(github, pull=7)


def test_a_pull_request_that_is_not_among_the_newest_is_found(
    github: GitHub, homework: Repo
) -> None:
    homework.push("first", {"first.py": ""})
    homework.pull_request("first")
    homework.push("other", {})
    for _ in range(100):
        homework.pull_request("other")
    assert look(github, pull=1).repository.ref == "first"


def test_a_branch_of_a_deleted_fork_is_a_fork_s(github: GitHub, homework: Repo) -> None:
    pull = homework.pull_request("main", fork="petrov/hw", files={"b.py": ""})
    pull.head_repository = ""
    assert look(github).project.pull_requests[0].is_fork


def test_a_large_repository_is_read_file_after_file(github: GitHub, homework: Repo) -> None:
    homework.push("main", {"venv/lib/site-packages/x/setup.py": "", "link": Link("model.py")})
    homework.kilobytes = 500_000
    files = look(github).repository.files
    assert files.paths == (".github/workflows/ci.yml", "model.py")
    assert files.text("model.py") == "x = 1\n"
    assert files.text("venv/lib/site-packages/x/setup.py") is None
    assert files.names("") == (".github", "model.py")
    assert not any("tarball" in path for path in paths(github))


def test_an_archive_that_turns_out_too_large_is_not_read(
    github: GitHub, homework: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checker.services.github.anonymous.MAX_PACKED", 200_000)
    noise = random.Random(5)
    homework.push("main", {f"data/{n}.bin": noise.randbytes(1000) for n in range(300)})
    files = look(github).repository.files
    assert files.text("model.py") == "x = 1\n"
    assert any("/git/trees/" in path for path in paths(github))


def test_a_listing_that_github_cuts_is_said(github: GitHub, homework: Repo) -> None:
    homework.kilobytes = 500_000
    github.world.most_entries = 3
    assert "only a part of ivanova/hw's files" in " ".join(look(github).project.remarks)


def test_files_of_any_commit_can_be_read(github: GitHub, homework: Repo) -> None:
    before = homework.head().sha
    homework.push("main", {"model.py": "x = 2\n"})
    project = look(github).project
    assert files_at(project, before, github.door("")).text("model.py") == "x = 1\n"


def test_what_never_changes_is_fetched_once(github: GitHub, homework: Repo, tmp_path: Path) -> None:
    homework.push("main", {"a.py": ""})
    for _ in range(2):
        door = github.door("", cache=tmp_path)
        snapshot(Target(repository="ivanova/hw"), door)
    assert sum("/tarball/" in path for path in paths(github)) == 1


def test_runs_jobs_and_texts_come_without_a_token(github: GitHub, homework: Repo) -> None:
    called = ".github/workflows/lint.yml"
    caller = f"{CI}  lint:\n    uses: ./{called}\n"
    homework.push("main", {".github/workflows/ci.yml": caller, called: "on: workflow_call\n"})
    homework.run(fails="pytest")
    homework.push("main", {".github/workflows/ci.yml": CI})
    homework.run()
    project = look(github).project
    door = github.door("")
    newest, oldest = records_of(project, runs_of("ivanova/hw", door).all, door)
    assert oldest.jobs[0].conclusion == "failure"
    assert oldest.workflows == {".github/workflows/ci.yml": caller, called: "on: workflow_call\n"}
    assert newest.workflows is None  # today's text is that of its commit
    assert newest.run.sha == project.head


def test_a_text_that_cannot_be_had_is_none(github: GitHub, homework: Repo) -> None:
    homework.run()
    homework.push("main", {"a.py": ""})
    project, door = look(github).project, github.door("")
    github.fail("/contents/", 503)
    record = records_of(project, runs_of("ivanova/hw", door).all, door)[0]
    assert record.workflows is None
    assert record.jobs[0].name == "check"


@pytest.mark.usefixtures("homework")
def test_an_outage_is_no_empty_repository(github: GitHub) -> None:
    github.fail("/branches", 503)
    with pytest.raises(Unavailable, match="503"):
        look(github)
