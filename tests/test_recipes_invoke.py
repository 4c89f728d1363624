"""invoke: the tasks that are run and what they start."""

from __future__ import annotations

import pytest

from tests.descents import leaves, reached

TASKS = """
from invoke import task

@task
def lint(c, fix=False):
    c.run("ruff check" + (" --fix" if fix else ""))

@task(pre=[lint], default=True, aliases=["t"])
def run_tests(c, marker="all"):
    c.run(f"pytest -m {marker}", pty=True)

@task(lint)
def both(ctx):
    ctx.run("mypy", warn=True)
    with ctx.cd("docs"):
        ctx.run("make html; ls")
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("invoke lint", ["ruff check"], id="one"),
        pytest.param("inv lint --fix", ["ruff check --fix"], id="flag"),
        pytest.param("inv run-tests", ["ruff check", "pytest -m all"], id="dashes"),
        pytest.param("inv run_tests --marker=slow", ["ruff check", "pytest -m slow"], id="value"),
        pytest.param("inv run-tests -m slow", ["ruff check", "pytest -m slow"], id="short"),
        pytest.param("inv t", ["ruff check", "pytest -m all"], id="alias"),
        pytest.param("inv", ["ruff check", "pytest -m all"], id="default"),
        pytest.param("inv lint run-tests", ["ruff check", "pytest -m all"], id="once"),
        pytest.param(
            "inv both",
            [
                "ruff check",
                "mypy | masked by warn=True",
                "docs: make html | masked by no set -e",
                "docs: ls",
            ],
            id="warn-and-cd",
        ),
        pytest.param("inv --list", [], id="list-starts-nothing"),
        pytest.param("inv nope", ["inv nope"], id="unknown-stays"),
        pytest.param("poetry run invoke lint", ["ruff check"], id="poetry"),
    ],
)
def test_a_command_chooses_its_tasks(line: str, expected: list[str]) -> None:
    assert leaves(line, {"tasks.py": TASKS}) == expected


def test_tasks_are_found_in_the_folders_above() -> None:
    assert leaves("inv lint", {"tasks.py": TASKS, "src/x.py": ""}, cwd="src") == ["ruff check"]


def test_another_collection_is_read_when_it_is_named() -> None:
    assert leaves("inv -c ci lint", {"ci.py": TASKS}) == ["ruff check"]


def test_a_package_of_tasks_has_a_namespace_for_each_module() -> None:
    files = {
        "tasks/__init__.py": (
            "from invoke import Collection\nfrom . import checks\nfrom .docs import build_docs\n"
            "ns = Collection(build_docs)\nns.add_collection(checks)\n"
            "other = Collection('more')\nother.add_task(build_docs, name='again')\nns.add_collection(other)\n"
        ),
        "tasks/checks.py": "from invoke import task\n@task(default=True)\ndef code(c):\n    c.run('ruff check')\n",
        "tasks/docs.py": "from invoke import task\n@task\ndef build_docs(c):\n    c.run('mkdocs build')\n",
    }
    assert leaves("inv checks.code", files) == ["ruff check"]
    assert leaves("inv checks", files) == ["ruff check"]
    assert leaves("inv build-docs", files) == ["mkdocs build"]
    assert leaves("inv more.again", files) == ["mkdocs build"]


def test_a_task_may_call_another_as_a_function() -> None:
    text = "from invoke import task\n@task\ndef a(c):\n    b(c)\n\ndef b(c):\n    c.run('p')\n"
    (leaf,) = reached("inv a", {"tasks.py": text})
    assert (leaf.text, leaf.via) == ("p", ("inv a",))


def test_tasks_that_need_each_other_end() -> None:
    text = "from invoke import task\n@task\ndef a(c):\n    c.run('inv a')\n    c.run('p')\n"
    assert leaves("inv a", {"tasks.py": text}) == ["p"]
