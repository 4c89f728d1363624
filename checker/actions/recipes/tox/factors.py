"""Names of tox environments: `py{39,310}-{a,b}` written out, and the factors that choose lines."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

MAX_ENVS = 300
_MAX_TEXT = 20_000
_MAX_NAME = 300

_BRACES = re.compile(r"\{([^{}]*)\}")
_RANGE = re.compile(r"^\s*(\d*)-(\d*)\s*$")
_CONDITION = re.compile(r"^(?P<factors>[\w {}.!,-]+):\s+(?P<content>.*)$", re.DOTALL)
_OLDEST, _NEWEST = 10, 14  # of the open ranges {-13} and {12-} (tox documentation, November 2026)


@lru_cache(maxsize=1024)
def expanded(text: str) -> tuple[str, ...]:
    """Write out a list of environment names, separated by commas or lines."""
    found: dict[str, None] = {}
    for part in _split(text[:_MAX_TEXT]):
        for name in _written_out(part):
            if name and len(found) < MAX_ENVS:
                found[name] = None
    return tuple(found)


def _split(text: str) -> list[str]:
    """Split at commas and line ends outside braces, comments left out."""
    parts: list[str] = []
    level = start = 0
    lines = (line.partition("#")[0] for line in text.split("\n"))
    text = "\n".join(lines)
    for at, letter in enumerate(text):
        if letter == "{":
            level += 1
        elif letter == "}":
            level = max(0, level - 1)
        elif letter in ",\n" and level == 0:
            parts.append(text[start:at])
            start = at + 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def _written_out(part: str) -> list[str]:
    names = [""]
    at = 0
    for braces in _BRACES.finditer(part):
        before = part[at : braces.start()]
        choices = [item for choice in braces[1].split(",") for item in _range(choice.strip())]
        longer = (name + before + choice for name in names for choice in choices)
        names = list(islice(longer, MAX_ENVS))
        at = braces.end()
        if len(names[0]) > _MAX_NAME:
            return []
    return ["".join((name + part[at:]).split()) for name in names]


def _range(choice: str) -> list[str]:
    bounds = _RANGE.match(choice)
    if not bounds or not (bounds[1] or bounds[2]):
        return [choice]
    first, last = int(bounds[1][:4] or _OLDEST), int(bounds[2][:4] or _NEWEST)
    return [str(number) for number in range(first, min(last, first + MAX_ENVS) + 1)]


def conditional(line: str) -> tuple[str, str]:
    """Split `py311,lint: command` into factors and content; a line without condition has no factors."""
    found = _CONDITION.match(line)
    return (found["factors"], found["content"]) if found else ("", line)


def holds(condition: str, env: str) -> bool:
    """Say whether an environment's factors fulfil a condition such as `py311-!cov,lint`."""
    factors = {env, *env.split("-")}
    return any(
        wanted <= factors and factors.isdisjoint(unwanted)
        for wanted, unwanted in alternatives(condition)
    )


@lru_cache(maxsize=2048)
def alternatives(condition: str) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """Return what fulfils a condition: the factors an environment has, and those it has not."""
    return tuple(
        (
            frozenset(part for part in parts if part and part[0] != "!"),
            frozenset(part[1:] for part in parts if part[:1] == "!"),
        )
        for parts in (alternative.split("-") for alternative in expanded(condition))
    )


def known_factors(names: tuple[str, ...]) -> frozenset[str]:
    """Return all factors of these environments."""
    return frozenset(factor for name in names for factor in name.split("-"))
