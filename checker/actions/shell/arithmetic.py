"""Shell arithmetic on whole numbers."""

from __future__ import annotations

import re
from collections.abc import Callable

_TOKEN = re.compile(r"\s*(?:(\d+)|([A-Za-z_]\w*)|(\|\||&&|[<>=!]=|[-+*/%()<>!]))")
_BINDING = {
    "||": 1,
    "&&": 2,
    "==": 3,
    "!=": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "%": 6,
}
_LENGTH_LIMIT = 200
_DEPTH_LIMIT = 8


class _Unknown(Exception):
    """Raised where a number cannot be known."""


class _Reader:
    def __init__(self, tokens: list[str], lookup: Callable[[str], str]) -> None:
        self.tokens = tokens
        self.at = 0
        self.lookup = lookup
        self.depth = 0

    def expression(self, binding: int) -> int:
        value = self.unary()
        while self.at < len(self.tokens):
            operator = self.tokens[self.at]
            level = _BINDING.get(operator, 0)
            if level < binding or not level:
                break
            self.at += 1
            value = _apply(operator, value, self.expression(level + 1))
        return value

    def unary(self) -> int:
        if self.at >= len(self.tokens):
            raise _Unknown
        token = self.tokens[self.at]
        self.at += 1
        self.depth += 1
        if self.depth > _DEPTH_LIMIT:
            raise _Unknown
        if token == "(":
            value = self.expression(1)
            if self.tokens[self.at : self.at + 1] != [")"]:
                raise _Unknown
            self.at += 1
        elif token in "+-!":
            inner = self.unary()
            value = {"+": inner, "-": -inner, "!": int(not inner)}[token]
        else:
            value = self.number(token)
        self.depth -= 1
        return value

    def number(self, token: str) -> int:
        text = token if token[0].isdigit() else self.lookup(token).strip() or "0"
        if not re.fullmatch(r"-?(0|[1-9]\d{0,17})", text):
            raise _Unknown
        return int(text)


def _apply(operator: str, left: int, right: int) -> int:
    if operator in "/%":
        if right == 0:
            raise _Unknown
        quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
        return quotient if operator == "/" else left - quotient * right
    result = {
        "||": left != 0 or right != 0,
        "&&": left != 0 and right != 0,
        "==": left == right,
        "!=": left != right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
        "+": left + right,
        "-": left - right,
        "*": left * right,
    }[operator]
    if abs(result) >= 1 << 62:
        raise _Unknown
    return int(result)


def calculate(expression: str, lookup: Callable[[str], str]) -> int | None:
    """Return the value of an expression; None when it cannot be known or is not understood."""
    text = expression.strip()
    tokens: list[str] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found or len(text) > _LENGTH_LIMIT:
            return None
        tokens.append(found[0].strip())
        at = found.end()
    if not tokens:
        return 0
    reader = _Reader(tokens, lookup)
    try:
        value = reader.expression(1)
    except _Unknown:
        return None
    return value if reader.at == len(tokens) else None
