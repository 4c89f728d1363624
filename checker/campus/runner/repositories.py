"""What the runner reads of the forge's git repositories: files at a commit, and what a push or pull request changed."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from checker.actions.workflows import Workflows, workflows_of
from checker.campus.place import CampusError, Place
from checker.campus.store import Event, Repository, git_folder
from checker.services import checkout, repository

_SHA = re.compile(r"[0-9a-f]{40}")
MAX_CHANGED = 3000
"""GitHub looks at no more changed files of a pull request than that."""


def folder(place: Place, owned: Repository) -> Path:
    """Return the bare git repository of a repository of the forge."""
    return git_folder(place, owned)


def workflows(git: Path, sha: str, owned: Repository) -> Workflows:
    """Return the workflow files of a commit. Raises CampusError when there is no such commit."""
    try:
        files = checkout.Commit(git, sha.encode())
        _ = files.paths
    except (KeyError, OSError, ValueError) as error:
        raise CampusError(f"{owned.full_name} has no commit {sha[:40]}: {error}") from None
    described = repository.Repository(
        owned.name, files, (owned.default_branch,), full_name=owned.full_name
    )
    return workflows_of(described)


def head(git: Path, branch: str) -> str:
    """Return the newest commit of a branch; empty when there is no such branch."""
    return _git(git, "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}^{{commit}}").strip()


def commit(git: Path, name: str) -> str:
    """Return the commit that a tag object or ref leads to; empty when there is none."""
    return _git(git, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").strip()


def changed(git: Path, event: Event, payload: Mapping[str, object]) -> tuple[str, ...] | None:
    """Return the files that a push or pull request changed; None when there is nothing to compare with.

    A push is compared with what the branch was before, a pull request with where it left its base.
    """
    if event.name == "push":
        before, after = str(payload.get("before", "")), str(payload.get("after", event.sha))
        if not _SHA.fullmatch(before) or not before.strip("0"):
            return _of_new_branch(git, event)
        return _between(git, f"{before}..{after}")
    pull = payload.get("pull_request")
    if event.name.startswith("pull_request") and isinstance(pull, Mapping):
        ends = [_sha(pull, "base"), _sha(pull, "head")]
        return _between(git, f"{ends[0]}...{ends[1]}") if all(ends) else None
    return None


def _of_new_branch(git: Path, event: Event) -> tuple[str, ...] | None:
    """Compare a new branch with its newest commit's parent; all files count when it has none."""
    if not event.ref.startswith("refs/heads/"):
        return None
    parent = _git(git, "rev-parse", "--verify", "--quiet", f"{event.sha}^").strip()
    if parent:
        return _between(git, f"{parent}..{event.sha}")
    found = _git(git, "ls-tree", "-r", "-z", "--name-only", event.sha)
    return tuple(found.split("\0")[:-1][:MAX_CHANGED])


def _between(git: Path, commits: str) -> tuple[str, ...] | None:
    found = _git(git, "diff", "--name-only", "--no-renames", "-z", commits)
    return tuple(found.split("\0")[:-1][:MAX_CHANGED])


def _sha(pull: Mapping[str, object], end: str) -> str:
    found = pull.get(end)
    sha = str(found.get("sha", "")) if isinstance(found, Mapping) else ""
    return sha if _SHA.fullmatch(sha) else ""


def _git(git: Path, *words: str) -> str:
    quiet = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "HOME": str(git)}
    done = subprocess.run(
        ["git", "--git-dir", str(git), "--no-pager", "-c", "core.quotePath=false", *words],
        capture_output=True, check=False, stdin=subprocess.DEVNULL,
        env={**quiet, "PATH": os.environ.get("PATH", os.defpath)},
    )  # fmt: skip
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def subject(git: Path, sha: str) -> str:
    """Return the first line of a commit's message."""
    return _git(git, "log", "-1", "--format=%s", sha).strip()
