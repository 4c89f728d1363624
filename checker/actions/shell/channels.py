"""Where a shell's output goes and its input comes from, and what it has written down so far."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import NamedTuple

from checker.actions.command import Command, has_hole, hole
from checker.actions.shell.limits import COMMAND_LIMIT, VALUE_LIMIT, Budget
from checker.actions.shell.parameters import lookup
from checker.actions.shell.state import DONE, Mask, State, Value

_SET_OUTPUT = re.compile(r"^::set-output name=([\w-]+)::(.*)$", re.MULTILINE)


class Started(NamedTuple):
    """A command as found; its mask may still be lifted."""

    argv: tuple[str, ...]
    line: int
    cwd: str
    env: Mapping[str, str]
    mask: Mask | None
    when: str
    stdin: str

    def command(self) -> Command:
        """Return it as the rest of the grader knows it."""
        return Command(
            self.argv,
            self.line,
            self.cwd,
            self.env,
            self.mask.words if self.mask else "",
            self.when,
            (),
            self.stdin,
        )


class Channels:
    """The files and streams of a shell, and the programs that were started with them."""

    def __init__(self, state: State, budget: Budget) -> None:
        self.state = state
        self.budget = budget
        self.commands: list[Started] = []
        self.echoes: list[Started] = []
        self.background: list[Mask] = []
        self.traps: dict[str, str] = {}
        self.locals: list[dict[str, tuple[Value, bool]]] = []
        self.line = 1
        self._substitution_mask: Mask | None = None
        self._substituted = DONE

    def print(self, text: str) -> None:
        """Let a text appear where output goes now."""
        state = self.state
        self.budget.spend(len(text) // 256)
        if state.stdout == "capture":
            if len(state.captured) + len(text) > VALUE_LIMIT:
                text = hole("too long")
            state.captured += text
        elif state.stdout == "output":
            state.outputs_file.write(text)
        elif state.stdout == "env":
            state.environment_file.write(text)
        elif state.stdout == "terminal" and "::set-output" in text:
            for found in _SET_OUTPUT.finditer(text):
                state.outputs_file.set(found[1], found[2])

    def echoed(self, argv: tuple[str, ...], text: str) -> None:
        """Follow `echo` or `printf`; what reaches the terminal is remembered."""
        state = self.state
        if state.stdout == "terminal" and len(self.echoes) < COMMAND_LIMIT:
            environment = state.environment()
            self.echoes.append(
                Started(argv, self.line, state.cwd, environment, None, state.when, "")
            )
        self.print(text)

    def destination(self, target: str) -> str:
        """Return what a file is: the runner's, the terminal, or any other."""
        if target == lookup(self.state, "GITHUB_OUTPUT"):
            return "output"
        if target == lookup(self.state, "GITHUB_ENV"):
            return "env"
        return "terminal" if target in {"/dev/stdout", "/dev/stderr", "/dev/tty"} else "file"

    def folder(self, target: str) -> str:
        """Return the folder that `cd target` leads to, relative to the repository's root."""
        root = lookup(self.state, "GITHUB_WORKSPACE")
        if isinstance(root, str) and (target == root or target.startswith(root + "/")):
            return posixpath.normpath("." + target.removeprefix(root))
        if target.startswith(("/", "~")) or not target:
            return hole(f"outside {target}" if target else "HOME")
        path = posixpath.join(self.state.cwd, target)
        if has_hole(path):
            return path.removeprefix("./")
        path = posixpath.normpath(path)
        return hole(f"outside {target}") if path.startswith("..") else path
