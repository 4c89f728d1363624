"""Patterns of names in students' files: regular expressions that cannot run for ever, and globs."""

from __future__ import annotations

import re
from functools import lru_cache

MAX_PATTERN = 120
MAX_NAME = 40
"""Characters of a name that is matched: with the limits below, at most some millions of steps."""
MAX_REPEATS = 8
MAX_NESTED = 2


def searched(pattern: str, name: str, *, whole: bool = False) -> bool:
    """Say whether a regular expression is found in a name, or is the whole of it. Raises ValueError.

    Java's and Ruby's expressions are read as Python's, which agree on what people write here.
    """
    if len(name) > MAX_NAME:
        raise ValueError(f"a name of more than {MAX_NAME} characters is not matched")
    compiled = _compiled(pattern)
    return bool(compiled.fullmatch(name) if whole else compiled.search(name))


def globbed(pattern: str, name: str) -> bool:
    """Say whether a name is what a glob says, as Ant and Go write it: `*` stops at a slash, `**` does not."""
    if len(pattern) > MAX_PATTERN:
        raise ValueError(f"the pattern is longer than {MAX_PATTERN} characters")
    return _globbed(pattern, name[:MAX_NAME])


def _globbed(pattern: str, name: str) -> bool:
    """Match from each place at most once: a row of booleans instead of a search that turns back."""
    reached = {0}
    place = 0
    while place < len(pattern):
        if pattern.startswith("**", place):
            reached = {end for start in reached for end in range(start, len(name) + 1)}
            place += 2
        elif pattern[place] == "*":
            far: set[int] = set()
            for start in reached:
                stop = name.find("/", start)
                far.update(range(start, (len(name) if stop < 0 else stop) + 1))
            reached = far
            place += 1
        else:
            one = pattern[place]
            reached = {
                start + 1
                for start in reached
                if start < len(name) and (name[start] == one or (one == "?" and name[start] != "/"))
            }
            place += 1
    return len(name) in reached


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    if len(pattern) > MAX_PATTERN:
        raise ValueError(f"the pattern is longer than {MAX_PATTERN} characters")
    repeats, nested = _repeats(pattern)
    if repeats > MAX_REPEATS or nested > MAX_NESTED or re.search(r"\{\s*\d{3,}|\\[1-9]", pattern):
        raise ValueError(f"the pattern `{pattern}` repeats too much to be matched here")
    try:
        return re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"`{pattern}` is no regular expression: {error}") from None


def _repeats(pattern: str) -> tuple[int, int]:
    """Return how many repeats a pattern has, and how deep they are nested."""
    count = deepest = 0
    depths = [0]  # by open group, how deep the repeats inside of it are nested
    closed = 0
    place = 0
    while place < len(pattern):
        one = pattern[place]
        if one == "\\":
            place += 1
            closed = 0
        elif one == "[":
            end = pattern.find("]", place + 2)
            place = len(pattern) if end < 0 else end
            closed = 0
        elif one == "(":
            depths.append(0)
            closed = 0
        elif one == ")" and len(depths) > 1:
            closed = depths.pop()
            depths[-1] = max(depths[-1], closed)
        elif one in "*+{":
            count += 1
            depths[-1] = max(depths[-1], closed + 1)
            closed += 1
        elif one != "?":
            closed = 0
        deepest = max(deepest, *depths)
        place += 1
    return count, deepest
