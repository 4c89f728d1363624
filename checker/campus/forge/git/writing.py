"""Commits that the forge itself makes: a file that is put, pull requests that are merged."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from checker.campus.forge.git.bare import NOTHING, Bare, Conflict, GitError


@dataclass(frozen=True)
class Author:
    """Who a commit is by, and when it was made (seconds since 1970)."""

    name: str
    email: str
    at: float

    @property
    def variables(self) -> dict[str, str]:
        """What tells git."""
        when = f"{int(self.at)} +0000"
        return {
            f"GIT_{role}_{what}": value
            for role in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", self.name), ("EMAIL", self.email), ("DATE", when))
        }


def commit(bare: Bare, tree: str, parents: Sequence[str], message: str, author: Author) -> str:
    """Make a commit of a tree and return its id."""
    above = [word for parent in parents for word in ("-p", parent)]
    made = bare.git("commit-tree", tree, *above, data=message.encode(), more=author.variables)
    return made.strip()


def changed(bare: Bare, start: str, path: str, content: bytes | None) -> str:
    """Return the tree of a commit with a file put at a path, or (None) taken away; `start` is empty for no commit.

    Raises ValueError for a path that git does not allow.
    """
    if any(part in {"", ".", ".."} for part in path.split("/")) or "\0" in path:
        raise ValueError(f"{path!r} is no path for a file")
    with tempfile.TemporaryDirectory(dir=bare.path, prefix="tmp_") as folder:
        index = {"GIT_INDEX_FILE": os.fspath(Path(folder) / "index")}
        bare.git("read-tree", start or "--empty", more=index)
        mode, oid = "0", NOTHING
        if content is not None:
            oid = bare.git("hash-object", "-w", "--stdin", data=content).strip()
            mode = _mode(bare, start, path)
        try:
            entry = f"{mode} {oid}\t{path}\0".encode()
            bare.git("update-index", "-z", "--index-info", data=entry, more=index)
            tree = bare.git("write-tree", more=index).strip()
        except GitError as error:
            raise ValueError(f"{path!r} is no path for a file: {error}") from None
        if content is not None and _entry(bare, tree, path, "objectname") != oid:
            raise ValueError(f"{path!r} is no path for a file")
    return tree


def merged(bare: Bare, base: str, head: str) -> str:
    """Return the tree of two commits merged. Raises Conflict when git cannot merge them."""
    words = ["merge-tree", "--write-tree", "--no-messages", "--allow-unrelated-histories"]
    found = bare.git(*words, base, head, fine=(0, 1)).split()
    if len(found) != 1:  # with a conflict the files it is in follow
        raise Conflict("the two sides change the same lines")
    return found[0]


def rebased(bare: Bare, base: str, head: str, author: Author) -> str:
    """Put the commits of a branch on top of another one and return the last. Raises Conflict."""
    found = bare.git("rev-list", "--reverse", "--no-merges", f"{base}..{head}").split()
    tip = base
    for sha in found:
        above = bare.git("rev-list", "--parents", "--max-count=1", sha).split()[1:]
        # git merges by common ancestors: the tip is shown as a child of the commit's own parent
        shown = commit(bare, bare.resolve(tip, "tree"), above, "tip", author)
        tree = merged(bare, shown, sha)
        if tree == bare.resolve(tip, "tree"):
            continue
        name, email, date, message = bare.git(
            "show", "-s", "--format=%an%x00%ae%x00%at +0000%x00%B", sha
        ).split("\0", 3)
        by = {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": email, "GIT_AUTHOR_DATE": date}
        tip = bare.git(
            "commit-tree",
            tree,
            "-p",
            tip,
            data=message.encode(),
            more=author.variables | by,
        ).strip()
    return tip


def _mode(bare: Bare, start: str, path: str) -> str:
    found = _entry(bare, start, path, "objectmode") if start else ""
    return "100755" if found == "100755" else "100644"


def _entry(bare: Bare, tree: str, path: str, what: str) -> str:
    return bare.git("ls-tree", f"--format=%({what})", tree, path).strip()
