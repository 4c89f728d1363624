"""Conditions as GitLab writes them in `rules:if`, and as Pipelines-as-Code does in CEL: true, false or unknown.

Sources: GitLab Docs, "Specify when jobs run with rules"; Pipelines-as-Code, "Matching events"; both read November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from checker.workbook.systems.patterns import searched

MAX_CONDITION = 1_000
"""Characters of a condition that are read."""
MAX_DEPTH = 20
UNKNOWN = object()
"""A value that nobody can know before the run."""

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<regex>/(?:[^/\\]|\\.)+/[a-z]*)
    | (?P<name>\$\{?\w+\}?|[A-Za-z_][\w]*(?:\.[A-Za-z_][\w]*(?!\w*\())*)
    | (?P<sign>==|!=|=~|!~|&&|\|\||[()\[\],!.])
    )""",
    re.VERBOSE,
)
_METHODS = {"startsWith", "endsWith", "contains", "matches"}


def holds(condition: str, values: Mapping[str, object], *, cel: bool = False) -> bool | None:
    """Say whether a condition holds; None when nobody can tell. Raises ValueError for one that is none.

    A name that `values` does not have is unknown; one that is None is not there.
    """
    if len(condition) > MAX_CONDITION:
        raise ValueError(f"the condition is longer than {MAX_CONDITION:,} characters")
    reader = _Reader(_tokens(condition), values, cel)
    found = reader.either(0)
    if reader.left:
        raise ValueError(f"`{condition[:80]}` goes on after its end, at `{reader.left[0][1]}`")
    return _truth(found)


def _tokens(condition: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    place = 0
    while condition[place:].strip():
        match = _TOKEN.match(condition, place)
        if match is None:
            raise ValueError(
                f"`{condition[:80]}` cannot be read at `{condition[place:].strip()[:20]}`"
            )
        kind = match.lastgroup or ""
        found.append((kind, match[kind]))
        place = match.end()
    return found


@dataclass
class _Reader:
    """Evaluates while it reads; `left` are the tokens not yet read."""

    left: list[tuple[str, str]]
    values: Mapping[str, object]
    cel: bool

    def take(self, *signs: str) -> str:
        """Return the next sign when it is one of these, and move on; empty otherwise."""
        if self.left and self.left[0][0] == "sign" and self.left[0][1] in signs:
            return self.left.pop(0)[1]
        return ""

    def either(self, depth: int) -> object:
        if depth > MAX_DEPTH:
            raise ValueError(f"the condition is nested deeper than {MAX_DEPTH}")
        found = self.both(depth)
        while self.take("||"):
            one, other = _truth(found), _truth(self.both(depth))
            found = True if one or other else _known(None if None in (one, other) else False)
        return found

    def both(self, depth: int) -> object:
        found = self.compared(depth)
        while self.take("&&"):
            one, other = _truth(found), _truth(self.compared(depth))
            found = (
                False if False in (one, other) else _known(None if None in (one, other) else True)
            )
        return found

    def compared(self, depth: int) -> object:
        one = self.value(depth)
        if self.cel and self.left[:1] == [("name", "in")]:
            self.left.pop(0)
            other = self.value(depth)
            known = one is not UNKNOWN and isinstance(other, list)
            return one in other if known and isinstance(other, list) else UNKNOWN
        sign = self.take("==", "!=", "=~", "!~")
        if not sign:
            return one
        other = self.value(depth)
        if UNKNOWN in (one, other):
            return UNKNOWN
        if sign in {"==", "!="}:
            return (one == other) is (sign == "==")
        if not isinstance(other, _Regex):
            raise ValueError(f"after `{sign}` stands a pattern between slashes: `{sign} /^v/`")  # noqa: TRY004 - it is a value of the file
        found = isinstance(one, str) and searched(other.pattern, one)
        return found is (sign == "=~")

    def value(self, depth: int) -> object:
        if self.take("("):
            found = self.either(depth + 1)
            if not self.take(")"):
                raise ValueError("a bracket is not closed")
            return found
        if self.cel and self.take("!"):
            truth = _truth(self.value(depth + 1)) if depth < MAX_DEPTH else None
            return _known(None if truth is None else not truth)
        if self.cel and self.take("["):
            found_list: list[object] = []
            while not self.take("]"):
                if not self.left:
                    raise ValueError("a list is not closed")
                found_list.append(self.value(depth))
                self.take(",")
            return found_list
        if not self.left:
            raise ValueError("the condition ends too early")
        kind, token = self.left.pop(0)
        if kind == "text":
            return self.called(re.sub(r"\\(.)", r"\1", token[1:-1]))
        if kind == "regex" and not self.cel:
            pattern, _, flags = token[1:].rpartition("/")
            return _Regex(f"(?{flags})" + pattern if flags == "i" else pattern)
        if kind != "name":
            raise ValueError(f"a value is expected before `{token}`")
        return self.named(token)

    def named(self, token: str) -> object:
        if token in {"null", "true", "false"}:
            return {"null": None, "true": True, "false": False}[token]
        if token.startswith("$") is self.cel:
            raise ValueError(
                f"`{token}`: "
                + ("names have no `$` here" if self.cel else f"a variable is written `${token}`")
            )
        return self.called(self.values.get(token.strip("${}"), UNKNOWN))

    def called(self, one: object) -> object:
        """Return a value after the methods that are called on it."""
        while self.cel and self.take("."):
            name = self.left.pop(0)[1] if self.left else ""
            if name not in _METHODS or not self.take("("):
                raise ValueError(f"`.{name}` is not known; there are {', '.join(sorted(_METHODS))}")
            given = self.value(MAX_DEPTH)
            if not self.take(")"):
                raise ValueError("a bracket is not closed")
            one = _method(name, one, given)
        return one


@dataclass(frozen=True, slots=True)
class _Regex:
    pattern: str


def _method(name: str, one: object, given: object) -> object:
    if not isinstance(one, str) or not isinstance(given, str):
        return UNKNOWN if UNKNOWN in (one, given) else False
    match name:
        case "startsWith":
            return one.startswith(given)
        case "endsWith":
            return one.endswith(given)
        case "contains":
            return given in one
    return searched(given, one)


def _truth(value: object) -> bool | None:
    return None if value is UNKNOWN else bool(value)


def _known(truth: bool | None) -> object:
    return UNKNOWN if truth is None else truth
