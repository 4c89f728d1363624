"""Git's objects, with the very ids that git gives them: files, folders, commits, annotated tags."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar


@dataclass(frozen=True)
class Link:
    """A symbolic link."""

    target: str


@dataclass(frozen=True)
class Submodule:
    """Another repository at one of its commits."""

    sha: str


@dataclass(frozen=True)
class Blob:
    """A file's bytes."""

    data: bytes

    kind = "Blob"


@dataclass(frozen=True)
class Entry:
    """A name in a folder."""

    name: str
    mode: int
    oid: str

    @property
    def kind(self) -> str:
        """What git calls it: `blob`, `tree`, `commit`."""
        return {0o040000: "tree", 0o160000: "commit"}.get(self.mode, "blob")


@dataclass(frozen=True)
class Tree:
    """A folder."""

    entries: tuple[Entry, ...]

    kind = "Tree"


@dataclass(frozen=True)
class Commit:
    """A commit, and its files by path."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    message: str
    author: str
    at: datetime
    files: Mapping[str, Content]

    kind = "Commit"


@dataclass(frozen=True)
class AnnotatedTag:
    """An annotated tag."""

    sha: str
    name: str
    target: str
    at: datetime
    author: str

    kind = "Tag"


Content = str | bytes | Link | Submodule
"""What may lie at a path."""

Thing = Blob | Tree | Commit | AnnotatedTag
Kind = TypeVar("Kind", bound=Thing)


class Objects:
    """Objects by id."""

    def __init__(self) -> None:
        self._things: dict[str, Thing] = {}

    def __getitem__(self, oid: str) -> Thing:
        return self._things[oid]

    def get(self, oid: str) -> Thing | None:
        """Return an object; None when there is none of this id."""
        return self._things.get(oid)

    def starting(self, prefix: str) -> Thing | None:
        """Return the object whose id begins so, if it is one alone."""
        found = [thing for oid, thing in self._things.items() if oid.startswith(prefix)]
        return found[0] if len(found) == 1 else None

    def commit(
        self,
        files: Mapping[str, Content],
        parents: tuple[str, ...],
        message: str,
        author: str,
        at: datetime,
    ) -> Commit:
        """Store a commit with all its files."""
        tree = self._tree(files)
        who = f"{author} <{author}@users.noreply.github.com> {int(at.timestamp())} +0000"
        lines = [f"tree {tree}", *(f"parent {sha}" for sha in parents), f"author {who}"]
        body = "\n".join([*lines, f"committer {who}", "", message, ""])
        sha = _oid("commit", body.encode())
        return self._keep(sha, Commit(sha, tree, parents, message, author, at, dict(files)))

    def tag(self, name: str, target: str, author: str, at: datetime) -> AnnotatedTag:
        """Store an annotated tag of a commit."""
        who = f"{author} <{author}@users.noreply.github.com> {int(at.timestamp())} +0000"
        body = f"object {target}\ntype commit\ntag {name}\ntagger {who}\n\n{name}\n"
        sha = _oid("tag", body.encode())
        return self._keep(sha, AnnotatedTag(sha, name, target, at, author))

    def at(self, tree: str, path: str) -> tuple[Entry, Thing | None] | None:
        """Return the entry at a path of a folder, and what it holds."""
        entry = None
        for name in path.strip("/").split("/"):
            folder = self._things.get(tree)
            found = folder.entries if isinstance(folder, Tree) else ()
            entry = next((one for one in found if one.name == name), None)
            if entry is None:
                return None
            tree = entry.oid
        return (entry, self._things.get(entry.oid)) if entry else None

    def _tree(self, files: Mapping[str, Content]) -> str:
        inside: dict[str, dict[str, Content]] = {}
        entries: list[Entry] = []
        for path, content in files.items():
            name, _, rest = path.partition("/")
            if rest:
                inside.setdefault(name, {})[rest] = content
            elif isinstance(content, Submodule):
                entries.append(Entry(name, 0o160000, content.sha))
            else:
                entries.append(Entry(name, *self._blob(content)))
        entries += [Entry(name, 0o040000, self._tree(below)) for name, below in inside.items()]
        # git sorts a folder as if its name ended in a slash
        entries.sort(key=lambda one: f"{one.name}/" if one.kind == "tree" else one.name)
        data = b"".join(
            f"{one.mode:o} {one.name}\0".encode() + bytes.fromhex(one.oid) for one in entries
        )
        oid = _oid("tree", data)
        self._keep(oid, Tree(tuple(entries)))
        return oid

    def _blob(self, content: str | bytes | Link) -> tuple[int, str]:
        mode = 0o120000 if isinstance(content, Link) else 0o100644
        text = content.target if isinstance(content, Link) else content
        data = text.encode() if isinstance(text, str) else text
        oid = _oid("blob", data)
        self._keep(oid, Blob(data))
        return mode, oid

    def _keep(self, oid: str, thing: Kind) -> Kind:
        self._things[oid] = thing
        return thing


def _oid(kind: str, data: bytes) -> str:
    return hashlib.sha1(f"{kind} {len(data)}\0".encode() + data, usedforsecurity=False).hexdigest()
