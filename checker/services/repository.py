"""A repository at one commit, as every service describes it."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class Files(Protocol):
    """The files of one commit, read when asked for; paths are relative, with `/`."""

    @property
    def paths(self) -> tuple[str, ...]:
        """All files in order, without those of vendored trees (`venv`, `site-packages`, `node_modules` …)."""

    def text(self, path: str) -> str | None:
        """Return a file's text; None when it is absent, binary, too large or outside the repository."""

    def names(self, folder: str) -> tuple[str, ...]:
        """Return the names of the entries of a folder, in order; `()` when there is no such folder."""


@dataclass(frozen=True)
class Repository:
    """A repository at one commit: its files and the branch names that decide what its workflows do."""

    name: str
    """What a person calls it: `owner/repo`, or the folder's name."""
    files: Files
    default_branches: tuple[str, ...] = ("main", "master")
    """The default branch; two when nobody can tell which of them it is."""
    ref: str = ""
    """The branch that is graded; empty for a folder's working tree."""
    chosen: str = ""
    """Why that branch, in one sentence; empty when it was asked for."""
    full_name: str = ""
    """`owner/repo` on GitHub; empty when unknown."""


class Folder:
    """Files held in memory: for tests, examples and archives."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = dict(sorted(files.items()))

    @property
    def paths(self) -> tuple[str, ...]:
        """All files in order."""
        return tuple(self._files)

    def text(self, path: str) -> str | None:
        """Return a file's text, None when absent."""
        return self._files.get(path.removeprefix("./"))

    def names(self, folder: str) -> tuple[str, ...]:
        """Return the names of the entries of a folder, in order."""
        prefix = "" if folder in {"", "."} else folder.strip("/") + "/"
        inside = (path.removeprefix(prefix) for path in self._files if path.startswith(prefix))
        return tuple(sorted({rest.split("/")[0] for rest in inside}))


MAX_TEXT = 1_000_000
"""Bytes of a file that are read; a larger one has no text."""

_VENDORED = frozenset(
    (
        ".git",
        ".hg",
        ".svn",
        "node_modules",
        "bower_components",
        "site-packages",
        "dist-packages",
        "venv",
        ".venv",
        "virtualenv",
        ".virtualenv",
        "__pycache__",
        "__pypackages__",
        ".tox",
        ".nox",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".ipynb_checkpoints",
        ".eggs",
    )
)


def is_vendored(folder: str) -> bool:
    """Say whether a folder of this name holds other people's files or a tool's own."""
    return folder in _VENDORED


def decode(data: bytes) -> str | None:
    """Return a file's text: UTF-8, UTF-16 by its mark, else Windows-1251; None for a binary file.

    Windows-1251 decodes nearly all bytes, so it comes last; what it cannot decode becomes U+FFFD.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1251", errors="replace")


def clean(path: str) -> str | None:
    """Return a path as it stands in a tree (`a/b`), or None for one that leaves it."""
    normal = posixpath.normpath(path.replace("\\", "/")) if path else "."
    if normal.startswith(("/", "../")) or normal == ".." or "\0" in normal:
        return None
    return normal
