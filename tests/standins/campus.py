"""A place with git repositories and the events of a forge, without a forge: what the runner works from."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checker.campus.people import People
from checker.campus.place import Place
from checker.campus.runner.serving import Runner
from checker.campus.store import Event, Job, Repository, Run, Step, Store, git_folder

OWNER = "ivanova_anna"
_QUIET = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "Anna",
    "GIT_AUTHOR_EMAIL": "anna@example.org",
    "GIT_COMMITTER_NAME": "Anna",
    "GIT_COMMITTER_EMAIL": "anna@example.org",
}


@dataclass
class Project:
    """A student's checkout, the bare repository it is pushed to, and the events of that."""

    place: Place
    store: Store
    row: Repository
    work: Path
    bare: Path
    refs: dict[str, str] = field(default_factory=dict)

    def git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", *words],
            cwd=self.work,
            env={**os.environ, **_QUIET},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            path = self.work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def commit(self, files: Mapping[str, str], message: str = "Improve the model") -> str:
        self.write(files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def push(self, ref: str = "refs/heads/main", source: str = "HEAD") -> Event:
        """Push to a ref and tell of it as GitHub does."""
        self.git("push", "--quiet", "--force", str(self.bare), f"{source}:{ref}")
        after = self.git("rev-parse", f"{source}^{{commit}}")
        before = self.refs.get(ref, "0" * 40)
        self.refs[ref] = after
        payload = {
            "ref": ref,
            "before": before,
            "after": after,
            "created": not before.strip("0"),
            "deleted": False,
            "forced": False,
            "head_commit": {"id": after, "message": self.git("log", "-1", "--format=%B", after)},
            "commits": [],
        }
        return self.event("push", ref, after, payload)

    def pull_request(
        self, head: str, action: str, *, base: str = "main", merged: bool = False, number: int = 1
    ) -> Event:
        """Open, update or merge a pull request between two pushed branches."""
        tips = {one: self.refs[f"refs/heads/{one}"] for one in (head, base)}
        self.git("checkout", "--quiet", "--detach", tips[base])
        self.git("merge", "--quiet", "--no-ff", "--message", f"Merge {head}", tips[head])
        merge = self.git("rev-parse", "HEAD")
        ref = f"refs/heads/{base}" if merged else f"refs/pull/{number}/merge"
        self.git("push", "--quiet", "--force", str(self.bare), f"{merge}:{ref}")
        if merged:
            self.refs[ref] = merge
        repo = {"full_name": self.row.full_name, "fork": False}
        payload = {
            "action": action,
            "number": number,
            "pull_request": {
                "number": number,
                "title": f"Add {head}",
                "state": "closed" if action == "closed" else "open",
                "merged": merged,
                "draft": False,
                "base": {"ref": base, "sha": tips[base], "repo": repo},
                "head": {"ref": head, "sha": tips[head], "repo": repo, "label": f"{OWNER}:{head}"},
            },
        }
        return self.event("pull_request", ref, merge, payload)

    def event(
        self, name: str, ref: str, sha: str, payload: Mapping[str, Any], *, workflow: str = ""
    ) -> Event:
        repository = {
            "name": self.row.name,
            "full_name": self.row.full_name,
            "default_branch": self.row.default_branch,
            "fork": False,
            "owner": {"login": OWNER},
        }
        whole = {**payload, "repository": repository, "sender": {"login": OWNER, "type": "User"}}
        return self.store.add(
            Event(self.row.id, name, OWNER, ref, sha, time.time(), json.dumps(whole), workflow)
        )

    def runs(self) -> tuple[Run, ...]:
        return self.store.find(Run, repository=self.row.id)

    def jobs(self, run: Run) -> dict[str, Job]:
        return {job.name: job for job in self.store.find(Job, run=run.id, attempt=run.attempt)}

    def steps(self, job: Job) -> dict[str, Step]:
        found = sorted(self.store.find(Step, job=job.id), key=lambda one: one.number)
        return {step.name: step for step in found}

    def told(self, run: Run) -> dict[str, dict[str, str]]:
        """Return the conclusions of a run's steps by job and name."""
        return {
            name: {title: step.conclusion for title, step in self.steps(job).items()}
            for name, job in self.jobs(run).items()
        }

    def conclusions(self, run: Run, job: str) -> list[str]:
        """Return the conclusions of a job's steps, in order."""
        found = self.store.find(Step, job=self.jobs(run)[job].id)
        return [step.conclusion for step in sorted(found, key=lambda one: one.number)]

    def log(self, run: Run, job: str, step: str) -> str:
        return self.steps(self.jobs(run)[job])[step].log


def project(place: Place, name: str = "hw", files: Mapping[str, str] | None = None) -> Project:
    """Make a repository of a student with a first commit, which is not pushed yet."""
    People(place).join(OWNER, "Anna Ivanova")
    store = Store(place)
    row = store.add(Repository(OWNER, name, time.time()))
    bare = git_folder(place, row)
    work = place.folder("work", name)
    subprocess.run(["git", "init", "--quiet", "--bare", "-b", "main", str(bare)], check=True)
    subprocess.run(["git", "init", "--quiet", "-b", "main", str(work)], check=True)
    made = Project(place, store, row, work, bare)
    made.commit(files or {})
    return made


def settle(runner: Runner, *, rounds: int = 4000) -> None:
    """Let a runner work until nothing is left to do."""
    for _ in range(rounds):
        if not runner.work():
            if runner.store.is_quiet and not runner._turns:
                return
            waiting = [turn.future for turn in runner._turns.values() if turn.future is not None]
            if waiting:
                from concurrent.futures import wait

                wait(waiting, timeout=0.2, return_when="FIRST_COMPLETED")
    raise AssertionError("the runner does not come to rest")
