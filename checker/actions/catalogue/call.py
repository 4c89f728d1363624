"""One call of a tool or action, taken apart: its options with their values, its arguments, its variables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from checker.actions.catalogue.entries import NO_TEXTS
from checker.actions.command import has_hole

MAX_WORDS = 2_000
"""Words of a command line that are looked at; the rest of a hostile one is not."""
MAX_VALUE = 20_000
"""Characters of an input that are searched line by line."""
_FALSE = frozenset({"", "false", "0", "no", "off"})


@dataclass(frozen=True, slots=True)
class Given:
    """Something that was given to a call."""

    text: str
    """As a person would write it: `--repository testpypi`, `push: true`."""
    value: str
    unknown: str = ""
    """The unknown value that decides whether it is given; empty when it surely is."""


@dataclass(frozen=True, slots=True)
class _Option:
    name: str
    value: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """What a tool was called with; an action's inputs are its options, without dashes."""

    options: tuple[_Option, ...] = ()
    arguments: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    stdin: str = ""

    def given(self, spec: str) -> Given | None:
        """Return what a spec names, None when nothing of it was given (or it was given as false)."""
        name, equals, pattern = spec.partition("=")
        if name.startswith("$"):
            value = self.env.get(name[1:], "")
            if not value or (equals and not _like(value, pattern)):
                return None
            return Given(f"{name[1:]}={value}", value)
        for option in self.options:
            if option.name != name:
                continue
            if not equals:
                if option.value is None:
                    return Given(option.text, "")
                if option.value.strip().lower() not in _FALSE:
                    return Given(
                        option.text, option.value, option.value if has_hole(option.value) else ""
                    )
            elif option.value is not None:
                for item in (option.value, *option.value[:MAX_VALUE].splitlines()):
                    if _like(item.strip(), pattern):
                        return Given(option.text, option.value, item if "⟦" in pattern else "")
        if not name.startswith("-") and not equals:
            for argument in self.arguments:
                if _like(argument, name):
                    return Given(argument, argument)
        return None

    def first(self, specs: Iterable[str]) -> tuple[str, Given] | None:
        """Return the first of the specs that was given; one that surely is comes before one that depends."""
        doubtful: tuple[str, Given] | None = None
        for spec in specs:
            found = self.given(spec)
            if found is not None and not found.unknown:
                return spec, found
            if found is not None and doubtful is None:
                doubtful = spec, found
        return doubtful

    def values(self, spec: str) -> tuple[str, ...]:
        """Return all values of an option, input or variable, in order, empty ones left out."""
        if spec.startswith("$"):
            value = self.env.get(spec[1:], "")
            return (value,) if value else ()
        return tuple(
            option.value for option in self.options if option.name == spec and option.value
        )

    def after(self, subs: Sequence[str]) -> Call | None:
        """Return the call without its sub-command, None when it is none of these; any will do when none are named."""
        if not subs:
            return self
        for sub in subs:
            words = tuple(sub.split())
            if self.arguments[: len(words)] == words:
                return Call(self.options, self.arguments[len(words) :], self.env, self.stdin)
        return None


def of_words(
    words: Sequence[str], valued: frozenset[str], env: Mapping[str, str] = NO_TEXTS, stdin: str = ""
) -> Call:
    """Take a command line apart, without the program's name.

    Only the options in `valued` take the next word; nothing after `--` is an option of the tool's own.
    """
    options: list[_Option] = []
    arguments: list[str] = []
    rest = iter(words[:MAX_WORDS])
    for word in rest:
        if word == "--":
            arguments.extend(rest)
        elif len(word) < 2 or not word.startswith("-"):
            # `cargo +nightly fmt`: a toolchain is no sub-command.
            if not word.startswith("+"):
                arguments.append(word)
        elif word in valued:
            value = next(rest, "")
            options.append(_Option(word, value, f"{word} {value}"))
        elif word.startswith("--"):
            name, equals, value = word.partition("=")
            options.append(_Option(name, value if equals else None, word))
        elif word[:2] in valued:
            options.append(_Option(word[:2], word[2:].removeprefix("="), word))
        else:
            name, equals, value = word.partition("=")
            options.append(_Option(name, value if equals else None, word))
    return Call(tuple(options), tuple(arguments), env, stdin)


def of_inputs(
    inputs: Mapping[str, str], defaults: Mapping[str, str], env: Mapping[str, str]
) -> Call:
    """Take a step's inputs as a call; GitHub reads their names in any case."""
    given = {**defaults, **{name.lower(): str(value) for name, value in inputs.items()}}
    options = tuple(_Option(name, value, f"{name}: {value}") for name, value in given.items())
    return Call(options, (), env)


def _like(value: str, pattern: str) -> bool:
    if not any(sign in pattern for sign in "*?["):
        return value == pattern
    return fnmatchcase(value[:1_000], pattern)
