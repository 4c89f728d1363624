"""What a shell knows at one moment, what becomes of a failure there, and how two courses rejoin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from checker.actions.command import hole
from checker.actions.shell.command_files import CommandFile
from checker.actions.shell.tree import Node

Value: TypeAlias = str | tuple[str, ...] | None
"""A variable's text, a list's items, or None for a variable that is certainly unset."""
_GUARD_LIMIT = 6
_WHEN_LIMIT = 300


class Mask:
    """The words that swallow a failure, until something later is found to act on it after all."""

    __slots__ = ("_beyond", "_lifted", "_words")

    def __init__(self, words: str) -> None:
        self._words = words
        self._lifted = False
        self._beyond: Mask | None = None

    def name(self, words: str) -> None:
        """Say what swallows the failure, where that was not clear at first."""
        self._words = self._words or words

    def lift(self, beyond: Mask | None) -> None:
        """Let the failure through after all, to whatever comes after."""
        if beyond is not self and not self._lifted:
            self._lifted = True
            self._beyond = beyond

    @property
    def words(self) -> str:
        """What swallows the failure in the end; empty when nothing does."""
        mask: Mask | None = self
        for _ in range(100):
            if mask is None or not mask._lifted:
                break
            mask = mask._beyond
        return mask._words if mask else ""


class Fate(NamedTuple):
    """What becomes of a failure at some place of a script."""

    ignored: Mask | None = None
    """Set where `-e` does nothing, as on the left of `||`."""
    swallowed: Mask | None = None
    """Set where the exit status is lost; None where it ends up as the script's own."""


class Outcome(NamedTuple):
    """What is known of an exit status, and the masks of the programs that decide it."""

    succeeded: bool | None = None
    masks: tuple[Mask, ...] = ()


DONE = Outcome(True)
FAILED = Outcome(False)


class Condition(NamedTuple):
    """What must hold for a command to start, and the words for its opposite."""

    holds: str
    otherwise: str

    def opposite(self) -> Condition:
        """Return the condition for the other course."""
        return Condition(self.otherwise, self.holds)


class State:
    """One course through a script."""

    __slots__ = (
        "_environment",
        "arguments",
        "captured",
        "cwd",
        "environment_file",
        "errexit",
        "exported",
        "failing",
        "functions",
        "guard",
        "jump",
        "last",
        "lenient",
        "on_exit",
        "on_return",
        "outputs_file",
        "pipefail",
        "posix",
        "stack",
        "stdin",
        "stdout",
        "taints",
        "variables",
    )

    def __init__(self, env: Mapping[str, str], known: Mapping[str, str], cwd: str) -> None:
        self.variables: dict[str, Value] = {**known, **env}
        self.exported = set(env)
        self.functions: dict[str, Node] = {}
        self.arguments: tuple[str, ...] = ()
        self.cwd = cwd
        self.stack: tuple[str, ...] = ()
        self.errexit = False
        self.lenient = "no set -e"
        """Why failures do not stop the script while errexit is off."""
        self.pipefail = False
        self.posix = False
        self.jump = ""
        """`exit`, `return`, `break` or `continue` once this course has taken one."""
        self.failing = False
        """Whether the jump ends the step as failed."""
        self.guard: tuple[Condition, ...] = ()
        self.taints: dict[str, tuple[Mask, ...]] = {}
        """Variable -> masks of the programs whose failure it remembers."""
        self.last = DONE
        self.on_exit: Mask | None = None
        """What swallows a failing end of this shell."""
        self.on_return: Mask | None = None
        self.stdin: str | None = None
        self.stdout = "terminal"
        """`terminal`, `capture`, `file`, `output` or `env`."""
        self.captured = ""
        self.outputs_file = CommandFile()
        self.environment_file = CommandFile()
        self._environment: Mapping[str, str] | None = None

    def fork(self) -> State:
        """Return a copy that goes its own way."""
        other = object.__new__(State)
        for name in State.__slots__:
            setattr(other, name, getattr(self, name))
        other.variables = self.variables.copy()
        other.exported = self.exported.copy()
        other.functions = self.functions.copy()
        other.taints = self.taints.copy()
        other.outputs_file = self.outputs_file.copy()
        other.environment_file = self.environment_file.copy()
        return other

    def assign(self, name: str, value: Value) -> None:
        """Set a variable."""
        self.variables[name] = value
        self.taints.pop(name, None)
        if name in self.exported:
            self._environment = None

    def export(self, name: str) -> None:
        """Give a variable to the programs started from now on."""
        self.exported.add(name)
        self._environment = None

    def environment(self) -> Mapping[str, str]:
        """Return the variables that programs are given."""
        if self._environment is None:
            values = {name: self.variables.get(name) for name in sorted(self.exported)}
            self._environment = MappingProxyType(
                {name: value for name, value in values.items() if isinstance(value, str)}
            )
        return self._environment

    def verdict(self, fate: Fate) -> Mask | None:
        """Return what swallows the failure of a command with this fate; None when nothing does."""
        if self.errexit and fate.ignored is None:
            return self.on_exit
        if fate.swallowed:
            fate.swallowed.name(self.lenient)
        return fate.swallowed

    def require(self, condition: Condition) -> None:
        """Make all that follows depend on a condition."""
        if condition.holds and condition not in self.guard and len(self.guard) < _GUARD_LIMIT:
            self.guard = (*self.guard, condition)

    @property
    def when(self) -> str:
        """What this course depends on, in words."""
        words = " and ".join(condition.holds for condition in self.guard)
        return words if len(words) <= _WHEN_LIMIT else words[: _WHEN_LIMIT - 1] + "…"

    def end(self, jump: str, *, failing: bool) -> None:
        """Leave the script, function or loop here."""
        self.jump = jump
        self.failing = failing


def rejoin(ends: list[State], guard: tuple[Condition, ...]) -> State:
    """Return the state after courses of which one was taken, nobody knows which.

    A course that ended the script well makes the rest depend on its not having been taken.
    """
    going = [state for state in ends if not state.jump]
    if not going:
        result = ends[0]
        result.failing = all(state.failing for state in ends)
        result.guard = guard
        return result
    result = going[0]
    for other in going[1:]:
        _blend(result, other)
    result.guard = guard
    for state in ends:
        if state.jump and not state.failing:
            added = state.guard[len(guard) :]
            if len(added) == 1:
                result.require(added[0].opposite())
            elif added:
                words = " and ".join(condition.holds for condition in added)
                result.require(Condition(f"not ({words})", words))
    return result


def _blend(state: State, other: State) -> None:
    """Keep in a state only what another course agrees with."""
    differing = _differing(state.variables, other.variables)
    for name in differing:
        state.variables[name] = hole(name)
    for name, masks in other.taints.items():
        mine = state.taints.get(name, ())
        state.taints[name] = mine + tuple(mask for mask in masks if mask not in mine)
    if other.exported != state.exported or differing:
        state.exported |= other.exported
        state._environment = None
    state.functions = {**other.functions, **state.functions}
    state.cwd = state.cwd if state.cwd == other.cwd else hole("cwd")
    state.errexit = state.errexit and other.errexit
    state.lenient = other.lenient if state.errexit else state.lenient
    state.pipefail = state.pipefail and other.pipefail
    same = state.captured == other.captured
    state.captured = state.captured if same else hole("output") + "\n"
    state.outputs_file.blend(other.outputs_file)
    state.environment_file.blend(other.environment_file)
    known = state.last.succeeded if state.last.succeeded == other.last.succeeded else None
    state.last = Outcome(known, merged(state.last.masks + other.last.masks))


def _differing(mine: dict[str, Value], other: dict[str, Value]) -> list[str]:
    if mine == other:
        return []
    names = [*mine, *(name for name in other if name not in mine)]
    return [
        name for name in names if name not in mine or name not in other or mine[name] != other[name]
    ]


def merged(masks: Iterable[Mask]) -> tuple[Mask, ...]:
    """Return the masks once each, in order."""
    return tuple(dict.fromkeys(masks))
