"""Reading typed fields from nodes, noting what GitHub refuses on the way."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

import yaml

from checker.actions import expressions
from checker.actions.syntax.document import (
    Document,
    Node,
    Problem,
    Text,
    is_null,
    items,
    line_of,
    pairs,
    scalar,
    value,
)
from checker.actions.syntax.model import NO_TEXT, Json

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_WHOLE = re.compile(r"\s*\$\{\{(?:(?!\}\}).)*\}\}\s*", re.DOTALL)

TRIGGER_TIME = ("github", "inputs", "vars")
PLANNING = (*TRIGGER_TIME, "needs")
STRATEGY = (*PLANNING, "strategy", "matrix")
RUNNER = (*STRATEGY, "secrets", "steps", "job", "runner", "env")
CONDITION = tuple(name for name in RUNNER if name != "secrets")
"""Contexts that may be named at each place (GitHub Docs, Contexts reference; npm's workflow-v1.0.json)."""


class Fields:
    """The reader of one file: turns nodes into values and notes what is refused."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def refuse(self, node: Node | int, reason: str) -> None:
        """Note a reason why GitHub refuses the file."""
        self.document.refuse(node, reason)

    def warn(self, node: Node, reason: str) -> None:
        """Note something that GitHub passes over."""
        if len(self.document.warnings) < 100:
            self.document.warnings.append(Problem(line_of(node), reason))

    def mapping(
        self,
        node: Node | None,
        what: str,
        allowed: Collection[str] = (),
        required: Iterable[str] = (),
    ) -> dict[str, Node]:
        """Return a mapping's fields by key; refuses another node, unknown keys and missing ones."""
        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            self.refuse(node, f"{what} must be a mapping of `key: value` lines")
            return {}
        fields: dict[str, Node] = {}
        for key, item in pairs(node):
            if not key:
                self.refuse(key.line, f"a key of {what} is empty")
            elif allowed and key not in allowed:
                self.refuse(key.line, f"{what} has no key `{clip(key)}`")
            else:
                fields[str(key)] = item
        for needed in required:
            if needed not in fields:
                self.refuse(node, f"{what} needs `{needed}`")
        return fields

    def text(self, node: Node | None, what: str, contexts: Collection[str] | None = None) -> Text:
        """Return a scalar as GitHub's text; with `contexts`, expressions in it may name only these."""
        if node is None or is_null(node):
            return NO_TEXT if node is None else Text("", line_of(node))
        if not isinstance(node, yaml.ScalarNode):
            self.refuse(node, f"{what} must be one value, not a list or a mapping")
            return NO_TEXT
        text = Text(expressions.to_text(scalar(node)), line_of(node))
        if contexts is not None and "${{" in text:
            self.expressions(text, contexts)
        return text

    def filled(self, node: Node, what: str, contexts: Collection[str]) -> Text:
        """Return a text that must not be empty."""
        text = self.text(node, what, contexts)
        if not text and isinstance(node, yaml.ScalarNode):
            self.refuse(node, f"{what} must not be empty")
        return text

    def whole(self, node: Node, contexts: Collection[str]) -> bool:
        """Say whether one expression stands for a whole list or mapping; refuses what it cannot name."""
        if not isinstance(node, yaml.ScalarNode) or not _WHOLE.fullmatch(str(node.value)):
            return False
        self.expressions(Text(str(node.value), line_of(node)), contexts)
        return True

    def condition(self, node: Node | None, contexts: Collection[str]) -> Text:
        """Return an `if:` with its `${{ }}` kept; refuses what GitHub cannot evaluate."""
        text = self.text(node, "`if`")
        if "${{" in text:
            self.expressions(text, contexts)
        elif text.strip():
            self._valid(str(text), text.line, contexts)
        return text

    def boolean(self, node: Node | None, what: str, contexts: Collection[str]) -> Text:
        """Return `true`, `false` or an expression."""
        text = self.text(node, what, contexts)
        if node is not None and not (
            isinstance(scalar(node) if isinstance(node, yaml.ScalarNode) else "", bool)
            or _WHOLE.fullmatch(text)
        ):
            self.refuse(node, f"{what} must be true or false")
        return text

    def number(self, node: Node | None, what: str, contexts: Collection[str]) -> None:
        """Refuse anything but a number or an expression."""
        if node is None:
            return
        text = self.text(node, what, contexts)
        plain = scalar(node) if isinstance(node, yaml.ScalarNode) else ""
        if (isinstance(plain, bool) or not isinstance(plain, int | float)) and not _WHOLE.fullmatch(
            text
        ):
            self.refuse(node, f"{what} must be a number")

    def texts(
        self, node: Node | None, what: str, contexts: Collection[str] | None = None
    ) -> tuple[str, ...]:
        """Return one text or a list of texts as a tuple."""
        if node is None:
            return ()
        if isinstance(node, yaml.ScalarNode):
            text = self.text(node, what, contexts)
            if not text:
                self.refuse(node, f"{what} must not be empty")
            return (str(text),) if text else ()
        if not isinstance(node, yaml.SequenceNode):
            self.refuse(node, f"{what} must be a value or a list")
            return ()
        return tuple(str(self.text(item, what, contexts)) for item in items(node))

    def named_texts(
        self, node: Node | None, what: str, contexts: Collection[str]
    ) -> Mapping[str, Text]:
        """Return a mapping of names to texts; a whole-mapping expression gives one entry named ``""``."""
        if node is None:
            return {}
        if isinstance(node, yaml.ScalarNode) and _WHOLE.fullmatch(str(node.value)):
            return {"": self.text(node, what, contexts)}
        return {
            key: self.text(item, f"`{clip(key)}` of {what}", contexts)
            for key, item in self.mapping(node, what).items()
        }

    def json(self, node: Node | None, contexts: Collection[str]) -> Json:
        """Return a node as JSON, with its expressions checked."""
        if node is None:
            return None
        stack = [node]
        while stack:
            part = stack.pop()
            if isinstance(part, yaml.ScalarNode):
                if "${{" in part.value:
                    self.expressions(Text(str(part.value), line_of(part)), contexts)
            elif isinstance(part, yaml.SequenceNode):
                stack.extend(part.value)
            elif isinstance(part, yaml.MappingNode):
                stack.extend(item for _, item in part.value)
        return value(node)  # type: ignore[return-value]

    def expressions(self, text: Text, contexts: Collection[str]) -> None:
        """Refuse the expressions in a text that GitHub cannot evaluate here."""
        found = _EXPRESSION.findall(text)
        if text.count("${{") > len(found):
            self.refuse(text.line, "an expression `${{` is not closed by `}}`")
        for source in found:
            self._valid(source, text.line, contexts)

    def _valid(self, source: str, line: int, contexts: Collection[str]) -> None:
        try:
            expressions.validate(source, contexts)
        except expressions.ExpressionError as error:
            self.refuse(line, f"the expression `{clip(source.strip())}` is refused: {error}")


@lru_cache(maxsize=4096)
def clip(text: str, length: int = 60) -> str:
    """Return a text shortened for a message."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
