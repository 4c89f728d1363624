"""What a student wrote as an answer, which can be anything at all: as a number, a word, a set of words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice

_LONGEST = 400
_MOST = 100


def plain(text: str) -> str:
    """Return a text on one line, in small letters, for comparing."""
    return " ".join(text.split()).casefold()


def number(value: object) -> int | None:
    """Return a whole number that was written as one, as a text, or alone in a list; None for anything else."""
    if isinstance(value, (list, tuple)) and len(value) == 1:
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    if isinstance(value, int):
        return value if abs(value) < 100_000 else None
    text = value[:_LONGEST].strip()
    return int(text) if re.fullmatch(r"-?[0-9]{1,5}", text) else None


def word(value: object) -> str:
    """Return what was written as one line of small letters; empty for what is no word."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    if isinstance(value, int) and abs(value) > 10**9:
        return ""
    return plain(str(value)[:_LONGEST])


def words(value: object) -> frozenset[str] | None:
    """Return the words of a list, a set, a text with commas, a dictionary of yes and no; None for nothing said."""
    if value is None or value is Ellipsis:
        return None
    if isinstance(value, str):
        value = [part for part in re.split(r"[,;\n]", value[: _MOST * _LONGEST]) if part.strip()]
    if isinstance(value, Mapping):
        value = [name for name, is_so in value.items() if is_so is True]
    if not isinstance(value, Iterable):
        return frozenset({word(value)})
    return frozenset(word(one) for one in islice(value, _MOST))
