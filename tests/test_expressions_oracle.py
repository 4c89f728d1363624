"""Our expressions against GitHub's own library, on some thousands of generated ones."""

from __future__ import annotations

import json
import random
import re

import pytest

from checker.actions.expressions import ExpressionError, evaluate
from checker.actions.expressions.values import number_text
from tests.oracles import run_node

pytestmark = pytest.mark.oracle

CONTEXTS = {
    "github": {
        "ref": "refs/tags/v1.2.3",
        "event_name": "push",
        "event": {
            "number": 7,
            "draft": False,
            "pull_request": None,
            "labels": [{"name": "Bug", "id": 1}, {"name": "docs"}, {"other": []}, "text"],
            "Sizes": [[1, 2], [], [3.5]],
        },
    },
    "matrix": {"os": "ubuntu-latest", "python": 3.10, "n": "0x1F", "list": ["a", 1, None, True, "1"]},
    "env": {"EMPTY": "", "Straße": "x", "KEY": "Привет", "some-key": " 12 "},
    "job": {"status": "success"},
}
TEXTS = [
    "", " ", "a", "A", "push", "PUSH", "v1.2.3", "refs/tags/", "TAGS", "0", "1", "-1", " 7 ", "1e3",
    "0x1f", "0o17", "0b101", "0X1F", "+5", ".5", "5.", "Infinity", "-Infinity", "NaN", "true", "null",
    "it''s", "{0}", "{{0}}", "{0}-{1}", "}", "{1", "{0}{0}{2}", "[1, 2]", '{"a": {"B": [1, "x"]}}',
    '{"a": 1, "A": 2, "a": 3}', "[1.50, -0, 1e2, null]", "[01]", "[1,]", "'", '"x"', "\\", "ß", "SS", "İ",
    "ı", "I", "σ", "ς", "Привет", "ПРИВЕТ", "😀", "\uffff", "name", "list",
]  # fmt: skip
NUMBERS = [
    "0", "1", "-1", "+1", "7", "3.1", ".5", "-.5", "5.", "1e3", "1E-7", "1.5e-7", "1e21", "1e20",
    "123456789012345680000", "0.1234567890123456789", "0x1F", "0o17", "-0", "-0.0", "NaN", "Infinity",
    "-Infinity", "1e400", "9007199254740993", "1.0", "1_0", "1.2.3", "0x", "--1", "-", "1-2", "1.7976931e308",
    "0.000001", "0.0000001", "0.0000152587890625", "4294967296", "0xffffffff", "00012",
]  # fmt: skip
PATHS = [
    "github", "GitHub.Ref", "github.event_name", "github.event.number", "github.event.draft",
    "github.event.pull_request", "github.event.pull_request.merged", "github.event.labels",
    "github.event.labels.*.name", "github.event.labels[*].NAME", "github.event.labels.*.*",
    "github.event.sizes.*.*", "github.event.Sizes[2][0]", "github.event.Sizes.*[0]", "github.event.Sizes[-1]",
    "github['event']['labels'][0]['name']", "matrix", "matrix.os", "matrix.python", "matrix.n",
    "matrix.list", "matrix.list[1]", "matrix.list['2']", "matrix.list[0.9]", "matrix.list['']",
    "matrix.list[true]", "matrix.*", "matrix[matrix.list]", "matrix['OS']", "env.EMPTY", "env['straße']",
    "env.key", "env.some-key", "env.*", "env.nothing.at.all", "job.status", "nobody.home", "foo",
    "github.ref.x", "github.event_name.*", "(github).ref", "fromJSON('[1]')[0]", "env.true", "env.1",
]  # fmt: skip
FUNCTIONS = {
    "contains": (2, 2),
    "startsWith": (2, 2),
    "endsWith": (2, 2),
    "format": (1, 4),
    "join": (1, 2),
    "toJSON": (1, 1),
    "fromJSON": (1, 1),
    "case": (3, 5),
    "success": (0, 0),
    "failure": (0, 0),
    "always": (0, 0),
    "cancelled": (0, 0),
    "CONTAINS": (2, 2),
    "nothing": (0, 2),
}
OPERATORS = ["==", "!=", "<", "<=", ">", ">=", "&&", "||"]


def expression(dice: random.Random, depth: int) -> str:
    """Make up an expression, mostly a correct one."""
    form = dice.choice("tnpkk") if depth <= 0 else dice.choice("tnppcccoooog!")
    if form == "t":
        return f"'{dice.choice(TEXTS)}'"
    if form == "n":
        return dice.choice(NUMBERS)
    if form == "p":
        return dice.choice(PATHS)
    if form == "k":
        return dice.choice(["true", "false", "null", "NaN", "True"][: 4 + (dice.random() < 0.1)])
    if form == "g":
        return f"({expression(dice, depth - 1)})" + dice.choice(["", "", ".a", "[0]", ".*"])
    if form == "!":
        return "!" + expression(dice, depth - 1)
    if form == "o":
        blank = dice.choice([" ", "", "\n ", "\t"])
        left, right = expression(dice, depth - 1), expression(dice, depth - 1)
        return f"{left} {dice.choice(OPERATORS)}{blank}{right}"
    name = dice.choice(list(FUNCTIONS))
    least, most = FUNCTIONS[name]
    count = dice.randint(least, most) if dice.random() > 0.03 else dice.randint(0, most + 1)
    if name == "case":
        arguments = [
            expression(dice, depth - 1) if place % 2 or dice.random() < 0.2 else "1 == 1"
            for place in range(count | 1)
        ]
    else:
        arguments = [expression(dice, depth - 1) for _ in range(count)]
    return f"{name}({', '.join(arguments)})"


def mutated(dice: random.Random, source: str) -> str:
    """Damage an expression at one place."""
    place = dice.randrange(len(source))
    damage = dice.choice(["", "(", ")", "[", "]", ".", "'", ",", "*", "!", "&", "|", "=", "-", "a", " ", "@"])
    return source[:place] + damage + source[place + dice.randint(0, 1) :]


DIFFERENCES = {
    "more than one '' in a text": re.compile(r"'(?:[^']*''){2}"),
    "a comma after the last argument": re.compile(r",\s*\)"),
    "something after the number in a {0}": re.compile(r"\{[0-9]+[^}0-9]"),
    "an error in a branch of case that is not taken": re.compile(r"case\(", re.IGNORECASE),
}
"""Where the library departs from GitHub's runner, and we follow the runner."""


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
        assert 0 <= error.position <= len(source)
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
        excused = any(pattern.search(source) for pattern in DIFFERENCES.values())
        if not same and not excused:
            found.append(f"{source!r}: GitHub's library says {expected}, we say {got}")
    return found


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_generated_expressions_are_worth_what_github_says(depth: int):
    dice = random.Random(f"values {depth}")
    assert disagreements([expression(dice, depth) for _ in range(1500)]) == []


@pytest.mark.parametrize("depth", [1, 3])
def test_damaged_expressions_are_refused_when_github_refuses_them(depth: int):
    dice = random.Random(f"damage {depth}")
    assert disagreements([mutated(dice, expression(dice, depth)) for _ in range(1500)]) == []


def test_every_pair_of_values_compares_as_github_says():
    values = [
        *(f"'{text}'" for text in ("", "a", "A", "1", " 1 ", "0x1", "true", "NaN", "ß", "ss", "Я", "я")),
        *("0", "1", "-0", "NaN", "Infinity", "true", "false", "null"),
        *("matrix.list", "matrix", "fromJSON('[]')", "fromJSON('{}')", "env.nothing"),
    ]
    sources = [f"{a} {operator} {b}" for a in values for b in values for operator in OPERATORS]
    assert disagreements(sources) == []


@pytest.mark.parametrize("levels", [49, 50, 51])
@pytest.mark.parametrize(
    "shape",
    ["(|1|)", "!|1|", "|github|.a", "|github|[0]", "join(|1|)", "(1 && |1|)", "(1 || 1 && |1|)"],
)
def test_depth_is_counted_as_github_does(shape: str, levels: int):
    opening, core, closing = shape.split("|") if "||" not in shape else ("(1 || 1 && ", "1", ")")
    sources = [opening * count + core + closing * count for count in (levels // 3, levels // 2, levels)]
    assert disagreements(sources) == []
