"""Running a project's workflows on a push or pull request, once as it is and once for each fault planted in it."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from checker.campus.place import Place
from checker.campus.runner import repositories
from checker.campus.runner.serving import Runner
from checker.campus.store import Event, Job, Repository, Run, Step, Store
from checker.prove.faults import FAULTS, Fault
from checker.prove.project import Change, Project, copied

OWNER, NAME = "you", "project"
_NOWHERE = "http://127.0.0.1:9/"
"""Nobody listens there: what would publish cannot."""
_PASSED_ON = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "UV_INDEX_URL", "UV_DEFAULT_INDEX",
              "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "PIP_CERT")  # fmt: skip
"""Where the owner's own pip and uv look for packages."""

State = Literal["no place", "unfinished", "caught", "passes", "no gate"]

Progress = Callable[[str, float], None]
"""Called with what is run next, and the seconds since the beginning."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one fault."""

    fault: Fault
    path: str = ""
    """Where it was planted; empty when there was no place for it."""
    line: int = 0
    caught: tuple[str, ...] = ()
    """The steps that failed, as `job: step`."""
    is_gated: bool = False
    """Whether the project has a gate for it, or the fault is seen by every gate."""
    unfinished: bool = False
    """Whether its runs were cut off: nobody can say then."""
    seconds: float = 0.0

    @property
    def state(self) -> State:
        """What became of it, in two words."""
        if not self.path:
            return "no place"
        if self.unfinished:
            return "unfinished"
        if self.caught:
            return "caught"
        return "passes" if self.passes else "no gate"

    @property
    def passes(self) -> bool:
        """Whether it got through a gate that is there to stop it."""
        return bool(self.path) and self.is_gated and not self.caught and not self.unfinished


@dataclass(frozen=True, slots=True)
class Proof:
    """What a pipeline lets through."""

    baseline: tuple[str, ...] = ()
    """The steps that fail in the project as it is; faults are planted only when there are none."""
    ran: int = 0
    """Workflows that the change starts."""
    outcomes: tuple[Outcome, ...] = ()
    left_out: tuple[str, ...] = ()
    """Jobs that publish, which are not run."""


def prove(
    project: Project,
    progress: Progress,
    *,
    seconds: float = 600.0,
    faults: Sequence[Fault] = FAULTS,
    change: Change = "push",
    environment: Mapping[str, str] = os.environ,
) -> Proof:
    """Plant faults one at a time in a copy of a project, and let act run what a push or pull request would start.

    Runs the project's code. `seconds` is the limit of one run, `environment` says where pip and uv look for
    packages. Raises CampusError when act is not installed.
    """
    begun = time.monotonic()
    left_out = tuple(
        f"{file}: {job}" for file, jobs in sorted(project.going_out.items()) for job in jobs
    )
    with scratch(project, seconds, change, environment) as copy:
        progress("the project as it is", time.monotonic() - begun)
        failing, ran, _ = copy.changed({})
        if failing or not ran:
            return Proof(failing, ran, (), left_out)
        outcomes = []
        gates = project.gates(change)
        for fault in faults:
            found = project.place(fault)
            if found is None:
                outcomes.append(Outcome(fault))
                continue
            path, planted = found
            progress(f"{fault.title} in {path}", time.monotonic() - begun)
            started = time.monotonic()
            caught, _, unfinished = copy.changed({path: planted.text})
            is_gated = fault.gate in gates or (fault.id == "syntax" and bool(gates))
            took = time.monotonic() - started
            outcomes.append(Outcome(fault, path, planted.line, caught, is_gated, unfinished, took))
    return Proof((), ran, tuple(outcomes), left_out)


@dataclass
class Scratch:
    """A repository with a runner, both of which are gone afterwards."""

    runner: Runner
    row: Repository
    work: Path
    bare: Path
    branch: str
    change: Change
    clean: str = ""

    def changed(self, changes: dict[str, str]) -> tuple[tuple[str, ...], int, bool]:
        """Bring the project with changes; returns the steps that failed, the number of runs, and if one was cut off."""
        if self.clean:
            self._git("reset", "--quiet", "--hard", self.clean)
        for path, text in changes.items():
            (self.work / path).write_text(text, encoding="utf-8")
        self._git("add", "--all", "--force")
        self._git("commit", "--quiet", "--allow-empty", "--message", "A change")
        sha = self._git("rev-parse", "HEAD")
        before, self.clean = self.clean or "0" * 40, self.clean or sha
        is_push = self.change == "push"
        ref = f"refs/heads/{self.branch}" if is_push else "refs/pull/1/merge"
        self._git("push", "--quiet", "--force", str(self.bare), f"HEAD:{ref}")
        payload = self._push(ref, before, sha) if is_push else self._pull_request(sha)
        name = "push" if is_push else "pull_request"
        store = self.runner.store
        event = store.add(
            Event(self.row.id, name, OWNER, ref, sha, time.time(), json.dumps(payload))
        )
        _settle(self.runner)
        runs = store.find(Run, event_id=event.id)
        failing = tuple(
            f"{job.name}: {step.name}"
            for run in runs
            if run.conclusion not in {"success", "skipped"}
            for job in store.find(Job, run=run.id)
            for step in store.find(Step, job=job.id)
            if step.conclusion == "failure"
        )
        refused = tuple(
            f"{run.workflow}: GitHub refuses the file"
            for run in runs
            if not store.find(Job, run=run.id)
        )
        return failing + refused, len(runs), any(run.conclusion == "cancelled" for run in runs)

    def _push(self, ref: str, before: str, after: str) -> dict[str, object]:
        return {
            "ref": ref, "before": before, "after": after, "created": not before.strip("0"), "deleted": False,
            "forced": False, "commits": [], "head_commit": {"id": after, "message": "A change"},
            **self._where(),
        }  # fmt: skip

    def _pull_request(self, sha: str) -> dict[str, object]:
        """Return a pull request of one's own into the default branch."""
        where = self._where()
        base = {"ref": self.branch, "sha": self.clean, "repo": where["repository"]}
        head = {"ref": "a-change", "sha": sha, "repo": where["repository"]}
        pull = {"number": 1, "state": "open", "draft": False, "merged": False, "title": "A change", "body": "",
                "labels": [], "user": {"login": OWNER}, "base": base, "head": head}  # fmt: skip
        return {"action": "opened", "number": 1, "pull_request": pull, **where}

    def _where(self) -> dict[str, object]:
        repository = {"name": NAME, "full_name": self.row.full_name, "default_branch": self.branch, "fork": False,
                      "owner": {"login": OWNER}}  # fmt: skip
        return {"repository": repository, "sender": {"login": OWNER, "type": "User"}}

    def _git(self, *words: str) -> str:
        return git(self.work, *words)


@contextmanager
def scratch(
    project: Project, seconds: float, change: Change, given: Mapping[str, str] = os.environ
) -> Iterator[Scratch]:
    """Copy a project into a repository with a runner of its own; `seconds` is the limit of one run."""
    folder = Path(tempfile.mkdtemp(prefix="checker-prove-"))
    try:
        place = Place.open(folder / "place")
        store = Store(place)
        row = store.add(Repository(OWNER, NAME, time.time(), project.default_branch))
        bare = repositories.folder(place, row)
        bare.parent.mkdir(parents=True, exist_ok=True)
        work = folder / "work"
        work.mkdir()
        git(folder, "init", "--quiet", "--bare", "-b", project.default_branch, str(bare))
        git(work, "init", "--quiet", "-b", project.default_branch)
        for path, data in copied(project):
            target = work / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            if (project.root / path).stat().st_mode & stat.S_IXUSR:
                target.chmod(0o755)  # a script that the workflows start
        environment = {name: given[name] for name in _PASSED_ON if name in given}
        environment |= {
            "PIP_CACHE_DIR": str(folder / "pip"),
            "TWINE_REPOSITORY_URL": _NOWHERE,
            "UV_PUBLISH_URL": _NOWHERE,
            "CAMPUS_TEMPLATES": str(folder / "templates"),
        }
        with Runner(place, seconds=seconds, environment=environment) as runner:
            yield Scratch(runner, row, work, bare, project.default_branch, change)
        store.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def git(folder: Path, *words: str) -> str:
    """Run git in a scratch folder, apart from the owner's settings, and return what it printed."""
    who = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER")
           for part, value in (("NAME", "checker prove"), ("EMAIL", "prove@localhost"))}  # fmt: skip
    quiet = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "HOME": str(folder)}
    done = subprocess.run(  # noqa: S603 - our own words and paths
        ["git", "-c", "core.hooksPath=/dev/null", *words],  # noqa: S607
        cwd=folder, env={"PATH": os.environ.get("PATH", os.defpath), **who, **quiet},
        capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return done.stdout.strip()


def _settle(runner: Runner) -> None:
    """Work until nothing is left to do."""
    pause = threading.Event()
    while runner.work() or not runner.is_idle:
        pause.wait(0.05)
