"""What an event gives to a run, and how much of it has been looked at: events that agree on that need one look."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from checker.actions import expressions
from checker.actions.command import NOTHING

Made = TypeVar("Made")

_DOTTED = re.compile(r"[\w-]+(\.[\w-]+)*")
_OF_AN_EVENT = ("github", "inputs", "$")


@dataclass
class Given:
    """The facts of one event for one run of a workflow."""

    github: Mapping[str, object]
    inputs: Mapping[str, object]
    variables: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    """The runner's own."""
    read: set[str] = field(default_factory=set)
    """The names that were looked at: `github.ref`, `inputs.level`, `$GITHUB_REF`."""

    def look(self, names: Iterable[str]) -> None:
        """Note that the values of these names matter."""
        self.read.update(names)

    def mentioned(self, text: str) -> dict[str, str]:
        """Return the runner's variables that a text names, and note them."""
        found = {name: value for name, value in self.variables.items() if name in text}
        self.read.update(f"${name}" for name in found)
        return found

    def texts(self, names: Mapping[str, str]) -> dict[str, str]:
        """Return, under other names, the facts of these names that are known, as texts; and note them."""
        self.look(names.values())
        found = {short: self._value(name) for short, name in names.items()}
        return {
            short: expressions.to_text(value)
            for short, value in found.items()
            if value is not expressions.UNKNOWN
        }

    def facts(self) -> dict[str, object]:
        """Return what was read of the event, with its values; the other contexts are none of it."""
        return {name: self._value(name) for name in self.read if name.startswith(_OF_AN_EVENT)}

    def agrees(self, facts: Mapping[str, object]) -> bool:
        """Say whether this event has the same facts."""
        return all(_same(self._value(name), value) for name, value in facts.items())

    def _value(self, name: str) -> object:
        if name.startswith("$"):
            return self.variables.get(name[1:])
        contexts = {"github": self.github, "inputs": self.inputs}
        if _DOTTED.fullmatch(name):
            return expressions.evaluate(name, contexts)
        return contexts.get(name.partition("[")[0].partition(".")[0])  # an odd key: all of it


class Memory(Generic[Made]):
    """What was made for earlier events, for an event that has the same facts wherever they were read."""

    def __init__(self) -> None:
        self._made: dict[Hashable, list[tuple[Mapping[str, object], Made]]] = {}

    def get(self, key: Hashable, given: Given, make: Callable[[], Made]) -> Made:
        """Return what was made under this key from the same facts, else make it.

        Its facts are noted as read in both cases: what is made of it hangs on them too.
        """
        known = self._made.setdefault(key, [])
        for facts, made in known:
            if given.agrees(facts):
                given.look(facts)
                return made
        outer, given.read = given.read, set()
        made = make()
        known.append((given.facts(), made))
        given.look(outer)
        return made


def _same(one: object, other: object) -> bool:
    """Compare values; objects and lists, of which anything may have been read, only with themselves."""
    if one is other:
        return True
    return type(one) is type(other) and not isinstance(one, Mapping | list) and one == other
