"""A library on a package index: its files, when they arrived, and what they say of where they came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a file's attestation says of the run that uploaded it (PEP 740).

    From the certificate when it was verified; else only the publisher that the index names.
    """

    verified: bool
    """Whether signature, digest and certificate were checked, here and offline."""
    repository: str
    """`owner/repo` at that time."""
    workflow: str
    """The workflow's file name, without its folder."""
    repository_id: int = 0
    """GitHub's number of the repository; 0 when nothing was verified."""
    commit: str = ""
    ref: str = ""
    event: str = ""
    """GitHub's name of the event."""
    run: int = 0
    """The run's id; 0 when unknown."""
    attempt: int = 0
    signed: datetime | None = None
    problem: str = ""
    """Why it was not verified, in one sentence part; empty when it was."""
    refused: bool = False
    """Whether it was checked and did not hold: nobody could check it when this is false and `verified` is too."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a release: an sdist or a wheel."""

    name: str
    version: str
    uploaded: datetime | None
    """By the index's clock; None when the index does not tell."""
    sha256: str = ""
    yanked: bool = False
    has_provenance: bool = False
    metadata: str = ""
    """Address of its core metadata (PEP 658) on the index's own host; empty when it has none there."""


@dataclass(frozen=True)
class Package:
    """A library on one index, newest file first; never published means no files."""

    name: str
    """Normalised (PEP 503)."""
    index: str
    """`PyPI`, `TestPyPI`."""
    url: str
    """Its page for people."""
    files: tuple[File, ...] = ()
    links: tuple[str, ...] = ()
    """Addresses its metadata names: source, home page; empty when nobody asked for them."""
    owners: tuple[str, ...] = ()
    """Accounts with a role in it, where the index tells."""
    status: str = "active"
    """`active`, `archived`, `quarantined` …"""
    remarks: tuple[str, ...] = ()
    """What a person should know of the index's answer, a sentence each."""

    def page(self, version: str) -> str:
        """Return the address of one release's page."""
        return f"{self.url}{version}/"
