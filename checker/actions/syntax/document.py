"""YAML as GitHub reads it: nodes with line numbers, and the reasons why a file is refused.

GitHub reads YAML 1.2: `on`, `yes` and `off` are strings, `3.10` is the number 3.1, a key may stand once, anchors work
and the merge key `<<` does not (checked against npm's @actions/workflow-parser 0.3.61, November 2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

import yaml

try:  # The C loader is some ten times faster; wheels carry it, a source build may not.
    from yaml import CBaseLoader as Loader
except ImportError:  # pragma: no cover - depends on how PyYAML was built
    from yaml import BaseLoader as Loader  # type: ignore[assignment]

MAX_BYTES = 1_000_000
"""Larger files are not read: GitHub's own limit for a workflow file is lower."""
MAX_NODES = 200_000
"""Nodes visited after aliases are followed: an alias bomb stops here."""
MAX_DEPTH = 100
"""Nesting of mappings and sequences."""

Scalar = str | int | float | bool | None
Node = yaml.Node

_DEEP_BLOCK = re.compile(rf"^[ \t?:-]{{{2 * MAX_DEPTH}}}", re.MULTILINE)
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf"), float("inf")),
    "-.inf": float("-inf"),
    ".nan": float("nan"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why GitHub refuses a file: the line, from 1, and the reason in one sentence part."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


class Text(str):
    """A string that knows the line it was written on."""

    __slots__ = ("line",)
    line: int

    def __new__(cls, value: str, line: int = 0) -> Self:
        """Make a text that was written on a line, from 1; 0 where that is unknown."""
        text = super().__new__(cls, value)
        text.line = line
        return text


@dataclass
class Document:
    """A YAML file as nodes, and what is wrong with it."""

    root: Node | None = None
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    """What GitHub passes over in silence, and the author surely meant otherwise."""

    def refuse(self, node: Node | int, reason: str) -> None:
        """Note a reason why GitHub refuses the file; the first hundred are kept."""
        if len(self.problems) < 100:
            self.problems.append(Problem(node if isinstance(node, int) else line_of(node), reason))


def line_of(node: Node) -> int:
    """Return the line a node starts on, from 1."""
    return int(node.start_mark.line) + 1


def document(text: str) -> Document:
    """Parse YAML; anything that GitHub refuses is in `problems`, and then `root` may be None. Never raises."""
    found = Document()
    if len(text) > MAX_BYTES:
        found.refuse(1, f"the file is longer than {MAX_BYTES:,} characters")
    elif "\0" in text:
        found.refuse(text[: text.index("\0")].count("\n") + 1, "the file is binary, not YAML")
    elif _too_deep(text):
        found.refuse(1, f"the YAML is nested deeper than {MAX_DEPTH} levels")
    else:
        try:
            found.root = yaml.compose(text, Loader=Loader)
        except yaml.YAMLError as error:
            found.refuse(*_reason(error, text))
        except (ValueError, RecursionError) as error:
            found.refuse(1, f"the file is not YAML: {error}")
        if found.root is not None and not _check(found):
            found.root = None
    return found


def scalar(node: Node) -> Scalar:
    """Return a scalar's value by YAML 1.2's core schema."""
    value = str(node.value)
    if getattr(
        node, "style", None
    ):  # quoted or block; plain is None from Python's parser and '' from C's
        return value
    if value in _SPECIAL:
        return _SPECIAL[value]
    if _INT.fullmatch(value) and len(value) < 300:
        return int(value, 0) if value[:2] in {"0x", "0o"} else int(value)
    if _FLOAT.fullmatch(value) and len(value) < 300:
        number = float(value)
        return int(number) if number.is_integer() and abs(number) < 1e21 else number
    return value


def is_null(node: Node) -> bool:
    """Say whether a node is an empty or `null` scalar."""
    return isinstance(node, yaml.ScalarNode) and scalar(node) is None


def pairs(node: Node) -> Iterator[tuple[Text, Node]]:
    """Yield a mapping's keys, with their lines, and its values; nothing for another node."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield Text(str(key.value), line_of(key)), value


def items(node: Node) -> tuple[Node, ...]:
    """Return a sequence's items; nothing for another node."""
    return tuple(node.value) if isinstance(node, yaml.SequenceNode) else ()


def value(node: Node) -> object:
    """Return a node as plain JSON: None, bool, int, float, str, list or dict."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): value(item) for key, item in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [value(item) for item in node.value]
    return scalar(node)


def _too_deep(text: str) -> bool:
    """Say whether nesting might exceed the limit, without recursion: PyYAML's composer is recursive C."""
    if text.count("[") + text.count("{") <= MAX_DEPTH and not _DEEP_BLOCK.search(text):
        return False
    depth = 0
    try:
        for event in yaml.parse(text, Loader=Loader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    return True
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except (yaml.YAMLError, ValueError):
        return False  # The composer will say what is wrong, and stops at the same place.
    return False


def _check(found: Document) -> bool:
    """Walk all nodes, aliases followed; say whether the tree is small enough to be used."""
    assert found.root is not None
    seen: set[int] = set()
    stack: list[tuple[Node, int]] = [(found.root, 1)]
    visited = 0
    while stack:
        node, depth = stack.pop()
        visited += 1
        if visited > MAX_NODES or depth > MAX_DEPTH:
            found.refuse(node, "aliases make the file too large to be read")
            return False
        if isinstance(node, yaml.SequenceNode):
            stack.extend((item, depth + 1) for item in node.value)
        elif isinstance(node, yaml.MappingNode):
            if id(node) not in seen:
                seen.add(id(node))
                _check_keys(found, node)
            stack.extend((item, depth + 1) for _, item in node.value)
    return True


def _check_keys(found: Document, node: yaml.MappingNode) -> None:
    keys: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            found.refuse(key, "a key must be a plain word, not a list or a mapping")
            continue
        word = str(key.value)
        if word == "<<" and not key.style:
            found.refuse(key, "GitHub does not support the merge key `<<`")
        elif word in keys:
            found.refuse(key, f"`{word}` stands twice in the same mapping")
        keys.add(word)


def _reason(error: yaml.YAMLError, text: str) -> tuple[int, str]:
    """Return the line and the reason of a parser's error."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = (
        getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be parsed"
    )
    line = int(mark.line) + 1 if mark else 1
    lines = text.splitlines()
    if line <= len(lines) and lines[line - 1].startswith("\t"):
        return line, "YAML must be indented with spaces, not tabs"
    return min(line, max(1, len(lines))), f"the file is not valid YAML ({said})"
