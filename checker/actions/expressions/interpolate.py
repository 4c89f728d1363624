"""Texts with `${{ }}` in them, filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from checker.actions.expressions.error import ExpressionError
from checker.actions.expressions.evaluate import result
from checker.actions.expressions.functions import Budget
from checker.actions.expressions.parser import parse
from checker.actions.expressions.values import Unknown, to_text


@dataclass(frozen=True, slots=True)
class Embedded:
    """An expression in a text."""

    source: str
    """What stands between `${{` and `}}`."""
    position: int
    """Its offset in the text."""


def interpolate(text: str, contexts: Mapping[str, object], unknown: Callable[[str], str]) -> str:
    """Return the text with each `${{ }}` replaced by its value.

    `unknown` gives the text for a value that nobody can know, from its name (`secrets.TOKEN`) or else from
    its expression. Raises ExpressionError as `evaluate` does, with the position in the whole text, and for
    a `${{` that is never closed.
    """
    if "${{" not in text:
        return text
    budget = Budget()
    filled: list[str] = []
    for piece in pieces(text):
        if isinstance(piece, str):
            filled.append(piece)
            continue
        try:
            value = result(parse(piece.source), contexts, budget)
        except ExpressionError as error:
            raise ExpressionError(error.reason, piece.position + error.position) from None
        filled.append(_shown(value, piece.source.strip(), unknown))
    return "".join(filled)


def _shown(value: object, source: str, unknown: Callable[[str], str]) -> str:
    if not isinstance(value, Unknown):
        return to_text(value)
    if not value.pieces:
        return unknown(source)
    return "".join(
        piece
        if isinstance(piece, str)
        else _shown(piece, ", ".join(piece.names) or source, unknown)
        for piece in value.pieces
    )


@lru_cache(maxsize=1024)
def pieces(text: str) -> tuple[str | Embedded, ...]:
    """Cut a text into what stands as it is and the expressions in it.

    A `}}` inside a quoted text closes nothing. Raises ExpressionError for a `${{` that is never closed.
    """
    found: list[str | Embedded] = []
    end = 0
    while (opening := text.find("${{", end)) >= 0:
        start = opening + len("${{")
        closing = _closing(text, start)
        if closing < 0:
            raise ExpressionError("a ${{ is never closed by }}", opening)
        if opening > end:
            found.append(text[end:opening])
        found.append(Embedded(text[start:closing], start))
        end = closing + len("}}")
    if end < len(text):
        found.append(text[end:])
    return tuple(found)


def _closing(text: str, start: int) -> int:
    """Return where the `}}` stands that closes an expression; -1 when there is none."""
    while (closing := text.find("}}", start)) >= 0:
        quote = text.find("'", start, closing)
        if quote < 0:
            return closing
        after = text.find("'", quote + 1)
        if after < 0:
            return -1
        start = after + 1
    return -1
