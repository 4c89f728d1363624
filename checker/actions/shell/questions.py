"""Commands that ask something rather than do something, and how their answer is put in words."""

from __future__ import annotations

from checker.actions.shell.state import Condition
from checker.actions.shell.tree import Calculation, Chain, Node, Pipeline, Simple, Test

_ASKING = frozenset(
    {"[", "test", "command", "type", "hash", "which", "grep", "egrep", "fgrep", "diff", "cmp"}
    | {"pgrep", "read", "true", "false", ":"}
)
_TEXT_LIMIT = 120
_JUMPS = ("exit", "return", "break", "continue")
PARTS_LIMIT = 40
"""Parts of a chain that are put in words; no text holds more."""


def is_question(node: Node) -> bool:
    """Say whether a command is a test, whose failure is an answer and not an accident."""
    if isinstance(node, Test | Calculation):
        return True
    if isinstance(node, Pipeline):
        return is_question(node.parts[-1]) or (node.negated and len(node.parts) == 1)
    if isinstance(node, Chain):
        return all(is_question(part) for part in node.parts)
    if not isinstance(node, Simple) or not node.words:
        return False
    words = [word.text for word in node.words]
    if words[:2] == ["git", "diff"]:
        return "--quiet" in words or "--exit-code" in words
    if words[0] == "command":
        return words[1:2] in (["-v"], ["-V"])
    return words[0] in _ASKING


def jumps(node: Node) -> bool:
    """Say whether a command may leave the script, a function or a loop."""
    return any(word in node.place.text for word in _JUMPS)


def condition_of(parts: tuple[Node, ...], operators: tuple[str, ...]) -> Condition:
    """Return in words what it means that a chain of commands succeeds, and that it fails."""
    if len(parts) == 1 and isinstance(parts[0], Pipeline) and parts[0].negated:
        inner = parts[0]._replace(negated=False)
        text = inner.place.text.lstrip("! ")
        inner = inner._replace(place=inner.place._replace(text=text))
        only = inner.parts[0] if len(inner.parts) == 1 else inner
        return condition_of((only,), ()).opposite()
    text = parts[0].place.text
    for operator, part in zip(operators, parts[1:], strict=True):
        text = f"{text} {operator} {part.place.text}"
    text = text if len(text) <= _TEXT_LIMIT else text[: _TEXT_LIMIT - 1] + "…"
    if all(isinstance(part, Test | Calculation) or _is_bracket(part) for part in parts):
        simple = len(parts) == 1
        return Condition(text, f"not {text}" if simple else f"not ({text})")
    return Condition(f"`{text}` succeeds", f"`{text}` fails")


def _is_bracket(node: Node) -> bool:
    if isinstance(node, Chain):
        return all(_is_bracket(part) for part in node.parts)
    if isinstance(node, Simple) and node.words:
        return node.words[0].text in {"[", "test"}
    return isinstance(node, Test | Calculation)
