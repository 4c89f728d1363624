"""Git over HTTP: real clients push and fetch, each push is told once and in order, and nobody reaches another's work."""

from __future__ import annotations

import base64
import gzip
import json
import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from checker.campus.forge.changes import settle_all
from checker.campus.forge.git.http import MAX_COMMANDS
from checker.campus.store import Event, PullRequest, Repository, Store
from tests.forges import GIT, Clone, Running, forge

NOTHING = "0" * 40


def told(running: Running, repository: Repository) -> list[tuple[str, str]]:
    return [(event.name, event.ref) for event in running.events(repository)]


def payload(event: Event) -> Any:
    return json.loads(event.payload)


def test_what_was_pushed_is_what_somebody_else_fetches(
    running: Running, repository: Repository, clone: Clone
) -> None:
    head = clone.commit({"a.txt": "one\n", "b/c.txt": "two\n"})
    clone.push()
    other = running.clone(repository.full_name, running.boris)
    other.git("fetch", "--quiet", "origin")
    assert other.git("rev-parse", "origin/main").stdout.strip() == head


@pytest.mark.parametrize("version", ["0", "1", "2"])
def test_every_version_of_the_protocol_is_spoken(version: str, clone: Clone) -> None:
    clone.commit({"a.txt": "one\n"})
    clone.git("-c", f"protocol.version={version}", "push", "--quiet", "origin", "HEAD")
    trace = {**GIT, "GIT_TRACE_PACKET": "1"}
    words = [
        "git",
        "-c",
        f"protocol.version={version}",
        "ls-remote",
        clone.git("remote", "get-url", "origin").stdout.strip(),
    ]
    done = subprocess.run(words, env=trace, capture_output=True, check=True, text=True)
    assert "refs/heads/main" in done.stdout
    assert ("< version 2" in done.stderr) is (version == "2")


def test_a_push_is_told_as_github_tells_it(
    running: Running, repository: Repository, clone: Clone
) -> None:
    first = clone.commit({"a.txt": "1"}, "One")
    second = clone.commit({"a.txt": "2"}, "Two")
    clone.push()
    push, create = running.events(repository)
    assert (push.name, push.ref, push.sha, push.actor) == (
        "push",
        "refs/heads/main",
        second,
        "ivanova_anna",
    )
    found = payload(push)
    assert (found["before"], found["after"]) == (NOTHING, second)
    assert (found["created"], found["deleted"], found["forced"]) == (True, False, False)
    assert [one["id"] for one in found["commits"]] == [first, second]
    assert found["head_commit"]["message"] == "Two"
    assert found["repository"]["full_name"] == repository.full_name
    assert found["sender"]["login"] == found["pusher"]["name"] == "ivanova_anna"
    assert (create.name, payload(create)["ref"], payload(create)["ref_type"]) == (
        "create",
        "main",
        "branch",
    )


def test_only_what_a_push_brought_is_listed_and_a_forced_one_is_called_so(
    running: Running, repository: Repository, clone: Clone
) -> None:
    clone.commit({"a.txt": "1"})
    clone.push()
    second = clone.commit({"a.txt": "2"})
    clone.push()
    clone.git("commit", "--quiet", "--amend", "--message", "Other")
    clone.push("--force", "HEAD")
    pushes = [payload(one) for one in running.events(repository) if one.name == "push"]
    assert [[one["id"] for one in push["commits"]] for push in pushes[1:]] == [
        [second],
        [clone.head],
    ]
    assert [push["forced"] for push in pushes] == [False, False, True]


def test_a_push_of_what_is_there_tells_nothing(
    running: Running, repository: Repository, clone: Clone
) -> None:
    clone.commit({"a.txt": "1"})
    clone.push()
    before = told(running, repository)
    clone.push()
    assert told(running, repository) == before


def test_the_end_of_a_branch_is_told_and_starts_no_push(
    running: Running, repository: Repository, clone: Clone
) -> None:
    clone.commit({"a.txt": "1"})
    clone.push("HEAD", "HEAD:refs/heads/topic")
    clone.push("--delete", "topic")
    last = running.events(repository)[-1]
    assert (last.name, last.ref, payload(last)["ref"]) == ("delete", "refs/heads/main", "topic")
    assert last.sha == clone.head


def test_the_default_branch_cannot_be_deleted(clone: Clone) -> None:
    clone.commit({"a.txt": "1"})
    clone.push()
    done = clone.push("--delete", "main", check=False)
    assert "refusing to delete the current branch" in done.stderr


@pytest.mark.parametrize(
    ("pushed", "default"),
    [(("master",), "master"), (("work", "main"), "main"), (("a", "b"), "a")],
    ids=["master", "main among others", "another"],
)
def test_the_first_push_says_which_branch_is_the_default_one(
    pushed: tuple[str, ...], default: str, running: Running, repository: Repository, clone: Clone
) -> None:
    clone.commit({"a.txt": "1"})
    clone.push(*(f"HEAD:refs/heads/{name}" for name in pushed))
    found = running.site.store.one(Repository, id=repository.id)
    assert found is not None
    assert found.default_branch == default
    head = clone.git("ls-remote", "--symref", "origin", "HEAD").stdout
    assert head.startswith(f"ref: refs/heads/{default}\t")


@pytest.mark.parametrize(("count", "events"), [(3, 3), (4, 0)])
def test_more_than_three_tags_at_once_start_nothing(
    count: int, events: int, running: Running, repository: Repository, clone: Clone
) -> None:
    clone.commit({"a.txt": "1"})
    clone.push()
    for number in range(count):
        clone.git("tag", f"v{number}")
    clone.push("--tags")
    pushes = [ref for name, ref in told(running, repository) if name == "push" and "tags" in ref]
    assert len(pushes) == events
    clone.git("tag", "v9")
    clone.push("v9")
    assert told(running, repository)[-2] == ("push", "refs/tags/v9")


def test_an_annotated_tag_is_followed_to_its_commit(
    running: Running, repository: Repository, clone: Clone
) -> None:
    clone.commit({"a.txt": "1"})
    clone.git("tag", "--annotate", "v1", "--message", "First")
    clone.push("HEAD", "v1")
    push = next(one for one in running.events(repository) if one.ref == "refs/tags/v1")
    assert push.sha == clone.head
    assert payload(push)["after"] == clone.git("rev-parse", "v1").stdout.strip() != clone.head


def test_a_tag_of_a_file_is_no_event(
    running: Running, repository: Repository, clone: Clone
) -> None:
    clone.commit({"a.txt": "1"})
    clone.push()
    before = told(running, repository)
    clone.git("tag", "file", clone.git("rev-parse", "HEAD:a.txt").stdout.strip())
    clone.push("file")
    assert told(running, repository) == before


def test_ten_students_push_at_once_and_nothing_is_lost(running: Running) -> None:
    shared = running.repository("at-once")
    clones = [running.clone(shared.full_name) for _ in range(10)]
    heads = [clone.commit({"who.txt": str(number)}) for number, clone in enumerate(clones)]
    with ThreadPoolExecutor(10) as pool:
        done = list(
            pool.map(
                lambda one: one[1].push(f"HEAD:refs/heads/student-{one[0]}"), enumerate(clones)
            )
        )
    assert all(one.returncode == 0 for one in done)
    pushes = [one for one in running.events(shared) if one.name == "push"]
    assert sorted(one.sha for one in pushes) == sorted(heads)
    assert len({one.ref for one in pushes}) == 10


class TestWhoMayDoWhat:
    def test_one_student_cannot_push_to_another_s_repository(
        self, running: Running, repository: Repository
    ) -> None:
        thief = running.clone(repository.full_name, running.boris)
        thief.commit({"a.txt": "mine now"})
        done = thief.push(check=False)
        assert done.returncode != 0
        assert f"Permission to {repository.full_name}.git denied to petrov_boris" in done.stderr
        assert running.site.bare(repository).refs() == {}
        assert told(running, repository) == []

    def test_the_teacher_may_push_everywhere(
        self, running: Running, repository: Repository
    ) -> None:
        teacher = running.clone(repository.full_name, running.teacher)
        teacher.commit({"a.txt": "feedback"})
        teacher.push()
        assert running.events(repository)[0].actor == "teacher"

    @pytest.mark.parametrize(
        ("who", "status"),
        [
            ("", 401),
            ("ivanova_anna:wrong", 401),
            ("petrov_boris:{anna}", 401),
            ("petrov_boris:{boris}", 403),
            ("x-access-token:{boris}", 403),
            ("ivanova_anna:{anna}", 200),
            ("x-access-token:{anna}", 200),
        ],
        ids=[
            "nobody",
            "wrong",
            "another's token",
            "another",
            "another's token alone",
            "owner",
            "token",
        ],
    )
    def test_a_push_begins_only_for_its_owner(
        self, who: str, status: int, running: Running, repository: Repository
    ) -> None:
        text = who.format(anna=running.anna.token, boris=running.boris.token)
        headers = (
            {"Authorization": f"Basic {base64.b64encode(text.encode()).decode()}"} if who else {}
        )
        for method, path in (
            ("GET", "info/refs?service=git-receive-pack"),
            ("POST", "git-receive-pack"),
        ):
            url = f"{running.site.url}/{repository.full_name}.git/{path}"
            kind = {"Content_Type": "application/x-git-receive-pack-request"}
            body = b"0000" if method == "POST" else None
            reply = running.ask(method, url, None, body, **kind, **headers)
            assert reply.status == status
            if status == 401:
                assert reply.headers["www-authenticate"].startswith("Basic")
        assert running.anna.token.encode() not in reply.body

    def test_a_wrong_token_is_refused_even_for_reading(
        self, running: Running, repository: Repository
    ) -> None:
        url = f"{running.site.url}/{repository.full_name}.git/info/refs?service=git-upload-pack"
        assert running.ask("GET", url, Authorization="Bearer nonsense").status == 401
        assert running.ask("GET", url, running.boris).status == 200
        assert running.ask("GET", url).status == 200

    @pytest.mark.parametrize(
        "path",
        ["HEAD", "config", "objects/info/packs", "info/refs", "../../people.json", "campus.lock"],
    )
    def test_files_of_a_repository_are_no_pages(
        self, path: str, running: Running, repository: Repository
    ) -> None:
        url = f"{running.site.url}/{repository.full_name}.git/{path}"
        assert running.ask("GET", url, running.anna).status in {403, 404}

    @pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example"])
    def test_a_page_from_elsewhere_cannot_pretend_to_be_this_machine(
        self, host: str, running: Running, repository: Repository
    ) -> None:
        url = f"{running.site.url}/{repository.full_name}.git/info/refs?service=git-upload-pack"
        assert running.ask("GET", url, Host=host).status == 400


class TestHostilePushes:
    def test_refs_of_pull_requests_cannot_be_pushed(
        self, running: Running, repository: Repository, clone: Clone
    ) -> None:
        clone.commit({"a.txt": "1"})
        done = clone.push("HEAD:refs/pull/1/merge", check=False)
        assert "hidden ref" in done.stderr
        assert running.site.bare(repository).refs("refs/") == {}

    def test_a_damaged_object_is_refused(
        self, running: Running, repository: Repository, clone: Clone
    ) -> None:
        tree = clone.git("hash-object", "-t", "tree", "-w", os.devnull).stdout.strip()
        bad = f"tree {tree}\nauthor nobody\ncommitter nobody\n\nbad\n"
        made = clone.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", data=bad)
        sha = made.stdout.strip()
        done = clone.push(f"{sha}:refs/heads/main", check=False)
        assert done.returncode != 0
        assert "fsck error" in done.stderr or "missingEmail" in done.stderr
        assert told(running, repository) == []

    def test_a_file_named_dot_git_is_refused(self, clone: Clone) -> None:
        blob = clone.git("hash-object", "-w", "--stdin", data="x").stdout.strip()
        tree = clone.git("mktree", data=f"100644 blob {blob}\t.git\n").stdout.strip()
        commit = clone.git("commit-tree", tree, "-m", "evil").stdout.strip()
        assert "hasDotgit" in clone.push(f"{commit}:refs/heads/main", check=False).stderr

    def test_no_hook_runs_even_one_that_lies_in_the_repository(
        self, running: Running, repository: Repository, clone: Clone, tmp_path: Path
    ) -> None:
        hooks = running.site.bare(repository).path / "hooks"
        hooks.mkdir(exist_ok=True)
        for name in (
            "pre-receive",
            "update",
            "post-receive",
            "post-update",
            "reference-transaction",
        ):
            hook = hooks / name
            hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran-{name}\n", encoding="utf-8")
            hook.chmod(0o755)
        clone.commit({"a.txt": "1"})
        clone.push()
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("packed", [False, True], ids=["plain", "a bomb of gzip"])
    def test_a_push_that_moves_too_much_is_refused(
        self, packed: bool, running: Running, repository: Repository
    ) -> None:
        line = f"{NOTHING} {'1' * 40} refs/heads/x".encode()
        packet = f"{len(line) + 4:04x}".encode() + line
        body = packet * (2 * MAX_COMMANDS // len(packet))
        url = f"{running.site.url}/{repository.full_name}.git/git-receive-pack"
        headers = {"Content_Type": "application/x-git-receive-pack-request"}
        if packed:
            body, headers["Content_Encoding"] = gzip.compress(body), "gzip"
        reply = running.ask("POST", url, running.anna, body, **headers)
        assert reply.status == 413
        assert told(running, repository) == []

    def test_a_question_that_is_too_long_is_refused(
        self, running: Running, repository: Repository
    ) -> None:
        url = f"{running.site.url}/{repository.full_name}.git/git-upload-pack"
        headers = {
            "Content_Type": "application/x-git-upload-pack-request",
            "Content_Encoding": "gzip",
        }
        body = gzip.compress(b"0032want " + b"0" * 11_000_000)
        reply = running.ask("POST", url, None, body, **headers)
        assert reply.status == 413 or b"PACK" not in reply.body

    def test_a_packed_question_is_unpacked(
        self, running: Running, repository: Repository, clone: Clone
    ) -> None:
        clone.commit({"a.txt": "1"})
        clone.push()
        want = f"want {clone.head} no-progress\n"
        body = gzip.compress(f"{len(want) + 4:04x}{want}00000009done\n".encode())
        url = f"{running.site.url}/{repository.full_name}.git/git-upload-pack"
        headers = {
            "Content_Type": "application/x-git-upload-pack-request",
            "Content_Encoding": "gzip",
        }
        reply = running.ask("POST", url, None, body, **headers)
        assert reply.status == 200
        assert b"PACK" in reply.body


class TestPullRequestsAndPushes:
    @pytest.fixture
    def pull(self, running: Running, repository: Repository, clone: Clone) -> PullRequest:
        clone.commit({"a.txt": "1\n"})
        clone.push()
        clone.git("checkout", "--quiet", "-b", "topic")
        clone.commit({"b.txt": "2\n"})
        clone.push()
        found = PullRequest(
            repository.id, 1, "Homework", "ivanova_anna", "main", "topic", clone.head, 1.0
        )
        return running.site.store.add(found)

    @pytest.mark.usefixtures("pull")
    def test_a_push_to_its_branch_is_told_and_tried(
        self, running: Running, repository: Repository, clone: Clone
    ) -> None:
        before, after = clone.head, clone.commit({"b.txt": "3\n"})
        clone.push()
        push, event = running.events(repository)[-2:]
        assert (push.name, event.name) == ("push", "pull_request")
        found = payload(event)
        assert (found["action"], found["before"], found["after"]) == ("synchronize", before, after)
        assert found["pull_request"]["head"]["sha"] == after
        assert event.ref == "refs/pull/1/merge"
        parents = running.site.bare(repository).git("show", "-s", "--format=%P", event.sha).split()
        assert parents[1] == after
        assert running.site.bare(repository).resolve("refs/pull/1/merge") == event.sha

    def test_one_that_conflicts_starts_nothing(
        self, pull: PullRequest, running: Running, repository: Repository, clone: Clone
    ) -> None:
        clone.commit({"a.txt": "topic\n"})
        clone.push()
        clone.git("checkout", "--quiet", "main")
        clone.commit({"a.txt": "main\n"})
        clone.push()
        clone.git("checkout", "--quiet", "topic")
        clone.commit({"c.txt": "4\n"})
        clone.push()
        assert running.events(repository)[-1].name == "push"
        found = running.site.store.one(PullRequest, id=pull.id)
        assert found is not None
        assert (found.head_sha, found.merge_sha) == (clone.head, "")

    @pytest.mark.usefixtures("pull")
    def test_one_that_was_merged_by_hand_is_merged(
        self, running: Running, repository: Repository, clone: Clone
    ) -> None:
        clone.git("checkout", "--quiet", "main")
        clone.git("merge", "--quiet", "--no-ff", "topic")
        clone.push()
        event = running.events(repository)[-1]
        assert payload(event)["action"] == "closed"
        assert payload(event)["pull_request"]["merged"] is True
        assert (event.ref, event.sha) == ("refs/heads/main", clone.head)

    def test_one_whose_branch_ends_is_closed_unmerged(
        self, pull: PullRequest, running: Running, clone: Clone
    ) -> None:
        clone.push("--delete", "topic")
        found = running.site.store.one(PullRequest, id=pull.id)
        assert found is not None
        assert (found.state, found.merged) == ("closed", 0.0)


class TestAForgeThatIsKilled:
    def test_a_push_without_its_event_is_told_at_the_start_and_once(self, tmp_path: Path) -> None:
        with forge(tmp_path) as running:
            repository = running.repository()
            clone = running.clone(repository.full_name)
            clone.commit({"a.txt": "1"})
            clone.push()
            running.stop(signal.SIGKILL)
            # git received a push, and the forge died before it could tell
            head = clone.commit({"a.txt": "2"})
            running.site.store.change(repository, pusher="teacher")
            bare = running.site.bare(repository)
            clone.git("push", "--quiet", str(bare.path), "HEAD:refs/heads/main")
            assert len(running.events(repository)) == 2
            running.start()
            last = running.events(repository)[-1]
            assert (last.name, last.sha, last.actor) == ("push", head, "teacher")
            running.stop()
            running.start()
            assert len(running.events(repository)) == 3

    def test_what_is_left_of_a_push_is_waited_for(self, tmp_path: Path) -> None:
        running = Running(tmp_path)
        repository = running.repository()
        bare = running.site.bare(repository)
        handle = bare.lock()
        waits = "import fcntl, os, sys; fcntl.flock(os.open(sys.argv[1], os.O_RDWR), fcntl.LOCK_EX | fcntl.LOCK_NB)"
        child = subprocess.Popen(
            ["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, pass_fds=(handle,)
        )
        os.close(handle)
        tried = [["python3", "-c", waits, str(bare.path / "campus.lock")]] * 2
        held = subprocess.run(tried[0], check=False, capture_output=True)
        assert b"BlockingIOError" in held.stderr
        assert child.stdin is not None
        child.stdin.close()
        child.wait()
        assert subprocess.run(tried[1], check=False, capture_output=True).returncode == 0
        running.site.store.close()

    def test_a_store_of_an_earlier_version_gets_its_columns(self, tmp_path: Path) -> None:
        import sqlite3

        running = Running(tmp_path)
        repository = running.repository()
        running.site.store.close()
        with sqlite3.connect(running.site.store.file) as database:
            database.execute("ALTER TABLE Repository DROP COLUMN pusher")
        database.close()
        store = Store(running.place)
        assert store.one(Repository, id=repository.id) == repository
        store.close()

    def test_a_repository_that_was_half_made_is_made_whole(self, tmp_path: Path) -> None:
        running = Running(tmp_path)
        row = running.site.store.add(Repository("ivanova_anna", "half", 1.0))
        assert settle_all(running.site) == 0
        assert (running.site.bare(row).path / "HEAD").read_text(
            encoding="ascii"
        ).strip() == "ref: refs/heads/main"
        running.site.store.close()
