"""Words to values: what a command is given after quoting, expansion and splitting."""

from __future__ import annotations

import re
from typing import Protocol

from checker.actions.command import hole
from checker.actions.shell import parameters
from checker.actions.shell.arithmetic import calculate
from checker.actions.shell.braces import TooMany, expanded
from checker.actions.shell.limits import VALUE_LIMIT, Budget
from checker.actions.shell.state import State
from checker.actions.shell.tree import (
    Arithmetic,
    Literal,
    Parameter,
    Part,
    ProcessSubstitution,
    Sequence,
    Word,
)

_GLOB_SPECIAL = re.compile(r"([*?\[\]\\])")
_REGEX_SPECIAL = re.compile(r"([.\[\]\\*^$+?(){}|/-])")


class Shell(Protocol):
    """What expansion asks of the shell around it."""

    state: State
    budget: Budget

    def captured(self, body: Sequence, text: str) -> str:
        """Start the commands of a `$(…)` and return what they print."""


def fields(shell: Shell, word: Word) -> list[str]:
    """Return the words that one word becomes."""
    shell.budget.spend()
    if word.plain:
        return [word.text]
    words = [word.parts]
    if any(isinstance(p, Literal) and not p.quoted and "{" in p.text for p in word.parts):
        try:
            words = expanded(word.parts)
        except TooMany:
            shell.budget.complain(f"`{word.text[:40]}` makes too many words and is left as written")
    found: list[str] = []
    for parts in words:
        found += _split_fields(shell, parts)
    return found


def _split_fields(shell: Shell, parts: tuple[Part, ...]) -> list[str]:
    found: list[str] = []
    current, present = "", False
    for part in parts:
        if isinstance(part, Literal):
            current += part.text
            present = present or part.quoted or bool(part.text)
            continue
        value = _value(shell, part)
        quoted = isinstance(part, ProcessSubstitution) or part.quoted
        if quoted and isinstance(value, str):
            current, present = current + value, True
            continue
        items = [value] if isinstance(value, str) else list(value)
        if not quoted:
            separators = separator(shell.state)
            text = " ".join(items)
            if present and text[:1].isspace():
                found.append(current)
                current, present = "", False
            items = split(text, separators)
            broken = text[-1:].isspace()
        else:
            broken = False
        for number, item in enumerate(items):
            if number:
                found.append(current)
                current = ""
            current, present = current + item, True
        if broken and present:
            found.append(current)
            current, present = "", False
    if present:
        found.append(current)
    shell.budget.spend(sum(map(len, found)) // 256 + len(found))
    return found


def separator(state: State) -> str:
    """Return the characters that split words, empty for blanks."""
    value = state.variables.get("IFS")
    return value if isinstance(value, str) and value.strip() else ""


def split(text: str, separators: str) -> list[str]:
    """Split at blanks, or at the given characters."""
    if not separators:
        return text.split()
    pieces = re.split(f"[{re.escape(separators)}]", text)
    if pieces and not pieces[-1]:
        pieces.pop()
    return pieces


def text(shell: Shell, word: Word) -> str:
    """Return the one value of a word that is not split, such as the right side of `=`."""
    shell.budget.spend()
    if word.plain:
        return word.text
    return _bounded(shell, "".join(_joined(shell, part) for part in word.parts))


def _joined(shell: Shell, part: Part) -> str:
    if isinstance(part, Literal):
        return part.text
    value = _value(shell, part)
    return value if isinstance(value, str) else " ".join(value)


def _bounded(shell: Shell, value: str) -> str:
    shell.budget.spend(len(value) // 256)
    if len(value) <= VALUE_LIMIT:
        return value
    shell.budget.complain(f"a value longer than {VALUE_LIMIT // 1024} KiB counts as unknown")
    return hole("too long")


def pattern(shell: Shell, word: Word) -> str:
    """Return a word as a glob: what was quoted stands for itself."""
    return _escaped(shell, word, _GLOB_SPECIAL)


def regex(shell: Shell, word: Word) -> str:
    """Return a word as a regular expression: what was quoted stands for itself."""
    return _escaped(shell, word, _REGEX_SPECIAL)


def _escaped(shell: Shell, word: Word, special: re.Pattern[str]) -> str:
    shell.budget.spend()
    found = ""
    for part in word.parts:
        value = _joined(shell, part)
        quoted = isinstance(part, ProcessSubstitution) or part.quoted
        found += special.sub(r"\\\1", value) if quoted else value
    return _bounded(shell, found)


def number(shell: Shell, word: Word) -> int | None:
    """Return the value of an arithmetic expression; None when unknown."""

    def lookup(name: str) -> str:
        value = parameters.lookup(shell.state, name)
        return value if isinstance(value, str) else ""

    return calculate(text(shell, word), lookup)


def _value(shell: Shell, part: Part) -> str | tuple[str, ...]:
    if isinstance(part, Parameter):
        return _parameter(shell, part)
    if isinstance(part, Literal):
        return part.text
    if isinstance(part, Arithmetic):
        value = number(shell, part.expression)
        return hole(part.expression.text) if value is None else str(value)
    printed = shell.captured(part.body, part.text)
    if isinstance(part, ProcessSubstitution):
        return hole(part.text)
    return _bounded(shell, printed.rstrip("\n"))


def _parameter(shell: Shell, part: Parameter) -> str | tuple[str, ...]:
    """Return the value of `$NAME` or `${NAME…}`."""
    state = shell.state
    value = parameters.chosen(state, part)
    if not part.operator:
        return "" if value is None else value
    operator = part.operator
    if operator == "bad":
        return hole(part.name)
    if operator[-1] in "-=+?":
        return _defaulted(shell, part, value)
    if value is None:
        return ""
    if operator == ":":
        bounds = [number(shell, operand) for operand in part.operands]
        return parameters.cut(value, bounds)
    escaped = pattern(shell, part.operands[0])
    replacement = text(shell, part.operands[1]) if len(part.operands) > 1 else ""
    items = (value,) if isinstance(value, str) else value
    shell.budget.spend(sum(map(len, items)) // 64)
    made = tuple(
        parameters.edited(item, operator, escaped, replacement, shell.budget.match)
        for item in items
    )
    return made[0] if isinstance(value, str) else made


def _defaulted(
    shell: Shell, part: Parameter, value: str | tuple[str, ...] | None
) -> str | tuple[str, ...]:
    """Return the value of `${NAME:-word}` and its like."""
    joined = value if isinstance(value, str | None) else " ".join(value)
    missing = joined is None or (part.operator.startswith(":") and not joined)
    certain = joined is None or not parameters.may_be_empty(joined)
    if part.operator[-1] == "+":
        if missing:
            return ""
        return text(shell, part.operands[0]) if certain else joined or ""
    if not missing:
        return "" if value is None else value
    made = text(shell, part.operands[0])
    if part.operator[-1] == "=":
        shell.state.assign(part.name, made)
    return hole(part.name) if part.operator[-1] == "?" else made
