"""Uploads of one index on disk: a folder for each project, a record beside each file, an owner for each project."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Container, Iterator
from dataclasses import asdict, dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import IO

from checker.campus.index.distribution import name_of
from checker.campus.index.files import File, Package, Version, described
from checker.campus.index.refusal import Refusal
from checker.campus.place import Place, write

INDEXES = {"main": "PyPI", "test": "TestPyPI"}
"""Folder -> whose place it takes."""
LARGEST = 100_000_000
"""Bytes of a file, as on PyPI."""

_OWNER = ".project.json"


@dataclass(frozen=True)
class Shelf:
    """One index's uploads. Several threads and processes may use it at once; what was taken in survives their death."""

    place: Place
    index: str = "main"

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self.place.folder("index", self.index)

    def projects(self) -> tuple[str, ...]:
        """Return the normalised names of all projects, in order."""
        return tuple(sorted(one.parent.name for one in self.folder.glob(f"*/{_OWNER}")))

    def owner(self, project: str) -> str:
        """Return the login of whom a project belongs to; empty when there is no such project."""
        return str(_read(self.folder / project / _OWNER).get("owner", ""))

    def title(self, project: str) -> str:
        """Return a project's name as its first upload wrote it."""
        return str(_read(self.folder / project / _OWNER).get("name", project))

    def files(self, project: str) -> tuple[File, ...]:
        """Return a project's files in the order in which they were uploaded."""
        records = (self.folder / project).glob(".*.file.json")
        found = (File(**_read(one)) for one in records)  # type: ignore[arg-type]
        there = (one for one in found if self.path(one).is_file())
        return tuple(sorted(there, key=lambda one: (one.uploaded, one.name)))

    def path(self, file: File) -> Path:
        """Return where a file lies."""
        return self.folder / file.project / file.name

    def take(
        self, stream: IO[bytes], filename: str, upload: Upload, *, reserved: Container[str] = ()
    ) -> File:
        """Take a file in, whole or not at all. Raises Refusal, as PyPI refuses; so for a reserved project."""
        try:
            name = name_of(filename)
        except ValueError as error:
            raise Refusal(HTTPStatus.BAD_REQUEST, f"Invalid distribution file. {error}") from None
        upload.check(name.project, name.version)
        if name.project in reserved and not self.owner(name.project):
            raise Refusal(
                HTTPStatus.FORBIDDEN,
                f"The user {upload.login!r} isn't allowed to upload to project {name.project!r}:"
                " it is somebody else's on PyPI. Choose another name",
            )
        self._check_owner(name.project, upload)  # before its bytes are read
        handle, partial = tempfile.mkstemp(dir=self.place.folder("index", "receiving"))
        try:
            with os.fdopen(handle, "wb") as file:
                sha256, size = _copy(stream, file)
            upload.check_digest(sha256)
            taken = described(Path(partial), filename, sha256, size)
            taken = replace(taken, uploaded=upload.at, by=upload.login, run=upload.run)
            with self.place.locked(f"index-{self.index}"):
                return self._put(Path(partial), taken, upload)
        except ValueError as error:
            raise Refusal(HTTPStatus.BAD_REQUEST, f"Invalid distribution file. {error}") from None
        finally:
            Path(partial).unlink(missing_ok=True)

    def _put(self, partial: Path, file: File, upload: Upload) -> File:
        self._check_owner(file.project, upload)
        folder = self.place.folder("index", self.index, file.project)
        earlier = next((one for one in self.files(file.project) if one.name == file.name), None)
        if earlier is not None:
            if earlier.sha256 == file.sha256:
                return earlier  # PyPI, too, accepts the very same file again and changes nothing
            raise Refusal(
                HTTPStatus.BAD_REQUEST,
                f"File already exists ({file.name!r}, with sha256 hash {earlier.sha256!r})."
                " A version is published once; raise the version",
            )
        if not self.owner(file.project):
            owner = {"owner": upload.owner, "name": file.title}
            write(folder / _OWNER, json.dumps(owner))
        # The record first: without its file it counts for nothing.
        write(folder / f".{file.name}.file.json", json.dumps(asdict(file)))
        partial.chmod(0o600)
        partial.replace(folder / file.name)
        return file

    def _check_owner(self, project: str, upload: Upload) -> None:
        owner = self.owner(project)
        if owner and owner != upload.owner:
            raise Refusal(
                HTTPStatus.FORBIDDEN,
                f"The user {upload.login!r} isn't allowed to upload to project {project!r}:"
                f" it belongs to {owner}. Choose another name",
            )


@dataclass(frozen=True, slots=True)
class Upload:
    """Who uploads, and what the form says of the file."""

    login: str
    owner: str
    """Whom a new project will belong to."""
    at: float
    """Seconds since 1970 (UTC)."""
    run: str = ""
    name: str = ""
    version: str = ""
    sha256: str = ""

    def check(self, project: str, version: str) -> None:
        """Raise Refusal when the form names another project or version than the file."""
        from packaging.utils import canonicalize_name, canonicalize_version

        if self.name and canonicalize_name(self.name) != project:
            raise Refusal(
                HTTPStatus.BAD_REQUEST,
                f"Start filename for {self.name!r} with its own name; it is {project!r}",
            )
        if self.version and canonicalize_version(self.version) != canonicalize_version(version):
            raise Refusal(
                HTTPStatus.BAD_REQUEST,
                f"Version in filename should be {self.version!r} not {version!r}",
            )

    def check_digest(self, sha256: str) -> None:
        """Raise Refusal when something else arrived than was sent."""
        if self.sha256 and self.sha256.lower() != sha256:
            raise Refusal(
                HTTPStatus.BAD_REQUEST,
                "The digest supplied does not match a digest calculated from the uploaded file",
            )


def packages(place: Place) -> tuple[Package, ...]:
    """Return what was uploaded to both indexes, the newest upload first."""

    def all_() -> Iterator[Package]:
        for folder, index in INDEXES.items():
            shelf = Shelf(place, folder)
            for project in shelf.projects():
                if versions := _versions(shelf.files(project)):
                    yield Package(index, shelf.title(project), shelf.owner(project), versions)

    return tuple(sorted(all_(), key=lambda one: -one.versions[0].uploaded))


def _versions(files: tuple[File, ...]) -> tuple[Version, ...]:
    found: dict[str, list[File]] = {}
    for file in files:
        found.setdefault(file.version, []).append(file)
    versions = (
        Version(version, ours[0].uploaded, tuple(one.name for one in ours))
        for version, ours in found.items()
    )
    return tuple(sorted(versions, key=lambda one: -one.uploaded))


def _copy(stream: IO[bytes], file: IO[bytes]) -> tuple[str, int]:
    """Copy what arrives and return its SHA-256 and size."""
    digest, size = hashlib.sha256(), 0
    for chunk in iter(lambda: stream.read(1 << 20), b""):
        digest.update(chunk)
        size += len(chunk)
        if size > LARGEST:
            raise Refusal(
                HTTPStatus.BAD_REQUEST,
                f"File too large. The limit of a file is {LARGEST // 1_000_000} MB",
            )
        file.write(chunk)
    return digest.hexdigest(), size


def _read(path: Path) -> dict[str, object]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}
