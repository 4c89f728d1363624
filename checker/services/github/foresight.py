"""Which files are worth fetching along with one that is asked for: those that the texts read so far mention."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from itertools import pairwise

from checker.services.github.queries import KNOWN

_PATH = re.compile(r"[\w.+/-]{2,200}")
_PARTS = 8
"""Parts of a path that are looked at."""
_MOST = 600_000
"""Characters of all texts that are looked at."""
_READABLE = (".sh", ".bash", ".py", ".mk", ".toml", ".yml", ".yaml", ".cfg", ".ini", ".just", "")
_EVERYWHERE = frozenset({"__init__.py", "conftest.py"})
_NEVER = frozenset({"LICENSE", "CHANGELOG", "AUTHORS", "NOTICE", "README"})
_NAMES = frozenset(KNOWN)
_CONTAINER = re.compile(r"dockerfile|containerfile", re.IGNORECASE)
LARGEST = 200_000
"""Bytes of a file that is fetched unasked."""


class Mentions:
    """What the texts read so far name: words, and paths or modules of several parts."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._words: set[str] = set()
        self._paths: set[str] = set()
        self._pairs: set[tuple[str, str]] = set()
        left = _MOST
        for text in texts:
            for word in _PATH.findall(text[:left]):
                self._note(word)
            left -= min(len(text), left)

    def _note(self, word: str) -> None:
        parts = [part for part in word.split("/") if part not in {"", "."}][:_PARTS]
        self._words.update(part.strip(".") for part in parts)
        # from its middle on too: `$GITHUB_WORKSPACE/scripts/check`
        self._paths.update("/".join(parts[start:]) for start in range(len(parts) - 1))
        if word.startswith("./") and len(parts) == 1:
            self._paths.add(word)
        self._pairs.update(pairwise(parts))
        self._pairs.update(pairwise(word.split(".")[:_PARTS]))

    def folder(self, path: str) -> bool:
        """Say whether a folder may hold something that workflows start, or workflows in the wrong place."""
        above, name = posixpath.split(path)
        low = name.lower()
        if low.strip(".") == "github" or "workflow" in low:
            return True
        return (posixpath.basename(above), name) in self._pairs

    def file(self, path: str) -> bool:
        """Say whether a file is likely to be asked for next."""
        folder, name = posixpath.split(path)
        stem, end = posixpath.splitext(name)
        if is_workflow_like(folder, name):
            return True
        if name in _EVERYWHERE or stem in _NEVER:
            return False
        if name in _NAMES or _CONTAINER.search(name):
            return posixpath.basename(folder) in self._words
        if end not in _READABLE:
            return False
        if not end:
            return (path if folder else f"./{name}") in self._paths
        module = path.removesuffix(".py").removeprefix("src/").replace("/", ".")
        return name in self._words or (end == ".py" and bool(folder) and module in self._words)


def is_beside(path: str, asked: str) -> bool:
    """Say whether a file lies beside one that is asked for and is of its kind: scripts call each other."""
    ours, theirs = posixpath.split(path), posixpath.split(asked)
    return (
        ours[0] == theirs[0] and posixpath.splitext(ours[1])[1] == posixpath.splitext(theirs[1])[1]
    )


def is_workflow_like(folder: str, name: str) -> bool:
    """Say whether a file looks like a workflow by its place; it may lie where GitHub never looks."""
    parts = folder.lower().split("/")
    if not re.search(r"\.ya?ml\b", name, re.IGNORECASE):
        return False
    return "workflow" in parts[-1] or any(part.strip(".") == "github" for part in parts)
