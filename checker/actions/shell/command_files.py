"""What a script writes to `$GITHUB_OUTPUT` and `$GITHUB_ENV`, line by line as the runner reads it."""

from __future__ import annotations

from checker.actions.command import has_hole, hole

_VALUE_LIMIT = 64 * 1024
_NAMES_LIMIT = 500


class CommandFile:
    """`name=value` lines, and blocks from `name<<MARK` to `MARK`."""

    __slots__ = ("_block", "_lines", "values")

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self._block: tuple[str, str] | None = None
        self._lines: tuple[str, ...] = ()

    def copy(self) -> CommandFile:
        """Return a copy that goes its own way."""
        other = CommandFile()
        other.values = self.values.copy()
        other._block = self._block
        other._lines = self._lines
        return other

    def set(self, name: str, value: str) -> None:
        """Give a name its value; the last one counts."""
        if len(self.values) < _NAMES_LIMIT or name in self.values:
            self.values[name] = value if len(value) <= _VALUE_LIMIT else hole(name)

    def write(self, text: str) -> None:
        """Take in lines of text."""
        for line in text.removesuffix("\n").split("\n"):
            if self._block:
                name, mark = self._block
                if line == mark:
                    self.set(name, "\n".join(self._lines))
                    self._block = None
                elif len(self._lines) < _NAMES_LIMIT:
                    self._lines = (*self._lines, line)
                continue
            name, equals, value = line.partition("=")
            opened, arrows, mark = line.partition("<<")
            if arrows and len(opened) < len(name):
                self._block, self._lines = (opened, mark), ()
            elif equals and name and not has_hole(name):
                self.set(name, value)

    def blend(self, other: CommandFile) -> None:
        """Keep only what another course wrote as well; a value they differ in becomes a hole."""
        for name in [*self.values, *other.values]:
            if self.values.get(name) != other.values.get(name):
                self.values[name] = hole(name)
        if self._block != other._block:
            self._block = None
