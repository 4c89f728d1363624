"""Globs and POSIX regular expressions, matched in time proportional to text times pattern."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

_WORK_LIMIT = 200_000
_SIZE_LIMIT = 1000
_NESTING_LIMIT = 15
_CLASSES: dict[str, Callable[[str], bool]] = {
    "digit": str.isdigit,
    "alpha": str.isalpha,
    "alnum": str.isalnum,
    "upper": str.isupper,
    "lower": str.islower,
    "space": str.isspace,
    "blank": lambda char: char in " \t",
    "punct": lambda char: char.isprintable() and not char.isalnum() and not char.isspace(),
    "xdigit": lambda char: char in "0123456789abcdefABCDEF",
    "word": lambda char: char.isalnum() or char == "_",
    "any": lambda _: True,
}
_ESCAPES = {"w": "word", "s": "space", "d": "digit"}


class Unsupported(Exception):
    """Raised for a pattern that is not understood, or too large to be worth it."""


class Range(NamedTuple):
    """A set of characters: pairs of ends, named classes, or everything else."""

    spans: tuple[tuple[str, str], ...]
    classes: tuple[str, ...]
    negated: bool

    def holds(self, char: str) -> bool:
        """Say whether the character is in the set."""
        inside = any(low <= char <= high for low, high in self.spans)
        return (inside or any(_CLASSES[name](char) for name in self.classes)) != self.negated


class Tie(NamedTuple):
    """Try the first way, then the second."""

    first: int
    second: int


class Mark(NamedTuple):
    """Remember where a group begins or ends, or hold only at an end of the text."""

    slot: int


_START, _STOP = Mark(-1), Mark(-2)
Step = str | Range | Tie | Mark
Code = tuple[Step, ...]
Spend = Callable[[int], None]
"""Told how many steps along the text a match took; may raise to end the reading."""
_ANY = Range((), ("any",), negated=False)


def _alternatives(ways: list[list[Step]]) -> list[Step]:
    made = ways[-1]
    for way in reversed(ways[:-1]):
        made = [Tie(1, len(way) + 2), *way, Tie(len(made) + 1, 0), *made]
    return made


def _repeated(atom: list[Step], low: int, high: int | None) -> list[Step]:
    made = atom * low
    if high is None:
        made = [*made, Tie(1, len(atom) + 2), *atom, Tie(-len(atom) - 1, 0)]
    else:
        for _ in range(high - low):
            made = [*made, Tie(1, len(atom) + 1), *atom]
    if len(made) > _SIZE_LIMIT:
        raise Unsupported
    return made


def _bracket(pattern: str, at: int) -> tuple[Range, int]:
    """Read `[…]` whose inside starts at `at`; return the set and the place after it."""
    negated = pattern[at : at + 1] in {"^", "!"}
    at += negated
    spans: list[tuple[str, str]] = []
    classes: list[str] = []
    first = True
    while at < len(pattern):
        char = pattern[at]
        if char == "]" and not first:
            return Range(tuple(spans), tuple(classes), negated), at + 1
        first = False
        if pattern.startswith("[:", at):
            stop = pattern.find(":]", at)
            if pattern[at + 2 : stop] not in _CLASSES:
                raise Unsupported
            classes.append(pattern[at + 2 : stop])
            at = stop + 2
        elif pattern[at + 1 : at + 2] == "-" and pattern[at + 2 : at + 3] not in {"", "]"}:
            spans.append((char, pattern[at + 2]))
            at += 3
        else:
            spans.append((char, char))
            at += 1
    raise Unsupported


class _Reader:
    """A regular expression being read, extended (`basic` false) or basic."""

    def __init__(self, pattern: str, *, basic: bool) -> None:
        self.pattern = pattern
        self.basic = basic
        self.at = 0
        self.groups = 0
        self.depth = 0

    def operator(self, mark: str) -> bool:
        r"""Go past an operator: `(` in one dialect is `\\(` in the other."""
        written = "\\" + mark if self.basic else mark
        if self.pattern.startswith(written, self.at):
            self.at += len(written)
            return True
        return False

    def ways(self) -> list[Step]:
        """Read alternatives up to the end or a closing parenthesis."""
        self.depth += 1
        if self.depth > _NESTING_LIMIT:
            raise Unsupported
        found = [self._branch()]
        while self.operator("|"):
            found.append(self._branch())
        self.depth -= 1
        return _alternatives(found)

    def _branch(self) -> list[Step]:
        made: list[Step] = []
        while self.at < len(self.pattern):
            before = self.at
            if self.operator("|") or (self.depth > 1 and self.operator(")")):
                self.at = before
                break
            made += self._repetition(self._atom())
            if len(made) > _SIZE_LIMIT:
                raise Unsupported
        return made

    def _repetition(self, atom: list[Step]) -> list[Step]:
        while self.at < len(self.pattern):
            if self.pattern[self.at] == "*":
                self.at += 1
                atom = _repeated(atom, 0, None)
            elif self.operator("+"):
                atom = _repeated(atom, 1, None)
            elif self.operator("?"):
                atom = _repeated(atom, 0, 1)
            elif self.operator("{"):
                stop = self.pattern.find("\\}" if self.basic else "}", self.at)
                low, comma, high = self.pattern[self.at : stop].partition(",")
                if stop < 0 or not low.isdecimal() or not (high.isdecimal() or not high):
                    raise Unsupported
                if max(int(low), int(high or 0)) > 255:
                    raise Unsupported
                self.at = stop + (2 if self.basic else 1)
                atom = _repeated(atom, int(low), int(high) if high else None if comma else int(low))
            else:
                break
        return atom

    def _atom(self) -> list[Step]:
        if self.operator("("):
            self.groups += 1
            slot = 2 * self.groups
            inside = self.ways()
            if not self.operator(")"):
                raise Unsupported
            return [Mark(slot), *inside, Mark(slot + 1)]
        # POSIX leaves open what repeating nothing means, but for a basic expression's first `*`.
        if any(map(self.operator, "?+{" if self.basic else "?+{*")):
            raise Unsupported
        char = self.pattern[self.at]
        self.at += 1
        if char == "[":
            found, self.at = _bracket(self.pattern, self.at)
            return [found]
        if char == ".":
            return [_ANY]
        if char == "^":
            return [_START]
        if char == "$":
            return [_STOP]
        if char != "\\":
            return [char]
        escaped = self.pattern[self.at : self.at + 1]
        self.at += 1
        if escaped.lower() in _ESCAPES:
            return [Range((), (_ESCAPES[escaped.lower()],), negated=escaped.isupper())]
        if not escaped or escaped.isalnum():
            raise Unsupported
        return [escaped]


@lru_cache(maxsize=256)
def regex(pattern: str, *, basic: bool = False) -> Code | None:
    """Return the compiled regular expression; None when it is not understood."""
    reader = _Reader(pattern, basic=basic)
    try:
        made = reader.ways()
    except Unsupported:
        return None
    return tuple(made) if reader.at >= len(pattern) else None


@lru_cache(maxsize=256)
def glob(pattern: str, *, backwards: bool = False) -> Code | None:
    """Return the compiled shell pattern, mirrored if asked; None when it is not understood."""
    atoms: list[list[Step]] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char in "?*+@!" and pattern.startswith("(", at):
            return None
        if char == "*":
            atoms.append(_repeated([_ANY], 0, None))
        elif char == "?":
            atoms.append([_ANY])
        elif char == "[" and "]" in pattern[at + 1 :]:
            try:
                found, at = _bracket(pattern, at)
            except Unsupported:
                return None
            atoms.append([found])
        elif char == "\\" and at < len(pattern):
            atoms.append([pattern[at]])
            at += 1
        else:
            atoms.append([char])
    made = [step for atom in (reversed(atoms) if backwards else atoms) for step in atom]
    return tuple(made) if len(made) <= _SIZE_LIMIT else None


Slots = tuple[int, ...]


def _follow(
    code: Code, text: str, at: int, start: int, slots: Slots, seen: set[int]
) -> list[tuple[int, Slots]]:
    """Return the steps reachable from a step without reading a character, best first.

    Steps already `seen` at this place in the text belong to a better way and are left to it.
    """
    found: list[tuple[int, Slots]] = []
    waiting = [(start, slots)]
    while waiting:
        pc, kept = waiting.pop()
        if pc in seen:
            continue
        seen.add(pc)
        step = code[pc] if pc < len(code) else None
        if isinstance(step, Tie):
            if step.second:
                waiting.append((pc + step.second, kept))
            waiting.append((pc + step.first, kept))
        elif isinstance(step, Mark):
            if step.slot >= 0:
                filled = kept + (-1,) * (step.slot + 1 - len(kept))
                filled = (*filled[: step.slot], at, *filled[step.slot + 1 :])
                waiting.append((pc + 1, filled))
            elif at == (0 if step is _START else len(text)):
                waiting.append((pc + 1, kept))
        else:
            found.append((pc, kept))
    return found


def _run(code: Code, text: str, start: int, spend: Spend) -> list[tuple[int, Slots]]:
    """Return the ends of all matches that start here, shortest first, with their groups."""
    ends: list[tuple[int, Slots]] = []
    seen: set[int] = set()
    threads = _follow(code, text, start, 0, (), seen)
    work = len(seen)
    for at in range(start, len(text) + 1):
        following: list[tuple[int, Slots]] = []
        seen = set()
        for pc, slots in threads:
            if pc >= len(code):
                if not ends or ends[-1][0] != at:
                    ends.append((at, slots))
                continue
            step = code[pc]
            if at < len(text) and (
                step == text[at]
                if isinstance(step, str)
                else isinstance(step, Range) and step.holds(text[at])
            ):
                following += _follow(code, text, at + 1, pc + 1, slots, seen)
        work += len(threads) + len(seen)
        threads = following
        if not threads:
            break
    spend(work)
    return ends


def _affordable(code: Code, text: str) -> bool:
    return len(code) * len(text) <= _WORK_LIMIT


def prefixes(code: Code, text: str, spend: Spend) -> tuple[int, ...] | None:
    """Return the lengths of all beginnings that match, shortest first; None when it costs too much."""
    if not _affordable(code, text):
        return None
    return tuple(end for end, _ in _run(code, text, 0, spend))


def matches(code: Code, text: str, spend: Spend) -> bool | None:
    """Say whether the whole text matches; None when it costs too much."""
    found = prefixes(code, text, spend)
    return None if found is None else bool(found) and found[-1] == len(text)


def search(code: Code, text: str, spend: Spend, start: int = 0) -> tuple[int, int, Slots] | None:
    """Return the first match from a place on, the longest there, as start, end and group slots.

    Raises Unsupported when it costs too much.
    """
    anchored = bool(code) and code[0] is _START
    if len(code) * len(text) * (1 if anchored else len(text)) > _WORK_LIMIT:
        raise Unsupported
    for begin in range(start, start + 1 if anchored else len(text) + 1):
        ends = _run(code, text, begin, spend)
        if ends:
            return begin, ends[-1][0], ends[-1][1]
    return None
