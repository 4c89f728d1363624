"""The files of a commit through REST without its archive: one listing, and each file when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable

from checker.http.page import Http
from checker.services.github.fields import Fields
from checker.services.github.files import Fetched, Remote
from checker.services.github.listing import MAX_DEPTH, MAX_PATHS, REGULAR, Blob, Listing
from checker.services.github.objects import raw
from checker.services.github.questions import rest
from checker.services.github.refusals import refused
from checker.services.repository import is_vendored

_MAX_ENTRIES = 100_000
"""GitHub cuts a listing there (docs.github.com, Git trees; November 2026)."""


class Singly:
    """A `Source` that fetches file after file; each costs a request, and is kept for ever."""

    def __init__(self, full_name: str, http: Http) -> None:
        self._full_name = full_name
        self._http = http

    def fetch(self, oids: Iterable[str]) -> Fetched:
        """Return files by their object ids."""
        return Fetched({oid: self.raw(oid) for oid in oids})

    def raw(self, oid: str) -> str | None:
        """Return the text of a file from its bytes."""
        return raw(self._full_name, oid, self._http)


def files_of(full_name: str, sha: str, http: Http) -> Remote:
    """Return the files of a commit whose archive is too large."""
    asked = f"the listing of {full_name} at {sha[:7]}"
    page = rest(http, f"{full_name}/git/trees/{sha}", asked, {"recursive": "1"}, keep="forever")
    if not page.ok:
        raise refused(page, full_name, "files")
    answer = Fields(page.json(), page)
    listing = Listing({"": {}}, cut=answer.flag("truncated"))
    entries = [entry for entry in answer.subs("tree", _MAX_ENTRIES) if entry.word("type") == "blob"]
    environments = {
        path.removesuffix("/pyvenv.cfg")
        for path in (entry.text("path") for entry in entries)
        if path.endswith("/pyvenv.cfg")
    }
    for entry in entries:
        _add(listing, entry, environments)
    return Remote(listing, Fetched(), Singly(full_name, http), eager=False)


def _add(listing: Listing, entry: Fields, environments: set[str]) -> None:
    """Add a file and the folders above it, unless one of them is vendored."""
    *above, name = entry.text("path").split("/")
    mode = entry.text("mode")
    is_odd = not name or len(above) >= MAX_DEPTH or any(part in {"", ".", ".."} for part in above)
    if (
        is_odd
        or not mode.isdecimal()
        or int(mode, 8) not in REGULAR
        or any(map(is_vendored, above))
    ):
        return
    if listing.count >= MAX_PATHS:
        listing.cut = True
        return
    folder = ""
    for part in above:
        inside = f"{folder}/{part}" if folder else part
        if inside in environments:
            return
        listing.folders[folder][part] = None
        listing.folders.setdefault(inside, {})
        folder = inside
    listing.folders[folder][name] = Blob(entry.text("sha"), entry.whole("size"))
    listing.count += 1
