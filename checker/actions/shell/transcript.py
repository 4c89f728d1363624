"""What a script starts in a shell that goes on after a failing program: PowerShell and cmd."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from checker.actions.command import Command, Script, hole
from checker.actions.shell.command_files import CommandFile
from checker.actions.shell.limits import COMMAND_LIMIT, Budget
from checker.actions.shell.state import Mask
from checker.actions.shell.wrappers import stripped

_TEXT_LIMIT = 32 * 1024
_VARIABLES_LIMIT = 500


class Transcript:
    """The programs in order, with what becomes of their failures."""

    def __init__(
        self, env: Mapping[str, str], known: Mapping[str, str], cwd: str, lenient: str
    ) -> None:
        self.variables = {**known, **env}
        self.env: dict[str, str] = dict(env)
        self.cwd = cwd
        self.lenient = lenient
        self.stops = False
        """Whether the script has asked to stop at a failing program."""
        self.budget = Budget()
        self.outputs = CommandFile()
        self.environment = CommandFile()
        self._found: list[tuple[Command, Mask | None]] = []
        self._echoes: list[Command] = []

    def readable(self, text: str) -> str:
        """Return as much of a script as is read."""
        if len(text) > _TEXT_LIMIT:
            said = f"only the first {_TEXT_LIMIT // 1024} KiB of the script are read"
            self.budget.complain(said, cut=True)
        return text[:_TEXT_LIMIT].replace("\r", "")

    def lookup(self, name: str) -> str:
        """Return a variable's value; a hole for one nobody set. Names ignore case, as on Windows."""
        if name in self.variables:
            return self.variables[name]
        folded = name.lower()
        return next((v for n, v in self.variables.items() if n.lower() == folded), hole(name))

    def assign(self, name: str, value: str, *, exported: bool) -> None:
        """Set a variable."""
        if name not in self.variables and len(self.variables) >= _VARIABLES_LIMIT:
            return
        self.variables[name] = value
        if exported:
            self.env[name] = value

    def start(
        self,
        argv: tuple[str, ...],
        line: int,
        *,
        when: str = "",
        swallowed: str = "",
        stdin: str = "",
    ) -> None:
        """Write down a program."""
        found = stripped(argv)
        mask = Mask(swallowed) if swallowed else None if self.stops else Mask(self.lenient)
        env = MappingProxyType({**self.env, **found.env})
        if len(self._found) < COMMAND_LIMIT:
            command = Command(found.argv, line, self.cwd, env, "", when, (), stdin)
            self._found.append((command, mask))
        else:
            said = f"only the first {COMMAND_LIMIT} programs are written down"
            self.budget.complain(said, cut=True)

    def echo(self, argv: tuple[str, ...], line: int, *, when: str = "") -> None:
        """Write down a text that goes to the terminal."""
        if len(self._echoes) < COMMAND_LIMIT:
            self._echoes.append(Command(argv, line, self.cwd, MappingProxyType(self.env), "", when))

    def write(self, destination: str, text: str) -> bool:
        """Write to the runner's file of that name; False when it is no such file."""
        for name, file in (("GITHUB_OUTPUT", self.outputs), ("GITHUB_ENV", self.environment)):
            if destination == self.lookup(name):
                file.write(text)
                return True
        return False

    def checked(self) -> None:
        """Note that the script looks at the last program's status and passes a failure on."""
        for _, mask in self._found[-1:]:
            if mask and mask.words == self.lenient:
                mask.lift(None)

    def script(self, *, finished: bool = False) -> Script:
        """Return all of it; the last program's status is the script's unless it exits on its own."""
        if not finished:
            for command, mask in reversed(self._found):
                if mask and mask.words == self.lenient:
                    mask.lift(None)
                if not command.when:
                    break
        commands = tuple(
            Command(
                found.argv,
                found.line,
                found.cwd,
                found.env,
                mask.words if mask else "",
                found.when,
                (),
                found.stdin,
            )
            for found, mask in self._found
        )
        return Script(
            commands,
            MappingProxyType(self.outputs.values),
            MappingProxyType(self.environment.values),
            tuple(self._echoes),
            tuple(self.budget.problems),
            self.budget.cut,
        )
