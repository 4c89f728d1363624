"""A command line of a configuration file split into words, as Python's tools split it."""

from __future__ import annotations

import shlex
from functools import lru_cache

MAX_TEXT = 20_000
"""Characters of a line that are read."""
MAX_WORDS = 1_000
"""Words of a line that are kept."""


@lru_cache(maxsize=2048)
def split(text: str, *, comments: bool = False) -> tuple[str, ...]:
    """Return what `shlex.split` makes of a text; its blanks split it when quotes don't match."""
    text = text[:MAX_TEXT]
    try:
        words = shlex.split(text, comments=comments)
    except ValueError:
        words = text.split()
    return tuple(words[:MAX_WORDS])
