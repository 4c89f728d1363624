"""The values a Python file computes, as far as its text tells: literals, and symbols for the rest."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count, islice

from checker.actions.command import has_hole, hole
from checker.actions.filling import filled, joined_words, replaced
from checker.actions.recipes.words import split

MAX_ITEMS = 1_000
"""Items of a list that are kept."""
MAX_TEXT = 20_000
"""Characters of a text that are kept."""
_MAX_NUMBER = 10**12
_MAX_VISITS = 5_000  # of lists inside lists
MAX_SHOWN = 100
"""Characters of a value in the name of a session."""
_SCALARS = (str, bytes, bool, int, float, type(None))
_END = object()


@dataclass(frozen=True, slots=True)
class Symbol:
    """A value only a run could tell, named after what computes it: `subprocess.run().returncode`."""

    name: str

    def dot(self, attribute: str) -> Symbol:
        """Return the symbol of an attribute."""
        return Symbol(f"{self.name}.{attribute}"[:200])


@dataclass(slots=True, eq=False)
class Scope:
    """Names and their values; a function's scope looks outward to its module's."""

    names: dict[str, object] = field(default_factory=dict)
    outer: Scope | None = None

    def find(self, name: str) -> object:
        """Return a name's value; the symbol of that name when the file doesn't define it."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return Symbol(name)


@dataclass(slots=True, eq=False)
class Function:
    """A function of the file, with the scope it was written in and its decorators as they were called."""

    name: str
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    decorators: tuple[Decorator, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Decorator:
    """A decorator's dotted name and what it was called with."""

    name: str
    arguments: tuple[object, ...] = ()
    keywords: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Module:
    """A module of the repository that the file imports."""

    name: str
    scope: Scope


def is_plain(value: object) -> bool:
    """Say whether a value is a literal one."""
    return value is None or isinstance(
        value, (str, bool, int, float, bytes, list, tuple, dict, set)
    )


def truth(value: object) -> bool | None:
    """Return whether a value counts as true; None when only a run could tell."""
    if isinstance(value, str) and has_hole(value):
        return None if not _certain_part(value) else True
    return bool(value) if is_plain(value) else None


def _certain_part(text: str) -> bool:
    return not (text.startswith("⟦") and text.endswith("⟧") and text.count("⟦") == 1)


def text_of(value: object) -> str:
    """Return a value as text, a symbol as a hole."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if value is None or isinstance(value, (bool, int, float)):
        return str(value)
    if isinstance(value, Symbol):
        return "python" if value.name == "sys.executable" else hole(value.name)
    if isinstance(value, (list, tuple)):
        return joined_words(map(text_of, islice(_flat(value), 50)), limit=MAX_TEXT)
    return hole(type(value).__name__)


def words_of(values: object) -> tuple[str, ...]:
    """Return a list of arguments as words; a nested list is written out, as many tools do."""
    if not isinstance(values, (list, tuple)):
        return (text_of(values),)
    found: list[str] = []
    length = 0
    for value in islice(_flat(values), MAX_ITEMS):
        word = text_of(value)
        length += len(word)
        if length > MAX_TEXT:
            break
        found.append(word)
    return tuple(found)


def _flat(values: list[object] | tuple[object, ...]) -> Iterator[object]:
    """Yield what lists and the lists inside them hold; they may hold themselves."""
    waiting = [iter(values)]
    for _ in range(_MAX_VISITS):
        if not waiting:
            return
        value = next(waiting[-1], _END)
        if value is _END:
            waiting.pop()
        elif isinstance(value, (list, tuple)):
            waiting.append(iter(value))
        else:
            yield value


def comparable(value: object) -> bool:
    """Say whether comparing a value is cheap and certain: a plain one, or a list of such."""
    if isinstance(value, (list, tuple)):
        return all(isinstance(item, _SCALARS) and _is_certain(item) for item in value)
    return isinstance(value, _SCALARS) and _is_certain(value)


def _is_certain(value: object) -> bool:
    return not isinstance(value, str) or "⟦" not in value


def shown(value: object) -> str:
    """Return a value as `repr` would show it, shortened where it is long."""
    if isinstance(value, _SCALARS):
        return repr(value[:MAX_SHOWN] if isinstance(value, (str, bytes)) else value)
    return text_of(value)[:MAX_SHOWN]


def is_path(value: object) -> bool:
    """Say whether a value may stand on the left of a path's `/`."""
    return isinstance(value, (str, Symbol))


def binary(operator: ast.operator, left: object, right: object) -> object:
    """Return `left operator right` for the operators that build command lines, None for others."""
    if isinstance(operator, ast.Add):
        if isinstance(left, (list, tuple)) or isinstance(right, (list, tuple)):
            return _sum_of_lists(left, right)
        if isinstance(left, str) or isinstance(right, str):
            return (text_of(left) + text_of(right))[:MAX_TEXT]
    if isinstance(operator, ast.Div) and is_path(left) and is_path(right):
        return join(text_of(left), text_of(right))
    if isinstance(operator, ast.Mod) and isinstance(left, str):
        return _percent(left, right)
    if isinstance(operator, ast.BitOr) and isinstance(left, dict) and isinstance(right, dict):
        return {**left, **right}
    if _is_number(left) and _is_number(right):
        if isinstance(operator, ast.Add):
            return left + right  # type: ignore[operator]
        if isinstance(operator, ast.Sub):
            return left - right  # type: ignore[operator]
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int) and abs(value) < _MAX_NUMBER


def _sum_of_lists(left: object, right: object) -> object:
    items: list[object] = []
    for side in (left, right):
        items.extend(side if isinstance(side, (list, tuple)) else [side])
    items = items[:MAX_ITEMS]
    return tuple(items) if isinstance(left, tuple) and isinstance(right, tuple) else items


def _percent(template: str, value: object) -> str:
    values = iter(value if isinstance(value, tuple) else (value,))
    first, *parts = template.replace("%%", "\0").split("%")
    found, length = [first], len(first)
    for part in parts:
        if isinstance(value, dict) and part.startswith("("):
            name, _, rest = part[1:].partition(")")
            found.append(text_of(value.get(name, Symbol(name))) + rest[1:])
        else:
            found.append(text_of(next(values, Symbol("value"))) + part.lstrip("0.1")[1:])
        length += len(found[-1])
        if length > MAX_TEXT:
            break
    return "".join(found).replace("\0", "%")[:MAX_TEXT]


def join(left: str, right: str) -> str:
    """Return two parts of a path as one."""
    if right.startswith(("/", "⟦GITHUB_WORKSPACE")) or not left or left == ".":
        return right
    return f"{left.rstrip('/')}/{right}"[:MAX_TEXT]


def attribute(value: object, name: str) -> object:
    """Return an attribute of a value; text is taken for a path where pathlib has that name."""
    if isinstance(value, Symbol):
        return value.dot(name)
    if isinstance(value, Module):
        return value.scope.names.get(name, Symbol(f"{value.name}.{name}"))
    if isinstance(value, str):
        if name == "parent":
            return value.rpartition("/")[0] or "."
        if name == "name":
            return value.rpartition("/")[2]
        if name == "stem":
            return value.rpartition("/")[2].rpartition(".")[0]
        if name == "parents":
            parts = value.split("/")
            return ["/".join(parts[:-up]) or "." for up in range(1, len(parts))] or ["."]
    return Symbol(f"{type(value).__name__}.{name}")


def method(value: object, name: str, arguments: list[object]) -> object:
    """Return the result of a method of a literal value that builds command lines."""
    first = arguments[0] if arguments else None
    if isinstance(value, str):
        return _text_method(value, name, arguments)
    if isinstance(value, list) and len(value) < MAX_ITEMS:
        if name == "append" and arguments:
            value.append(first)
            return None
        if name == "extend" and isinstance(first, (list, tuple)):
            value.extend(first[:MAX_ITEMS])
            return None
        if name == "insert" and len(arguments) > 1 and isinstance(first, int):
            value.insert(first, arguments[1])
            return None
        if name == "copy":
            return list(value)
    if isinstance(value, dict):
        if name == "get" and isinstance(first, (str, int)):
            return value.get(first, arguments[1] if len(arguments) > 1 else None)
        if name == "items":
            return [(key, item) for key, item in value.items()]
        if name in {"keys", "values"}:
            return list(value) if name == "keys" else list(value.values())
        if name == "copy":
            return dict(value)
        if name == "update" and isinstance(first, dict) and len(value) < MAX_ITEMS:
            value.update(first)
            return None
    return Symbol(f"{type(value).__name__}.{name}()")


_SAME_PATH = frozenset(
    "resolve absolute as_posix expanduser strip lstrip rstrip lower upper casefold encode "
    "decode __str__ format_map expandtabs".split()
)


def _text_method(value: str, name: str, arguments: list[object]) -> object:
    first = arguments[0] if arguments else None
    if name in {"strip", "lower", "upper", "rstrip", "lstrip"} and not arguments:
        return str(getattr(value, name)())
    if name in _SAME_PATH:
        return value
    if name == "joinpath":
        for part in arguments:
            value = join(value, text_of(part))
        return value
    if name == "split":
        return value.split(first if isinstance(first, str) and first else None)[:MAX_ITEMS]
    if name == "splitlines":
        return value.splitlines()[:MAX_ITEMS]
    if name == "join" and isinstance(first, (list, tuple)):
        return joined_words(map(text_of, first), value, MAX_TEXT)
    if name == "replace" and len(arguments) > 1 and isinstance(first, str) and first:
        return replaced(value, first, text_of(arguments[1]), MAX_TEXT)
    if name in {"startswith", "endswith"} and isinstance(first, str) and not has_hole(value):
        return value.startswith(first) if name == "startswith" else value.endswith(first)
    if name == "format":
        return _formatted(value, arguments)
    return Symbol(f"str.{name}()")


_FIELD = re.compile(r"\{([^{}]*)\}")


def _formatted(template: str, arguments: list[object]) -> str:
    place = count()

    def value(field: re.Match[str]) -> str:
        name = field[1].partition(":")[0].partition("!")[0]
        here = next(place)
        number = int(name) if name.isdecimal() and len(name) < 4 else here
        known = number < len(arguments) and (not name or name.isdecimal())
        return text_of(arguments[number]) if known else hole(name or "value")

    plain = template.replace("{{", "\0").replace("}}", "\1")
    return filled(_FIELD, value, plain, MAX_TEXT).replace("\0", "{").replace("\1", "}")


def subscript(value: object, key: object) -> object:
    """Return `value[key]` for literal values."""
    if isinstance(key, slice) and isinstance(value, (list, tuple, str)):
        return value[key]
    if isinstance(value, (list, tuple, str)) and isinstance(key, int):
        return value[key] if -len(value) <= key < len(value) else Symbol("item")
    if isinstance(value, dict) and isinstance(key, (str, int)):
        return value.get(key, Symbol(f"item {key}"))
    return Symbol(f"{text_of(value)} {text_of(key)}"[:100])


def shell_words(text: object) -> list[str]:
    """Return what `shlex.split` makes of a text; its blanks split it when quotes don't match."""
    return list(split(text_of(text)))
