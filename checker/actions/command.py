"""One program that a step would start, and the holes in what can be known about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_HOLE = re.compile(r"⟦([^⟦⟧]*)⟧")
_UNSAFE = re.compile(r"[^A-Za-z0-9_.\-]+")

NOTHING: Mapping[str, str] = MappingProxyType({})
"""An empty environment that nobody can fill."""


def hole(source: str) -> str:
    """Return the text that stands for a value nobody can know without running, named after its source.

    A hole is one shell word: `${{ secrets.USER || 'x' }}` becomes `⟦secrets.USER_x⟧`.
    """
    return f"⟦{_UNSAFE.sub('_', source).strip('_')[:80]}⟧"


def has_hole(text: str) -> bool:
    """Say whether a part of the text is unknown."""
    return "⟦" in text


def holes(text: str) -> tuple[str, ...]:
    """Return the sources of the unknown parts, in order: `('secrets.USER',)`."""
    return tuple(_HOLE.findall(text))


@dataclass(frozen=True, slots=True)
class Command:
    """A program a script would start: its words after quoting and expansion, and what surrounds it.

    An unknown part of a word is a `hole`. A program that certainly does not start has no Command.
    """

    argv: tuple[str, ...]
    line: int = 1
    """Line in the text it was read from, from 1."""
    cwd: str = "."
    """Folder it starts in, relative to the repository's root, with `/`; may hold a hole."""
    env: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    """Variables set by workflow, job, step or script; not the runner's own."""
    masked: str = ""
    """What swallows its failure, as written (`|| true`); empty when a failure stops the step."""
    when: str = ""
    """What its start depends on, in words; empty when it starts for certain."""
    via: tuple[str, ...] = ()
    """The commands that led here, outermost first: `("make test", "tox")`."""
    stdin: str = ""
    """Text of a here-document or here-string fed to it."""

    @property
    def text(self) -> str:
        """The words as one line, for people."""
        return " ".join(self.argv)


@dataclass(frozen=True, slots=True)
class Script:
    """What a shell script would do: the programs it starts and what it hands to later steps."""

    commands: tuple[Command, ...] = ()
    outputs: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    """Written to `$GITHUB_OUTPUT` (or by `::set-output`)."""
    env: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    """Written to `$GITHUB_ENV`."""
    echoes: tuple[Command, ...] = ()
    """`echo` and `printf` calls whose text names a program: mock publishing shows here."""
    problems: tuple[str, ...] = ()
    """What could not be read, in words, a line each."""
    cut: bool = False
    """Whether it was too much to be read to its end: it may start more than is listed."""
    work: int = 0
    """What reading it took, in units of an `Effort`."""
