"""Command-line options told apart from operands, given which of them take a value."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

_MAX_LETTERS = 60  # of one word of short options


@dataclass(frozen=True, slots=True)
class Options:
    """Options with their values (empty for a flag), and the words that are left."""

    pairs: tuple[tuple[str, str], ...] = ()
    rest: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()
    """What follows `--`; only `scattered` tells it from the operands."""

    def last(self, *names: str, default: str = "") -> str:
        """Return the value an option was given last."""
        return next((value for name, value in reversed(self.pairs) if name in names), default)

    def all(self, *names: str) -> tuple[str, ...]:
        """Return all values an option was given, in order."""
        return tuple(value for name, value in self.pairs if name in names)

    def has(self, *names: str) -> bool:
        """Say whether one of these options was given."""
        return any(name in names for name, _ in self.pairs)


def leading(words: Sequence[str], valued: Collection[str]) -> Options:
    """Split words into the options at their front and the rest, which starts at the first operand.

    `valued` names the options that take the next word; `--x=v` and, for a letter, `-xv` are split
    too. A `--` ends the options and is dropped.
    """
    pairs: list[tuple[str, str]] = []
    at = 0
    while at < len(words):
        word = words[at]
        if word == "--":
            return Options(tuple(pairs), tuple(words[at + 1 :]))
        if not word.startswith("-") or word == "-":
            break
        at = _option(words, at, valued, pairs)
    return Options(tuple(pairs), tuple(words[at:]))


def scattered(words: Sequence[str], valued: Collection[str]) -> Options:
    """Split words into options, wherever they stand, operands, and what follows `--`."""
    pairs: list[tuple[str, str]] = []
    operands: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        if word == "--":
            return Options(tuple(pairs), tuple(operands), tuple(words[at + 1 :]))
        if not word.startswith("-") or word == "-":
            operands.append(word)
            at += 1
        else:
            at = _option(words, at, valued, pairs)
    return Options(tuple(pairs), tuple(operands))


def _option(
    words: Sequence[str], at: int, valued: Collection[str], pairs: list[tuple[str, str]]
) -> int:
    """Read the option at a place and return where the next word stands."""
    word = words[at]
    if word in valued:
        pairs.append((word, words[at + 1] if at + 1 < len(words) else ""))
        return at + 2
    if word.startswith("--"):
        name, _, value = word.partition("=")
        pairs.append((name, value))
        return at + 1
    for place, letter in enumerate(word[1:_MAX_LETTERS], start=1):
        value = word[place + 1 :]
        if f"-{letter}" in valued:
            if value:
                pairs.append((f"-{letter}", value.removeprefix("=")))
                return at + 1
            pairs.append((f"-{letter}", words[at + 1] if at + 1 < len(words) else ""))
            return at + 2
        pairs.append((f"-{letter}", ""))
    return at + 1


def assignments(words: Iterable[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Split `NAME=value` words, wherever they stand, from the others."""
    found: dict[str, str] = {}
    others: list[str] = []
    for word in words:
        name, sign, value = word.partition("=")
        if sign and name.replace("_", "a").replace("-", "a").replace(".", "a").isalnum():
            found[name] = value
        else:
            others.append(word)
    return found, tuple(others)
