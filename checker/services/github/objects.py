"""Files and folders by their object ids, through GraphQL; what that cannot tell comes from REST."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from checker.http.failures import Overloaded
from checker.http.page import Http
from checker.services.github import queries
from checker.services.github.fields import Fields
from checker.services.github.files import Fetched, Remote
from checker.services.github.graphql import ask
from checker.services.github.listing import Listing
from checker.services.github.questions import RAW, rest
from checker.services.github.refusals import refused
from checker.services.repository import MAX_TEXT, decode

_UNTOLD = "\ufffd"
"""Stands for what GraphQL could not decode."""


class Objects:
    """A `Source` of the files of one repository."""

    def __init__(self, full_name: str, http: Http) -> None:
        self._full_name = full_name
        self._http = http

    def fetch(self, oids: Iterable[str]) -> Fetched:
        """Return files and folders by their object ids; halves of them when all at once is too much."""
        found = Fetched()
        self._fetch(tuple(oids), found)
        return found

    def raw(self, oid: str) -> str | None:
        """Return the text of a file from its bytes."""
        return raw(self._full_name, oid, self._http)

    def _fetch(self, oids: Sequence[str], found: Fetched) -> None:
        if not oids:
            return
        owner, _, name = self._full_name.partition("/")
        variables = {"owner": owner, "name": name, **{f"o{n}": oid for n, oid in enumerate(oids)}}
        try:
            reply = ask(
                self._http,
                queries.objects(len(oids)),
                variables,
                f"files of {self._full_name}",
            )
        except Overloaded:
            if len(oids) == 1:
                return
            half = len(oids) // 2
            self._fetch(oids[:half], found)
            self._fetch(oids[half:], found)
            return
        repository = reply.data.sub("repository")
        if repository is None:
            raise reply.page.unavailable("did not give the files of a repository it knew before")
        for number, oid in enumerate(oids):
            thing = repository.sub(f"o{number}")
            if thing is None:
                continue
            if thing.text("__typename") == "Tree":
                found.folders[oid] = thing
            else:
                note(thing, found)


def raw(full_name: str, oid: str, http: Http) -> str | None:
    """Return the text of a file from its bytes; None for a binary one. They never change and are kept."""
    page = rest(
        http,
        f"{full_name}/git/blobs/{oid}",
        f"a file of {full_name}",
        keep="forever",
        accept=RAW,
        largest=2 * MAX_TEXT,
    )
    if not page.ok:
        raise refused(page, full_name, "files")
    return decode(page.body)


def note(blob: Fields, found: Fetched) -> None:
    """Put down the text of a file as GraphQL gives it."""
    oid, size = blob.text("oid"), blob.whole("byteSize")
    if blob.text("__typename") != "Blob" or not oid:
        return
    text = blob.text("text", MAX_TEXT).removeprefix("\ufeff") if "text" in blob else None
    partial = blob.flag("isTruncated") or text is None or _UNTOLD in text
    found.texts[oid] = None if partial else text
    if partial and size <= MAX_TEXT:
        found.raw.add(oid)


def files_of(commit: Fields, source: Objects) -> Remote:
    """Return the files of a commit from the answer to a query with the fragment `Files`.

    Raises Unavailable when they were not listed: that is no empty commit.
    """
    listing, found = Listing(), Fetched()
    tree = commit.sub("tree")
    if tree is None or "entries" not in tree:
        raise commit.page.unavailable("did not list the files of a commit")
    listing.add("", tree)
    own = commit.sub("github")
    folder = own and own.sub("object")
    if folder and "entries" in folder:
        listing.add(".github", folder)
        _note_below(folder, found)
    for number in range(len(queries.KNOWN)):
        file = commit.sub(f"f{number}")
        blob = file and file.sub("object")
        if blob:
            note(blob, found)
    return Remote(listing, found, source)


def _note_below(folder: Fields, found: Fetched) -> None:
    for entry in folder.subs("entries"):
        thing = entry.sub("object")
        if thing and "entries" in thing:
            _note_below(thing, found)
        elif thing:
            note(thing, found)
