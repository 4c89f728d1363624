"""The files of one commit on GitHub, fetched when they are asked for, together with what will be asked next."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from checker.evidence import Unavailable
from checker.services.github.fields import Fields
from checker.services.github.foresight import LARGEST, Mentions, is_beside
from checker.services.github.listing import Blob, Listing
from checker.services.github.queries import WORKFLOWS
from checker.services.repository import MAX_TEXT, clean

MAX_FETCHES = 10
"""Requests for what was not foreseen; static reading rarely needs one."""
MAX_BATCH = 40
"""Files and folders of one request."""
_ROUNDS = 3
"""Times that the listing of all files goes deeper where texts point."""
_MAX_BYTES = 4_000_000
"""Bytes of the files of one request."""


@dataclass
class Fetched:
    """What a request for objects brought."""

    texts: dict[str, str | None] = field(default_factory=dict)
    """Object id -> text; None for a file that has none."""
    raw: set[str] = field(default_factory=set)
    """Object ids of files whose text GraphQL could not tell: cut, or in another encoding."""
    folders: dict[str, Fields] = field(default_factory=dict)
    """Object id -> the folder's tree."""


class Source(Protocol):
    """Where objects of a repository come from."""

    def fetch(self, oids: Iterable[str]) -> Fetched:
        """Return files and folders by their object ids."""

    def raw(self, oid: str) -> str | None:
        """Return the text of a file that `fetch` could not tell."""


class Remote:
    """The files of one commit. What is not there yet is fetched, within bounds; Unavailable when it cannot be."""

    def __init__(
        self, listing: Listing, first: Fetched, source: Source, *, eager: bool = True
    ) -> None:
        """`eager` says that a request may bring what is likely to be asked for next."""
        self._listing = listing
        self._texts = first.texts
        self._raw = first.raw
        self._source = source
        self._eager = eager
        self._fetches = 0
        self._lost: set[str] = set()
        self._mentioned = (0, Mentions(()))
        """By the number of texts it was read from."""
        self._lock = threading.RLock()

    @property
    def cut(self) -> bool:
        """Whether there are more files than were listed."""
        return self._listing.cut

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """All files in order, without vendored folders and without deep ones that nothing mentions."""
        with self._lock:
            for _ in range(_ROUNDS):
                wanted = self._mentioned_folders()
                if wanted:
                    self._fetch(folders=wanted)
            return tuple(sorted(path for path, _ in self._listing.blobs()))

    def text(self, path: str) -> str | None:
        """Return a file's text; None when it is absent, binary, too large or outside the repository."""
        normal = clean(path)
        if normal in {None, "."}:
            return None
        assert normal is not None
        with self._lock:
            self._reach(normal)
            blob = self._listing.blob(normal)
            if blob is None or blob.size > MAX_TEXT:
                return None
            if blob.oid not in self._texts:
                self._fetch(files=[(normal, blob)])
            if blob.oid in self._raw:
                self._count()
                self._texts[blob.oid] = self._source.raw(blob.oid)
                self._raw.discard(blob.oid)
            if blob.oid not in self._texts:
                raise Unavailable(f"the file {normal}", f"GitHub did not give the file {normal}")
            return self._texts[blob.oid]

    def names(self, folder: str) -> tuple[str, ...]:
        """Return the names of the entries of a folder, in order; `()` when there is no such folder."""
        normal = clean(folder)
        if normal is None:
            return ()
        path = "" if normal == "." else normal
        with self._lock:
            self._reach(path)
            return tuple(sorted(self._listing.folders.get(path, ())))

    def _reach(self, path: str) -> None:
        """List the folders on the way to a path."""
        while folder := self._listing.unlisted_above(path):
            self._fetch(folders=[folder, *self._mentioned_folders()])
        lost = next((one for one in self._lost if f"{path}/".startswith(f"{one}/")), "")
        if lost:
            raise Unavailable(f"the folder {lost}", f"GitHub did not list the folder {lost}")

    def _mentioned_folders(self) -> list[str]:
        if self._listing.cut:
            return []
        if not any(_is_workflow(name) for name in self._listing.folders.get(WORKFLOWS, ())):
            return list(self._listing.unlisted)  # they may lie in a project's folder
        mentions = self._mentions()
        return [path for path in self._listing.unlisted if mentions.folder(path)]

    def _mentions(self) -> Mentions:
        if self._mentioned[0] != len(self._texts):
            mentions = Mentions(text for text in self._texts.values() if text)
            self._mentioned = (len(self._texts), mentions)
        return self._mentioned[1]

    def _fetch(self, files: Iterable[tuple[str, Blob]] = (), folders: Iterable[str] = ()) -> None:
        """Fetch what is needed and, with the same request, what the texts read so far mention."""
        self._count()
        mentions = self._mentions()
        asked = tuple(files)
        trees: dict[str, list[str]] = {}
        for path in list(folders)[:MAX_BATCH]:
            trees.setdefault(self._listing.unlisted[path], []).append(path)
        blobs: dict[str, int] = {blob.oid: blob.size for _, blob in asked}
        for path, blob in self._listing.blobs() if self._eager else ():
            if len(trees) + len(blobs) >= MAX_BATCH or sum(blobs.values()) >= _MAX_BYTES:
                break
            if blob.oid in self._texts or blob.size > LARGEST:
                continue
            if mentions.file(path) or any(is_beside(path, other) for other, _ in asked):
                blobs[blob.oid] = blob.size
        found = self._source.fetch((*trees, *blobs))
        self._texts |= found.texts
        self._raw |= found.raw
        for oid, paths in trees.items():
            for path in paths:
                self._listing.unlisted.pop(path, None)
                if oid in found.folders:
                    self._listing.add(path, found.folders[oid])
                else:
                    self._lost.add(path)

    def _count(self) -> None:
        self._fetches += 1
        if self._fetches > MAX_FETCHES:
            raise Unavailable(
                "the repository's files",
                f"its workflows lead to more files than {MAX_FETCHES} requests can bring",
                "grade a checkout: `git clone` it and give the folder's path",
            )


def _is_workflow(name: str) -> bool:
    return name.endswith((".yml", ".yaml"))
