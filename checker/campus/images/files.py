"""Files of a build's context as layers of an image: the same files, the same layer; none from elsewhere."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import posixpath
import stat
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Self, cast

from checker.campus.images.layout import LAYER, Descriptor, Layout
from checker.campus.images.order import BuildError, Order

_MOST_FILES = 100_000
_LARGEST = 4_000_000_000


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer, and the digest of what it is unpacked."""

    descriptor: Descriptor
    diff_id: str


@dataclass
class Context:
    """The files that a build may copy: those of its folder that `.dockerignore` leaves."""

    order: Order
    _files: tuple[str, ...] = field(default=(), init=False)

    def __post_init__(self) -> None:
        """List them."""
        self.root = Path(os.path.realpath(self.order.context))
        self._files = tuple(sorted(_left(self.root, _patterns(self.order))))
        if len(self._files) > _MOST_FILES:
            raise BuildError(
                f"the context holds more than {_MOST_FILES} files; leave some out with .dockerignore"
            )

    def sources(self, pattern: str) -> tuple[str, ...]:
        """Return the paths that a source of COPY names, relative to the context. Raises BuildError."""
        from docker.utils.fnmatch import fnmatch  # type: ignore[import-untyped]

        wanted = posixpath.normpath("/" + pattern).lstrip("/")
        if not wanted:
            return ("",)
        has_wildcard = any(one in wanted for one in "*?[")
        found = [
            one for one in self._files if one == wanted or (has_wildcard and fnmatch(one, wanted))
        ]
        if not found and any(one.startswith(f"{wanted}/") for one in self._files):
            found = [wanted]
        if not found:
            raise BuildError(
                f"COPY {pattern}: there is no such file in the context, or .dockerignore leaves it out"
            )
        for one in found:
            self._check(one, pattern)
        return tuple(found)

    def below(self, source: str) -> Iterator[str]:
        """Iterate over a source and all below it that is left, in order."""
        for one in self._files:
            if not source or one == source or one.startswith(f"{source}/"):
                yield one

    def is_folder(self, source: str) -> bool:
        """Say whether a source is a folder, or a link to one in the context."""
        return (self.root / source).is_dir()

    def real(self, source: str) -> str:
        """Return where a source that is a link leads, relative to the context."""
        if not source:
            return ""
        return os.path.relpath(os.path.realpath(self.root / source), self.root)

    def _check(self, source: str, pattern: str) -> None:
        """Raise BuildError for a link that leads out of the context."""
        where = Path(os.path.realpath(self.root / source))
        if where != self.root and self.root not in where.parents:
            raise BuildError(f"COPY {pattern}: {source} leads out of the build context")


class Writer:
    """Writes one layer, inside a `with`; what is not `done` at its end is dropped."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._path = layout.folder / f".layer-{os.getpid()}-{id(self)}"
        self._raw = self._path.open("wb")
        self._hash = hashlib.sha256()
        self._zip = gzip.GzipFile("", "wb", 6, self._raw, mtime=0)
        stream = cast("IO[bytes]", _Teed(self._zip, self._hash))
        self._tar = tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - `done` closes
        self._written: set[str] = set()
        self._left = _LARGEST

    def folder(self, path: str, mode: int = 0o755) -> None:
        """Write a folder and those above it."""
        pure = PurePosixPath(path.strip("/"))
        for one in (*reversed(pure.parents), pure):
            name = str(one)
            if name not in {".", ""} and name not in self._written:
                self._add(name, tarfile.DIRTYPE, mode if one == pure else 0o755)

    def text(self, path: str, text: bytes, mode: int = 0o644) -> None:
        """Write a file."""
        self.folder(posixpath.dirname(path))
        self._add(path.strip("/"), tarfile.REGTYPE, mode, io.BytesIO(text), len(text))

    def copy(self, source: Path, path: str, mode: int | None = None) -> None:
        """Write a file, a folder without what is in it, or a link as it is."""
        found = source.lstat()
        kept = mode if mode is not None else stat.S_IMODE(found.st_mode) & 0o777
        if stat.S_ISDIR(found.st_mode):
            self.folder(path, kept)
            return
        self.folder(posixpath.dirname(path))
        name = path.strip("/")
        if stat.S_ISLNK(found.st_mode):
            self._add(name, tarfile.SYMTYPE, 0o777, link=str(source.readlink()))
        elif stat.S_ISREG(found.st_mode):
            with os.fdopen(os.open(source, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
                self._add(name, tarfile.REGTYPE, kept, file, os.fstat(file.fileno()).st_size)
        else:
            raise BuildError(f"{path} is no file, folder or link")

    def member(self, one: tarfile.TarInfo, path: str, file: IO[bytes] | None) -> None:
        """Write what another layer holds, at another place."""
        self.folder(posixpath.dirname(path))
        if one.isdir():
            self.folder(path, one.mode)
        elif one.issym():
            self._add(path.strip("/"), tarfile.SYMTYPE, 0o777, link=one.linkname)
        elif file is not None:
            self._add(path.strip("/"), tarfile.REGTYPE, one.mode, file, one.size)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Drop what is not done."""
        self._zip.close()
        self._raw.close()
        self._path.unlink(missing_ok=True)

    def done(self) -> Layer:
        """Close the layer and keep it."""
        self._tar.close()
        self._zip.close()
        self._raw.close()
        return Layer(self._layout.take(self._path, LAYER), f"sha256:{self._hash.hexdigest()}")

    def _add(
        self,
        name: str,
        kind: bytes,
        mode: int,
        file: IO[bytes] | None = None,
        size: int = 0,
        link: str = "",
    ) -> None:
        self._left -= size
        if self._left < 0:
            raise BuildError(f"a layer may have {_LARGEST // 1_000_000} MB")
        one = tarfile.TarInfo(name)
        one.type, one.mode, one.size, one.linkname = kind, mode, size, link
        self._tar.addfile(one, file)
        self._written.add(name)


class _Teed:
    """Hands on what is written, and takes its digest."""

    def __init__(self, inner: gzip.GzipFile, digest: hashlib._Hash) -> None:
        self._inner = inner
        self._digest = digest

    def write(self, data: bytes) -> int:
        """Write on."""
        self._digest.update(data)
        return self._inner.write(data)


def _patterns(order: Order) -> list[str]:
    own = order.file.with_name(f"{order.file.name}.dockerignore")
    file = own if own.is_file() else order.context / ".dockerignore"
    if not file.is_file():
        return []
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()[:10_000]
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _left(root: Path, patterns: Iterable[str]) -> Iterator[str]:
    from docker.utils.build import PatternMatcher  # type: ignore[import-untyped]

    matcher = PatternMatcher(list(patterns))
    for number, one in enumerate(matcher.walk(str(root))):
        if number > _MOST_FILES:
            return
        yield one
