"""Paths of commands brought to one form: relative to the repository's root, or empty when outside it."""

from __future__ import annotations

import re

from checker.actions.command import has_hole

WORKSPACE = "⟦GITHUB_WORKSPACE⟧"
"""The repository's root in a path that a program has made absolute."""

_ROOT = re.compile(
    r"^(?:⟦[^⟧]*(?:WORKSPACE|workspace|PWD|CURDIR)[^⟧]*⟧|\$\{?(?:GITHUB_WORKSPACE|PWD)\}?"
    r"|/github/workspace|/home/runner/work/[^/]+/[^/]+)(?=/|$)"
)
_MAX_PATH = 1000


def inside(folder: str, path: str = "") -> str:
    """Return a path, seen from a folder, relative to the repository's root with `/`.

    `.` is the root. A path that leaves the repository, is absolute elsewhere or holds an unknown
    part is `""`.
    """
    path = path.replace("\\", "/")
    rooted = _ROOT.sub("/⟦⟧", path)
    if rooted.startswith("/⟦⟧"):
        whole = rooted.removeprefix("/⟦⟧").lstrip("/")
    elif path.startswith("/") or path[1:2] == ":":
        return ""
    else:
        start = _ROOT.sub("", folder.replace("\\", "/")).lstrip("/")
        whole = f"{start}/{path}"
    if has_hole(whole) or len(whole) > _MAX_PATH:
        return ""
    parts: list[str] = []
    for part in whole.split("/"):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts) or "."


def joined(folder: str, path: str) -> str:
    """Return where `cd path` leads from a folder; kept as written when nobody can know."""
    found = inside(folder, path)
    if found:
        return found
    if path.startswith(("/", "⟦")) or folder in {"", "."}:
        return path
    return f"{folder}/{path}"


def parent(path: str) -> str:
    """Return the folder of a file in the repository."""
    return path.rpartition("/")[0] or "."


def upward(folder: str) -> tuple[str, ...]:
    """Return a folder and all that hold it, up to the repository's root."""
    here = inside(folder)
    found = []
    while here:
        found.append(here)
        if here == ".":
            break
        here = parent(here)
    return tuple(found)
