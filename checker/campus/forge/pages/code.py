"""A repository's files and commits."""

from __future__ import annotations

from dataclasses import dataclass

from checker.campus.forge.git.objects import Entry, Objects, signature, text
from checker.campus.forge.pages.page import Gone, Page, Raw, Shown
from checker.campus.store import Run

MAX_SHOWN = 500_000
"""Bytes of a file or a difference that is shown."""
MAX_COMMITS = 100


@dataclass(frozen=True, slots=True)
class Place:
    """A commit by the name it was asked for, and a path in it."""

    ref: str
    sha: str
    path: str

    @property
    def crumbs(self) -> list[tuple[str, str]]:
        """Name and path of each folder on the way."""
        parts = self.path.split("/") if self.path else []
        return [(name, "/".join(parts[: number + 1])) for number, name in enumerate(parts)]


def overview(page: Page) -> Shown:
    """Show the default branch's files and README."""
    ref = page.repository.default_branch
    sha = page.bare.resolve(f"refs/heads/{ref}")
    if not sha:
        return page.shown("empty.html", "code")
    return _folder(page, Place(ref, sha, ""))


def tree(page: Page) -> Shown:
    """Show a folder."""
    return _folder(page, _place(page))


def blob(page: Page) -> Shown:
    """Show a file."""
    place = _place(page)
    with Objects(page.bare) as objects:
        data = _data(objects, place)
    shown = None if b"\0" in data or len(data) > MAX_SHOWN else text(data)
    rendered = shown is not None and place.path.lower().endswith((".md", ".markdown"))
    lines = shown.splitlines() if shown is not None and not rendered else []
    return page.shown(
        "blob.html",
        "code",
        place=place,
        bytes=len(data),
        lines=lines,
        prose=shown if rendered else None,
        binary=shown is None,
    )


def raw(page: Page) -> Raw:
    """Give a file as it is; a browser takes it for a plain text or a download, never for a page."""
    place = _place(page)
    with Objects(page.bare) as objects:
        data = _data(objects, place)
    return Raw(data, "application/octet-stream" if b"\0" in data else "text/plain; charset=utf-8")


def commits(page: Page) -> Shown:
    """Show the newest commits of a branch."""
    place = _place(page) if "rest" in page.params else None
    name = place.ref if place else page.repository.default_branch
    sha = place.sha if place else page.bare.resolve(f"refs/heads/{name}")
    rows = []
    with Objects(page.bare) as objects:
        for one in objects.history(sha, MAX_COMMITS) if sha else ():
            who = signature(one.author, one.author_time)
            title = text(one.message).partition("\n")[0][:200]
            rows.append((text(one.id), title, who.name, one.commit_time))
    return page.shown("commits.html", "code", ref=name, rows=rows)


def commit(page: Page) -> Shown:
    """Show a commit and what it changed."""
    sha = page.bare.revision(page.params["sha"])
    if not sha:
        raise Gone(f"There is no commit {page.params['sha'][:40]}.")
    words = [
        "show",
        "--format=",
        "--patch",
        "--stat=100",
        "--no-color",
        "--diff-merges=first-parent",
        "--no-ext-diff",
        "--no-textconv",
    ]
    difference = page.bare.git(*words, sha)
    with Objects(page.bare) as objects:
        found = objects.commit(sha)
    runs = [
        run for run in page.site.store.find(Run, repository=page.repository.id) if run.sha == sha
    ]
    return page.shown(
        "commit.html",
        "code",
        sha=sha,
        who=signature(found.author, found.author_time),
        at=found.commit_time,
        message=text(found.message).strip(),
        lines=difference[:MAX_SHOWN].splitlines(),
        cut=len(difference) > MAX_SHOWN,
        runs=runs,
    )


def _folder(page: Page, place: Place) -> Shown:
    with Objects(page.bare) as objects:
        root = objects.tree_of(place.sha)
        entry = objects.at(root, place.path) if place.path else None
        if place.path and (entry is None or entry.kind != "tree"):
            raise Gone(f"There is no folder {place.path} in {place.ref}.")
        entries = objects.entries(entry.oid if entry else root)
        rows = [
            (one, objects.size(one.oid) if one.kind == "blob" else 0) for one in entries[:2_000]
        ]
        rows.sort(key=lambda one: (one[0].kind != "tree", one[0].name.lower()))
        readme = next((one for one in entries if _is_readme(one)), None)
        prose = text(objects.data(readme.oid)[:MAX_SHOWN]) if readme else ""
        newest = next(iter(objects.history(place.sha, 1)))
        title = text(newest.message).partition("\n")[0][:200]
        who = signature(newest.author, newest.author_time).name
    refs = page.bare.refs()
    return page.shown(
        "code.html",
        "code",
        place=place,
        rows=rows,
        readme=prose,
        is_markdown=bool(readme and readme.name.lower().endswith((".md", ".markdown"))),
        newest=(place.sha, title, who, newest.commit_time),
        branches=[ref.removeprefix("refs/heads/") for ref in refs if ref.startswith("refs/heads/")],
        tags=[ref.removeprefix("refs/tags/") for ref in refs if ref.startswith("refs/tags/")][::-1],
    )


def _is_readme(entry: Entry) -> bool:
    return entry.kind == "blob" and entry.name.lower().partition(".")[0] == "readme"


def _data(objects: Objects, place: Place) -> bytes:
    entry = objects.at(objects.tree_of(place.sha), place.path) if place.path else None
    if entry is None or entry.kind != "blob":
        raise Gone(f"There is no file {place.path} in {place.ref}.")
    return objects.data(entry.oid)


def _place(page: Page) -> Place:
    """Return the commit and the path of an address: the longest beginning that is a branch, a tag or a commit."""
    parts = page.params["rest"].strip("/").split("/")
    for length in range(min(len(parts), 20), 0, -1):
        ref = "/".join(parts[:length])
        sha = page.bare.revision(ref)
        if sha:
            return Place(ref, sha, "/".join(parts[length:]))
    raise Gone(f"There is no branch, tag or commit {parts[0][:60]}.")
