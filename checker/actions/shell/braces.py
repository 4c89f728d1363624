"""Brace expansion: `{a,b}` and `{1..9}`."""

from __future__ import annotations

import itertools
import re

from checker.actions.shell.limits import ALTERNATIVE_LIMIT
from checker.actions.shell.tree import Literal, Part

_RANGE = re.compile(r"(?:(-?\d{1,9})\.\.(-?\d{1,9})|([a-zA-Z])\.\.([a-zA-Z]))(?:\.\.(-?\d{1,9}))?")
_STAND_IN = 0xE000
"""First of the private characters that stand for parts that are no plain text."""
_PARTS_LIMIT = 6000
_LENGTH_LIMIT = 2000
_GROUPS_LIMIT = 8


class TooMany(Exception):
    """Raised when a word would become more words than anybody needs."""


def expanded(parts: tuple[Part, ...]) -> list[tuple[Part, ...]]:
    """Return the words that a word's braces make of it; raise TooMany past the limit."""
    text = ""
    for number, part in enumerate(parts):
        if isinstance(part, Literal) and not part.quoted:
            text += part.text
        else:
            text += chr(_STAND_IN + number)
    if len(parts) > _PARTS_LIMIT or len(text) > _LENGTH_LIMIT:
        return [parts]
    words = _alternatives(text, 0)
    return [parts] if len(words) == 1 else [_restored(word, parts) for word in words]


def _restored(word: str, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    made: list[Part] = []
    for piece in re.split(rf"([{chr(_STAND_IN)}-{chr(_STAND_IN + _PARTS_LIMIT)}])", word):
        number = ord(piece) - _STAND_IN if len(piece) == 1 else -1
        if 0 <= number < len(parts):
            made.append(parts[number])
        elif piece:
            made.append(Literal(piece, quoted=False))
    return tuple(made)


def _alternatives(text: str, depth: int) -> list[str]:
    opened = text.find("{") if depth < _GROUPS_LIMIT else -1
    while opened >= 0:
        closed, commas = _closing(text, opened)
        if closed > 0:
            inside = _inside(text[opened + 1 : closed], [at - opened - 1 for at in commas], depth)
            if inside:
                tails = _alternatives(text[closed + 1 :], depth + 1)
                if len(inside) * len(tails) > ALTERNATIVE_LIMIT:
                    raise TooMany
                return [text[:opened] + middle + tail for middle in inside for tail in tails]
        opened = text.find("{", opened + 1)
    return [text]


def _closing(text: str, opened: int) -> tuple[int, list[int]]:
    """Return the place of the matching brace, or -1, and those of the commas on its level."""
    depth = 0
    commas: list[int] = []
    for at in range(opened, len(text)):
        if text[at] == "{":
            depth += 1
        elif text[at] == "}":
            depth -= 1
            if depth == 0:
                return at, commas
        elif text[at] == "," and depth == 1:
            commas.append(at)
    return -1, commas


def _inside(text: str, commas: list[int], depth: int) -> list[str]:
    if commas:
        edges = [-1, *commas, len(text)]
        pieces = [text[a + 1 : b] for a, b in itertools.pairwise(edges)]
        return [word for piece in pieces for word in _alternatives(piece, depth + 1)]
    found = _RANGE.fullmatch(text)
    if not found:
        return []
    if found[1]:
        first, last = int(found[1]), int(found[2])
        padded = any(re.match(r"-?0\d", end) for end in (found[1], found[2]))
        width = max(len(found[1]), len(found[2])) if padded else 0
    else:
        first, last, width = ord(found[3]), ord(found[4]), 0
    step = abs(int(found[5] or 1)) or 1
    if abs(last - first) // step >= ALTERNATIVE_LIMIT:
        raise TooMany
    numbers = range(first, last + 1, step) if first <= last else range(first, last - 1, -step)
    return [str(number).zfill(width) if found[1] else chr(number) for number in numbers]
