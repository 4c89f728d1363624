"""Expressions made up at random, with contexts for them: a dice with the same seed makes the same ones."""

from __future__ import annotations

import random

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
    "matrix": {
        "os": "ubuntu-latest",
        "python": 3.10,
        "n": "0x1F",
        "list": ["a", 1, None, True, "1"],
    },
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


def dice_for(seed: str) -> random.Random:
    """Return a dice that falls the same way each time."""
    return random.Random(seed)


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
    damage = dice.choice(
        ["", "(", ")", "[", "]", ".", "'", ",", "*", "!", "&", "|", "=", "-", "a", " ", "@"]
    )
    return source[:place] + damage + source[place + dice.randint(0, 1) :]
