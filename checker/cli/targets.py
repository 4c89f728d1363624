"""What a command's first word names: a folder, or a repository; and what its options and a class list add."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from checker.cli.doors import host
from checker.cli.output import say

if TYPE_CHECKING:
    from checker.target import Target


def named(
    text: str,
    ref: str = "",
    default_branch: str = "",
    *,
    package: str = "",
    image: str = "",
    student: str = "",
) -> Target:
    """Return the folder or the repository that a word names; a folder goes before a repository.

    Raises ValueError for what is neither.
    """
    from checker.target import Target, target

    read = partial(
        target,
        text,
        ref=ref,
        default_branch=default_branch,
        host=host(),
        package=package,
        image=image,
        student=student,
    )
    if not text or not _is_there(text):
        return read()
    if (other := _repository(text)) and _may_be_meant(other, text):
        say(f"note: the folder {text} is graded; the repository is https://{host()}/{other}")
    return Target(
        folder=text,
        ref=ref,
        default_branch=default_branch,
        package=package,
        image=image,
        student=student,
    )


def listed(wanted: Target, file: str) -> Target:
    """Return a target with what a class list says of it. Raises ValueError when the list has no line for it."""
    from checker.services import roster

    found = roster.load(file, host())
    filled = found.fill(wanted)
    lines = {row.line for row in found.rows if row.target and _same(row.target, wanted)}
    for problem in found.problems:
        if any(problem.startswith(f"line {line}:") for line in lines):
            say(f"note: {file}, {problem}")
    return replace(filled, default_branch=wanted.default_branch)


def moment(text: str) -> datetime | None:
    """Return a time with its offset, None for no text. Raises ValueError for anything else."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ValueError(
            f"--as-of {text[:40]!r} is no time with its offset; expected one such as"
            " 2026-11-30T23:59+03:00"
        )
    return found


def _is_there(text: str) -> bool:
    try:
        return Path(text).exists()
    except (OSError, ValueError):  # too long, or with a zero byte: no file has such a name
        return False


def _repository(text: str) -> str:
    """Return the repository that a folder's name would name if there were no folder; else nothing."""
    from checker.target import target

    if text.startswith((".", "/", "~")):
        return ""
    try:
        return target(text).repository
    except ValueError:
        return ""


def _may_be_meant(repository: str, folder: str) -> bool:
    """Say whether who named a folder may have meant the repository: it is a clone of that, or has nothing to grade."""
    from checker.services.checkout import WORKFLOWS, checkout

    try:
        found = checkout(Path(folder))
    except ValueError:  # is told when it is graded
        return False
    is_clone = found.full_name.lower() == repository.lower()
    return is_clone or not found.files.names(WORKFLOWS)


def _same(one: Target, other: Target) -> bool:
    return one.repository.lower() == other.repository.lower()
