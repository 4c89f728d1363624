"""What a wheel or an sdist says of itself, read without unpacking it and within bounds: it is a stranger's file."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path
from typing import IO, cast

LARGEST_METADATA = 2_000_000
"""Bytes; most of them are the README."""
_LARGEST_DIRECTORY = 10_000_000
"""Bytes of a wheel's list of files, which a reader holds in memory several times over."""
_LARGEST_SDIST = 500_000_000
"""Bytes that are unpacked of an sdist in search of its PKG-INFO."""
_MOST_MEMBERS = 50_000


@dataclass(frozen=True, slots=True)
class Name:
    """A file's name taken apart: the project's normalised name, and the version in its normal form."""

    project: str
    version: str


def name_of(filename: str) -> Name:
    """Take a wheel's or sdist's name apart. Raises ValueError for any other."""
    from packaging.utils import (
        InvalidSdistFilename,
        InvalidWheelFilename,
        parse_sdist_filename,
        parse_wheel_filename,
    )

    if len(filename) > 255 or "/" in filename or not filename.isascii() or filename[:1] in ".-":
        raise ValueError(f"{filename[:80]!r} is no name of a wheel or sdist")
    try:
        if filename.endswith(".whl"):
            project, version, _, _ = parse_wheel_filename(filename)
        elif filename.endswith(".tar.gz"):
            project, version = parse_sdist_filename(filename)
        else:
            raise ValueError(f"{filename[:80]!r} is neither a wheel nor an sdist (.tar.gz)")
    except (InvalidWheelFilename, InvalidSdistFilename):
        raise ValueError(f"{filename[:80]!r} is no name of a wheel or sdist") from None
    return Name(project, str(version))


def metadata_of(path: Path, name: str = "") -> bytes:
    """Return a distribution's core metadata: METADATA of a wheel, PKG-INFO of an sdist.

    `name` is the file's real one where it lies under another. Raises ValueError when the file is damaged, holds none,
    or is out of bounds.
    """
    name = name or path.name
    try:
        return _of_wheel(path, name) if name.endswith(".whl") else _of_sdist(path, name)
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        EOFError,
        zlib.error,
        gzip.BadGzipFile,
        NotImplementedError,
        RuntimeError,
    ):
        raise ValueError(f"{name} is damaged") from None


def fields_of(metadata: bytes) -> dict[str, list[str]]:
    """Return the fields of core metadata by their names in lower case, each as often as it occurs."""
    message = HeaderParser().parsestr(metadata.decode("utf-8", "replace"))
    found: dict[str, list[str]] = {}
    for name, value in message.items():
        found.setdefault(name.lower(), []).append(str(value))
    return found


def _of_wheel(path: Path, name: str) -> bytes:
    with path.open("rb") as file:
        _check_directory(file, name)
        with zipfile.ZipFile(file) as archive:
            for one in archive.infolist():
                folder, _, inside = one.filename.partition("/")
                if inside == "METADATA" and folder.endswith(".dist-info"):
                    if one.file_size > LARGEST_METADATA:
                        raise ValueError(f"{name} has more metadata than {LARGEST_METADATA} bytes")
                    with archive.open(one) as metadata:
                        return metadata.read(LARGEST_METADATA)
    raise ValueError(f"{name} holds no METADATA")


def _check_directory(file: IO[bytes], name: str) -> None:
    """Raise ValueError for a zip whose list of files is out of bounds (its end record names the list's bytes)."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 66_000))
    tail = file.read()
    where = tail.rfind(b"PK\x05\x06")
    if where < 0 or len(tail) - where < 22:
        raise ValueError(f"{name} is damaged")
    (length,) = struct.unpack_from("<L", tail, where + 12)
    if length > _LARGEST_DIRECTORY:
        raise ValueError(f"{name} lists too many files")
    file.seek(0)


def _of_sdist(path: Path, name: str) -> bytes:
    with (
        gzip.open(path, "rb") as unpacked,
        tarfile.open(fileobj=cast("IO[bytes]", _Bounded(unpacked, name)), mode="r|") as archive,
    ):
        for number, one in enumerate(archive):
            if number > _MOST_MEMBERS:
                raise ValueError(f"{name} holds too many files")
            if one.isfile() and one.name.count("/") == 1 and one.name.endswith("/PKG-INFO"):
                inside = archive.extractfile(one)
                if inside is None or one.size > LARGEST_METADATA:
                    break
                return inside.read(LARGEST_METADATA)
    raise ValueError(f"{name} holds no PKG-INFO")


class _Bounded:
    """What is unpacked, until it is too much."""

    def __init__(self, inner: gzip.GzipFile, name: str) -> None:
        self._inner = inner
        self._name = name
        self._left = _LARGEST_SDIST

    def read(self, size: int = -1) -> bytes:
        """Read on. Raises ValueError when it is too much."""
        found = self._inner.read(min(size, 1 << 20) if size >= 0 else 1 << 20)
        self._left -= len(found)
        if self._left < 0:
            raise ValueError(f"{self._name} unpacks to more than {_LARGEST_SDIST // 1_000_000} MB")
        return found
