"""The functions of the expression language that need nothing but their arguments."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from math import isfinite

from checker.actions.expressions.values import (
    UNKNOWN,
    Partial,
    Unknown,
    compound,
    equals,
    fold,
    hanging,
    known,
    number_text,
    to_text,
    whole,
)

MAX_RESULT = 1_000_000
"""Characters one evaluation may produce: nested calls of format() could ask for any number."""

MAX_JSON_DEPTH = 100
"""GitHub reads JSON no deeper."""

STATUS = ("success", "failure", "always", "cancelled")
"""The functions that ask how the job is doing so far."""

_ARITY: Mapping[str, tuple[int, int]] = {
    "case": (3, 10_000),
    "contains": (2, 2),
    "endswith": (2, 2),
    "format": (1, 255),
    "fromjson": (1, 1),
    "hashfiles": (1, 255),
    "join": (1, 2),
    "startswith": (2, 2),
    "tojson": (1, 1),
} | dict.fromkeys(STATUS, (0, 0))

_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{0*([0-9]{1,3})\}|[{}]")
_HOLE = re.compile("⟦[^⟦⟧]*⟧")
_JSON_TEXT = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")


class Budget:
    """What one evaluation may still produce."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_RESULT

    def spend(self, characters: int) -> None:
        """Take characters off the budget; raises ValueError when it is used up."""
        self.left -= characters
        if self.left < 0:
            raise ValueError(f"gives more than {MAX_RESULT:,} characters")


def arity(name: str, count: int) -> str:
    """Say what is wrong with calling a function with that many arguments; empty when nothing is."""
    if name not in _ARITY:
        return "is not a function"
    least, most = _ARITY[name]
    if count < least:
        return f"takes at least {least} argument{'s' * (least > 1)}, not {count}"
    if count > most:
        return f"takes at most {most} arguments, not {count}"
    if name == "case" and count % 2 == 0:
        return f"takes an odd number of arguments, not {count}: the last one is the default"
    return ""


def _contains(arguments: Sequence[object], _: Budget) -> object:
    search, item = arguments
    if isinstance(search, (list, tuple)):
        answers = [equals(item, element) for element in search]
        if any(answer is True for answer in answers):
            return True
        return False if known(*answers) else hanging(answers)
    if compound(search) or compound(item):
        return False
    if isinstance(search, Unknown) or isinstance(item, Unknown):
        return hanging(arguments)
    within, part = to_text(search).lower(), to_text(item).lower()
    if known(part) and any(part in piece for piece in _HOLE.split(within)):
        return True
    return False if known(within, part) else hanging(arguments)


def _starts_with(arguments: Sequence[object], _: Budget) -> object:
    return _at_edge(arguments, ends=False)


def _ends_with(arguments: Sequence[object], _: Budget) -> object:
    return _at_edge(arguments, ends=True)


def _at_edge(arguments: Sequence[object], *, ends: bool) -> object:
    if any(compound(argument) for argument in arguments):
        return False
    if any(isinstance(argument, Unknown) for argument in arguments):
        return hanging(arguments)
    text, edge = (fold(to_text(argument)) for argument in arguments)
    if known(edge) and not known(text):
        # What stands before the first hole, or after the last, may decide.
        sure = text.rpartition("⟧")[2] if ends else text.partition("⟦")[0]
        size = min(len(sure), len(edge))
        agree = sure.endswith(edge[len(edge) - size :]) if ends else sure.startswith(edge[:size])
        if not agree or size == len(edge):
            return agree
    if not known(text, edge):
        return hanging(arguments)
    return text.endswith(edge) if ends else text.startswith(edge)


def _format(arguments: Sequence[object], budget: Budget) -> object:
    template = arguments[0]
    if isinstance(template, Unknown):
        return hanging(arguments)
    template = to_text(template)
    pieces: list[object] = []
    end = 0
    for mark in _PLACEHOLDER.finditer(template):
        pieces.append(template[end : mark.start()])
        end = mark.end()
        if mark[1] is not None:
            if int(mark[1]) + 1 >= len(arguments):
                raise ValueError(f"has no argument for {mark[0]}")
            pieces.append(arguments[int(mark[1]) + 1])
        elif len(mark[0]) == 2:
            pieces.append(mark[0][0])
        else:
            raise ValueError(f"has a lone '{mark[0]}' in its text: write it twice")
    pieces.append(template[end:])
    return _concatenated(pieces, budget)


def _join(arguments: Sequence[object], budget: Budget) -> object:
    items, separator = arguments[0], arguments[1] if len(arguments) > 1 else ","
    if isinstance(items, Unknown):
        return items
    if not isinstance(items, (list, tuple)):
        return "" if compound(items) else to_text(items)
    if compound(separator):
        separator = ","
    pieces: list[object] = []
    for item in items:
        pieces += (separator, item) if pieces else (item,)
    return _concatenated(pieces, budget)


def _concatenated(pieces: Sequence[object], budget: Budget) -> object:
    """Return the pieces as one text, or, where one of them is unknown, a value that remembers the others."""
    texts = [piece if isinstance(piece, Unknown) else to_text(piece) for piece in pieces]
    for text in texts:
        budget.spend(len(text) if isinstance(text, str) else 0)
    unknown = [text for text in texts if isinstance(text, Unknown)]
    if not unknown:
        return "".join(text for text in texts if isinstance(text, str))
    literal = any(isinstance(text, str) and text and "⟦" not in text for text in texts)
    return Unknown(hanging(unknown).names, True if literal else None, tuple(texts))


def _to_json(arguments: Sequence[object], budget: Budget) -> object:
    written: list[str] = []
    unknown = _write_json(arguments[0], "\n", written, budget)
    return unknown if unknown is not None else "".join(written)


def _write_json(value: object, line: str, written: list[str], budget: Budget) -> Unknown | None:
    """Append a value as GitHub prints it, two spaces a level; return the first unknown value in it."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Partial):
        return UNKNOWN
    if not isinstance(value, (Mapping, list, tuple)):
        written.append(_json_scalar(value))
        budget.spend(len(written[-1]))
        return None
    if len(line) > 2 * MAX_JSON_DEPTH:
        raise ValueError(f"takes no value of more than {MAX_JSON_DEPTH} levels")
    opening, closing = "{}" if isinstance(value, Mapping) else "[]"
    entries = value.items() if isinstance(value, Mapping) else ((None, item) for item in value)
    separator = opening
    for key, item in entries:
        head = separator + line + "  " + ("" if key is None else f"{_json_text(str(key))}: ")
        written.append(head)
        budget.spend(len(head))
        unknown = _write_json(item, line + "  ", written, budget)
        if unknown is not None:
            return unknown
        separator = ","
    written.append(line + closing if separator == "," else opening + closing)
    return None


def _json_scalar(value: object) -> str:
    if isinstance(value, str):
        return _json_text(value)
    if isinstance(value, float) and not isfinite(value):
        return "null"
    if value is None or isinstance(value, bool):
        return "null" if value is None else to_text(value)
    return number_text(value) if isinstance(value, (int, float)) else _json_text(str(value))


def _json_text(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", quoted)


def _from_json(arguments: Sequence[object], budget: Budget) -> object:
    if not known(*arguments):
        return hanging(arguments)
    text = to_text(arguments[0])
    budget.spend(len(text))
    if text.count("[") + text.count("{") > MAX_JSON_DEPTH and _json_depth(text) > MAX_JSON_DEPTH:
        raise ValueError(f"reads no JSON of more than {MAX_JSON_DEPTH} levels")
    if not text.strip():
        raise ValueError("was given an empty text")
    try:
        return json.loads(
            text,
            object_pairs_hook=_json_object,
            parse_int=lambda digits: whole(float(digits)),
            parse_float=lambda digits: whole(float(digits)),
            parse_constant=_no_constant,
        )
    except ValueError as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise ValueError(f"was given text that is not JSON: {reason}") from None


def _json_depth(text: str) -> int:
    depth = deepest = 0
    for character in _JSON_TEXT.sub("", text):
        depth += (character in "[{") - (character in "]}")
        deepest = max(deepest, depth)
    return deepest


def _json_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Of names that differ in case only the first counts: GitHub's objects know no case."""
    spelled: dict[str, str] = {}
    return {name: value for name, value in pairs if spelled.setdefault(name.lower(), name) == name}


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not a JSON value")


FUNCTIONS: Mapping[str, Callable[[Sequence[object], Budget], object]] = {
    "contains": _contains,
    "endswith": _ends_with,
    "format": _format,
    "fromjson": _from_json,
    "join": _join,
    "startswith": _starts_with,
    "tojson": _to_json,
}
