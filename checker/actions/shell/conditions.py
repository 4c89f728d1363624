"""Tests decided where the values are known: `[ … ]`, `[[ … ]]`, `case` patterns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from checker.actions.command import has_hole
from checker.actions.shell import expansion
from checker.actions.shell.expansion import Shell
from checker.actions.shell.parameters import lookup, may_be_empty
from checker.actions.shell.patterns import Unsupported, glob, matches, search
from checker.actions.shell.patterns import regex as compiled
from checker.actions.shell.tree import All, Comparison, Either, Expression, Not, Word

_HOLES = re.compile(r"⟦[^⟦⟧]*⟧")
_GLOB_SPECIAL = re.compile(r"([*?\[\]\\])")
_NUMERIC = frozenset({"-eq", "-ne", "-lt", "-le", "-gt", "-ge"})
_TEXTUAL = frozenset({"=", "==", "!=", "<", ">"})
_WORDS_LIMIT = 100

Truth = bool | None


def _opposite(value: Truth) -> Truth:
    return None if value is None else not value


def all_of(values: Sequence[Truth]) -> Truth:
    """Return the truth of `and` over values of which some are unknown."""
    return False if False in values else None if None in values else True


def any_of(values: Sequence[Truth]) -> Truth:
    """Return the truth of `or` over values of which some are unknown."""
    return True if True in values else None if None in values else False


def like(shell: Shell, text: str, pattern: str) -> Truth:
    """Say whether a text matches a shell pattern, where either may have unknown parts."""
    if not has_hole(text) and not has_hole(pattern):
        code = glob(pattern)
        return None if code is None else matches(code, text, shell.budget.match)
    if text == _unescaped(pattern):
        return True
    if has_hole(text) and has_hole(pattern):
        return None
    if has_hole(text):
        if "*" in pattern or "[" in pattern or "?" in pattern:
            return True if pattern == "*" else None
        text, pattern = _unescaped(pattern), _GLOB_SPECIAL.sub(r"\\\1", text)
    code = glob(_HOLES.sub("*", pattern))
    return None if code is None or matches(code, text, shell.budget.match) is not False else False


def _unescaped(pattern: str) -> str:
    return re.sub(r"\\(.)", r"\1", pattern)


def _equal(shell: Shell, left: str, right: str) -> Truth:
    if not has_hole(left) and not has_hole(right):
        return left == right
    return like(shell, left, _GLOB_SPECIAL.sub(r"\\\1", right))


def _empty(text: str) -> Truth:
    if not text:
        return True
    return None if may_be_empty(text) else False


def _compared(shell: Shell, left: str, operator: str, right: str) -> Truth:
    if operator in {"=", "=="}:
        return _equal(shell, left, right)
    if operator == "!=":
        return _opposite(_equal(shell, left, right))
    if has_hole(left) or has_hole(right):
        return None
    if operator in {"<", ">"}:
        return left < right if operator == "<" else left > right
    if not all(re.fullmatch(r"\s*[-+]?\d{1,18}\s*", side) for side in (left, right)):
        return None
    first, second = int(left), int(right)
    return {
        "-eq": first == second,
        "-ne": first != second,
        "-lt": first < second,
        "-le": first <= second,
        "-gt": first > second,
        "-ge": first >= second,
    }[operator]


def _single(shell: Shell, operator: str, operand: str) -> Truth:
    if operator == "-n":
        return _opposite(_empty(operand))
    if operator == "-z":
        return _empty(operand)
    if operator == "-v":
        known = operand in shell.state.variables
        return shell.state.variables[operand] is not None if known else None
    return None


def test(shell: Shell, words: tuple[str, ...]) -> Truth:
    """Return what `[ words ]` says."""
    shell.budget.spend(1 + len(words) // 4)
    if len(words) > _WORDS_LIMIT:
        return None
    if len(words) > 3 or (len(words) == 3 and words[1] in {"-a", "-o"}):
        for joint, combine in (("-o", any_of), ("-a", all_of)):
            parts = _parts(words, joint)
            if len(parts) > 1:
                return combine([test(shell, part) for part in parts])
    if not words:
        return False
    if words[0] == "!" and len(words) > 1:
        return _opposite(_short(shell, words[1:]))
    return _short(shell, words)


def _parts(words: tuple[str, ...], joint: str) -> list[tuple[str, ...]]:
    parts: list[tuple[str, ...]] = []
    start = 0
    for at, word in enumerate(words):
        if word == joint and at > start:
            parts.append(words[start:at])
            start = at + 1
    return [*parts, words[start:]]


def _short(shell: Shell, words: tuple[str, ...]) -> Truth:
    if len(words) == 1:
        return _opposite(_empty(words[0]))
    if len(words) == 2:
        return _single(shell, *words)
    if len(words) == 3 and words[1] in _NUMERIC | _TEXTUAL:
        return _compared(shell, *words)
    if words[0] == "(" and words[-1] == ")":
        return _short(shell, words[1:-1])
    return None


def expression(shell: Shell, node: Expression) -> Truth:
    """Return what `[[ … ]]` says."""
    if isinstance(node, Not):
        return _opposite(expression(shell, node.part))
    if isinstance(node, All):
        return _in_turn(shell, node.parts, stop=False)
    if isinstance(node, Either):
        return _in_turn(shell, node.parts, stop=True)
    return _comparison(shell, node)


def _in_turn(shell: Shell, parts: tuple[Expression, ...], *, stop: bool) -> Truth:
    """Return the truth of parts read until one decides."""
    result: Truth = not stop
    for part in parts:
        value = expression(shell, part)
        if value is stop:
            return stop
        result = None if value is None else result
    return result


def _comparison(shell: Shell, node: Comparison) -> Truth:
    left = expansion.text(shell, node.operands[0])
    if len(node.operands) == 1:
        return _single(shell, node.operator, left) if node.operator else _opposite(_empty(left))
    right = node.operands[1]
    if node.operator == "=~":
        return _found(shell, left, right)
    if node.operator in {"=", "==", "!="}:
        value = like(shell, left, expansion.pattern(shell, right))
        return _opposite(value) if node.operator == "!=" else value
    if node.operator in _NUMERIC:
        number = _number(shell, expansion.text(shell, right))
        return _compared(shell, _number(shell, left), node.operator, number)
    return _compared(shell, left, node.operator, expansion.text(shell, right))


def _number(shell: Shell, text: str) -> str:
    """Return a side of `-eq` in `[[ ]]`, where a bare name is a variable."""
    value = lookup(shell.state, text) if text.isidentifier() else text
    return value if isinstance(value, str) else "0"


def _found(shell: Shell, text: str, word: Word) -> Truth:
    expression = expansion.regex(shell, word)
    shell.state.assign("BASH_REMATCH", None)
    del shell.state.variables["BASH_REMATCH"]
    if has_hole(text) or has_hole(expression):
        return None
    code = compiled(expression)
    if code is None:
        return None
    try:
        found = search(code, text, shell.budget.match)
    except Unsupported:
        return None
    if found:
        slots = found[2]
        groups = [(slots[at], slots[at + 1]) for at in range(2, len(slots) - 1, 2)]
        whole = text[found[0] : found[1]]
        matched = tuple(text[a:b] if a >= 0 else "" for a, b in groups)
        shell.state.assign("BASH_REMATCH", (whole, *matched))
    return bool(found)
