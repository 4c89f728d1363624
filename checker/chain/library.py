"""The library on PyPI and TestPyPI: its releases, the runs they came from, and whether it is the student's at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from checker.chain.artefacts import Artefact, Awaited, Listing, awaited, by_time, nearest
from checker.chain.causes import cause_of
from checker.chain.executions import Execution, Executions
from checker.chain.indexes import LibraryNames, Shelf, is_own
from checker.chain.times import NEVER, SKEW, Moments
from checker.evidence import Unavailable, provides
from checker.http import Http
from checker.services.github.model import Project, Run
from checker.services.packages import File, Package, Provenance

MOST_RELEASES = 20
"""Releases of a library that are looked at, the newest."""

_INDEX = {"PyPI": "pypi", "TestPyPI": "testpypi"}


@dataclass(frozen=True, slots=True)
class Library:
    """The library wherever it was found, with what ties it to the repository."""

    names: LibraryNames
    listings: tuple[Listing, ...] = ()
    """One for each index and name that was asked for, PyPI first."""
    gaps: tuple[Unavailable, ...] = ()
    """Indexes that did not answer."""
    blind: tuple[Unavailable, ...] = ()
    """Why no run could be looked at; empty when they were."""
    awaited: Awaited | None = None
    unseen: str = ""
    """Why there may be runs that published and that nobody can see; empty when there are none."""


@provides
def library(
    project: Project,
    library_names: LibraryNames,
    pypi: Shelf | Unavailable,
    testpypi: Shelf | Unavailable,
    history: Executions | Unavailable,
    moments: Moments,
    http: Http,
) -> Library:
    """Return what came out as a library; what an index or GitHub could not tell is left open."""
    shelves = tuple(one for one in (pypi, testpypi) if isinstance(one, Shelf))
    gaps = tuple(one for one in (pypi, testpypi) if isinstance(one, Unavailable))
    ran = history if isinstance(history, Executions) else Executions()
    return replace(
        library_of(library_names, shelves, ran, project, moments.now(http)),
        gaps=(*gaps, *(gap for shelf in shelves for gap in shelf.gaps)),
        blind=(history,) if isinstance(history, Unavailable) else (),
    )


def library_of(
    names: LibraryNames,
    shelves: Iterable[Shelf],
    history: Executions,
    project: Project,
    now: datetime | None,
) -> Library:
    """Put releases beside the runs that may have made them.

    A release came from a run that its provenance names, else from the one whose publishing step was running when it
    arrived. A library is the student's when one of its releases came from a run of the repository, when its metadata
    links to the repository, or when all of it arrived in the repository's lifetime, a version is one that
    `pyproject.toml` or a git tag states, and nothing names another repository. It is somebody else's when verified
    provenance names another repository, or when all of it is older than the repository.
    """
    listings = []
    uploads = history.of("publish")
    for shelf in shelves:
        ours = [one for one in uploads if one.target in {_INDEX[shelf.index], None}]
        for package in shelf.packages:
            artefacts = _artefacts(package, shelf.signed, ours, history, project)
            listing = Listing(
                package.name, package.index, package.url, artefacts, notes=package.remarks
            )
            tie = _tie(package, artefacts, shelf.signed, names, project)
            foreign = "" if tie else _foreign(package, shelf.signed, project)
            listings.append(replace(listing, tie=tie, foreign=foreign))
    what = names.names[0] if names.names else "the library"
    newest = max((a.at or NEVER for one in listings for a in one.artefacts), default=NEVER)
    late = [
        one for one in uploads if not one.conclusion or (one.ended and one.ended > newest + SKEW)
    ]
    return Library(
        names,
        tuple(listings),
        awaited=awaited(late, now, what, "the index"),
        unseen=history.why_unseen("publish"),
    )


def _artefacts(
    package: Package,
    signed: Mapping[str, Provenance],
    uploads: list[Execution],
    history: Executions,
    project: Project,
) -> tuple[Artefact, ...]:
    releases: dict[str, list[File]] = {}
    for file in package.files:
        releases.setdefault(file.version, []).append(file)
    found = []
    for version, files in list(releases.items())[:MOST_RELEASES]:
        first = min(files, key=lambda one: one.uploaded or NEVER)
        notes = ("it was yanked",) if all(file.yanked for file in files) else ()
        artefact = Artefact(
            f"{package.name} {version}", package.page(version), at=first.uploaded, notes=notes
        )
        provenance = next((signed[one.name] for one in files if one.name in signed), None)
        if provenance and is_own(provenance, project):
            found.append(_signed(artefact, provenance, uploads, history, project))
        elif (
            provenance and provenance.verified
        ):  # it came from elsewhere, whatever was running then
            found.append(artefact)
        elif upload := nearest(uploads, first.uploaded):
            found.append(replace(artefact, run=upload.run, event=upload.event, by=by_time(upload)))
        else:
            found.append(artefact)
    return tuple(found)


def _signed(
    artefact: Artefact,
    provenance: Provenance,
    uploads: list[Execution],
    history: Executions,
    project: Project,
) -> Artefact:
    """Return a release with the run that its provenance names, or at least the repository's run of that time."""
    if not provenance.run:
        upload = nearest(uploads, artefact.at)
        if upload is None:
            return artefact
        return replace(artefact, run=upload.run, event=upload.event, by=by_time(upload))
    event = next((one.event for one in history.found if one.id == provenance.run), None)
    if event is None:
        event = _event(provenance, project)
    url = f"{project.url}/actions/runs/{provenance.run}"
    if provenance.attempt > 1:
        url += f"/attempts/{provenance.attempt}"
    how = "its provenance names the run" if provenance.verified else _unverified(provenance)
    return replace(artefact, run=url, event=event, by=how)


def _unverified(provenance: Provenance) -> str:
    return f"its provenance names the run, unverified here ({provenance.problem})"


def _event(provenance: Provenance, project: Project) -> str:
    """Return the event of a run that is known from provenance alone."""
    branch = provenance.ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
    run = Run(
        provenance.run,
        "",
        "",
        provenance.event,
        branch,
        provenance.commit,
        "completed",
        "success",
        provenance.signed or NEVER,
    )
    if provenance.ref.startswith("refs/tags/"):
        return "tag" if provenance.event == "push" else cause_of(run, project, "").event
    if provenance.ref.startswith("refs/pull/"):
        number = provenance.ref.split("/")[2]
        into = [one.base for one in project.pull_requests if str(one.number) == number]
        return "pull-request" if into == [project.default_branch] else ""
    return cause_of(run, project, project.default_branch).event


def _tie(
    package: Package,
    artefacts: tuple[Artefact, ...],
    signed: Mapping[str, Provenance],
    names: LibraryNames,
    project: Project,
) -> str:
    own = {file.name for file in package.files}
    if any(is_own(one, project) for name, one in signed.items() if name in own):
        return "its provenance names this repository"
    if any(artefact.run for artefact in artefacts):
        return "it arrived while a publishing step of this repository was running"
    if any(_is_link(link, project) for link in package.links):
        return "its metadata links to this repository"
    if any(_is_namesake(one, project) for name, one in signed.items() if name in own):
        return "its provenance names an earlier repository of the same name"
    is_said_elsewhere = any(name in own and not one.refused for name, one in signed.items())
    is_said_elsewhere |= any(_names_a_repository(link, project) for link in package.links)
    uploaded = [file.uploaded for file in package.files]
    if is_said_elsewhere or not project.created or not uploaded:
        return ""
    is_younger = all(one is not None and one >= project.created - SKEW for one in uploaded)
    versions = {names.version, *(tag.name.removeprefix("v") for tag in project.tags)}
    ours = [file.version for file in package.files if file.version in versions]
    if is_younger and ours:
        return f"all of it arrived after the repository was made, and {ours[0]} is its version"
    return ""


def _foreign(package: Package, signed: Mapping[str, Provenance], project: Project) -> str:
    for file in package.files:
        one = signed.get(file.name)
        if one and one.verified and not is_own(one, project):
            return f"its provenance names another repository, {one.repository}"
    uploaded = [file.uploaded for file in package.files]
    if (
        project.created
        and uploaded
        and all(one and one < project.created - SKEW for one in uploaded)
    ):
        return (
            f"all of it is older than this repository, which was made on {project.created:%Y-%m-%d}"
        )
    return ""


def _is_namesake(provenance: Provenance, project: Project) -> bool:
    return not provenance.refused and provenance.repository.lower() == project.full_name.lower()


def _names_a_repository(link: str, project: Project) -> bool:
    """Say whether an address is that of any repository on the same host."""
    parts = urlsplit(link.strip().lower())
    return parts.netloc == urlsplit(project.url.lower()).netloc and parts.path.count("/") > 1


def _is_link(link: str, project: Project) -> bool:
    """Say whether an address is the repository's page or lies under it."""
    parts, own = urlsplit(link.strip().lower()), urlsplit(project.url.lower())
    path = parts.path.removesuffix("/").removesuffix(".git")
    hosts = {own.netloc, f"www.{own.netloc}"}
    return parts.netloc in hosts and (path == own.path or path.startswith(f"{own.path}/"))
