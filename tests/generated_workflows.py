"""Workflows made by chance out of right ones, one or two mistakes each."""

from __future__ import annotations

import copy
import random
from typing import Any

import yaml

Node = dict[str, Any] | list[Any] | str | int | bool | None

RIGHT: dict[str, Any] = {
    "name": "CI",
    "run-name": "by ${{ github.actor }}",
    "on": {
        "push": {"branches": ["main", "v*"], "paths-ignore": ["docs/**"]},
        "pull_request": {"types": ["opened", "synchronize"], "branches": "main"},
        "schedule": [{"cron": "0 3 * * 1"}],
        "workflow_dispatch": {
            "inputs": {"level": {"type": "choice", "options": ["a", "b"], "default": "a", "required": False}}
        },
        "workflow_call": {
            "inputs": {"x": {"type": "string", "default": "y"}},
            "secrets": {"t": {"required": True}},
            "outputs": {"o": {"value": "${{ jobs.build.outputs.o }}"}},
        },
        "release": {"types": ["published"]},
    },
    "permissions": {"contents": "read", "id-token": "write"},
    "env": {"A": "1", "B": "${{ github.ref }}"},
    "concurrency": {"group": "ci-${{ github.ref }}", "cancel-in-progress": True},
    "defaults": {"run": {"shell": "bash", "working-directory": "src"}},
    "jobs": {
        "build": {
            "name": "Build ${{ matrix.os }}",
            "runs-on": "${{ matrix.os }}",
            "timeout-minutes": 10,
            "strategy": {
                "fail-fast": False,
                "max-parallel": 2,
                "matrix": {"os": ["ubuntu-latest"], "include": [{"os": "x"}], "exclude": [{"os": "y"}]},
            },
            "outputs": {"o": "${{ steps.one.outputs.a }}"},
            "env": {"C": "${{ secrets.T }}"},
            "container": {"image": "python:3.12", "env": {"D": "1"}, "ports": [80]},
            "services": {"db": {"image": "postgres", "ports": ["5432:5432"]}},
            "steps": [
                {"uses": "actions/checkout@v4", "with": {"fetch-depth": 0}},
                {
                    "id": "one",
                    "name": "One",
                    "if": "github.event_name == 'push' && always()",
                    "run": "echo ${{ env.A }}",
                    "shell": "bash",
                    "working-directory": "x",
                    "env": {"E": "${{ matrix.os }}"},
                    "continue-on-error": True,
                    "timeout-minutes": 5,
                },
            ],
        },
        "publish": {
            "needs": ["build"],
            "if": "success() && startsWith(github.ref, 'refs/tags/')",
            "runs-on": ["self-hosted", "linux"],
            "environment": {"name": "pypi", "url": "https://example.org"},
            "permissions": "read-all",
            "continue-on-error": False,
            "concurrency": "publish",
            "steps": [{"run": "make", "if": "${{ needs.build.result == 'success' }}"}],
        },
        "call": {
            "needs": "build",
            "uses": "./.github/workflows/other.yml",
            "with": {"x": "y"},
            "secrets": "inherit",
        },
    },
}  # fmt: skip

NAMES = (
    "on", "nam", "step", "jobs", "job", "branch", "branches", "tags", "types", "cron", "input", "run", "runs-on", "uses",
    "with", "needs", "If", "env", "envs", "shell", "image", "value", "secret", "matrix", "X-Y", "a b", "1a", "",
)  # fmt: skip
VALUES: tuple[Node, ...] = (
    None, "", "text", "${{ github.ref }}", "${{ nothing.x }}", "${{ github.ref", "${{ secrets.A }}", "${{ steps.one.x }}",
    "a == ", "contains(x)", 0, 5, True, [], {}, ["a"], [["a"]], {"a": "b"}, [{"a": "b"}], "read-all", "write", "pull-request",
)  # fmt: skip


def generated(seed: int) -> str:
    """Return a workflow that is right but for what chance changed in one or two places."""
    dice = random.Random(seed)
    tree = copy.deepcopy(RIGHT)
    for optional in ("run-name", "permissions", "env", "concurrency", "defaults", "name"):
        if dice.random() < 0.5:
            del tree[optional]
    for _ in range(dice.randint(1, 2)):
        _change(tree, dice)
    return yaml.safe_dump(tree, sort_keys=False, width=1000).replace("'on':", "on:", 1)


def _change(tree: dict[str, Any], dice: random.Random) -> None:
    """Change one thing somewhere in a tree."""
    places = list(_places(tree))
    holder, key = dice.choice(places)
    kind = dice.randrange(5)
    if kind == 0 and isinstance(holder, dict):
        holder[dice.choice(NAMES)] = holder.pop(key)
    elif kind == 1:
        del holder[key]
    elif kind == 2 and isinstance(holder, dict):
        holder[dice.choice(NAMES)] = dice.choice(VALUES)
    else:
        holder[key] = copy.deepcopy(dice.choice(VALUES))


def _places(node: Any) -> Any:
    """Yield every mapping and list of a tree with each of its keys."""
    keys = (
        list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    )
    for key in keys:
        yield node, key
        yield from _places(node[key])
