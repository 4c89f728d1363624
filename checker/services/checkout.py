"""A folder on disk seen as a Repository: its working tree, or one of its branches read from git's objects.

The folder is somebody else's work: nothing in it is executed, links out of it are not followed, and git's own programs
are not started (their configuration may name programs to run); dulwich reads branches and files.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from checker.services.repository import MAX_TEXT, Files, Repository, clean, decode, is_vendored

if TYPE_CHECKING:
    from dulwich.repo import Repo

MAX_PATHS = 20_000
"""Files listed; a larger tree is cut, vendored folders left out first."""
MAX_DEPTH = 20

WORKFLOWS = ".github/workflows"
BOTH = ("main", "master")
"""The default branch when nobody can tell."""

_GITHUB = re.compile(r"github\.com[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?$", re.IGNORECASE)


def checkout(path: Path, *, ref: str = "", default_branch: str = "") -> Repository:
    """Describe a folder as a repository.

    Without `ref` the working tree is taken; where that has no workflows and a branch has some, the branch is taken and
    `chosen` says so. Raises ValueError, with one sentence, for a folder or branch that does not exist.
    """
    folder = Path(path)
    if not os.path.exists(folder):  # noqa: PTH110 - Path.exists raises for a name that is too long
        raise ValueError(
            f"there is no folder {str(path)[:200]!r}; give the path of a repository's checkout"
        )
    if not folder.is_dir():
        raise ValueError(
            f"{str(path)!r} is a file; give the folder of the repository that holds it"
        )
    name = folder.resolve().name or "repository"
    tree = Tree(folder)
    repo = _git(folder)
    if repo is None:
        if ref:
            raise ValueError(
                f"{str(path)!r} is no git repository, so it has no branch {ref!r}; leave --ref out"
            )
        return Repository(name, tree, (default_branch,) if default_branch else BOTH)
    with repo:
        branches = _branches(repo)
        defaults = (default_branch,) if default_branch else _default(repo, branches)
        full_name = _full_name(repo)
        if ref:
            if ref not in branches:
                known = ", ".join(sorted(branches)[:10]) or "none"
                raise ValueError(f"{str(path)!r} has no branch or tag {ref!r}; it has: {known}")
            return Repository(name, Commit(folder, branches[ref]), defaults, ref, "", full_name)
        if not tree.names(WORKFLOWS):
            found = _with_workflows(folder, repo, branches, defaults)
            if found:
                chosen = (
                    f"the working tree has no workflows, and the branch `{found}` has: it is graded"
                )
                return Repository(
                    name, Commit(folder, branches[found]), defaults, found, chosen, full_name
                )
    return Repository(name, tree, defaults, "", "", full_name)


class Tree:
    """The files of a folder on disk. Links that lead out of it, devices and pipes do not exist here."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._root = str(self.root)
        self._prefix = f"{self._root.removesuffix(os.sep)}{os.sep}"

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """All files in order, vendored folders left out."""
        found: list[str] = []
        for folder, folders, names in os.walk(self.root):
            inside = os.path.relpath(folder, self.root).replace(os.sep, "/")
            prefix = "" if inside == "." else f"{inside}/"
            if prefix and "pyvenv.cfg" in names:
                folders.clear()
                continue
            folders[:] = sorted(name for name in folders if not is_vendored(name))
            if prefix.count("/") >= MAX_DEPTH:
                folders.clear()
            found.extend(f"{prefix}{name}" for name in names)
            if len(found) >= MAX_PATHS:
                break
        return tuple(sorted(found[:MAX_PATHS]))

    def text(self, path: str) -> str | None:
        """Return a file's text; None when it is absent, binary, too large or outside the folder."""
        target = self._inside(path)
        if target is None:
            return None
        try:
            handle = os.open(
                target, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
            )
        except (OSError, ValueError):
            return None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            return None
        with os.fdopen(handle, "rb") as file:
            data = file.read(MAX_TEXT + 1)
        return decode(data) if len(data) <= MAX_TEXT else None

    def names(self, folder: str) -> tuple[str, ...]:
        """Return the names of a folder's entries, in order; `()` when there is no such folder."""
        target = self._inside(folder)
        try:
            return (
                tuple(sorted(entry.name for entry in os.scandir(target))[:MAX_PATHS])
                if target
                else ()
            )
        except OSError:
            return ()

    def _inside(self, path: str) -> str | None:
        """Return where a path leads, links followed; None when that is outside the folder."""
        normal = clean(path)
        if normal is None:
            return None
        try:
            target = os.path.realpath(f"{self._root}/{normal}")
        except (OSError, ValueError):
            return None
        return target if f"{target}{os.sep}".startswith(self._prefix) else None


class Commit:
    """The files of one commit, read from git's objects."""

    def __init__(self, root: Path, commit: bytes) -> None:
        self.root = root
        self.commit = commit

    @cached_property
    def _entries(self) -> Mapping[str, bytes]:
        """Path to blob, without links, submodules and vendored folders."""
        from dulwich.repo import Repo

        found: dict[str, bytes] = {}
        with Repo(str(self.root)) as repo:
            waiting = [("", _tree(repo, self.commit))]
            while waiting and len(found) < MAX_PATHS:
                prefix, tree = waiting.pop()
                for entry in repo[tree].iteritems():  # type: ignore[attr-defined]
                    name = entry.path.decode("utf-8", errors="replace")
                    if stat.S_ISDIR(entry.mode):
                        if not is_vendored(name) and prefix.count("/") < MAX_DEPTH:
                            waiting.append((f"{prefix}{name}/", entry.sha))
                    elif stat.S_ISREG(entry.mode):
                        found[f"{prefix}{name}"] = entry.sha
        return found

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """All files in order, vendored folders left out."""
        return tuple(sorted(self._entries))

    def text(self, path: str) -> str | None:
        """Return a file's text; None when it is absent, binary or too large."""
        from dulwich.repo import Repo

        sha = self._entries.get(clean(path) or "")
        if sha is None:
            return None
        with Repo(str(self.root)) as repo:
            data = repo[sha].as_raw_string()
        return decode(data) if len(data) <= MAX_TEXT else None

    def names(self, folder: str) -> tuple[str, ...]:
        """Return the names of a folder's entries, in order."""
        normal = clean(folder)
        prefix = "" if normal in {".", None} else f"{normal}/"
        inside = (path[len(prefix) :] for path in self._entries if path.startswith(prefix))
        return tuple(sorted({rest.split("/")[0] for rest in inside}))


def _git(folder: Path) -> Repo | None:
    """Open the folder's own `.git`; one that is a link, or borrows objects from elsewhere, is left alone."""
    own = folder / ".git"
    if own.is_symlink() or not own.is_dir() or (own / "objects" / "info" / "alternates").exists():
        return None
    from dulwich.errors import NotGitRepository
    from dulwich.repo import Repo

    try:
        return Repo(str(folder))
    except (NotGitRepository, OSError, ValueError, KeyError):
        return None


def _branches(repo: Repo) -> dict[str, bytes]:
    """Return branch and tag names with their commits; a local branch hides the remote one of the same name."""
    found: dict[str, bytes] = {}
    refs = repo.get_refs()
    for prefix in (b"refs/tags/", b"refs/remotes/origin/", b"refs/heads/"):
        for ref, sha in refs.items():
            if ref.startswith(prefix) and not ref.endswith(b"/HEAD"):
                found[ref[len(prefix) :].decode("utf-8", errors="replace")] = sha
    return found


def _default(repo: Repo, branches: Mapping[str, bytes]) -> tuple[str, ...]:
    """Tell the default branch: origin's HEAD, else main or master, else the branch that is checked out."""
    symbolic = repo.refs.get_symrefs()
    target = symbolic.get(b"refs/remotes/origin/HEAD", b"")  # type: ignore[call-overload]
    if target.startswith(b"refs/remotes/origin/"):
        return (target.removeprefix(b"refs/remotes/origin/").decode("utf-8", errors="replace"),)
    usual = tuple(name for name in BOTH if name in branches)
    if usual:
        return usual
    head = symbolic.get(b"HEAD", b"")  # type: ignore[call-overload]
    if head.startswith(b"refs/heads/"):
        return (head.removeprefix(b"refs/heads/").decode("utf-8", errors="replace"),)
    return BOTH


def _full_name(repo: Repo) -> str:
    """Return `owner/repo` from origin's address on GitHub; empty for any other."""
    try:
        url = repo.get_config().get((b"remote", b"origin"), b"url")
    except KeyError:
        return ""
    found = _GITHUB.search(url.decode("utf-8", errors="replace"))
    return found[1] if found else ""


def _with_workflows(
    folder: Path, repo: Repo, branches: Mapping[str, bytes], defaults: tuple[str, ...]
) -> str:
    """Choose among the branches that have workflows: the default one, else the one with the newest commit."""
    found = [name for name, sha in branches.items() if _has_workflows(Commit(folder, sha))]
    for name in defaults:
        if name in found:
            return name
    return max(found, key=lambda name: (_time(repo, branches[name]), name), default="")


def _has_workflows(files: Files) -> bool:
    return any(name.endswith((".yml", ".yaml")) for name in files.names(WORKFLOWS))


def _time(repo: Repo, sha: bytes) -> int:
    found = repo[sha]
    return int(getattr(found, "commit_time", 0))


def _tree(repo: Repo, sha: bytes) -> bytes:
    """Return the tree of a commit or of the commit a tag names."""
    found = repo[sha]
    while hasattr(found, "object"):
        found = repo[found.object[1]]
    return bytes(found.tree)  # type: ignore[attr-defined]
