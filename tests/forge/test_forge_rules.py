"""What the API lets people do, and what it refuses to whom."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

from checker.campus.forge.rest.serve import Api
from checker.campus.identity import mint
from checker.campus.people import Person
from checker.campus.runner.repositories import folder, head
from checker.campus.store import Event, Job, PullRequest, Repository, Run, Secret
from checker.http import Addresses
from checker.http.live import Live
from checker.services.github.issues import publish
from tests.forges import Clone, Reply, Running


@dataclass
class Work:
    """A student's repository, worked on through the API."""

    running: Running
    row: Repository
    clone: Clone

    def ask(
        self, method: str, path: str = "", content: object = None, person: Person | None = None
    ) -> Reply:
        who = person or self.running.anna
        return self.running.ask(method, f"/repos/{self.row.full_name}{path}", who, content)

    def put(self, path: str, text: str, **more: str) -> Reply:
        data = base64.b64encode(text.encode()).decode()
        return self.ask("PUT", f"/contents/{path}", {"message": "Work", "content": data, **more})

    def branch(self, name: str, files: dict[str, str], start: str = "main") -> str:
        self.clone.git("checkout", "--quiet", "-B", name, start, check=False)
        sha = self.clone.commit(files, name)
        self.clone.push(f"HEAD:refs/heads/{name}")
        return sha

    @property
    def events(self) -> list[tuple[str, str]]:
        found = self.running.site.store.find(Event, repository=self.row.id)
        return [(one.name, str(json.loads(one.payload).get("action", ""))) for one in found]

    @property
    def last(self) -> Any:
        return self.running.site.store.find(Event, newest=True, most=1, repository=self.row.id)[0]

    def git(self, *words: str) -> str:
        return self.running.site.bare(self.row).git(*words).strip()


@pytest.fixture
def work(running: Running, repository: Repository, clone: Clone) -> Work:
    made = Work(running, repository, clone)
    made.branch("main", {"a.txt": "1\n", "b.txt": "1\n"}, "HEAD")
    return made


class TestFiles:
    def test_a_file_is_made_changed_and_taken_away(self, work: Work) -> None:
        made = work.put("src/new.py", "x = 1\n")
        assert made.status == 201
        assert work.git("show", "main:src/new.py") == "x = 1"
        assert work.last.sha == made.json["commit"]["sha"]
        sha = made.json["content"]["sha"]
        changed = work.put("src/new.py", "x = 2\n", sha=sha)
        assert changed.status == 200
        gone = work.ask(
            "DELETE",
            "/contents/src/new.py",
            {"message": "Away", "sha": changed.json["content"]["sha"]},
        )
        assert (gone.status, gone.json["content"]) == (200, None)
        assert "src" not in work.git("ls-tree", "--name-only", "main").split()

    def test_nobody_s_change_is_lost(self, work: Work) -> None:
        assert work.put("a.txt", "2\n").status == 422
        assert work.put("a.txt", "2\n", sha="0" * 40).status == 409
        assert work.git("show", "main:a.txt") == "1"

    @pytest.mark.parametrize(
        "path", [".git/config", "a/../../x", ".GIT/hooks/x", "a.txt/b", "a//b"]
    )
    def test_a_path_that_git_forbids_is_refused(self, path: str, work: Work) -> None:
        head = work.git("rev-parse", "main")
        assert work.put(path, "x").status in {404, 422}
        assert work.git("rev-parse", "main") == head

    def test_an_executable_stays_one(self, work: Work) -> None:
        run = work.clone.folder / "run.sh"
        run.write_text("#!/bin/sh\n", encoding="utf-8")
        run.chmod(0o755)
        work.branch("main", {}, "HEAD")
        sha = work.ask("GET", "/contents/run.sh").json["sha"]
        work.put("run.sh", "#!/bin/sh\nexit 0\n", sha=sha)
        assert work.git("ls-tree", "main", "run.sh").startswith("100755")

    def test_an_empty_repository_says_so(self, running: Running) -> None:
        row = running.repository("empty")
        empty = Work(running, row, running.clone(row.full_name))
        assert empty.ask("GET", "/git/trees/HEAD").status == 409
        assert empty.ask("GET", "/commits").json["message"] == "Git Repository is empty."
        assert empty.ask("GET", "/contents/x").status == 404
        assert empty.put("README.md", "# Hi\n").status == 201


class TestPullRequests:
    def open(self, work: Work, head: str = "topic", **more: str) -> Reply:
        return work.ask(
            "POST", "/pulls", {"title": "Homework", "head": head, "base": "main", **more}
        )

    @pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
    def test_one_is_merged(self, how: str, work: Work) -> None:
        work.branch("topic", {"t.txt": "1\n"})
        second = work.branch("topic", {"t.txt": "2\n"}, "topic")
        work.branch("main", {"m.txt": "1\n"})
        base = work.git("rev-parse", "main")
        assert self.open(work).json["mergeable"] is True
        done = work.ask("PUT", "/pulls/1/merge", {"merge_method": how})
        assert done.json["merged"] is True
        sha = done.json["sha"]
        assert work.git("rev-parse", "main") == sha
        assert (work.git("show", f"{sha}:t.txt"), work.git("show", f"{sha}:m.txt")) == ("2", "1")
        parents = work.git("show", "-s", "--format=%P", sha).split()
        if how == "merge":
            assert parents == [base, second]
        if how == "squash":
            assert parents == [base]
            assert work.git("show", "-s", "--format=%s", sha) == "Homework (#1)"
        if how == "rebase":
            assert work.git("rev-list", "--count", f"{base}..{sha}") == "2"
            assert work.git("show", "-s", "--format=%an", sha) == "Anna"
        assert work.events[-2:] == [("push", ""), ("pull_request", "closed")]
        assert (work.last.ref, work.last.sha) == ("refs/heads/main", sha)
        shown = work.ask("GET", "/pulls/1").json
        assert (shown["state"], shown["merged"], shown["merge_commit_sha"]) == ("closed", True, sha)
        assert shown["merged_by"]["login"] == "ivanova_anna"
        assert work.ask("GET", "/pulls/1/merge").status == 204
        assert work.ask("PUT", "/pulls/1/merge").status == 405

    @pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
    def test_one_that_conflicts_cannot_be_merged(self, how: str, work: Work) -> None:
        work.branch("topic", {"a.txt": "topic\n"})
        work.branch("main", {"a.txt": "main\n"})
        before = work.git("rev-parse", "main")
        opened = self.open(work)
        assert (opened.status, opened.json["mergeable"]) == (201, False)
        assert work.events[-1] == ("create", "") or work.events[-1][0] == "push"
        done = work.ask("PUT", "/pulls/1/merge", {"merge_method": how})
        assert (done.status, done.json["message"]) == (405, "Pull Request is not mergeable")
        assert work.git("rev-parse", "main") == before

    def test_one_that_was_pushed_to_meanwhile_is_not_merged_unseen(self, work: Work) -> None:
        seen = work.branch("topic", {"t.txt": "1\n"})
        self.open(work)
        work.branch("topic", {"t.txt": "2\n"}, "topic")
        assert work.ask("PUT", "/pulls/1/merge", {"sha": seen}).status == 409

    @pytest.mark.parametrize(
        ("head", "message"),
        [
            ("nothing", ""),
            ("main", "No commits between main and main"),
            ("same", "No commits between main and same"),
            ("petrov_boris:topic", ""),
        ],
    )
    def test_one_that_makes_no_sense_is_refused(self, head: str, message: str, work: Work) -> None:
        work.clone.push("HEAD:refs/heads/same")
        reply = self.open(work, head)
        assert (reply.status, reply.json["message"]) == (422, "Validation Failed")
        assert reply.json["errors"][0].get("message", "") == message

    def test_a_second_one_of_the_same_branch_is_refused(self, work: Work) -> None:
        work.branch("topic", {"t.txt": "1\n"})
        assert self.open(work).status == 201
        assert "already exists" in self.open(work).json["errors"][0]["message"]

    def test_one_is_closed_and_opened_again(self, work: Work) -> None:
        work.branch("topic", {"t.txt": "1\n"})
        self.open(work)
        closed = work.ask("PATCH", "/pulls/1", {"state": "closed"}).json
        assert (closed["state"], closed["merged"], bool(closed["closed_at"])) == (
            "closed",
            False,
            True,
        )
        opened = work.ask("PATCH", "/pulls/1", {"state": "open", "title": "Again"}).json
        assert (opened["state"], opened["title"], opened["closed_at"]) == ("open", "Again", None)
        assert work.events[-3:] == [
            ("pull_request", "closed"),
            ("pull_request", "edited"),
            ("pull_request", "reopened"),
        ]

    def test_its_workflows_run_on_the_trial_merge(self, work: Work) -> None:
        head = work.branch("topic", {"t.txt": "1\n"})
        self.open(work)
        assert work.events[-1] == ("pull_request", "opened")
        assert work.last.ref == "refs/pull/1/merge"
        assert work.git("rev-parse", f"{work.last.sha}^2") == head
        fetched = work.clone.git("fetch", "origin", "refs/pull/1/merge")
        assert fetched.returncode == 0


class TestReferences:
    def test_branches_and_tags_are_made_moved_and_deleted(self, work: Work) -> None:
        first = work.git("rev-parse", "main")
        made = work.ask("POST", "/git/refs", {"ref": "refs/heads/new", "sha": first})
        assert made.status == 201
        assert work.ask("POST", "/git/refs", {"ref": "refs/heads/new", "sha": first}).status == 422
        second = work.branch("main", {"c.txt": "1\n"})
        assert work.ask("PATCH", "/git/refs/heads/new", {"sha": second}).status == 200
        assert work.ask("PATCH", "/git/refs/heads/new", {"sha": first}).status == 422
        assert work.ask("PATCH", "/git/refs/heads/new", {"sha": first, "force": True}).status == 200
        assert work.ask("DELETE", "/git/refs/heads/new").status == 204
        assert work.ask("DELETE", "/git/refs/heads/main").status == 422
        assert work.events[-1] == ("delete", "")

    @pytest.mark.parametrize(
        ("ref", "sha"),
        [
            ("refs/pull/1/head", None),
            ("heads/x", None),
            ("refs/heads/a..b", None),
            ("refs/heads/-x\n", None),
            ("refs/heads/x", "0" * 40),
            ("refs/heads/x", "main"),
        ],
    )
    def test_what_is_no_reference_is_refused(self, ref: str, sha: str | None, work: Work) -> None:
        head = work.git("rev-parse", "main")
        assert work.ask("POST", "/git/refs", {"ref": ref, "sha": sha or head}).status == 422


class TestReleases:
    def test_a_release_of_a_new_tag_makes_the_tag(self, work: Work) -> None:
        made = work.ask("POST", "/releases", {"tag_name": "v1"})
        assert made.status == 201
        assert work.git("rev-parse", "v1") == work.git("rev-parse", "main")
        assert work.events[-5:] == [
            ("push", ""),
            ("create", ""),
            ("release", "created"),
            ("release", "published"),
            ("release", "released"),
        ]
        assert work.ask("POST", "/releases", {"tag_name": "v1"}).status == 422

    def test_a_draft_is_shown_to_its_owner_alone_until_it_is_published(self, work: Work) -> None:
        made = work.ask("POST", "/releases", {"tag_name": "v1", "draft": True}).json
        path = f"/releases/{made['id']}"
        assert work.ask("GET", path, person=work.running.boris).status == 404
        assert work.ask("GET", path).json["draft"] is True
        assert work.git("tag") == ""
        work.ask("PATCH", path, {"draft": False})
        assert work.ask("GET", path, person=work.running.boris).json["published_at"]
        assert work.git("tag") == "v1"


class TestSecrets:
    def seal(self, work: Work, value: str) -> dict[str, str]:
        from nacl.public import PublicKey, SealedBox

        key = work.ask("GET", "/actions/secrets/public-key").json
        box = SealedBox(PublicKey(base64.b64decode(key["key"])))
        sealed = base64.b64encode(box.encrypt(value.encode())).decode()
        return {"encrypted_value": sealed, "key_id": key["key_id"]}

    def test_a_sealed_secret_reaches_the_store_and_is_never_shown(self, work: Work) -> None:
        assert (
            work.ask("PUT", "/actions/secrets/pypi_token", self.seal(work, "first")).status == 201
        )
        assert work.ask("PUT", "/actions/secrets/PYPI_TOKEN", self.seal(work, "hush")).status == 204
        (kept,) = work.running.site.store.find(Secret, repository=work.row.id)
        assert (kept.name, kept.value) == ("PYPI_TOKEN", "hush")
        assert "hush" not in repr(kept)
        listed = work.ask("GET", "/actions/secrets")
        assert [one["name"] for one in listed.json["secrets"]] == ["PYPI_TOKEN"]
        assert b"hush" not in listed.body + work.ask("GET", "/actions/secrets/PYPI_TOKEN").body
        assert work.ask("DELETE", "/actions/secrets/PYPI_TOKEN").status == 204
        assert work.ask("GET", "/actions/secrets/PYPI_TOKEN").status == 404

    @pytest.mark.parametrize("name", ["GITHUB_TOKEN", "1ST", "with-dash", "a" * 300])
    def test_a_name_that_github_refuses_is_refused(self, name: str, work: Work) -> None:
        assert work.ask("PUT", f"/actions/secrets/{name}", self.seal(work, "x")).status == 422

    @pytest.mark.parametrize(
        "broken", [{"encrypted_value": "bm9uc2Vuc2U="}, {"key_id": "1"}, {"encrypted_value": "x y"}]
    )
    def test_what_was_not_sealed_with_the_key_is_refused(
        self, broken: dict[str, str], work: Work
    ) -> None:
        assert work.ask("PUT", "/actions/secrets/X", self.seal(work, "x") | broken).status == 422
        assert work.running.site.store.find(Secret, repository=work.row.id) == ()

    def test_the_key_is_its_owner_s_file(self, work: Work) -> None:
        self.seal(work, "x")
        file = Path(work.running.place.root / "forge-seal.json")
        assert file.stat().st_mode & 0o077 == 0


BY_HAND = """
on:
  workflow_dispatch:
    inputs:
      level: {required: true}
      dry: {type: boolean, default: true}
jobs: {go: {runs-on: ubuntu-latest, steps: [{run: make}]}}
"""


class TestRuns:
    def run(self, work: Work, **more: object) -> Run:
        made = Run(
            work.row.id,
            1,
            ".github/workflows/ci.yml",
            "CI",
            "push",
            "main",
            "0" * 40,
            1,
            "ivanova_anna",
            "Work",
            1e9,
        )
        row = work.running.site.store.add(made)
        return work.running.site.store.change(row, **more)

    def wanted(self, work: Work, run: Run) -> str:
        found = work.running.site.store.one(Run, id=run.id)
        assert found is not None
        return found.wanted

    def test_a_run_is_run_again_when_it_is_over(self, work: Work) -> None:
        run = self.run(work, status="completed", conclusion="failure")
        assert work.ask("POST", f"/actions/runs/{run.id}/rerun").status == 201
        assert self.wanted(work, run) == "rerun"
        assert work.ask("POST", f"/actions/runs/{run.id}/rerun-failed-jobs").status == 403
        open_ = self.run(work, status="in_progress")
        assert work.ask("POST", f"/actions/runs/{open_.id}/rerun-failed-jobs").status == 403

    def test_a_run_is_ended_while_it_is_open(self, work: Work) -> None:
        run = self.run(work, status="in_progress")
        assert work.ask("POST", f"/actions/runs/{run.id}/cancel").status == 202
        assert self.wanted(work, run) == "cancel"
        over = self.run(work, status="completed", conclusion="success")
        assert work.ask("POST", f"/actions/runs/{over.id}/cancel").status == 409

    def test_a_workflow_is_started_by_hand_with_its_inputs(self, work: Work) -> None:
        work.branch(
            "main",
            {
                ".github/workflows/hand.yml": BY_HAND,
                ".github/workflows/ci.yml": "on: push\njobs: {}\n",
            },
        )
        started = {"ref": "main", "inputs": {"level": "3"}}
        path = "/actions/workflows/hand.yml/dispatches"
        assert work.ask("POST", path, started).status == 204
        event = work.last
        assert (event.name, event.workflow) == ("workflow_dispatch", ".github/workflows/hand.yml")
        assert (event.ref, event.sha) == ("refs/heads/main", work.git("rev-parse", "main"))
        assert json.loads(event.payload)["inputs"] == {"level": "3", "dry": "true"}
        number = work.ask("GET", "/actions/workflows/hand.yml").json["id"]
        assert work.ask("POST", f"/actions/workflows/{number}/dispatches", started).status == 204
        for refused, words in (
            ({"ref": "main"}, "Required input 'level' not provided"),
            ({"ref": "main", "inputs": {"level": "1", "x": "y"}}, "Unexpected inputs provided"),
            ({"ref": "nothing"}, "No ref found for: nothing"),
        ):
            reply = work.ask("POST", path, refused)
            assert (reply.status, words in reply.json["message"]) == (422, True)
        other = work.ask("POST", "/actions/workflows/ci.yml/dispatches", {"ref": "main"})
        assert "does not have 'workflow_dispatch' trigger" in other.json["message"]
        assert (
            work.ask("POST", "/actions/workflows/x.yml/dispatches", {"ref": "main"}).status == 404
        )


WRITES: list[tuple[str, str, object]] = [
    ("PATCH", "", {"description": "mine"}),
    ("PUT", "/contents/x.txt", {"message": "x", "content": "eA=="}),
    ("DELETE", "/contents/a.txt", {"message": "x", "sha": "0" * 40}),
    ("POST", "/git/refs", {"ref": "refs/heads/x", "sha": "0" * 40}),
    ("PATCH", "/git/refs/heads/main", {"sha": "0" * 40, "force": True}),
    ("DELETE", "/git/refs/heads/topic", None),
    ("POST", "/pulls", {"title": "x", "head": "topic", "base": "main"}),
    ("PATCH", "/pulls/1", {"state": "closed"}),
    ("PUT", "/pulls/1/merge", {}),
    ("PATCH", "/issues/2", {"title": "x"}),
    ("PATCH", "/issues/comments/{comment}", {"body": "x"}),
    ("DELETE", "/issues/comments/{comment}", None),
    ("POST", "/releases", {"tag_name": "v1"}),
    ("PATCH", "/releases/{release}", {"name": "x"}),
    ("DELETE", "/releases/{release}", None),
    ("GET", "/actions/secrets", None),
    ("GET", "/actions/secrets/public-key", None),
    ("GET", "/actions/secrets/TOKEN", None),
    ("PUT", "/actions/secrets/TOKEN", {"encrypted_value": "", "key_id": ""}),
    ("DELETE", "/actions/secrets/TOKEN", None),
    ("POST", "/actions/runs/{run}/rerun", None),
    ("POST", "/actions/runs/{run}/rerun-failed-jobs", None),
    ("POST", "/actions/runs/{run}/cancel", None),
    ("DELETE", "/actions/runs/{run}", None),
    ("POST", "/actions/workflows/ci.yml/dispatches", {"ref": "main"}),
]


def test_nobody_changes_another_s_repository(work: Work) -> None:
    running, store = work.running, work.running.site.store
    work.branch("topic", {"t.txt": "1\n"})
    assert work.ask("POST", "/pulls", {"title": "x", "head": "topic", "base": "main"}).status == 201
    assert work.ask("POST", "/issues", {"title": "x"}).json["number"] == 2
    ids = {
        "comment": work.ask("POST", "/issues/2/comments", {"body": "x"}).json["id"],
        "release": work.ask("POST", "/releases", {"tag_name": "v0"}).json["id"],
        "run": store.add(
            Run(work.row.id, 1, "ci.yml", "CI", "push", "main", "a", 1, "x", "", 1.0, "completed")
        ).id,
    }
    store.add(Secret(work.row.id, "TOKEN", "hush", 1.0))
    refs, events = running.site.bare(work.row).refs(), work.events
    for method, path, content in WRITES:
        for person, status in ((running.boris, 403), (None, 401)):
            full = f"/repos/{work.row.full_name}{path.format(**ids)}"
            reply = running.ask(method, full, person, content)
            assert reply.status == status, (method, path, person, reply.body)
            assert b"hush" not in reply.body
    assert running.site.bare(work.row).refs() == refs
    assert work.events == events
    assert store.one(PullRequest, repository=work.row.id, state="open") is not None


OPEN_TO_ALL = {
    ("POST", "/user/repos"),
    ("POST", "/repos/{owner}/{repo}/issues"),
    ("POST", "/repos/{owner}/{repo}/issues/{number}/comments"),
}


def test_every_page_that_changes_something_was_tried(running: Running) -> None:
    ids = {"comment": 1, "release": 1, "run": 1}
    tried = [(method, f"/repos/o/r{path.format(**ids)}") for method, path, _ in WRITES]
    tried.append(("POST", "/repos/o/r/actions/runs/1/force-cancel"))  # the same page as cancel
    for page in Api(running.site).pages:
        is_read = page.method == "GET" or page.path.endswith("/graphql")  # which only answers
        if is_read or (page.method, page.path) in OPEN_TO_ALL:
            continue
        pattern = re.sub(r"\{\w+(:path)?\}", lambda found: ".+" if found[1] else "[^/]+", page.path)
        assert any(m == page.method and re.fullmatch(pattern, path) for m, path in tried), page


def test_whoever_joined_may_ask_and_comment_and_change_their_own(work: Work) -> None:
    boris = work.running.boris
    issue = work.ask("POST", "/issues", {"title": "Why?"}, boris).json
    path = f"/issues/{issue['number']}"
    assert work.ask("PATCH", path, {"state": "closed"}, boris).json["state_reason"] == "completed"
    comment = work.ask("POST", f"{path}/comments", {"body": "Because"}).json
    assert (
        work.ask("PATCH", f"/issues/comments/{comment['id']}", {"body": "x"}, boris).status == 403
    )
    assert (
        work.running.ask("POST", f"/repos/{work.row.full_name}/issues", None, {"title": "x"}).status
        == 401
    )
    assert work.events[-3:] == [
        ("issues", "opened"),
        ("issues", "closed"),
        ("issue_comment", "created"),
    ]


def test_the_teacher_may_do_what_the_owner_may(work: Work) -> None:
    teacher = work.running.teacher
    assert work.ask("PATCH", "", {"description": "Seen"}, teacher).json["description"] == "Seen"
    assert work.ask("GET", "/actions/secrets", None, teacher).status == 200


def test_a_wrong_token_is_refused_everywhere(work: Work) -> None:
    for path in ("/user", f"/repos/{work.row.full_name}", "/rate_limit"):
        reply = work.running.ask("GET", path, Authorization="Bearer campus_" + "0" * 40)
        assert (reply.status, reply.json["message"]) == (401, "Bad credentials")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'{"title": 3}', 422),
        (b'{"title": "  "}', 422),
        (b"[" * 100_000, 400),
        (b'{"title": "x", "body": "' + b"y" * 70_000 + b'"}', 422),
    ],
    ids=["broken", "a list", "a number", "blank", "deep", "long"],
)
def test_a_body_that_makes_no_sense_is_refused(body: bytes, status: int, work: Work) -> None:
    path = f"/repos/{work.row.full_name}/issues"
    assert work.running.ask("POST", path, work.running.anna, body).status == status


def test_another_host_and_another_page_s_script_get_nothing(work: Work) -> None:
    assert work.running.ask("GET", "/user", work.running.anna, Host="evil.example").status == 400
    reply = work.running.ask(
        "OPTIONS", "/user", Origin="http://evil.example", Access_Control_Request_Method="GET"
    )
    assert not any(name.lower().startswith("access-control") for name in reply.headers)


def test_jobs_of_another_repository_are_not_found_under_this_one(work: Work) -> None:
    store = work.running.site.store
    run = store.add(
        Run(work.row.id + 1_000, 1, "ci.yml", "CI", "push", "main", "a", 1, "x", "", 1.0)
    )
    job = store.add(Job(run.id, "check", "check"))
    for path in (
        f"/actions/runs/{run.id}",
        f"/actions/jobs/{job.id}",
        f"/actions/jobs/{job.id}/logs",
    ):
        assert work.ask("GET", path).status == 404


class TestAJobsOwnToken:
    """GITHUB_TOKEN, as the runner gives it to the steps of a job."""

    def token(
        self, work: Work, *, audience: Literal["index", "forge"] = "forge", seconds: float = 60
    ) -> str:
        return mint(
            work.running.place,
            owner=work.row.owner,
            repository=work.row.name,
            run=1,
            job="",
            seconds=seconds,
            audience=audience,
        )

    def ask(self, work: Work, token: str, method: str, path: str, content: object = None) -> Reply:
        return work.running.ask(method, path, None, content, Authorization=f"Bearer {token}")

    def test_it_pushes_to_its_own_repository_and_starts_nothing(self, work: Work) -> None:
        waiting = len([one for one in work.running.events(work.row) if not one.done])
        url = f"{work.running.site.url}/{work.row.full_name}.git"
        url = url.replace("//", f"//x-access-token:{self.token(work)}@", 1)
        work.clone.commit({"version.txt": "2"})
        work.clone.git("push", "--quiet", url, "HEAD:refs/heads/main")
        last = work.last
        assert (last.name, last.actor, last.sha) == ("push", "github-actions[bot]", work.clone.head)
        assert last.done
        assert len([one for one in work.running.events(work.row) if not one.done]) == waiting

    def test_it_comments_and_releases_in_its_own_repository_alone(self, work: Work) -> None:
        token, other = self.token(work), work.running.repository(f"{work.row.name[:80]}-other")
        mine, theirs = f"/repos/{work.row.full_name}", f"/repos/{other.full_name}"
        made = self.ask(work, token, "POST", f"{mine}/issues", {"title": "From a job"})
        assert (made.status, made.json["user"]["type"]) == (201, "Bot")
        assert self.ask(work, token, "POST", f"{mine}/releases", {"tag_name": "v1"}).status == 201
        assert work.last.done
        for path, content in (("issues", {"title": "x"}), ("releases", {"tag_name": "v1"})):
            assert self.ask(work, token, "POST", f"{theirs}/{path}", content).status == 403
        assert self.ask(work, token, "GET", f"{theirs}/branches").status == 200

    def test_it_is_nobody_and_reads_no_secrets(self, work: Work) -> None:
        token = self.token(work)
        for path in ("/user", f"/repos/{work.row.full_name}/actions/secrets"):
            reply = self.ask(work, token, "GET", path)
            assert (reply.status, reply.json["message"]) == (
                403,
                "Resource not accessible by integration",
            )

    @pytest.mark.parametrize("kind", ["expired", "for the index", "forged"])
    def test_another_token_is_refused(self, kind: str, work: Work) -> None:
        token = {
            "expired": self.token(work, seconds=-1),
            "for the index": self.token(work, audience="index"),
            "forged": f"{self.token(work)}x",
        }[kind]
        assert self.ask(work, token, "GET", "/rate_limit").status == 401

    def test_a_start_by_hand_from_a_job_starts(self, work: Work) -> None:
        text = "on: workflow_dispatch\njobs: {}\n"
        work.branch("main", {".github/workflows/hand.yml": text})
        path = f"/repos/{work.row.full_name}/actions/workflows/hand.yml/dispatches"
        assert self.ask(work, self.token(work), "POST", path, {"ref": "main"}).status == 204
        assert (work.last.name, work.last.done) == ("workflow_dispatch", 0.0)


def test_the_runner_finds_the_repository_where_it_looks(work: Work) -> None:
    found = folder(work.running.place, work.row)
    assert found == work.running.site.bare(work.row).path
    assert head(found, "main") == work.git("rev-parse", "main")


def test_the_grader_s_feedback_is_one_issue_that_is_kept_up_to_date(work: Work) -> None:
    mark = "<!-- checker -->"
    teacher = work.running.teacher.token
    with Live(Addresses(github=work.running.site.api), teacher, sleep=lambda _: None) as door:
        first, done = publish(work.row.full_name, mark, "Grade", f"{mark} 20 of 30", door)
        again = publish(work.row.full_name, mark, "Grade", f"{mark} 30 of 30", door)
        same = publish(work.row.full_name, mark, "Grade", f"{mark} 30 of 30", door)
    assert (done, again[1], same[1]) == ("opened", "updated", "unchanged")
    assert first.number == again[0].number
