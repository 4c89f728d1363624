"""The values of the expression language and GitHub's coercions between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from math import isinf, isnan
from typing import Final, NoReturn

from checker.actions.command import holes

SAFE_INTEGER = 2**53
"""Up to here a JavaScript number holds every integer."""

_SPACES = (
    " \t\n\r\v\f\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""What JavaScript trims."""
_DECIMAL = re.compile(r"[+-]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?")
_RADIX = re.compile(r"0(?:[xX](?P<x>[0-9a-fA-F]+)|[oO](?P<o>[0-7]+)|[bB](?P<b>[01]+))")
_FIFTEEN_PLACES = Decimal("1e-15")
_PRECISE = Context(prec=60)
_PLAIN_DIGITS = 21
_PLAIN_ZEROS = 6
_HOLE = re.compile("⟦[^⟦⟧]*⟧")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Unknown:
    """A value that only a run could tell; it has no truth value in Python."""

    names: tuple[str, ...] = ()
    """What it hangs on: `("secrets.TOKEN",)`."""
    truth: bool | None = None
    """Whether it counts as true, where that is known although the value is not."""
    pieces: tuple[str | Unknown, ...] = ()
    """The parts of a text of which only some are unknown, in order."""

    def __bool__(self) -> NoReturn:
        """Refuse: ask `truthy` and handle all three answers."""
        raise TypeError("an unknown value is neither true nor false: compare with UNKNOWN first")

    def __repr__(self) -> str:
        """Return the same for all of them: nobody can tell them apart."""
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


class Partial(dict[str, object]):
    """A context object of which only some keys are known: a missing key is unknown instead of null."""


class Filtered(list[object]):
    """What `.*` returns: an array whose items are indexed one by one."""


def known(*values: object) -> bool:
    """Say whether none of these values is unknown or a text with a hole."""
    return not any(map(_partly_unknown, values))


def _partly_unknown(value: object) -> bool:
    return "⟦" in value if isinstance(value, str) else isinstance(value, Unknown)


def hanging(values: Iterable[object], counts: bool | None = None) -> Unknown:
    """Return the unknown result of values some of which are unknown: it hangs on all of these.

    `counts` is its truth, where that is known.
    """
    names: list[str] = []
    for value in values:
        if isinstance(value, Unknown):
            names += value.names
        elif isinstance(value, str):
            names += holes(value)
    return Unknown(tuple(dict.fromkeys(names)), counts)


def truth(value: object) -> bool | None:
    """Say whether a value counts as true; None when nobody can know."""
    if isinstance(value, str):
        if "⟦" in value:
            return True if _HOLE.sub("", value) else None
        return value != ""
    if value is None or isinstance(value, bool):
        return bool(value)
    if isinstance(value, Unknown):
        return value.truth
    if isinstance(value, float):
        return value != 0 and not isnan(value)
    return value != 0 if isinstance(value, int) else True


def truthy(value: object) -> bool | Unknown:
    """Say whether a value counts as true in an `if:`; UNKNOWN when nobody can know."""
    counts = truth(value)
    return UNKNOWN if counts is None else counts


def whole(number: float) -> int | float:
    """Return a number as an int where it is a whole one that JavaScript holds exactly."""
    if abs(number) <= SAFE_INTEGER and number == int(number):
        return int(number)
    return float(number)


def text_to_number(text: str) -> int | float:
    """Return what JavaScript's Number() makes of a text; NaN when it is none."""
    text = text.strip(_SPACES)
    if not text:
        return 0
    if _DECIMAL.fullmatch(text):
        return whole(float(text))
    if based := _RADIX.fullmatch(text):
        digits = based["x"] or based["o"] or based["b"]
        value = int(digits, {"x": 16, "o": 8, "b": 2}[based.lastgroup or "x"])
        return whole(value) if value < 2**1023 else float("inf")
    if text.removeprefix("+").removeprefix("-") == "Infinity" and len(text) <= len("+Infinity"):
        return float("-inf" if text.startswith("-") else "inf")
    return float("nan")


def to_number(value: object) -> int | float:
    """Coerce to a number: null 0, booleans 0 and 1, texts as written, arrays and objects NaN."""
    if isinstance(value, str):
        return text_to_number(value)
    if value is None:
        return 0
    if isinstance(value, (bool, int)):
        if abs(value) <= SAFE_INTEGER:
            return int(value)
        return float(value) if abs(value) < 2**1023 else float("inf" if value > 0 else "-inf")
    if isinstance(value, float):
        return value
    return float("nan")


def to_text(value: object) -> str:
    """Coerce a known value to text as GitHub does.

    Null is empty, numbers are printed like JavaScript's, arrays and objects are `Array` and
    `Object`. Raises TypeError for an unknown value: it has no text.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(value, places=True)
    if isinstance(value, Unknown):
        raise TypeError("an unknown value has no text")
    return "Array" if isinstance(value, (list, tuple)) else "Object"


def number_text(value: float, *, places: bool = False) -> str:
    """Print a number as JavaScript does; `places` keeps fifteen digits after the point, as texts do."""
    number = to_number(value)
    if isinstance(number, int):
        return str(number)
    if isnan(number):
        return "NaN"
    if isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if places and abs(number) < SAFE_INTEGER:
        exact = Decimal(number).quantize(_FIFTEEN_PLACES, ROUND_HALF_UP, _PRECISE)
        number = float(exact)
    if number == 0:
        return "0"
    # repr() finds the same shortest digits as JavaScript; only where the point goes differs.
    shortest = Decimal(repr(number))
    digits = "".join(map(str, shortest.as_tuple().digits)).rstrip("0")
    point = shortest.adjusted() + 1
    sign = "-" if number < 0 else ""
    if len(digits) <= point <= _PLAIN_DIGITS:
        return sign + digits.ljust(point, "0")
    if 0 < point <= _PLAIN_DIGITS:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -_PLAIN_ZEROS < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return f"{sign}{mantissa}e{point - 1:+d}"


def fold(text: str) -> str:
    """Return the text under which GitHub compares: upper case, with the dotless i left alone."""
    if text.isascii():
        return text.upper()
    return "ı".join(part.upper() for part in text.split("ı"))


def compound(value: object) -> bool:
    """Say whether a value is an array or an object."""
    return not (value is None or isinstance(value, (str, int, float, Unknown)))


def equals(left: object, right: object) -> bool | Unknown:
    """Compare loosely: texts without case, other primitives as numbers, arrays and objects by identity."""
    if isinstance(left, str) and isinstance(right, str):
        if "⟦" in left or "⟦" in right:
            differ = _certainly_differ(fold(left), fold(right))
            return False if differ else hanging((left, right))
        return left == right or fold(left) == fold(right)
    if compound(left) or compound(right):
        # An object equals only itself; what is wholly unknown may be it, a text is not.
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return hanging((left, right))
        return left is right
    if not known(left, right):
        return hanging((left, right))
    if left is None and right is None:
        return True
    return to_number(left) == to_number(right)


def _certainly_differ(left: str, right: str) -> bool:
    """Say whether what stands around their holes already tells two texts apart."""
    for one, other in ((left, right), (right, left)):
        if "⟦" not in one and len(one) < len(_HOLE.sub("", other)):
            return True
    starts = [text.partition("⟦")[0] for text in (left, right)]
    ends = [text.rpartition("⟧")[2] for text in (left, right)]
    start, end = min(map(len, starts)), min(map(len, ends))
    return (
        starts[0][:start] != starts[1][:start]
        or ends[0][len(ends[0]) - end :] != ends[1][len(ends[1]) - end :]
    )


def compare(operator: str, left: object, right: object) -> bool | Unknown:
    """Apply `==`, `!=`, `<`, `<=`, `>` or `>=`."""
    if operator in {"==", "!="}:
        same = equals(left, right)
        return same if operator == "==" or isinstance(same, Unknown) else not same
    if operator in {">", ">="}:
        left, right = right, left
    less = _less(left, right)
    if operator in {"<", ">"} or less is not False:
        return less
    return equals(left, right)


def _less(left: object, right: object) -> bool | Unknown:
    if not known(left, right):
        return hanging((left, right))
    if isinstance(left, str) and isinstance(right, str):
        left, right = fold(left), fold(right)
        if left.isascii() and right.isascii():
            return left < right
        # JavaScript orders by UTF-16 code units, Python by code points.
        return left.encode("utf-16-be", "surrogatepass") < right.encode(
            "utf-16-be", "surrogatepass"
        )
    if compound(left) or compound(right):
        return False
    return to_number(left) < to_number(right)


def property_of(thing: Mapping[str, object], name: str) -> tuple[bool, object]:
    """Look a name up without regard to case; return whether it is there, and its value."""
    if name in thing:
        return True, thing[name]
    wanted = name.lower()
    for key in thing:
        if key.lower() == wanted:
            return True, thing[key]
    return False, None
