"""One command line split into words, outside any script."""

from __future__ import annotations

import re
from collections.abc import Mapping

from checker.actions.command import hole
from checker.actions.shell.limits import VALUE_LIMIT

_PIECE = re.compile(
    r"(?P<blank>\s+)"
    r"|'(?P<single>[^']*)'"
    r'|"(?P<double>(?:[^"\\]|\\.)*)"'
    r"|\\(?P<escaped>.)"
    r"|(?P<dollar>\$\([^()]*\)|`[^`]*`|\$\{[A-Za-z_]\w*\}|\$[A-Za-z_]\w*)"
    r"|(?P<plain>[^\s'\"\\$`]+|.)",
    re.DOTALL,
)
_DOLLAR = re.compile(r"\\([\\\"$`\n])|(\$\([^()]*\)|`[^`]*`|\$\{[A-Za-z_]\w*\}|\$[A-Za-z_]\w*)")
_WORDS_LIMIT = 2000


def split_line(text: str, env: Mapping[str, str]) -> tuple[str, ...]:
    """Return the words of a line."""
    found: list[str] = []
    current: str | None = None
    for piece in _PIECE.finditer(text[:VALUE_LIMIT]):
        kind, value = piece.lastgroup, piece[piece.lastgroup or 0]
        if kind == "blank":
            if current is not None:
                found.append(current)
            current = None
            continue
        if kind == "double":
            value = _DOLLAR.sub(lambda m: m[1] or _expanded(m[2] or "", env), value)
        elif kind == "dollar":
            pieces = _expanded(value, env).split()
            if not pieces:
                continue
            found += [(current or "") + pieces[0], *pieces[1:]][:-1]
            value = pieces[-1]
            current = current if len(pieces) == 1 else None
        current = (current or "") + value
        if len(found) >= _WORDS_LIMIT:
            break
    return tuple(found if current is None else [*found, current])


def _expanded(written: str, env: Mapping[str, str]) -> str:
    """Return the value of `$NAME`; a hole for a name nobody knows and for commands."""
    name = written.strip("${}()`")
    if written.startswith(("$(", "`")):
        return hole(name)
    return env.get(name, hole(name))
