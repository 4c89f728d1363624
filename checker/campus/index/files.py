"""What an index says of a file, a version and a project."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from checker.campus.index.distribution import fields_of, metadata_of, name_of


@dataclass(frozen=True, slots=True)
class File:
    """A file of an index, as its pages list it."""

    name: str
    project: str
    """Normalised."""
    version: str
    sha256: str
    size: int
    metadata_sha256: str
    title: str
    """The project's name as the file writes it."""
    requires_python: str = ""
    uploaded: float = 0.0
    """Seconds since 1970 (UTC); 0 when nobody knows."""
    by: str = ""
    """Login of who uploaded it."""
    run: str = ""
    """`owner/repository#run`, when a run of a workflow uploaded it with an identity of its own."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version on an index."""

    version: str
    uploaded: float
    """When its first file came, in seconds since 1970 (UTC)."""
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Package:
    """A project on an index, its newest upload first."""

    index: str
    """`PyPI` or `TestPyPI`."""
    name: str
    owner: str
    versions: tuple[Version, ...]


def described(path: Path, filename: str, sha256: str, size: int) -> File:
    """Return what the pages say of a file, which may lie under another name than its own.

    Raises ValueError when it is no distribution, or says of itself that it is another one.
    """
    from packaging.utils import canonicalize_name
    from packaging.version import InvalidVersion, Version

    name = name_of(filename)
    metadata = metadata_of(path, filename)
    fields = fields_of(metadata)
    inside = [fields.get(one, [""])[0].strip() for one in ("name", "version", "requires-python")]
    try:
        is_own = canonicalize_name(inside[0]) == name.project and (
            Version(inside[1]) == Version(name.version)
        )
    except InvalidVersion:
        is_own = False
    if not is_own:
        raise ValueError(f"{filename} says inside that it is {inside[0][:80]} {inside[1][:40]}")
    digest = hashlib.sha256(metadata).hexdigest() if filename.endswith(".whl") else ""
    return File(
        filename, name.project, name.version, sha256, size, digest, inside[0], inside[2][:200]
    )
