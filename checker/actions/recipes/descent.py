"""The way down from a command to the programs that are started in the end, with its bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from checker.actions.command import NOTHING, Command
from checker.actions.effort import Effort
from checker.actions.recipes.paths import inside
from checker.actions.shell import read
from checker.services.repository import Files

MAX_DEPTH = 12
"""Launchers between a step and the program it starts."""
MAX_COMMANDS = 400
"""Programs that one command leads to."""
_MAX_VISITS = 1200
_A_VISIT = 300  # units of effort, besides what the launcher's own files take
_A_TEXT = 30
_MAX_VIA = 300
_GOES_ON = "no set -e"  # the shell of a recipe or script goes on to its next command
_MAX_TEXT = 200_000  # characters of one file of recipes or script

Reader = Callable[[Command, "Descent"], "tuple[Command, ...] | None"]
"""What a launcher starts, one step down; None when the command is no launcher or its recipe is
unknown. A reader that returns the command itself among others keeps it as a leaf."""


_known_paths: tuple[object, frozenset[str]] = (None, frozenset())


class Descent:
    """One walk from a command to its leaves, and all it may look at on the way."""

    def __init__(
        self,
        files: Files,
        readers: Callable[[Command, Descent], Reader | None],
        normal: Callable[[Command, Descent], Command],
        *,
        python: tuple[str, ...] = (),
        github: Mapping[str, str] = NOTHING,
        images: Mapping[str, str] = NOTHING,
        effort: Effort | None = None,
    ) -> None:
        self.effort = effort or Effort()
        self.files = files
        self.python = python
        self.github = github
        self.images = images
        self._readers = readers
        self._normal = normal
        self._open: list[tuple[tuple[str, ...], str]] = []
        self._visits = 0
        self._found = 0

    def leaves(self, command: Command) -> tuple[Command, ...]:
        """Return the programs that a command leads to, in the order of their start."""
        return tuple(self._down(command))

    def _down(self, command: Command) -> Iterable[Command]:
        self._visits += 1
        self.effort.spend(_A_VISIT + len(command.argv) + sum(map(len, command.argv)) // 16)
        if self._visits > _MAX_VISITS or self._found >= MAX_COMMANDS or self.effort.exhausted:
            return
        plain = self._normal(command, self)
        reader = self._readers(plain, self)
        started = None if reader is None else self._started(reader, plain)
        if started is None:
            self._found += 1
            yield plain
            return
        mark = (plain.argv, plain.cwd)
        if mark in self._open or len(self._open) >= MAX_DEPTH:
            return
        self._open.append(mark)
        via = (*plain.via, shown(plain))
        for child in started:
            if child is plain:
                self._found += 1
                yield plain
                continue
            yield from self._down(
                replace(
                    child,
                    line=plain.line,
                    masked=plain.masked or child.masked,
                    when=both(plain.when, child.when),
                    via=via,
                )
            )
        self._open.pop()

    def _started(self, reader: Reader, command: Command) -> tuple[Command, ...] | None:
        try:
            return reader(command, self)
        except RecursionError:  # deeper than any person nests; what it starts stays unknown
            return None

    def shell(
        self,
        text: str,
        command: Command,
        *,
        shell: str = "sh {0}",
        cwd: str = "",
        env: Mapping[str, str] = NOTHING,
        masked: str = "",
        when: str = "",
    ) -> tuple[Command, ...]:
        """Return the commands of a shell text that a launcher hands to a shell.

        The default shell is `sh -c` as make and most task runners use it: it goes on after a failure.
        """
        if self.effort.exhausted:
            return ()
        script = read(
            text[:_MAX_TEXT],
            shell=shell,
            env={**command.env, **env},
            cwd=cwd or command.cwd,
            known=self.github,
        )
        self.effort.spend(_A_TEXT + len(env) + script.work)
        lenient = f"shell: {shell}"
        return tuple(
            replace(
                started,
                masked=(_GOES_ON if started.masked == lenient else started.masked) or masked,
                when=both(when, started.when),
            )
            # What is only printed is handed on as well: it may look like an activity and be none.
            for started in sorted((*script.commands, *script.echoes), key=_line)
        )

    def text(self, folder: str, path: str) -> str:
        """Return the text of a file of the repository, `""` when there is none to read."""
        place = inside(folder, path)
        if place in {"", "."}:
            return ""
        text = self.files.text(place)
        return text if text is not None and len(text) <= 2 * _MAX_TEXT else ""

    def first(self, folder: str, names: Iterable[str]) -> tuple[str, str]:
        """Return path and text of the first of these files that the folder has, else `("", "")`."""
        here = inside(folder)
        if not here:
            return "", ""
        present = set(self.files.names(here))
        for name in names:
            if name in present:
                path = inside(here, name)
                text = self.files.text(path)
                if text is not None and len(text) <= 2 * _MAX_TEXT:
                    return path, text
        return "", ""

    def is_file(self, path: str) -> bool:
        """Say whether the repository has a file at this path from its root."""
        return path in self._paths

    def is_folder(self, path: str) -> bool:
        """Say whether the repository has a folder at this path from its root."""
        return path == "." or bool(path and not self.is_file(path) and self.files.names(path))

    @property
    def _paths(self) -> frozenset[str]:
        global _known_paths  # noqa: PLW0603 - one repository at a time is read; the set is costly
        files, paths = _known_paths
        if files is not self.files:
            paths = frozenset(self.files.paths)
            _known_paths = (self.files, paths)
        return paths


def _line(command: Command) -> int:
    return command.line


def both(outer: str, inner: str) -> str:
    """Join two conditions in words."""
    if not outer or not inner or outer == inner:
        return outer or inner
    return f"{outer} and {inner}"


def shown(command: Command) -> str:
    """Return a command as one short line, for the chain that leads to a program."""
    line = " ".join(command.text.split())
    return line if len(line) <= _MAX_VIA else line[: _MAX_VIA - 1] + "…"


def child(
    command: Command,
    argv: Iterable[str],
    *,
    cwd: str = "",
    env: Mapping[str, str] = NOTHING,
    masked: str = "",
    when: str = "",
    stdin: str = "",
) -> Command:
    """Return a command that another one starts, in its folder and with its variables unless told otherwise."""
    return Command(
        tuple(argv),
        cwd=cwd or command.cwd,
        env={**command.env, **env} if env else command.env,
        masked=masked,
        when=when,
        stdin=stdin,
    )
