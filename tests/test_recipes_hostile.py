"""Scripts and tasks that multiply: what a few lines of a stranger's file may lead to is bounded."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from checker.actions.recipes.descent import MAX_COMMANDS
from tests.descents import leaves

LEVELS = 6
WIDTH = 60


def _toml(table: str, write: Callable[[list[str]], str]) -> dict[str, str]:
    """Return a table whose every script is the next one, sixty times over."""
    lines = [f"s{level} = {write([f's{level + 1}'] * WIDTH)}" for level in range(LEVELS)]
    return {"pyproject.toml": "\n".join((f"[{table}]", *lines, f's{LEVELS} = "p"', ""))}


def _taskfile() -> dict[str, str]:
    tasks: dict[str, object] = {
        f"s{level}": {"cmds": [{"task": f"s{level + 1}"}] * WIDTH} for level in range(LEVELS)
    }
    return {"Taskfile.yml": json.dumps({"tasks": {**tasks, f"s{LEVELS}": "p"}})}


@pytest.mark.parametrize(
    ("line", "files"),
    [
        pytest.param(
            "hatch run s0", _toml("tool.hatch.envs.default.scripts", json.dumps), id="hatch"
        ),
        pytest.param(
            "pdm run s0",
            _toml("tool.pdm.scripts", lambda names: f"{{ composite = {json.dumps(names)} }}"),
            id="pdm",
        ),
        pytest.param("poe s0", _toml("tool.poe.tasks", json.dumps), id="poe"),
        pytest.param("task s0", _taskfile(), id="task"),
        pytest.param(
            "task a",
            {
                "Taskfile.yml": json.dumps(
                    {"tasks": {"a": [{"task": "b"}] * 150, "b": ["p"] * 9_000}}
                )
            },
            id="task-of-many-lines",
        ),
        pytest.param(
            "just a",
            {
                "justfile": "a: "
                + " ".join(f"(b '{number}')" for number in range(290))
                + "\nb x:\n"
                + "  p\n" * 8_000
            },
            id="just",
        ),
    ],
)
def test_scripts_that_multiply_end(line: str, files: dict[str, str]) -> None:
    found = leaves(line, files)
    assert set(found) == {"p"}
    assert len(found) <= MAX_COMMANDS


def test_scripts_that_multiply_into_nothing_end() -> None:
    files = _toml("tool.hatch.envs.default.scripts", json.dumps)
    files = {path: text.replace('"p"', "[]") for path, text in files.items()}
    assert leaves("hatch run s0", files) == ["hatch run s0"]


@pytest.mark.parametrize(
    ("line", "files"),
    [
        pytest.param(
            "hatch run s0 word",
            {
                "pyproject.toml": "[tool.hatch.envs.default.scripts]\n"
                + "".join(
                    f's{level} = "s{level + 1} {"{args} " * 1_000}"\n' for level in range(LEVELS)
                )
                + f's{LEVELS} = "p {{args}}"\n'
            },
            id="hatch",
        ),
        pytest.param(
            "pdm run s0",
            {
                "pyproject.toml": "[tool.pdm.scripts]\n"
                f's0 = {{ composite = ["s1 {"a " * 40_000}"] }}\ns1 = "p {"{args} " * 18_000}"\n'
            },
            id="pdm",
        ),
        pytest.param(
            "poe s0",
            {
                "pyproject.toml": f'[tool.poe.env]\nA = "{"a" * 140_000}"\n'
                f'[tool.poe.tasks]\ns0 = "p {"$A " * 45_000}"\n'
            },
            id="poe",
        ),
    ],
)
def test_words_that_multiply_stay_short(line: str, files: dict[str, str]) -> None:
    (leaf,) = leaves(line, files)
    assert leaf.startswith("p")
    assert len(leaf) < 300_000


def test_a_list_within_the_bounds_is_read_whole() -> None:
    lines = [f"p {number}" for number in range(WIDTH)]
    files = {
        "pyproject.toml": f"[tool.hatch.envs.default.scripts]\nall = {json.dumps(lines)}\n",
        "Taskfile.yml": json.dumps({"tasks": {"all": lines}}),
        "justfile": "all:\n" + "".join(f"  {line}\n" for line in lines),
    }
    for line in ("hatch run all", "task all", "just all"):
        assert leaves(line, files) == lines
