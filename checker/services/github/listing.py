"""What lies in a commit: the listing of its folders, as far as it was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from checker.services.github.fields import Fields
from checker.services.repository import is_vendored

MAX_PATHS = 20_000
MAX_DEPTH = 20
REGULAR = (0o100000, 0o100644, 0o100755, 0o100664)
"""Modes of files; links and submodules are not read."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A file: its object id and its size in bytes."""

    oid: str
    size: int


@dataclass
class Listing:
    """Folders by path, `""` being the root: those that were listed, and those that were only seen from above."""

    folders: dict[str, dict[str, Blob | None]] = field(default_factory=dict)
    """Path of a folder -> name of an entry -> the file, or None for a folder."""
    unlisted: dict[str, str] = field(default_factory=dict)
    """Path of a folder -> its object id."""
    count: int = 0
    cut: bool = False
    """Whether there is more than the listing may hold."""

    def add(self, folder: str, tree: Fields) -> None:
        """Add a folder and what was listed below it; vendored folders and their like are left out."""
        entries: dict[str, Blob | None] = {}
        below: list[tuple[str, Fields]] = []
        self.unlisted.pop(folder, None)
        if folder.count("/") >= MAX_DEPTH:
            self.cut = True
            return
        for entry in tree.subs("entries", MAX_PATHS):
            name, kind = entry.text("name"), entry.word("type")
            if not name or name in {".", ".."} or "/" in name or "\0" in name:
                continue
            if self.count >= MAX_PATHS:
                self.cut = True
                break
            if kind == "blob" and entry.whole("mode") in REGULAR:
                entries[name] = Blob(entry.text("oid"), entry.whole("size"))
                self.count += 1
            elif kind == "tree" and not is_vendored(name):
                entries[name] = None
                below.append((f"{folder}/{name}" if folder else name, entry))
        if folder and "pyvenv.cfg" in entries:
            self.forget(folder)
            return
        self.folders[folder] = entries
        for path, entry in below:
            inner = entry.sub("object")
            if inner is not None and "entries" in inner:
                self.add(path, inner)
            else:
                self.unlisted[path] = entry.text("oid")

    def forget(self, folder: str) -> None:
        """Take a folder out again: it turned out to be a virtual environment."""
        parent, _, name = folder.rpartition("/")
        self.folders.get(parent, {}).pop(name, None)

    def blob(self, path: str) -> Blob | None:
        """Return the file at a path of a listed folder."""
        parent, _, name = path.rpartition("/")
        return self.folders.get(parent, {}).get(name)

    def unlisted_above(self, path: str) -> str:
        """Return the folder to list before anything is known of a path; empty when all of it is known."""
        parts = path.split("/")
        for length in range(1, len(parts) + 1):
            folder = "/".join(parts[:length])
            if folder in self.unlisted:
                return folder
        return ""

    def blobs(self) -> Iterator[tuple[str, Blob]]:
        """Return every file that is listed, with its path."""
        for folder, entries in self.folders.items():
            for name, blob in entries.items():
                if blob is not None:
                    yield f"{folder}/{name}" if folder else name, blob
