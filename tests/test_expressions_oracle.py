"""Our expressions against GitHub's own library, on some thousands of generated ones."""

from __future__ import annotations

import json
import re

import pytest

from checker.actions.expressions import ExpressionError, evaluate
from checker.actions.expressions.values import number_text
from tests.generated_expressions import CONTEXTS, OPERATORS, dice_for, expression, mutated
from tests.oracles import run_node

pytestmark = pytest.mark.oracle

DIFFERENCES = [
    ("more than one '' in a text", re.compile(r"'(?:[^']*''){2}"), "either"),
    ("a comma after the last argument", re.compile(r",\s*\)"), "we"),
    ("something after the number in a {0}", re.compile(r"\{[0-9]+[^}0-9]"), "we"),
    ("an error in an argument case does not need", re.compile(r"case\(", re.IGNORECASE), "they"),
]
"""Where the library departs from GitHub's runner and we follow the runner, and who then refuses."""


def excused(source: str, expected: dict[str, object], got: dict[str, object]) -> bool:
    refuses = {"we": "error" in got, "they": "error" in expected, "either": True}
    return any(pattern.search(source) and refuses[who] for _, pattern, who in DIFFERENCES)


def theirs(sources: list[str]) -> list[dict[str, object]]:
    return run_node(
        "expressions",
        "evaluate.js",
        (json.dumps({"expr": source, "contexts": CONTEXTS}) for source in sources),
    )


def ours(source: str) -> dict[str, object]:
    try:
        value = evaluate(source, CONTEXTS)
    except ExpressionError as error:
        return {"error": str(error)}
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return {"kind": "Number", "value": number_text(value)}
    kinds = {type(None): "Null", bool: "Boolean", str: "String", dict: "Dictionary"}
    return {"kind": kinds.get(type(value), "Array"), "value": json.loads(json.dumps(value))}


def disagreements(sources: list[str]) -> list[str]:
    found = []
    for source, expected in zip(sources, theirs(sources), strict=True):
        got = ours(source)
        same = "error" in got if "error" in expected else got == expected
        if not same and not excused(source, expected, got):
            found.append(f"{source!r}: GitHub's library says {expected}, we say {got}")
    return found


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_generated_expressions_are_worth_what_github_says(depth: int):
    dice = dice_for(f"values {depth}")
    assert disagreements([expression(dice, depth) for _ in range(1500)]) == []


@pytest.mark.parametrize("depth", [1, 3])
def test_damaged_expressions_are_refused_when_github_refuses_them(depth: int):
    dice = dice_for(f"damage {depth}")
    assert disagreements([mutated(dice, expression(dice, depth)) for _ in range(1500)]) == []


def test_every_pair_of_values_compares_as_github_says():
    values = [
        *(
            f"'{text}'"
            for text in ("", "a", "A", "1", " 1 ", "0x1", "true", "NaN", "ß", "ss", "Я", "я")
        ),
        *("0", "1", "-0", "NaN", "Infinity", "true", "false", "null"),
        *("matrix.list", "matrix", "fromJSON('[]')", "fromJSON('{}')", "env.nothing"),
    ]
    sources = [f"{a} {operator} {b}" for a in values for b in values for operator in OPERATORS]
    assert disagreements(sources) == []


@pytest.mark.parametrize(
    ("opening", "core", "closing"),
    [
        pytest.param("(", "1", ")", id="groups"),
        pytest.param("!", "1", "", id="negations"),
        pytest.param("", "github", ".a", id="properties"),
        pytest.param("", "github", "[0]", id="indices"),
        pytest.param("github[", "1", "]", id="nested indices"),
        pytest.param("join(", "1", ")", id="calls"),
        pytest.param("(1 && ", "1", ")", id="conjunctions"),
        pytest.param("(1 || 1 && ", "1", ")", id="alternatives"),
        pytest.param("1 == ", "1", "", id="comparisons do not count"),
        pytest.param("1 && ", "1", "", id="a chain counts once"),
    ],
)
def test_depth_is_counted_as_github_does(opening: str, core: str, closing: str):
    assert disagreements([opening * n + core + closing * n for n in range(1, 60)]) == []
