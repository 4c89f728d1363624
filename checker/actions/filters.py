"""Filter patterns of branches, tags and paths, as GitHub matches them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

MAX_LENGTH = 4096
"""No branch, tag or path is longer on GitHub's machines; a longer name or pattern matches nothing."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a pattern: characters that may stand here, and how often."""

    characters: str = ""
    """Any one of these; empty for all, save what `slash` forbids."""
    slash: bool = True
    """Whether `/` is among all characters."""
    least: int = 1
    many: bool = False
    folders: bool = False
    """Whether it is `**/`: nothing, or anything that ends with a slash."""


def matches(patterns: Sequence[str], name: str) -> bool:
    """Say whether a list of `branches`, `tags` or `paths` patterns takes a name: the last match decides.

    A pattern after `!` takes names away again; a pattern that GitHub refuses matches nothing. The name is
    without `refs/heads/` or `refs/tags/`. Rules: "Filter pattern cheat sheet" of GitHub's workflow syntax,
    checked November 2026.
    """
    return _matches(tuple(patterns), name)


def validate(pattern: str) -> str:
    """Say why GitHub refuses a pattern; empty when it does not."""
    return _read(pattern.removeprefix("!"))[1]


@lru_cache(maxsize=4096)
def _matches(patterns: tuple[str, ...], name: str) -> bool:
    taken = False
    for pattern in patterns:
        negative = pattern.startswith("!")
        if taken is negative and _matches_one(pattern.removeprefix("!"), name):
            taken = not negative
    return taken


def _matches_one(pattern: str, name: str) -> bool:
    """Match a pattern as a whole, in time of its length: no backtracking, so no pattern is hostile.

    The places that the name can have been read up to are the bits of one number; each part of the pattern
    moves all of them at once.
    """
    parts, refused = _read(pattern)
    if refused or len(name) > MAX_LENGTH:
        return False
    standing = _standing(name)
    places = 1
    for part in parts:
        if part.folders:
            # Right behind any slash further on than the first place.
            places |= (standing.get("/", 0) << 1) & -(places & -places) << 1
            continue
        here = _where(part, standing, (1 << len(name)) - 1)
        once = (places & here) << 1
        places = once if part.least else places | once
        if part.many:
            places = _along(places, here)
        if not places:
            return False
    return bool(places >> len(name) & 1)


def _where(part: _Part, standing: dict[str, int], everywhere: int) -> int:
    if not part.characters:
        return everywhere if part.slash else everywhere & ~standing.get("/", 0)
    found = 0
    for character in part.characters:
        found |= standing.get(character, 0)
    return found


def _along(places: int, here: int) -> int:
    """Spread each place over the run of allowed characters it stands at: the addition's carry does it."""
    return places | (((places & here) + here) ^ here)


@lru_cache(maxsize=1024)
def _standing(name: str) -> dict[str, int]:
    """Return for each character of a name the places where it stands, as bits."""
    found: dict[str, int] = {}
    for place, character in enumerate(name):
        found[character] = found.get(character, 0) | 1 << place
    return found


@lru_cache(maxsize=4096)
def _read(pattern: str) -> tuple[tuple[_Part, ...], str]:
    """Cut a pattern, without its `!`, into parts; return them and why GitHub refuses it."""
    if not pattern:
        return (), "a pattern must not be empty"
    if len(pattern) > MAX_LENGTH:
        return (), f"a pattern must not be longer than {MAX_LENGTH} characters"
    parts: list[_Part] = []
    place, repeatable = 0, False
    while place < len(pattern):
        character = pattern[place]
        if character == "*":
            part, step = _star(pattern, place)
            parts.append(part)
            repeatable = False
        elif character in "+?":
            if not repeatable:
                return (
                    (),
                    f"`{character}` must follow a character or a bracket (at character {place + 1})",
                )
            last = parts[-1]
            many = character == "+"
            parts[-1] = _Part(last.characters, least=int(many), many=many)
            step, repeatable = 1, False
        else:
            listed, step, reason = _one(pattern, place)
            if reason:
                return (), f"{reason} (at character {place + 1})"
            parts.append(_Part(listed))
            repeatable = True
        place += step
    return tuple(parts), ""


def _star(pattern: str, place: int) -> tuple[_Part, int]:
    if pattern.startswith("**/", place):
        return _Part(folders=True), 3
    if pattern.startswith("**", place):
        return _Part(least=0, many=True), 2
    return _Part(slash=False, least=0, many=True), 1


def _one(pattern: str, place: int) -> tuple[str, int, str]:
    """Read a character, an escaped one or a bracket: what may stand there, its length, why it is refused."""
    if pattern[place] == "\\":
        escaped = pattern[place + 1 : place + 2]
        return escaped, 2, "" if escaped else "nothing follows the `\\`"
    if pattern[place] != "[":
        return pattern[place], 1, ""
    end = pattern.find("]", place)
    if end < 0:
        return "", 0, "the `[` has no `]`"
    inside = pattern[place + 1 : end]
    if not inside:
        return "", 0, "the brackets are empty"
    listed, reason = _listed(inside)
    return listed, end + 1 - place, reason


def _listed(inside: str) -> tuple[str, str]:
    """Write out what stands in brackets: `0-3x` is `0123x`."""
    listed: list[str] = []
    place = 0
    while place < len(inside):
        first = inside[place]
        if inside[place + 1 : place + 2] != "-":
            listed.append(first)
            place += 1
            continue
        last = inside[place + 2 : place + 3]
        if not (first.isascii() and first.isalnum() and last.isascii() and last.isalnum()):
            return "", f"`{first}-{last}` is no range: ranges go from a-z, A-Z or 0-9"
        if first > last:
            return "", f"the range `{first}-{last}` is the wrong way round"
        listed += map(chr, range(ord(first), ord(last) + 1))
        place += 3
    return "".join(listed), ""
