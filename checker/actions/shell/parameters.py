"""Variables: what a name stands for, and what `${NAME#…}` and its like make of it."""

from __future__ import annotations

import re
from collections.abc import Callable

from checker.actions.command import has_hole, hole, holes
from checker.actions.shell.limits import VALUE_LIMIT
from checker.actions.shell.patterns import Code, Slots, Spend, Unsupported, glob, prefixes, search
from checker.actions.shell.state import State, Value
from checker.actions.shell.tree import Parameter

_HOLES = re.compile(r"(⟦[^⟦⟧]*⟧)")
_PATTERN_SPECIAL = re.compile(r"[*?\[\\]|[@+!]\(")


def lookup(state: State, name: str) -> Value:
    """Return what a name stands for; a name nobody set is a hole called after it."""
    if name in state.variables:
        return state.variables[name]
    if name.isdecimal():
        number = int(name) if len(name) < 6 else 0
        if number == 0:
            return hole("script")
        return state.arguments[number - 1] if number <= len(state.arguments) else None
    if name in {"@", "*"}:
        return state.arguments
    if name == "#":
        return str(len(state.arguments))
    if name == "?":
        return "0" if state.last.succeeded else hole("status")
    if name == "PWD":
        root = lookup(state, "GITHUB_WORKSPACE")
        folder = "" if state.cwd == "." else "/" + state.cwd
        return f"{root}{folder}"
    return hole({"$": "pid", "!": "pid", "-": "flags"}.get(name, name))


def chosen(state: State, part: Parameter) -> Value:
    """Return what a parameter names before its operator works: prefix and subscript are done."""
    value = lookup(state, part.name)
    if part.subscript:
        value = _item(state, value, part)
    elif isinstance(value, tuple) and part.name not in {"@", "*"}:
        value = value[0] if value else None
    if part.prefix == "#":
        if isinstance(value, str):
            return hole(part.name) if has_hole(value) else str(len(value))
        return str(len(value or ()))
    if part.prefix == "!":
        return (
            lookup(state, value)
            if isinstance(value, str) and value.isidentifier()
            else hole(part.name)
        )
    if part.name == "*" or part.subscript == "*":
        return " ".join(value) if isinstance(value, tuple) and part.quoted else value
    return value


def _item(state: State, value: Value, part: Parameter) -> Value:
    if part.subscript in {"@", "*"}:
        return (value,) if isinstance(value, str) else value or ()
    subscript = part.subscript.lstrip("$").strip("{}")
    if not subscript.lstrip("-").isdecimal():
        found = lookup(state, subscript) if subscript.isidentifier() else None
        subscript = found if isinstance(found, str) else ""
    items = (value,) if isinstance(value, str) else value or ()
    if len(subscript) < 6 and re.fullmatch(r"-?\d+", subscript) and not _unknown(items):
        number = int(subscript)
        return items[number] if -len(items) <= number < len(items) else None
    return hole(part.name)


def _unknown(items: tuple[str, ...]) -> bool:
    """Say whether the number of items is open: a hole may be several of them."""
    return any(has_hole(item) for item in items)


def may_be_empty(text: str) -> bool:
    """Say whether a text consists of holes only, so that it may turn out empty."""
    return not _HOLES.sub("", text)


def source_of(text: str) -> str:
    """Return the first hole of a text: what is left of it once it was changed beyond knowing."""
    return hole(holes(text)[0]) if has_hole(text) else hole("text")


def each_known(text: str, change: dict[int, str | int | None] | str) -> str:
    """Change a text letter by letter, by a table or a method of str, leaving its holes alone."""
    pieces = _HOLES.split(text)
    for number in range(0, len(pieces), 2):
        piece = pieces[number]
        changed = getattr(piece, change)() if isinstance(change, str) else piece.translate(change)
        pieces[number] = changed
    return "".join(pieces)


def cut(value: str | tuple[str, ...], bounds: list[int | None]) -> str | tuple[str, ...]:
    """Return `${NAME:offset:length}`."""
    if None in bounds or (isinstance(value, str) and has_hole(value)):
        return source_of(value if isinstance(value, str) else " ".join(value))
    start = bounds[0] or 0
    start = max(start + len(value), 0) if start < 0 else start
    if len(bounds) < 2:
        return value[start:]
    length = bounds[1] or 0
    return value[start:length] if length < 0 else value[start : start + length]


def edited(text: str, operator: str, pattern: str, replacement: str, spend: Spend) -> str:
    """Return the text after `#`, `##`, `%`, `%%`, `/`, `//`, `^`, `^^`, `,` or `,,`."""
    if operator in {"^^", ",,"} and not pattern:
        return each_known(text, "upper" if operator == "^^" else "lower")
    if operator in {"^", ","} and not pattern and not text.startswith("⟦"):
        return (text[:1].upper() if operator == "^" else text[:1].lower()) + text[1:]
    if operator[0] in "#%":
        return _trimmed(text, operator, pattern, spend)
    if operator[0] == "/":
        return _replaced(text, operator, pattern, replacement, spend)
    return source_of(text)


def _trimmed(text: str, operator: str, pattern: str, spend: Spend) -> str:
    backwards = operator[0] == "%"
    if not _PATTERN_SPECIAL.search(pattern) and not has_hole(pattern):
        changed = text.removesuffix(pattern) if backwards else text.removeprefix(pattern)
        edge = text[-1:] if backwards else text[:1]
        return source_of(text) if changed == text and edge in {"⟦", "⟧"} else changed
    code = glob(pattern, backwards=backwards)
    if has_hole(text) or has_hole(pattern) or code is None:
        return source_of(text)
    lengths = prefixes(code, text[::-1] if backwards else text, spend)
    if lengths is None:
        return source_of(text)
    if not lengths:
        return text
    length = lengths[-1] if len(operator) == 2 else lengths[0]
    return text[: len(text) - length] if backwards else text[length:]


def _replaced(text: str, operator: str, pattern: str, replacement: str, spend: Spend) -> str:
    if has_hole(pattern) or not pattern:
        return text if not pattern else source_of(text)
    count = -1 if operator == "//" else 1
    if operator in {"/", "//"} and not _PATTERN_SPECIAL.search(pattern):
        if has_hole(text) and count == 1:
            return source_of(text)
        if text.count(pattern) * len(replacement) > VALUE_LIMIT:
            return source_of(text)
        pieces = _HOLES.split(text)
        pieces[::2] = [piece.replace(pattern, replacement, count) for piece in pieces[::2]]
        return "".join(pieces)
    backwards = operator == "/%"
    code = glob(pattern, backwards=backwards)
    if has_hole(text) or code is None:
        return source_of(text)
    if operator in {"/#", "/%"}:
        lengths = prefixes(code, text[::-1] if backwards else text, spend)
        if not lengths:
            return source_of(text) if lengths is None else text
        kept = text[: len(text) - lengths[-1]] if backwards else text[lengths[-1] :]
        return kept + replacement if backwards else replacement + kept
    try:
        return replaced(code, text, lambda _: replacement, spend, everywhere=count < 0)
    except Unsupported:
        return source_of(text)


def replaced(
    code: Code,
    text: str,
    replacement: Callable[[tuple[int, int, Slots]], str],
    spend: Spend,
    *,
    everywhere: bool,
) -> str:
    """Replace the first match, or all; raises Unsupported when that costs or makes too much."""
    made, at = "", 0
    while found := search(code, text, spend, at):
        start, stop, _ = found
        made += text[at:start] + replacement(found)
        if len(made) > VALUE_LIMIT:
            raise Unsupported
        if stop == start:
            made += text[stop : stop + 1]
            stop += 1
        at = stop
        if at > len(text) or not everywhere:
            break
    return made + text[at:]
