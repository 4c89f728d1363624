"""Commands followed to what they start, written short, for the tests of recipes."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Mapping

from checker.actions.command import Command
from checker.actions.recipes import started
from checker.services.repository import Folder


def folder(files: Mapping[str, str]) -> Folder:
    """Return files in memory, each text without the indentation it has in a test."""
    return Folder({path: textwrap.dedent(text).lstrip("\n") for path, text in files.items()})


def reached(
    line: str,
    files: Mapping[str, str],
    *,
    cwd: str = ".",
    env: Mapping[str, str] | None = None,
    stdin: str = "",
    python: tuple[str, ...] = (),
    images: Mapping[str, str] | None = None,
) -> tuple[Command, ...]:
    """Return what a command line leads to in a repository of these files."""
    command = Command(tuple(shlex.split(line)), cwd=cwd, env=env or {}, stdin=stdin)
    return started(command, folder(files), python=python, images=images or {})


def leaves(line: str, files: Mapping[str, str], **given: object) -> list[str]:
    """Return the commands as text, with their folder where it isn't the root, and their mask.

    `docs: make html`, `pytest | masked by - prefix`.
    """
    return [told(leaf) for leaf in reached(line, files, **given)]  # type: ignore[arg-type]


def told(leaf: Command) -> str:
    """Return one command in the notation of `leaves`."""
    place = "" if leaf.cwd == "." else f"{leaf.cwd}: "
    return f"{place}{leaf.text}" + (f" | masked by {leaf.masked}" if leaf.masked else "")
