"""What a command's first word names: a folder, or a repository."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from checker.target import Target


def named(path: str, ref: str, default_branch: str) -> Target:
    """Return the folder to read; a repository's name gets a sentence on how to make it a folder."""
    from checker.target import Target, target

    if Path(path).exists():
        return Target(folder=path, ref=ref, default_branch=default_branch)
    found = target(path, ref=ref, default_branch=default_branch)
    if found.repository:
        folder = found.repository.partition("/")[2]
        branch = f" --ref {found.ref}" if found.ref else ""
        raise ValueError(
            f"there is no folder {path!r}, and this version grades folders only:"
            f" git clone https://github.com/{found.repository} && checker grade {folder}{branch}"
        )
    return found
