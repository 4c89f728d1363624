"""What lies in a bare repository, read by dulwich: commits, folders, files, annotated tags."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from checker.campus.forge.git.bare import Bare

if TYPE_CHECKING:
    from dulwich.objects import Commit, ShaFile
    from dulwich.repo import Repo

MAX_TEXT = 1_000_000
"""Bytes of a file that is shown as a text."""
_ID = re.compile(r"[0-9a-f]{40}")
_KINDS = {0o040000: "tree", 0o160000: "commit"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A name in a folder."""

    name: str
    mode: int
    oid: str

    @property
    def kind(self) -> str:
        """What git calls it: `blob`, `tree`, `commit` for a submodule."""
        return _KINDS.get(self.mode, "blob")

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link."""
        return stat.S_ISLNK(self.mode)


@dataclass(frozen=True, slots=True)
class Signature:
    """Who did something, and when, by their own clock."""

    name: str
    email: str
    at: datetime


class Objects:
    """The objects of a repository. Use it as a context manager; it belongs to one thread."""

    def __init__(self, bare: Bare) -> None:
        self.path: Path = bare.path

    @cached_property
    def _repo(self) -> Repo:
        from dulwich.repo import Repo

        return Repo(str(self.path), bare=True)

    def __enter__(self) -> Self:
        """Return itself; files are opened when something is asked for."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the repository's files."""
        if "_repo" in self.__dict__:
            self._repo.close()

    def get(self, oid: str) -> ShaFile | None:
        """Return an object; None when there is none of this id."""
        from dulwich.objects import ObjectID

        if _ID.fullmatch(oid) is None:
            return None
        try:
            return self._repo.object_store[ObjectID(oid.encode("ascii"))]
        except KeyError:
            return None

    def commit(self, oid: str) -> Commit:
        """Return a commit that is there."""
        from dulwich.objects import Commit

        found = self.get(oid)
        assert isinstance(found, Commit)
        return found

    def peel(self, oid: str) -> str:
        """Return what a tag leads to in the end; anything else leads to itself."""
        from dulwich.objects import Tag

        found = self.get(oid)
        for _ in range(10):
            if not isinstance(found, Tag):
                break
            oid = found.object[1].decode("ascii")
            found = self.get(oid)
        return oid

    def is_commit(self, oid: str) -> bool:
        """Say whether an object is a commit."""
        from dulwich.objects import Commit

        return isinstance(self.get(oid), Commit)

    def entries(self, tree: str) -> tuple[Entry, ...]:
        """Return the entries of a folder in git's order; nothing for what is no folder."""
        from dulwich.objects import Tree

        found = self.get(tree)
        if not isinstance(found, Tree):
            return ()
        return tuple(
            Entry(text(one.path), one.mode, one.sha.decode("ascii")) for one in found.iteritems()
        )

    def tree_of(self, commit: str) -> str:
        """Return the root folder of a commit."""
        return text(self.commit(commit).tree)

    def at(self, tree: str, path: str) -> Entry | None:
        """Return the entry at a path below a folder; None when there is none."""
        entry: Entry | None = None
        for name in path.strip("/").split("/"):
            entry = next((one for one in self.entries(tree) if one.name == name), None)
            if entry is None:
                return None
            tree = entry.oid if entry.kind == "tree" else ""
        return entry

    def data(self, oid: str) -> bytes:
        """Return a file's bytes; nothing for what is no file."""
        from dulwich.objects import Blob

        found = self.get(oid)
        return found.data if isinstance(found, Blob) else b""

    def size(self, oid: str) -> int:
        """Return a file's size in bytes."""
        return len(self.data(oid))

    def file(self, commit: str, path: str) -> str | None:
        """Return the text of a file of a commit; None when there is none, or it is too large or no text."""
        entry = self.at(self.tree_of(commit), path)
        if entry is None or entry.kind != "blob" or entry.is_link:
            return None
        data = self.data(entry.oid)
        if len(data) > MAX_TEXT or b"\0" in data:
            return None
        return data.decode(errors="replace")

    def walk(
        self, tree: str, prefix: str = "", *, most: int = 100_000
    ) -> Iterator[tuple[str, Entry]]:
        """Return every entry below a folder with its path, folders before what they hold."""
        waiting = [(prefix, iter(self.entries(tree)))]
        while waiting and most:
            above, rest = waiting[-1]
            entry = next(rest, None)
            if entry is None:
                waiting.pop()
                continue
            most -= 1
            yield above + entry.name, entry
            if entry.kind == "tree" and len(waiting) < 100:
                waiting.append((f"{above}{entry.name}/", iter(self.entries(entry.oid))))

    def history(self, commit: str, most: int, path: str = "") -> Iterator[Commit]:
        """Return the commits of a branch, newest first; with a path those that changed it."""
        from dulwich.objects import ObjectID

        paths = [path.encode()] if path else None
        start = [ObjectID(commit.encode("ascii"))]
        walker = self._repo.get_walker(start, max_entries=most, paths=paths)
        for entry in walker:
            yield entry.commit


def text(data: bytes) -> str:
    """Return bytes of a student's as a text."""
    return data.decode("utf-8", errors="replace")


def signature(line: bytes, at: float) -> Signature:
    """Read `Name <email>` and a time."""
    name, _, rest = text(line).partition(" <")
    return Signature(name, rest.rstrip(">"), datetime.fromtimestamp(max(0, min(at, 2**37)), UTC))
