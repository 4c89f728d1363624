"""What the library may be called, and what PyPI and TestPyPI have under these names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from checker.actions.activity import Activities
from checker.chain.times import Moments
from checker.evidence import Unavailable, provides
from checker.http import Http
from checker.services.github.model import Project
from checker.services.homework import Homework
from checker.services.packages import Package, Provenance
from checker.services.repository import Repository

MOST_NAMES = 3
"""Names that are asked for; a repository with more libraries names its own in homework.yml."""
MOST_SIGNATURES = 2
"""Releases of a library whose provenance is asked for, the newest."""

_DECLARE = ("pyproject.toml", "setup.cfg", "setup.py")


@dataclass(frozen=True, slots=True)
class LibraryNames:
    """What the library may be called on an index, the likeliest first."""

    names: tuple[str, ...] = ()
    version: str = ""
    """The version that `pyproject.toml` states; empty when none or when it is made while building."""
    why: str = ""
    """Why there is no name, in one sentence part."""
    can_be: bool = True
    """Whether there may be a library after all, though no name can be read."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What one index has under the names that the library may have."""

    index: str
    """`PyPI`, `TestPyPI`."""
    packages: tuple[Package, ...] = ()
    signed: Mapping[str, Provenance] = field(default_factory=dict)
    """File name -> what its attestation says."""
    gaps: tuple[Unavailable, ...] = ()
    """What the index did not tell of the packages: attestations, links."""


@provides
def library_names(homework: Homework, repository: Repository) -> LibraryNames:
    """Return the names to ask for: what is stated, else what the repository's files call its libraries."""
    from checker.services.naming import library_names as read

    files = repository.files
    found = [one for one in read(files) if one.normal]
    version = found[0].version if found else ""
    if homework.package:
        return LibraryNames((homework.package,), version)
    names = tuple(dict.fromkeys(one.normal for one in found))[:MOST_NAMES]
    if names:
        return LibraryNames(names, version)
    places = [path for path in files.paths if path.rpartition("/")[2] in _DECLARE]
    if places:
        return LibraryNames(why=f"{places[0]} gives the library no name that can be read")
    return LibraryNames(
        why="no pyproject.toml, setup.cfg or setup.py names a library", can_be=False
    )


@provides
def pypi(library_names: LibraryNames, project: Project, moments: Moments, http: Http) -> Shelf:
    """Ask PyPI for the library."""
    return _shelf("PyPI", library_names, project, moments, http)


@provides
def testpypi(
    library_names: LibraryNames,
    activities: Activities,
    project: Project,
    moments: Moments,
    http: Http,
) -> Shelf:
    """Ask TestPyPI for the library, when a workflow publishes there."""
    if not any(one.target == "testpypi" for one in activities.of("publish")):
        return Shelf("TestPyPI")
    return _shelf("TestPyPI", library_names, project, moments, http)


def _shelf(
    index: str, names: LibraryNames, project: Project, moments: Moments, http: Http
) -> Shelf:
    """Ask an index for each name: its files, and of the newest releases who signed them, else what they link to."""
    from checker.services import pypi as service

    packages: list[Package] = []
    signed: dict[str, Provenance] = {}
    gaps: list[Unavailable] = []
    for name in names.names:
        package = service.package_of(name, index, http)
        package = replace(
            package, files=tuple(f for f in package.files if moments.sees(f.uploaded))
        )
        try:
            for file in list({f.version: f for f in package.files if f.has_provenance}.values()):
                if len(signed) < MOST_SIGNATURES:
                    found = service.provenance_of(package, file, http)
                    signed |= {file.name: found} if found else {}
            if package.files and not any(is_own(one, project) for one in signed.values()):
                package = service.with_links(package, http)
        except Unavailable as gap:  # the files are known all the same
            gaps.append(gap)
        packages.append(package)
    return Shelf(index, tuple(packages), signed, tuple(gaps))


def is_own(provenance: Provenance, project: Project) -> bool:
    """Say whether an attestation names this repository: by its number, which a new name does not change."""
    if provenance.refused:
        return False
    if provenance.verified and provenance.repository_id and project.id:
        return provenance.repository_id == project.id
    return provenance.repository.lower() == project.full_name.lower()
