"""just, task and npm: the recipes of their own files."""

from __future__ import annotations

import json

import pytest

from tests.descents import leaves, reached

JUSTFILE = """
set dotenv-load
export LEVEL := "1"
tool := "pytest"
where := justfile_directory() / "src"
alias t := test

# first is the default
check: lint (test "-q") && after

lint *args:
    @ruff check {{args}}
    -mypy src; ls

test flag="-x" +more="tests":
    {{tool}} {{flag}} {{more}} {{ if flag == "-q" { "quiet" } else { "loud" } }}

after:
    #!/usr/bin/env bash
    set -e
    cd docs
    make html

[working-directory: 'docs']
sub name:
    p {{name}} {{env_var_or_default("X", "d")}} {{`git describe`}}
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(
            "just",
            [
                "ruff check",
                "mypy src | masked by no set -e",
                "ls | masked by - prefix",
                "pytest -q tests quiet",
                "docs: make html",
            ],
            id="default",
        ),
        pytest.param("just t -s a b", ["pytest -s a b loud"], id="alias-and-arguments"),
        pytest.param("just tool=p test", ["p -x tests loud"], id="override"),
        pytest.param("just --set tool p test", ["p -x tests loud"], id="set"),
        pytest.param("just sub n", ["docs: p n d ⟦git_describe⟧"], id="folder"),
        pytest.param("just --list", [], id="list-starts-nothing"),
        pytest.param("just nope", ["just nope"], id="unknown-stays"),
    ],
)
def test_just_runs_recipes_with_what_they_need(line: str, expected: list[str]) -> None:
    assert leaves(line, {"justfile": JUSTFILE}) == expected


def test_just_finds_its_file_in_the_folders_above() -> None:
    files = {".justfile": "a:\n  p\n", "src/x": ""}
    assert leaves("just a", files, cwd="src") == ["p"]


def test_a_shell_setting_decides_whether_a_line_goes_on() -> None:
    text = 'set shell := ["bash", "-euo", "pipefail", "-c"]\na:\n  p; q\n'
    assert leaves("just a", {"justfile": text}) == ["p", "q"]


def test_exported_variables_of_just_reach_the_program() -> None:
    (leaf,) = reached("just test", {"justfile": JUSTFILE})
    assert dict(leaf.env) == {"LEVEL": "1"}


TASKFILE = """
version: '3'
vars: {TOOL: pytest, WHEN: {sh: date}}
env: {A: '1'}
tasks:
  default: {deps: [lint], cmds: [{task: test, vars: {ARGS: -q}}]}
  lint: ruff check
  test:
    aliases: [t]
    cmds:
      - '{{.TOOL}} {{.ARGS}} {{.CLI_ARGS}}'
      - {cmd: mypy, ignore_error: true}
  docs: {dir: docs, cmds: ['make {{.WHAT | default "html"}}', {for: [a, b], cmd: 'p {{.ITEM}}'}]}
  loop: {cmds: [{task: loop}, p]}
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(
            "task", ["ruff check", "pytest -q", "mypy | masked by ignore_error: true"], id="default"
        ),
        pytest.param(
            "task t -- -k x", ["pytest -k x", "mypy | masked by ignore_error: true"], id="cli-args"
        ),
        pytest.param(
            "task lint docs", ["ruff check", "docs: make html", "docs: p a", "docs: p b"], id="two"
        ),
        pytest.param(
            "task test TOOL=p ARGS=a",
            ["p a", "mypy | masked by ignore_error: true"],
            id="variables",
        ),
        pytest.param("task --list", [], id="list-starts-nothing"),
        pytest.param("task nope", ["task nope"], id="unknown-stays"),
    ],
)
def test_task_runs_commands_with_what_they_need(line: str, expected: list[str]) -> None:
    assert leaves(line, {"Taskfile.yml": TASKFILE}) == expected


def test_a_task_that_calls_itself_ends() -> None:
    assert set(leaves("task loop", {"Taskfile.yml": TASKFILE})) == {"p"}


PACKAGE = {
    "package.json": json.dumps(
        {
            "scripts": {
                "pretest": "npm run lint",
                "test": "vitest run",
                "lint": "eslint . && prettier --check .",
                "again": "npm run again",
                "posttest": "ls",
            }
        }
    )
}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(
            "npm test", ["eslint .", "prettier --check .", "vitest run", "ls"], id="around"
        ),
        pytest.param(
            "npm run lint -- --fix", ["eslint .", "prettier --check . --fix"], id="arguments"
        ),
        pytest.param(
            "npm run lint --silent", ["eslint .", "prettier --check ."], id="option-for-npm"
        ),
        pytest.param("npm run-script lint", ["eslint .", "prettier --check ."], id="long"),
        pytest.param("yarn lint", ["eslint .", "prettier --check ."], id="yarn"),
        pytest.param("pnpm run lint", ["eslint .", "prettier --check ."], id="pnpm"),
        pytest.param("bun run lint", ["eslint .", "prettier --check ."], id="bun"),
        pytest.param("bun test", ["bun test"], id="bun-test-stays"),
        pytest.param("npm ci", ["npm ci"], id="ci-stays"),
        pytest.param("npm publish", ["npm publish"], id="publish-stays"),
        pytest.param("npm run nope", ["npm run nope"], id="unknown-stays"),
        pytest.param("npm run again", [], id="itself"),
    ],
)
def test_npm_runs_the_scripts_of_a_package(line: str, expected: list[str]) -> None:
    assert leaves(line, PACKAGE) == expected


@pytest.mark.parametrize(
    "line",
    ["npm --prefix web test", "npm test --prefix web", "yarn --cwd web test", "pnpm -C web test"],
)
def test_a_package_may_lie_in_another_folder(line: str) -> None:
    assert leaves(line, {"web/package.json": '{"scripts": {"test": "jest"}}'}) == ["web: jest"]
