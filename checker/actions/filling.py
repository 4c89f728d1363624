"""Texts with values put into them, never longer than a bound however often and however long a value comes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

LIMIT = 20_000
"""Characters of a text once its values are in it."""


def filled(
    pattern: re.Pattern[str],
    value: Callable[[re.Match[str]], str],
    text: str,
    limit: int = LIMIT,
) -> str:
    """Return a text with each match replaced, cut where it grows past the limit."""
    parts: list[str] = []
    length = at = 0
    for found in pattern.finditer(text):
        made = value(found)
        parts += (text[at : found.start()], made)
        length += found.start() - at + len(made)
        at = found.end()
        if length > limit:
            return "".join(parts)[:limit]
    return "".join((*parts, text[at:]))[:limit]


def replaced(text: str, old: str, new: str, limit: int = LIMIT) -> str:
    """Return `text.replace(old, new)`, cut where it grows past the limit."""
    text = text[:limit]
    return text.replace(old, new, limit // max(1, len(new)) + 1)[:limit]


def joined_words(words: Iterable[str], separator: str = " ", limit: int = LIMIT) -> str:
    """Return words joined, cut at the limit."""
    kept: list[str] = []
    length = 0
    for word in words:
        kept.append(word[:limit])
        length += len(word) + len(separator)
        if length > limit:
            break
    return separator[:limit].join(kept)[:limit]
