"""Lines of a Makefile taken apart: continuations, comments, the colon of a rule."""

from __future__ import annotations

import re
from functools import lru_cache

_MAX_LINES = 20_000  # of a Makefile with all that it includes


@lru_cache(maxsize=64)
def logical_lines(text: str) -> tuple[str, ...]:
    """Split a Makefile into lines with their continuations; recipe lines keep theirs."""
    found: list[str] = []
    parts: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n")[:_MAX_LINES]:
        parts.append(line)
        stripped = line.rstrip("\\")
        if (len(line) - len(stripped)) % 2:
            continue
        found.append("\n".join(parts))
        parts = []
    if parts:
        found.append("\n".join(parts))
    return tuple(found)


def without_comment(line: str) -> str:
    """Return a line up to its comment, which an escaped `#` does not begin."""
    at = line.find("#")
    while at > 0 and line[at - 1] == "\\":
        at = line.find("#", at + 1)
    return line if at < 0 else line[:at]


def rule_colon(line: str) -> int:
    """Return where a rule's colon stands, outside `$(…)`; -1 for a line that is no rule."""
    level = 0
    for at, letter in enumerate(line):
        if letter in "({" and (level or line[at - 1 : at] == "$"):
            level += 1
        elif letter in ")}" and level:
            level -= 1
        elif level == 0 and letter == ":":
            return at
        elif level == 0 and letter == "=":
            return -1
    return -1


def at_semicolon(text: str) -> tuple[str, str, str]:
    """Return what a rule needs, the `;` after it, and the recipe on the same line."""
    level = 0
    for at, letter in enumerate(text):
        if letter in "({":
            level += 1
        elif letter in ")}":
            level -= 1
        elif letter == ";" and level <= 0:
            return text[:at], ";", text[at + 1 :]
    return text, "", ""


def operands(condition: str) -> tuple[str, str]:
    """Return the two sides of `ifeq (a,b)` or `ifeq "a" "b"`."""
    condition = condition.strip()
    if condition.startswith("("):
        level = 0
        comma = end = -1
        for at, letter in enumerate(condition):
            if letter in "({":
                level += 1
            elif letter in ")}":
                level -= 1
                if not level:
                    end = at
                    break
            elif letter == "," and level == 1 and comma < 0:
                comma = at
        if comma < 0 or end < 0:
            return "", ""
        return condition[1:comma].strip(), condition[comma + 1 : end].strip()
    found = re.findall(r""""([^"]*)"|'([^']*)'""", condition)
    sides = [a or b for a, b in found[:2]]
    return (sides[0], sides[1]) if len(sides) == 2 else ("", "")
