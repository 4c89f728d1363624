"""Held to what GitHub publishes of itself: its GraphQL schema, its OpenAPI description, and models made from that."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from graphql import parse, validate
from pydantic import TypeAdapter, ValidationError

from checker.evidence import Unavailable
from checker.http import Addresses
from checker.http.live import Live
from checker.services.github import attempt_of, flat, pages, queries, runs_of
from checker.services.github.jobs import jobs_of
from checker.services.github.questions import rest
from tests.oracles import node_modules
from tests.standins.github import GitHub
from tests.standins.github.graph import schema
from tests.standins.server import Call

pytestmark = pytest.mark.oracle

CI = "on: [push, release]\njobs: {check: {runs-on: ubuntu-latest, steps: [{run: pytest}]}}\n"

QUERIES = {
    "the default branch": queries.snapshot(),
    "few levels": queries.snapshot(levels=1),
    "a branch": queries.snapshot(ref=True),
    "a commit": queries.snapshot(ref=True, sha=True),
    "a pull request": queries.snapshot(pull=True),
    "files": queries.files(),
    "objects": queries.objects(40),
    "texts": queries.texts(25),
    "jobs": queries.JOBS,
}


@pytest.mark.parametrize("text", QUERIES.values(), ids=QUERIES)
def test_github_s_schema_accepts_our_query(text: str) -> None:
    assert validate(schema(), parse(text)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("isArchived", "isArchiveed"),
        ("databaseId nameWithOwner", "workflows { nodes { id } }"),
        ("$owner: String!", "$owner: Int!"),
    ],
)
def test_github_s_schema_refuses_what_github_has_not(old: str, new: str) -> None:
    assert old in queries.snapshot()
    assert validate(schema(), parse(queries.snapshot().replace(old, new, 1)))


def world() -> GitHub:
    """Return a GitHub with one of everything that a page can show."""
    github = GitHub()
    files = {".github/workflows/ci.yml": CI, "src/hw/model.py": "x = 1\n", "README.md": "# Hw\n"}
    repo = github.world.repository(
        "course/hw", files, organization=True, fork_of="petrov/hw", template="course/template"
    )
    for name in ("one", "two", "three"):
        repo.push(name, {f"{name}.py": ""})
    first, second, _ = (repo.pull_request(name) for name in ("one", "two", "three"))
    repo.merge(first)
    repo.close(second)
    repo.pull_request("main", fork="petrov/hw", files={"b.py": ""}).head_repository = ""
    repo.pull_request("main", fork="sidorov/hw", files={"c.py": ""})
    repo.tag("v1"), repo.tag("v2", annotated=True)
    repo.release("v1")
    repo.release("v2", draft=True)
    run = repo.run(fails="pytest")
    repo.again(run)
    repo.run(branch="v1", status="in_progress")
    repo.run(event="pull_request", branch="three", skips=("check",))
    repo.run(event="pull_request", branch="main", head_repository="sidorov/hw")
    return github


def answers(github: GitHub) -> dict[str, Any]:
    """Return what the stand-in answers for each page that the grader can ask for, by path."""
    repo = github.world.repositories["course/hw"]
    run, sha = repo.runs[0], repo.head().sha
    base = "/repos/course/hw"
    lists = {"state": "all", "sort": "updated", "direction": "desc", "per_page": "100"}
    asked: list[tuple[str, dict[str, str]]] = [
        ("", {}),
        ("/branches", {}),
        ("/tags", {}),
        ("/pulls", lists),
        ("/pulls/1", {}),
        ("/pulls/4", {}),
        ("/releases", {}),
        (f"/commits/{sha}", {}),
        ("/contents/.github/workflows", {"ref": sha}),
        (f"/git/trees/{sha}", {"recursive": "1"}),
        ("/actions/runs", {"per_page": "100"}),
        (f"/actions/runs/{run.id}", {}),
        (f"/actions/runs/{run.id}/attempts/1", {}),
        (f"/actions/runs/{run.id}/attempts/1/jobs", {}),
    ]
    found = {}
    with github.running():
        for path, query in asked:
            answer = github(Call("GET", base + path, query, {}, b""))
            assert answer.status == 200, path
            found[path] = json.loads(answer.body)
    return found


def models() -> Sequence[tuple[str, Any]]:
    """Return pairs of what a path ends with and the model of its answer."""
    from githubkit_schemas.v2022_11_28 import models as github

    return (
        ("/jobs", github.ReposOwnerRepoActionsRunsRunIdAttemptsAttemptNumberJobsGetResponse200),
        ("/actions/runs", github.ReposOwnerRepoActionsRunsGetResponse200),
        ("/actions/runs/", github.WorkflowRun),
        ("/pulls/", github.PullRequest),
        ("/pulls", list[github.PullRequestSimple]),
        ("/branches", list[github.ShortBranch]),
        ("/tags", list[github.Tag]),
        ("/releases", list[github.Release]),
        ("/commits/", github.Commit),
        ("/contents/", list[github.ContentDirectoryItems]),
        ("/git/trees/", github.GitTree),
        ("", github.FullRepository),
    )


def model_of(path: str) -> Any:
    for part, model in models():
        if path.endswith(part) or (part.endswith("/") and part in path):
            return model
    raise AssertionError(path)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_githubkit_s_models_accept_every_page_of_the_stand_in() -> None:
    for path, content in answers(world()).items():
        TypeAdapter(model_of(path)).validate_python(content)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("wrong", [{"id": "one"}, {"html_url": None}], ids=str)
def test_githubkit_s_models_refuse_what_github_does_not_answer(wrong: dict[str, Any]) -> None:
    content = answers(world())[""] | wrong
    with pytest.raises(ValidationError):
        TypeAdapter(model_of("")).validate_python(content)


@contextmanager
def prism(url: str) -> Iterator[str]:
    """Put a proxy before a server that refuses what GitHub's description does not have; give its address."""
    home = node_modules("openapi").parent
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = home / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    words = ["node", str(script), "proxy", str(home / "github.json"), url]
    running = subprocess.Popen(
        [*words, "--host", "127.0.0.1", "--port", str(port), "--errors"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    try:
        assert running.stdout is not None
        for line in running.stdout:
            if "is listening" in line:
                break
        else:
            pytest.fail("prism ended before it listened")
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.communicate(timeout=30)


@contextmanager
def behind_prism(github: GitHub) -> Iterator[Live]:
    """Give a door to a GitHub whose every question and answer is held to the description."""
    with (
        github.running(),
        prism(github.url) as url,
        Live(Addresses(github=url), sleep=lambda _: None) as door,
    ):
        yield door


@pytest.mark.slow
def test_every_question_and_answer_is_as_github_describes_it() -> None:
    """Pages below a path of two names are left out, for prism knows no such parameter; so is what is not JSON."""
    github = world()
    repo = github.world.repositories["course/hw"]
    del repo.pulls[
        4
    ]  # null is no repository for prism, and GitHub's answer when a fork was deleted
    with behind_prism(github) as door:
        name, sha = "course/hw", repo.head().sha
        project = pages.about(name, door).project
        assert project.fork_of == "petrov/hw"
        assert len(pages.branches(name, door)[0]) == 4
        assert len(pages.tags(name, door)[0]) == 2
        assert len(pages.pulls(name, door)[0]) == 4
        assert len(pages.releases(name, door)) == 2
        assert "src/hw/model.py" in flat.files_of(name, sha, door).paths
        runs = runs_of(name, door, sha=sha)
        assert [len(jobs_of(name, run, door)) for run in runs.all] == [1, 1, 1]
        first = attempt_of(replace(project, head=sha), runs.all[-1], 1, door)
        assert first.run.conclusion == "failure"
        for path in ("pulls/1", f"commits/{sha}"):
            assert rest(door, f"{name}/{path}", "a page", {"per_page": 1}).ok
        assert pages.about(name, door).page.status == 200


@pytest.mark.slow
def test_prism_refuses_a_question_and_an_answer_that_github_does_not_have() -> None:
    github = world()
    with behind_prism(github) as door:
        assert rest(door, "course/hw/actions/runs", "runs", {"per_page": "many"}).status == 422
        github.fail("/runs", 200, content={"total_count": "4", "workflow_runs": []})
        with pytest.raises(Unavailable, match="500"):
            runs_of("course/hw", door)
