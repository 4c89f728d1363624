"""One bare repository on disk: git's own commands on it, its branches and tags, and its lock.

What clients push is hostile: no hook or configuration of theirs is ever read (theirs cannot reach a bare repository,
and hooks are switched off besides), objects are checked as they arrive, and sizes are bounded.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

NOTHING = "0" * 40
"""The id that stands for no object: before a branch is made and after it was deleted."""
MAX_PUSH = 200_000_000
"""Bytes of one push."""
MAX_SIZE = 2_000_000_000
"""Bytes of a repository that still takes pushes."""
MAX_REFS = 5_000
"""Branches and tags of a repository that still takes new ones."""
SECONDS = 60
"""Time a command of ours may take; a student's repository takes milliseconds."""

_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.logAllRefUpdates": "false",
    "gc.auto": "0",
    "http.receivepack": "true",  # who may push is decided before git is started
    "pack.threads": "1",
    "pack.windowMemory": "64m",
    "receive.autogc": "false",
    "receive.denyDeleteCurrent": "refuse",
    "receive.fsckObjects": "true",
    "receive.hideRefs": "refs/pull",
    "receive.maxInputSize": str(MAX_PUSH),
    "transfer.fsckObjects": "true",
    "uploadpack.allowAnySHA1InWant": "true",  # as on GitHub: actions fetch by commit
    "uploadpack.allowFilter": "true",
}
_NAME = re.compile(r"[0-9a-f]{40}")
_NO_NAME = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{")
"""What no branch or tag is called, and what means more than a name to git."""


class GitError(Exception):
    """What git said when it could not do something, in one line."""


class Conflict(GitError):
    """Two sides that git cannot merge, or a branch that somebody else moved meanwhile."""


def environment() -> dict[str, str]:
    """Return the environment in which git is started: nobody's settings but ours."""
    settings = {
        name: value
        for number, pair in enumerate(_SETTINGS.items())
        for name, value in zip(
            (f"GIT_CONFIG_KEY_{number}", f"GIT_CONFIG_VALUE_{number}"), pair, strict=True
        )
    }
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C",
        "TZ": "UTC",
        "HOME": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_COUNT": str(len(_SETTINGS)),
        **settings,
    }


@dataclass(frozen=True)
class Bare:
    """A bare repository."""

    path: Path

    @classmethod
    def create(cls, path: Path, branch: str) -> Bare:
        """Make an empty repository; what a crash left half-made is made whole."""
        made = cls(path)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        words = ["init", "--quiet", "--bare", "--template=", f"--initial-branch={branch}"]
        subprocess.run(["git", *words, str(path)], env=environment(), check=True, timeout=SECONDS)
        return made

    def git(
        self,
        *words: str,
        data: bytes = b"",
        fine: Sequence[int] = (0,),
        more: Mapping[str, str] | None = None,
        into: BinaryIO | None = None,
    ) -> str:
        """Run git on the repository and return what it printed, or write it into a file.

        `more` is added to its environment. Raises GitError for another status than is fine.
        """
        done = subprocess.run(
            ["git", f"--git-dir={self.path}", *words],
            input=data,
            stdout=into or subprocess.PIPE,
            stderr=subprocess.PIPE,
            check=False,
            env=environment() | dict(more or {}),
            timeout=SECONDS,
        )
        if done.returncode not in fine:
            said = " ".join(done.stderr.decode(errors="replace").split())
            raise GitError(said[:300] or f"git {words[0]} ended with {done.returncode}")
        return "" if into else done.stdout.decode(errors="replace")

    def refs(self, *prefixes: str) -> dict[str, str]:
        """Return branches and tags by full name, each with the id it points at, in git's order."""
        wanted = prefixes or ("refs/heads/", "refs/tags/")
        found = self.git("for-each-ref", "--format=%(objectname) %(refname)", *wanted)
        pairs = (line.split(" ", 1) for line in found.splitlines())
        return {name: sha for sha, name in pairs}

    def resolve(self, name: str, kind: str = "commit") -> str:
        """Return the commit (or object of another kind) that a name means; empty when there is none."""
        if not name or name.startswith("-") or len(name) > 300 or _NO_NAME.search(name):
            return ""
        try:
            found = self.git(
                "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{{kind}}}"
            )
        except GitError:
            return ""
        return found.strip() if _NAME.fullmatch(found.strip()) else ""

    def revision(self, name: str) -> str:
        """Return the commit of a branch, a tag, `HEAD` or the beginning of a commit's id; empty for none."""
        if name.startswith("refs/") or name == "HEAD":
            return self.resolve(name)
        short = re.fullmatch(r"[0-9a-f]{4,40}", name)
        tries = (f"refs/heads/{name}", f"refs/tags/{name}", f"refs/{name}", name if short else "")
        return next((sha for one in tries if (sha := self.resolve(one))), "")

    def update(self, ref: str, new: str, old: str | None = None) -> None:
        """Move, make or (`NOTHING`) delete a branch or tag.

        `old` is what it has to point at, `NOTHING` when there must be none. Raises Conflict when it points elsewhere.
        """
        words = (
            ["update-ref", "--no-deref", ref, new] if new != NOTHING else ["update-ref", "-d", ref]
        )
        try:
            self.git(*words, *([] if old is None else [old]))
        except GitError as error:
            raise Conflict(str(error)) from None

    def set_head(self, branch: str) -> None:
        """Make a branch the default one."""
        self.git("symbolic-ref", "HEAD", f"refs/heads/{branch}")

    def is_ancestor(self, old: str, new: str) -> bool:
        """Say whether a commit is another one's ancestor; what is no commit is none."""
        try:
            self.git("merge-base", "--is-ancestor", old, new)
        except GitError:
            return False
        return True

    def merge_base(self, one: str, other: str) -> str:
        """Return where two histories part; empty when they have nothing in common."""
        return self.git("merge-base", one, other, fine=(0, 1)).strip()

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        return sum(
            (Path(folder) / name).lstat().st_size
            for folder, _, names in os.walk(self.path)
            for name in names
            if not name.startswith("tmp_")
        )

    def lock(self) -> int:
        """Wait for the repository's lock and return its file descriptor; closing it gives the lock back.

        A child that inherits it holds the lock as well, even after the forge was killed: what is left of a push is
        over before anybody compares branches.
        """
        import fcntl

        handle = os.open(self.path / "campus.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        return handle

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep others from changing branches and tags."""
        handle = self.lock()
        try:
            yield
        finally:
            os.close(handle)
