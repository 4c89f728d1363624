"""YAML of pipelines: nodes with their lines, found by what a reader asks for."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from checker.actions.syntax.document import (
    Node,
    Text,
    document,
    is_null,
    items,
    line_of,
    pairs,
    scalar,
)
from checker.workbook.systems.pipeline import limited

MAX_MERGES = 10
"""Mappings may be merged into each other so deep."""

__all__ = [
    "Map",
    "Node",
    "Text",
    "line_of",
    "only",
    "plain",
    "refused",
    "several",
    "strings",
    "text_of",
]


class Map:
    """A mapping of a file, whose values are asked for by key; absent ones are empty."""

    def __init__(self, node: Node | None) -> None:
        self.node = node if isinstance(node, yaml.MappingNode) else None
        self.values = _merged(node) if node is not None else {}

    @property
    def line(self) -> int:
        """The line it begins on."""
        return line_of(self.node) if self.node is not None else 1

    def __bool__(self) -> bool:
        return self.node is not None

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def map(self, key: str) -> Map:
        """Return a mapping below it."""
        return Map(self.values.get(key))

    def maps(self, key: str) -> tuple[Map, ...]:
        """Return the mappings of a list below it."""
        node = self.values.get(key)
        return tuple(Map(one) for one in items(node)) if node is not None else ()

    def text(self, key: str) -> str:
        """Return a scalar as it is written."""
        return text_of(self.values.get(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of scalars, or one scalar as a list of one."""
        return strings(self.values.get(key))

    def at(self, key: str) -> int:
        """Return the line of a key's value."""
        node = self.values.get(key)
        return line_of(node) if node is not None else self.line


def _merged(node: Node, depth: int = 0) -> dict[str, Node]:
    """Return a mapping's values, with those of `<<` where a key is not its own."""
    own = {str(key): value for key, value in pairs(node)}
    given = own.pop("<<", None)
    if given is None or depth > MAX_MERGES:
        return own
    found: dict[str, Node] = {}
    for one in reversed(items(given) or (given,)):
        found |= _merged(one, depth + 1)
    return found | own


def text_of(node: Node | None) -> str:
    """Return a scalar as it is written; empty for anything else."""
    if not isinstance(node, yaml.ScalarNode) or is_null(node):
        return ""
    return str(node.value)


def strings(node: Node | None) -> tuple[str, ...]:
    """Return the scalars of a list, lists in it laid flat as GitLab does, or one scalar as a list of one."""
    if isinstance(node, yaml.ScalarNode):
        return () if is_null(node) else (str(node.value),)
    found: list[str] = []
    for one in items(node) if node is not None else ():
        found += strings(one)
    return tuple(found)


def only(text: str) -> Map:
    """Read a file of one document, a mapping; `<<` merges, as GitLab has it. Raises ValueError with the line."""
    found = document(limited(text))
    for problem in found.problems:
        if "merge key" not in problem.reason:
            raise refused(problem.line, problem.reason)
    if not isinstance(found.root, yaml.MappingNode):
        raise refused(1, "expected keys with values, such as `stages:`")
    return Map(found.root)


def several(text: str) -> tuple[tuple[int, Map], ...]:
    """Read a file of documents between `---`; returns each with its first line less one. Raises ValueError."""
    found: list[tuple[int, Map]] = []
    lines: list[str] = []
    start = 0
    every = [*limited(text).splitlines(), "---"]
    for number, line in enumerate(every):
        if line.rstrip() != "---" and not line.startswith("--- "):
            lines.append(line)
            continue
        body = "\n".join(lines)
        if any(one.strip() and not one.lstrip().startswith("#") for one in lines):
            try:
                found.append((start, only(body)))
            except ValueError as error:
                raise _moved(error, start) from None
        lines, start = [], number + 1
    return tuple(found)


def refused(line: int, why: str) -> ValueError:
    """Return the error that says where and why."""
    return ValueError(f"line {line}: {why}")


def _moved(error: ValueError, lines: int) -> ValueError:
    head, _, rest = str(error).partition(": ")
    number = head.removeprefix("line ")
    return ValueError(f"line {int(number) + lines}: {rest}" if number.isdigit() else str(error))


def plain(node: Node | None) -> object:
    """Return a node as plain JSON, with YAML 1.2's values."""
    if isinstance(node, yaml.ScalarNode):
        return scalar(node)
    if isinstance(node, yaml.MappingNode):
        return {key: plain(value) for key, value in _merged(node).items()}
    return [plain(one) for one in items(node)] if node is not None else None
