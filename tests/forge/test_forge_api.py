"""The forge's API has the shapes that GitHub publishes of its own."""

from __future__ import annotations

import base64
import json
import tarfile
import urllib.parse
import zipfile
from io import BytesIO
from typing import Any

import pytest
from pydantic import TypeAdapter

from checker.campus.store import Event, Job, Repository, Run, Step
from tests.forges import Reply, Running
from tests.test_github_oracle import prism

CI = "name: CI\non: [push]\njobs: {check: {runs-on: ubuntu-latest, steps: [{run: pytest}]}}\n"


def content(text: str, **more: str) -> dict[str, str]:
    return {"message": "Work", "content": base64.b64encode(text.encode()).decode(), **more}


@pytest.fixture(scope="module")
def filled(running: Running) -> Repository:
    """A repository with one of everything that a page can show."""
    anna, ask = running.anna, running.ask
    assert ask("POST", "/user/repos", anna, {"name": "filled", "auto_init": True}).status == 201
    base = "/repos/ivanova_anna/filled"
    first = ask("PUT", f"{base}/contents/.github/workflows/ci.yml", anna, content(CI))
    sha = first.json["commit"]["sha"]
    for name in ("topic", "other"):
        ask("POST", f"{base}/git/refs", anna, {"ref": f"refs/heads/{name}", "sha": sha})
        ask("PUT", f"{base}/contents/{name}.py", anna, content("x = 1\n", branch=name))
        ask("POST", f"{base}/pulls", anna, {"title": name, "head": name, "base": "main"})
    ask("PUT", f"{base}/pulls/1/merge", anna, {"merge_method": "squash"})
    ask("POST", f"{base}/releases", anna, {"tag_name": "v1", "name": "First"})
    ask("POST", f"{base}/issues", running.boris, {"title": "Question", "body": "Why?"})
    ask("POST", f"{base}/issues/3/comments", running.boris, {"body": "Because."})
    row = running.site.find("ivanova_anna", "filled")
    assert row is not None
    clone = running.clone(row.full_name)
    clone.git("pull", "--quiet", "origin", "main")
    clone.git("tag", "--annotate", "v2", "--message", "Second")
    clone.push("v2")
    store = running.site.store
    for attempt, conclusion in ((1, "failure"), (2, "success")):
        if attempt == 1:
            run = store.add(
                Run(
                    row.id,
                    1,
                    ".github/workflows/ci.yml",
                    "CI",
                    "push",
                    "main",
                    sha,
                    1,
                    "ivanova_anna",
                    "Work",
                    1e9,
                )
            )
        job = store.add(
            Job(run.id, "check", "check", attempt, "completed", conclusion, 1e9, 1e9 + 9)
        )
        for number, name in enumerate(("Set up job", "Run pytest", "Complete job"), 1):
            log = f"2026-11-02T10:00:00.0000000Z {name} in attempt {attempt}\n"
            store.add(Step(job.id, number, name, "completed", conclusion, 1e9, 1e9 + number, log))
    store.change(
        run, attempt=2, status="completed", conclusion="success", started=1e9 + 20, updated=1e9 + 40
    )
    return row


def shapes() -> dict[str, tuple[Any, str]]:
    """Path -> the model of its answer, and who asks."""
    from githubkit_schemas.v2022_11_28 import models as github

    jobs = github.ReposOwnerRepoActionsRunsRunIdJobsGetResponse200
    return {
        "/user": (github.PrivateUser, "anna"),
        "/users/petrov_boris": (github.PublicUser, ""),
        "/users/ivanova_anna/repos": (list[github.Repository], ""),
        "/user/repos": (list[github.Repository], "teacher"),
        "/repositories": (list[github.MinimalRepository], ""),
        "/rate_limit": (github.RateLimitOverview, "anna"),
        "": (github.FullRepository, ""),
        "/branches": (list[github.ShortBranch], ""),
        "/branches/topic": (github.BranchWithProtection, ""),
        "/tags": (list[github.Tag], ""),
        "/commits": (list[github.Commit], ""),
        "/commits/main": (github.Commit, ""),
        "/contents": (list[github.ContentDirectoryItems], ""),
        "/contents/.github/workflows": (list[github.ContentDirectoryItems], ""),
        "/contents/README.md": (github.ContentFile, ""),
        "/readme": (github.ContentFile, ""),
        "/git/ref/heads/main": (github.GitRef, ""),
        "/git/matching-refs/tags/": (list[github.GitRef], ""),
        "/git/trees/main?recursive=1": (github.GitTree, ""),
        "/pulls?state=all": (list[github.PullRequestSimple], ""),
        "/pulls/1": (github.PullRequest, ""),
        "/pulls/2": (github.PullRequest, ""),
        "/pulls/2/commits": (list[github.Commit], ""),
        "/issues?state=all": (list[github.Issue], ""),
        "/issues/3": (github.Issue, ""),
        "/issues/1": (github.Issue, ""),
        "/issues/3/comments": (list[github.IssueComment], ""),
        "/issues/comments/1": (github.IssueComment, ""),
        "/releases": (list[github.Release], ""),
        "/releases/latest": (github.Release, ""),
        "/releases/tags/v1": (github.Release, ""),
        "/actions/secrets": (github.ReposOwnerRepoActionsSecretsGetResponse200, "anna"),
        "/actions/secrets/public-key": (github.ActionsPublicKey, "anna"),
        "/actions/workflows": (github.ReposOwnerRepoActionsWorkflowsGetResponse200, ""),
        "/actions/workflows/ci.yml": (github.Workflow, ""),
        "/actions/workflows/ci.yml/runs": (github.ReposOwnerRepoActionsRunsGetResponse200, ""),
        "/actions/runs": (github.ReposOwnerRepoActionsRunsGetResponse200, ""),
        "/actions/runs/1": (github.WorkflowRun, ""),
        "/actions/runs/1/attempts/1": (github.WorkflowRun, ""),
        "/actions/runs/1/jobs": (jobs, ""),
        "/actions/runs/1/attempts/1/jobs": (jobs, ""),
        "/actions/jobs/1": (github.Job, ""),
    }


def page(running: Running, path: str, who: str = "") -> Reply:
    person = {"": None, "anna": running.anna, "teacher": running.teacher}[who]
    own = path.startswith(("/user", "/repositories", "/rate_limit"))
    reply = running.ask("GET", path if own else f"/repos/ivanova_anna/filled{path}", person)
    assert reply.status == 200, (path, reply.body[:300])
    return reply


@pytest.mark.oracle
@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("filled")
def test_githubkit_s_models_accept_every_page(running: Running) -> None:
    for path, (model, who) in shapes().items():
        TypeAdapter(model).validate_python(page(running, path, who).json)
    blob = page(running, "/contents/README.md").json["sha"]
    commit = page(running, "/git/ref/heads/main").json["object"]["sha"]
    tag = page(running, "/git/ref/tags/v2").json["object"]
    assert tag["type"] == "tag"
    from githubkit_schemas.v2022_11_28 import models as github

    for path, model in {
        f"/git/blobs/{blob}": github.Blob,
        f"/git/commits/{commit}": github.GitCommit,
        f"/git/tags/{tag['sha']}": github.GitTag,
    }.items():
        TypeAdapter(model).validate_python(page(running, path).json)


@pytest.mark.oracle
@pytest.mark.filterwarnings("ignore")
def test_events_hold_what_github_s_webhooks_hold(running: Running, filled: Repository) -> None:
    from githubkit_schemas.v2022_11_28 import models as github

    known = {
        "push": github.WebhookPush,
        "create": github.WebhookCreate,
        "delete": github.WebhookDelete,
    }
    names = set()
    for event in running.site.store.find(Event, repository=filled.id):
        names.add(event.name)
        payload = json.loads(event.payload)
        assert payload["sender"]["login"] == event.actor
        assert payload["repository"]["full_name"] == "ivanova_anna/filled"
        if event.name == "create":
            TypeAdapter(known["create"]).validate_python(payload)
        if event.name == "pull_request":
            TypeAdapter(github.PullRequest).validate_python(payload["pull_request"])
    assert names == {"push", "create", "pull_request", "release", "issues", "issue_comment"}


@pytest.mark.oracle
@pytest.mark.slow
@pytest.mark.usefixtures("filled")
def test_every_question_and_answer_is_as_github_describes_it(running: Running) -> None:
    sha = page(running, "/git/ref/heads/main").json["object"]["sha"]
    paths = [
        "",
        "/branches",
        "/tags",
        "/releases",
        f"/commits/{sha}",
        "/contents/README.md",
        f"/git/trees/{sha}?recursive=1",
        "/pulls?state=all&sort=updated&direction=desc&per_page=100",
        "/pulls/2",
        "/actions/runs?per_page=100&exclude_pull_requests=true",
        "/actions/runs/1",
        "/actions/runs/1/attempts/1",
        "/actions/runs/1/attempts/2/jobs",
    ]
    with prism(running.site.api) as url:
        for path in paths:
            reply = running.ask("GET", f"{url}/repos/ivanova_anna/filled{path}")
            assert reply.status == 200, (path, reply.body[:500])
        bad = running.ask("GET", f"{url}/repos/ivanova_anna/filled/actions/runs?per_page=many")
        assert bad.status == 422


@pytest.mark.usefixtures("filled")
def test_lists_lead_from_page_to_page(running: Running) -> None:
    url = f"{running.site.api}/repos/ivanova_anna/filled/branches?per_page=2"
    names: list[str] = []
    for _ in range(5):
        reply = running.ask("GET", url)
        names += [one["name"] for one in reply.json]
        links = {
            part.split('rel="')[1].rstrip('"'): part.split(";")[0].strip(" <>")
            for part in reply.headers.get("link", "").split(",")
            if part
        }
        if "next" not in links:
            break
        assert links["next"].startswith(running.site.url)
        url = links["next"]
    assert names == ["main", "other", "topic"]
    assert set(links) == {"prev", "first"}


@pytest.mark.usefixtures("filled")
def test_a_page_that_did_not_change_is_not_sent_again(running: Running) -> None:
    first = page(running, "/branches")
    again = running.ask(
        "GET", "/repos/ivanova_anna/filled/branches", If_None_Match=first.headers["etag"]
    )
    assert (again.status, again.body) == (304, b"")
    other = running.ask(
        "GET",
        "/repos/ivanova_anna/filled/branches",
        running.anna,
        If_None_Match=first.headers["etag"],
    )
    assert other.status == 200  # an ETag belongs to a token, as on GitHub


@pytest.mark.usefixtures("filled")
def test_every_answer_tells_the_time_and_what_is_left(running: Running) -> None:
    reply = running.ask("GET", "/repos/ivanova_anna/nothing", running.boris)
    assert reply.status == 404
    assert reply.json == {
        "message": "Not Found",
        "documentation_url": "https://docs.github.com/rest",
        "status": "404",
    }
    assert reply.headers["date"].endswith("GMT")
    left = int(reply.headers["x-ratelimit-remaining"])
    assert (
        int(running.ask("GET", "/user", running.boris).headers["x-ratelimit-remaining"]) == left - 1
    )
    told = running.ask("GET", "/rate_limit", running.boris).json["resources"]["core"]
    assert told["remaining"] == left - 1


def test_an_archive_holds_the_files_of_a_commit(running: Running, filled: Repository) -> None:
    leads = running.ask("GET", "/repos/ivanova_anna/filled/tarball/v1")
    assert leads.status == 302
    reply = running.ask("GET", leads.headers["location"])
    with tarfile.open(fileobj=BytesIO(reply.body)) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"README.md", ".github/workflows/ci.yml", "topic.py"} <= names
    assert list(running.site.bare(filled).path.glob("tmp_*")) == []


@pytest.mark.usefixtures("filled")
def test_logs_are_told_a_job_and_a_run(running: Running) -> None:
    base = "/repos/ivanova_anna/filled/actions"
    leads = running.ask("GET", f"{base}/jobs/1/logs")
    text = running.ask("GET", leads.headers["location"]).body.decode()
    assert [line.split("Z ")[1] for line in text.splitlines()] == [
        "Set up job in attempt 1",
        "Run pytest in attempt 1",
        "Complete job in attempt 1",
    ]
    whole = running.ask("GET", running.ask("GET", f"{base}/runs/1/logs").headers["location"])
    with zipfile.ZipFile(BytesIO(whole.body)) as archive:
        assert "check/2_Run pytest.txt" in archive.namelist()
        assert b"attempt 2" in archive.read("0_check.txt")


@pytest.mark.usefixtures("filled")
def test_an_earlier_attempt_is_told_as_it_was(running: Running) -> None:
    ends = [page(running, f"/actions/runs/1/attempts/{n}").json["conclusion"] for n in (1, 2)]
    assert ends == ["failure", "success"]
    assert running.ask("GET", "/repos/ivanova_anna/filled/actions/runs/1/attempts/3").status == 404
    assert page(running, "/actions/runs/1/jobs").json["total_count"] == 1
    assert page(running, "/actions/runs/1/jobs?filter=all").json["total_count"] == 2


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 1),
        ("status=success", 1),
        ("status=failure", 0),
        ("branch=main", 1),
        ("branch=x", 0),
        ("event=push", 1),
        ("head_sha=0", 0),
    ],
)
@pytest.mark.usefixtures("filled")
def test_runs_are_looked_for(query: str, count: int, running: Running) -> None:
    assert page(running, f"/actions/runs?{query}").json["total_count"] == count


@pytest.mark.usefixtures("filled")
def test_a_name_in_other_capitals_is_the_same_repository(running: Running) -> None:
    reply = running.ask("GET", "/repos/Ivanova_Anna/FILLED")
    assert reply.json["full_name"] == "ivanova_anna/filled"
    taken = running.ask("POST", "/user/repos", running.anna, {"name": "Filled"})
    assert taken.status == 422


@pytest.mark.usefixtures("filled")
def test_strange_paths_are_not_found_and_break_nothing(running: Running) -> None:
    base = f"{running.site.api}/repos/ivanova_anna/filled"
    for path in (
        "../../..",
        "%00",
        "--help",
        "-",
        "main..topic",
        "main^{tree}",
        "@{-1}",
        ":/",
        "v1:README.md",
        "\u2028" * 50,
    ):
        shown = urllib.parse.quote(path, safe="%")
        for page_ in (
            "contents",
            "commits",
            "git/trees",
            "branches",
            "git/ref",
            "tarball",
            "git/blobs",
        ):
            reply = running.ask("GET", f"{base}/{page_}/{shown}")
            assert reply.status in {301, 307, 404, 422}, (page_, path, reply.status)
