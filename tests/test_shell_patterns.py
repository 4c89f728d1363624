"""Globs and regular expressions against Python's own, and the texts on which those would hang."""

from __future__ import annotations

import fnmatch
import random
import re

import pytest

from checker.actions.shell.arithmetic import calculate
from checker.actions.shell.patterns import Unsupported, glob, matches, prefixes, regex, search

GLOB = ("a", "b", "*", "?", "[ab]", "[!a]")
REGEX = ("a", "b", ".", "*", "+", "?", "(", ")", "|", "[ab]", "[^a]", "^", "$", "{1,2}")
AMBIGUOUS = re.compile(r"[*+?}][*+?{]|^[*+?{]|[(|^$][*+?{]")


def free(steps: int) -> None:
    """Let matching take as long as it likes."""


def some(dice: random.Random, pieces: tuple[str, ...], most: int) -> str:
    return "".join(dice.choice(pieces) for _ in range(dice.randint(0, most)))


@pytest.mark.parametrize("seed", range(10))
def test_globs_match_what_pythons_match(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(300):
        pattern, text = some(dice, GLOB, 6), some(dice, ("a", "b"), 6)
        expected = re.fullmatch(fnmatch.translate(pattern), text) is not None
        code, mirrored = glob(pattern), glob(pattern, backwards=True)
        assert code is not None
        assert mirrored is not None
        assert matches(code, text, free) == expected, (pattern, text)
        assert matches(mirrored, text[::-1], free) == expected, (pattern, text)


@pytest.mark.parametrize("seed", range(10))
def test_regular_expressions_match_what_pythons_match(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(500):
        pattern, text = some(dice, REGEX, 6), some(dice, ("a", "b"), 5)
        try:
            theirs = re.compile(pattern).search(text)
        except re.error:
            continue
        if AMBIGUOUS.search(pattern):
            continue
        code = regex(pattern)
        assert code is not None
        ours = search(code, text, free)
        assert (ours is None) == (theirs is None), (pattern, text)
        if ours and theirs:
            assert ours[0] == theirs.start(), (pattern, text)


VERSIONS = {
    "a version": (r"^v[0-9]+\.[0-9]+\.[0-9]+$", "v1.2.3", True),
    "a short one": (r"^v[0-9]+\.[0-9]+\.[0-9]+$", "v1.2", False),
    "an optional part": (r"^v?[0-9]+(\.[0-9]+)*(-rc[0-9]{1,2})?$", "1.2.3-rc12", True),
    "named classes": (r"^[[:alpha:]_]+[[:digit:]]$", "a_b1", True),
    "escapes": (r"^\w+\s\d$", "ab 1", True),
    "alternatives": (r"^refs/(heads|tags)/", "refs/tags/x", True),
}


@pytest.mark.parametrize(("pattern", "text", "expected"), VERSIONS.values(), ids=VERSIONS.keys())
def test_what_scripts_look_for_is_found(pattern: str, text: str, expected: bool) -> None:
    code = regex(pattern)
    assert code is not None
    assert (search(code, text, free) is not None) == expected


@pytest.mark.parametrize(
    "pattern", ["(?=a)", "*a", "a|+b", "a{1", "[a", "(a", r"\1", "[[:nope:]]", "a{1,300}"]
)
def test_what_is_not_understood_is_none(pattern: str) -> None:
    assert regex(pattern) is None


def test_what_costs_too_much_is_unknown() -> None:
    code, wild = regex("(a|aa)*b"), glob("*a*a*b")
    assert code is not None
    assert wild is not None
    with pytest.raises(Unsupported):
        search(code, "a" * 5000, free)
    assert prefixes(wild, "a" * 100_000, free) is None


def test_what_matching_costs_is_told() -> None:
    told: list[int] = []
    code = regex("(a|aa)*b")
    assert code is not None
    assert search(code, "a" * 60, told.append) is None
    assert 60 * 60 < sum(told) < 60 * 60 * len(code)
    assert matches(regex("a*b") or (), "a" * 10, told.append) is False


def test_the_first_star_of_a_basic_expression_is_a_star() -> None:
    code = regex("*a", basic=True)
    assert code is not None
    assert search(code, "b*a", free) == (1, 3, ())


SUMS = {
    "precedence": ("1 + 2 * 3 - 4 / 2", 5),
    "parentheses": ("(1 + 2) * -(3)", -9),
    "truncation": ("-7 / 2", -3),
    "remainder": ("-7 % 3", -1),
    "comparison": ("3 > 2 && 2 != 2 || 1 == 1", 1),
    "not": ("!0 + !5", 1),
    "a name": ("N + 1", 4),
    "an unset name": ("M + 1", 1),
    "division by nothing": ("1 / 0", None),
    "too large": ("N * 9999999999 * 9999999999", None),
    "assignment": ("N++", None),
    "no number": ("T + 1", None),
    "nothing": ("", 0),
}


@pytest.mark.parametrize(("text", "expected"), SUMS.values(), ids=SUMS.keys())
def test_sums_are_what_bash_makes_of_them(text: str, expected: int | None) -> None:
    values = {"N": "3", "T": "x-y"}
    assert calculate(text, lambda name: values.get(name, "")) == expected
