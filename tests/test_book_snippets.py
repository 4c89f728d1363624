"""Snippets of lessons: found, completed where they are parts, and held to the parsers of their languages."""

from __future__ import annotations

import shutil

import pytest

from solutions.book.snippets import PARSERS, fenced, objections

pytestmark = pytest.mark.skipif(
    not shutil.which("hadolint"), reason="hadolint has no wheel for this machine"
)

WORKFLOW = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n"
STEPS = "- uses: actions/checkout@v7\n- run: make\n"
HOOKS = (
    "repos:\n  - repo: local\n    hooks:\n      - {id: a, name: a, language: system, entry: ruff}\n"
)
ACTION = "name: a\ndescription: b\nruns:\n  using: composite\n  steps:\n    - run: make\n      shell: bash\n"


def said_of(info, text):
    block = "".join(f"{line}\n" for line in (f"```{info}", *text.splitlines(), "```"))
    return objections(fenced(f"Some text.\n\n{block}", "03_x.py", 41), PARSERS)[0]


def test_blocks_are_found_with_their_line_and_their_words():
    (one,) = fenced('Text\n\n- item\n\n  ```yaml part="step"\n  - run: a\n  ```\n', "03_x.py", 41)
    assert (one.where, one.language, one.words) == ("03_x.py:45", "yaml", {"part": "step"})
    assert one.text == "- run: a\n"


RIGHT = [
    ("a workflow", "yaml", WORKFLOW),
    ("steps", 'yaml part="step"', STEPS),
    ("indented steps", 'yaml part="step"', "  - run: make\n    name: Make\n"),
    ("a job", 'yaml part="job"', "test:\n  runs-on: ubuntu-latest\n  needs: [lint]\n  steps:\n    - run: make\n"),
    ("events", 'yaml part="on"', "on:\n  push:\n    tags: ['v*']\n"),
    ("permissions", 'yaml part="top"', "permissions:\n  contents: read\n"),
    ("hooks", "yaml", HOOKS),
    ("an action", "yaml", ACTION),
    ("other YAML", "yaml", "stages: [lint, test]\n"),
    ("TOML", "toml", '[project]\nname = "a"\n'),
    ("Python", "python", "def f(x):\n    return x\n"),
    ("a script", "sh", "git tag v1.0.0 && git push --tags\n"),
    ("a Dockerfile", "dockerfile", "FROM python:3.13-slim\nRUN pip install \\\n    a\n"),
    ("text", "text", "anything: [at all"),
    ("a Jenkinsfile", "groovy", "pipeline {\n  agent any\n  stages { stage('a') { steps { sh 'make' } } }\n}\n"),
    ("a pipeline of GitLab", 'yaml system="gitlab"', "test:\n  script: [pytest]\n"),
    ("a workflow that breaks", 'yaml broken="runs-on"', WORKFLOW.replace("    runs-on: ubuntu-latest\n", "")),
    ("a script that breaks", 'sh broken="unexpected end of file"', "if true\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("info", "text"), [row[1:] for row in RIGHT], ids=[row[0] for row in RIGHT]
)
def test_what_is_right_is_taken(info, text):
    assert said_of(info, text) == []


WRONG = [
    ("no language", "", "a\n", "a block of 'no language'"),
    ("an unknown language", "console", "$ ls\n", "a block of 'console'"),
    ("an unknown word", "yaml cut", WORKFLOW, "'cut' is not known"),
    ("a workflow that is cut", "yaml", "on: push\njobs:\n", "checker refuses the workflow"),
    ("a part that does not say so", "yaml", "permissions:\n  contents: read\n", "checker refuses the workflow"),
    ("steps that do not say so", "yaml", STEPS, 'part="step"'),
    ("a matrix in the wrong place", 'yaml part="job"', "a:\n  runs-on: x\n  matrix: {v: [1]}\n  steps: [{run: a}]\n", "act refuses"),
    ("no YAML", "yaml", "a: [1\n", "PyYAML refuses"),
    ("hooks without a repo", "yaml", HOOKS.replace("repo: local", "name: local"), "pre-commit refuses"),
    ("an action without steps", "yaml", "runs:\n  nothing: x\n", "checker refuses the action"),
    ("no TOML", "toml", "a = \n", "tomllib refuses"),
    ("no Python", "python", "def f(:\n", "ast refuses"),
    ("no script", "sh", "if true\n", "bash refuses"),
    ("a prompt", "sh", "$ git push\n", "a prompt is no part"),
    ("an unknown instruction", "dockerfile", "FROM x\nFETCH y\n", "hadolint refuses"),
    ("a Jenkinsfile without agent", "groovy", "pipeline {\n  stages { stage('a') { steps { sh 'make' } } }\n}\n", "`agent` is missing"),
    ("a pipeline of GitLab without jobs", 'yaml system="gitlab"', "stages: [a]\n", "there is no job"),
    ("a pipeline of Tekton without one", 'yaml system="tekton"', "kind: Task\n", "`apiVersion` is missing"),
    ("a system that is none", 'yaml system="circle"', "a: 1\n", "a block of 'yaml'"),
    ("no FROM", "dockerfile", "RUN make\n", "checker refuses"),
    ("breakage that is none", 'yaml broken="runs-on"', WORKFLOW, "expected the error 'runs-on'; checker: takes it"),
    ("another breakage", 'toml broken="no such words"', "a = \n", "expected the error 'no such words'"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("info", "text", "said"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_what_is_wrong_is_refused_with_its_place(info, text, said):
    problems = said_of(info, text)
    assert problems
    assert all(one.startswith("03_x.py:43: ") for one in problems)
    assert any(said in one for one in problems), problems
