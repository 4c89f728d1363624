"""The words of an expression: names, numbers, texts and signs, as GitHub cuts them."""

from __future__ import annotations

import re
from math import isnan
from typing import Literal, NamedTuple

from checker.actions.expressions.error import ExpressionError
from checker.actions.expressions.values import text_to_number

MAX_LENGTH = 21_000
"""GitHub refuses longer expressions."""

Kind = Literal["sign", "name", "literal", "end"]

_BLANK = re.compile(r"\s*")
_SIGN = re.compile(r"[()\[\],*]|[!=]=|&&|\|\||[<>]=?|!")
_TEXT = re.compile(r"'(?:[^']++|'')*+'")
_NUMBER = re.compile(r".[^()\[\],!<>=&|\s]*", re.DOTALL)
_WORD = re.compile(r".[^()\[\],.!<>=&|\s]*", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_CONSTANTS: dict[str, object] = {
    "true": True,
    "false": False,
    "null": None,
    "NaN": float("nan"),
    "Infinity": float("inf"),
}


class Token(NamedTuple):
    """A word of an expression."""

    kind: Kind
    text: str
    """As written; empty at the end."""
    position: int
    """Offset in the source, from 0."""
    value: object = None
    """Of a literal."""


def is_name(text: str) -> bool:
    """Say whether the text can stand after a dot."""
    return _NAME.fullmatch(text) is not None


def tokens(source: str) -> list[Token]:
    """Cut an expression into words; the last is of kind `end`.

    Raises ExpressionError for characters that begin no word, an open text and more than 21 000 characters.
    """
    if len(source) > MAX_LENGTH:
        raise ExpressionError("the expression is longer than 21 000 characters", MAX_LENGTH)
    found: list[Token] = []
    place = _after_blanks(source, 0)
    while place < len(source):
        found.append(_token(source, place, found[-1] if found else None))
        place = _after_blanks(source, place + len(found[-1].text))
    found.append(Token("end", "", place))
    return found


def _after_blanks(source: str, place: int) -> int:
    blanks = _BLANK.match(source, place)
    return blanks.end() if blanks else place


def _token(source: str, place: int, before: Token | None) -> Token:
    first = source[place]
    if first == "'":
        quoted = _TEXT.match(source, place)
        if not quoted:
            raise ExpressionError("a text has no closing quote", place)
        return Token("literal", quoted[0], place, quoted[0][1:-1].replace("''", "'"))
    if first == "." and before and (before.kind == "name" or before.text in {")", "]", "*"}):
        return Token("sign", ".", place)
    if first in "+-.0123456789":
        text = _whole(_NUMBER, source, place)
        value = text_to_number(text)
        if isnan(value):
            raise ExpressionError(f"unexpected symbol {shown(text)}", place)
        return Token("literal", text, place, value)
    if sign := _SIGN.match(source, place):
        return Token("sign", sign[0], place)
    text = _whole(_WORD, source, place)
    if not is_name(text):
        raise ExpressionError(f"unexpected symbol {shown(text)}", place)
    if text in _CONSTANTS and not (before and before.text == "."):
        return Token("literal", text, place, _CONSTANTS[text])
    return Token("name", text, place)


def _whole(pattern: re.Pattern[str], source: str, place: int) -> str:
    match = pattern.match(source, place)
    return match[0] if match else ""


def shown(text: str) -> str:
    """Quote a piece of source for a message, shortened."""
    return f"'{text}'" if len(text) <= 40 else f"'{text[:39]}…'"
