"""A commit's files from GitHub's archive of it, unpacked in memory and within bounds."""

from __future__ import annotations

import io
import tarfile
import zlib
from collections.abc import Iterator

from checker.services.github.fields import MAX_TEXT as MAX_NAME
from checker.services.github.foresight import LARGEST
from checker.services.github.listing import MAX_DEPTH, MAX_PATHS
from checker.services.github.queries import KNOWN
from checker.services.repository import MAX_TEXT, Folder, clean, decode, is_vendored

MAX_PACKED = 60_000_000
"""Bytes of an archive that is fetched."""
MAX_UNPACKED = 500_000_000
"""Bytes that an archive may unpack to; the rest of it is not looked at. Vendored folders count, they lie between."""
MAX_KEPT = 64_000_000
"""Bytes of files that are kept."""
MAX_MEMBERS = 60_000
MAX_HEADER = 4_000_000
"""Bytes of one member's header; tarfile reads it whole."""

_TEXTS = (".yml", ".yaml", ".toml", ".cfg", ".ini", ".py", ".sh")
"""Files of these kinds are kept up to the size that is read, others only when they are small."""


class Archive(Folder):
    """Files in memory, without vendored folders, decoded when they are asked for."""

    def __init__(self, files: dict[str, bytes | None], *, cut: bool) -> None:
        super().__init__(dict.fromkeys(files, ""))
        self._bytes = files
        self.cut = cut
        """Whether there was more than is looked at."""

    def text(self, path: str) -> str | None:
        """Return a file's text; None when it is absent, binary or too large."""
        data = self._bytes.get(clean(path) or "")
        return None if data is None else decode(data)


def unpack(archive: bytes) -> Archive | None:
    """Return the files of a gzipped tar archive whose one top folder is left out; None when it is none.

    Links, devices, absolute and climbing paths are passed over; nothing is written to disk.
    """
    files: dict[str, bytes | None] = {}
    cut, kept, members = False, 0, 0
    unpacked = _Unpacked(archive)
    try:
        with tarfile.open(fileobj=unpacked, mode="r|") as tar:
            for member in tar:
                members += 1
                tar.members = []  # type: ignore[attr-defined]  # it would remember every one
                unpacked.allow(member.size)
                path = _path(member.name)
                if members > MAX_MEMBERS or len(files) >= MAX_PATHS:
                    cut = True
                    break
                if not path or not member.isreg():
                    continue
                if not _wanted(path, member.size) or kept + member.size > MAX_KEPT:
                    cut |= member.size <= MAX_TEXT and kept + member.size > MAX_KEPT
                    files[path] = None
                    continue
                stream = tar.extractfile(member)
                assert stream is not None
                files[path] = stream.read(member.size)
                kept += member.size
    except _TooMuch:
        cut = True
    except (tarfile.TarError, zlib.error, EOFError, ValueError, OverflowError):
        return None
    _forget_environments(files)
    return Archive(files, cut=cut)


def _wanted(path: str, size: int) -> bool:
    name = path.rpartition("/")[2]
    return size <= LARGEST or (size <= MAX_TEXT and (name in KNOWN or name.endswith(_TEXTS)))


def _path(name: str) -> str:
    """Return a member's path without the top folder; empty for one that is not to be read."""
    name = name.encode("utf-8", errors="surrogateescape").decode("utf-8", errors="replace")
    parts = name.split("/")
    if name.startswith("/") or "\\" in name or "\0" in name or len(name) > 8 * MAX_NAME:
        return ""
    inside = parts[1:]
    if not inside or len(inside) > MAX_DEPTH or any(part in {"", ".", ".."} for part in parts):
        return ""
    return "" if any(map(is_vendored, inside[:-1])) else "/".join(inside)


def _forget_environments(files: dict[str, bytes | None]) -> None:
    """Take out virtual environments by whatever name."""
    roots = tuple(path.removesuffix("pyvenv.cfg") for path in files if path.endswith("/pyvenv.cfg"))
    for path in [path for path in files if path.startswith(roots)] if roots else ():
        del files[path]


class _TooMuch(Exception):
    """The archive unpacks to more than is looked at."""


class _Unpacked(io.RawIOBase):
    """The unpacked bytes of a gzip stream, no more of them than a member and the next one's header may have."""

    def __init__(self, packed: bytes) -> None:
        self._pieces = self._unpack(packed)
        self._piece = b""
        self._total = 0
        self._limit = MAX_HEADER

    def allow(self, size: int) -> None:
        """Let a member of this size be read, and the header after it."""
        self._limit = min(MAX_UNPACKED, self._total + size + MAX_HEADER)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, fewer only at the end."""
        found = bytearray()
        while len(found) < size:
            if not self._piece:
                self._piece = next(self._pieces, b"")
                if not self._piece:
                    break
                self._total += len(self._piece)
                if self._total > self._limit:
                    raise _TooMuch
            part = self._piece[: size - len(found)]
            self._piece = self._piece[len(part) :]
            found += part
        return bytes(found)

    @staticmethod
    def _unpack(packed: bytes) -> Iterator[bytes]:
        gzip = zlib.decompressobj(wbits=31)
        waiting = packed
        while not gzip.eof:
            piece = gzip.decompress(waiting, 1 << 20)
            waiting = gzip.unconsumed_tail
            if not piece and not waiting:
                return
            yield piece
