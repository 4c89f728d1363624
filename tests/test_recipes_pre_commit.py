"""pre-commit: the hooks that are run and the commands they are."""

from __future__ import annotations

import pytest

from tests.descents import leaves, reached

CONFIG = ".pre-commit-config.yaml"
HOOKS = {
    CONFIG: """
        repos:
          - repo: https://example.org/ruff
            rev: v1
            hooks:
              - id: ruff
                args: [--fix, --exit-non-zero-on-fix]
              - id: ruff-format
          - repo: https://example.org/black
            rev: v1
            hooks: [{id: black}, {id: something-else, args: [-x]}]
          - repo: local
            hooks:
              - id: types
                entry: uv run mypy
                args: [src]
                language: system
              - id: check
                alias: mine
                entry: scripts/check.sh --all
                language: script
              - {id: no-print, entry: print, language: pygrep}
              - {id: slow, entry: pytest, language: system, stages: [pre-push]}
              - {id: by-hand, entry: p, language: system, stages: [manual]}
        """,
    "scripts/check.sh": "#!/bin/bash -e\nflake8 $1\n",
}
EVERY = [
    "ruff check --exit-non-zero-on-fix",
    "ruff format --check",
    "black --check",
    "something-else -x",
    "mypy src",
    "flake8 --all",
    "no-print",
]


@pytest.mark.parametrize(
    ("line", "env", "expected"),
    [
        pytest.param("pre-commit run --all-files", {}, EVERY, id="all"),
        pytest.param("pre-commit run -a", {}, EVERY, id="short"),
        pytest.param("prek run --all-files", {}, EVERY, id="prek"),
        pytest.param("uvx pre-commit run -a", {}, EVERY, id="uvx"),
        pytest.param("python -m pre_commit run -a", {}, EVERY, id="module"),
        pytest.param("pre-commit run black -a", {}, ["black --check"], id="one"),
        pytest.param("pre-commit run mine -a", {}, ["flake8 --all"], id="alias"),
        pytest.param("pre-commit run -a --hook-stage manual by-hand", {}, ["p"], id="stage"),
        pytest.param(
            "pre-commit run -a --hook-stage push slow", {}, ["pytest"], id="old-stage-name"
        ),
        pytest.param(
            "pre-commit run -a",
            {"SKIP": "ruff,types,mine,no-print"},
            [EVERY[i] for i in (1, 2, 3)],
            id="skipped",
        ),
        pytest.param("pre-commit run nope -a", {}, ["pre-commit run nope -a"], id="unknown-stays"),
        pytest.param("pre-commit install", {}, ["pre-commit install"], id="other-subcommand"),
    ],
)
def test_the_hooks_of_a_stage_are_run(line: str, env: dict[str, str], expected: list[str]) -> None:
    assert leaves(line, HOOKS, env=env) == expected


def test_without_all_files_only_what_is_staged_is_checked() -> None:
    whens = {leaf.when for leaf in reached("pre-commit run", HOOKS)}
    assert whens == {"files are staged: without --all-files only those are checked"}
    config = (
        "repos: [{repo: local, hooks: [{id: a, entry: p, language: system, always_run: true}]}]\n"
    )
    (leaf,) = reached("pre-commit run", {CONFIG: config})
    assert leaf.when == ""


def test_default_stages_hold_for_hooks_without_their_own() -> None:
    config = "default_stages: [push]\nrepos: [{repo: local, hooks: [{id: a, entry: p, language: system}]}]\n"
    assert leaves("pre-commit run -a", {CONFIG: config}) == []
    assert leaves("pre-commit run -a --hook-stage pre-push", {CONFIG: config}) == ["p"]


@pytest.mark.parametrize("text", ["", "[", "repos: 3", "repos: [3, {hooks: x}]", "- a"])
def test_a_broken_configuration_starts_nothing(text: str) -> None:
    assert leaves("pre-commit run -a", {CONFIG: text}) in ([], ["pre-commit run -a"])
