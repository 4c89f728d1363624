"""Programs that start another, and the one spelling that a command is brought to."""

from __future__ import annotations

import pytest

from checker.actions.command import Command
from checker.actions.recipes import started
from checker.services.repository import Folder
from tests.descents import leaves, reached


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("uv run pytest -q", "pytest -q"),
        ("uv run --frozen --with x --group dev --python 3.12 --extra y --no-sync pytest", "pytest"),
        ("uv run -p 3.12 --isolated -- pytest", "pytest"),
        ("uv run --with=x -m pytest tests", "pytest tests"),
        ("uv run python -m pytest", "pytest"),
        ("uv run script.py a", "python script.py a"),
        ("uv --quiet run pytest", "pytest"),
        ("uv run --directory sub pytest", "sub: pytest"),
        ("uv tool run ruff@0.5 check", "ruff check"),
        ("uvx ruff@latest check", "ruff check"),
        ("uvx --from build pyproject-build", "pyproject-build"),
        ("uvx --python 3.12 black --check .", "black --check ."),
        ("pipx run black==24.1 .", "black ."),
        ("pipx run --spec twine twine upload x", "twine upload x"),
        ("pipx run build", "python -m build"),
        ("npx --yes prettier@3 --check .", "prettier --check ."),
        ("npx @scope/tool@1 x", "@scope/tool x"),
        ("npx -c 'eslint .'", "eslint ."),
        ("bunx eslint .", "eslint ."),
        ("npm exec -- eslint .", "eslint ."),
        ("pnpm dlx eslint .", "eslint ."),
        ("conda run -n dev --no-capture-output pytest", "pytest"),
        ("micromamba run -n dev pytest", "pytest"),
        ("coverage run -m pytest -q", "pytest -q"),
        ("coverage run --source=src --branch -m unittest discover", "python -m unittest discover"),
        ("coverage run manage.py test", "python manage.py test"),
        ("coverage report", "coverage report"),
        ("python -m coverage run -m pytest", "pytest"),
        ("uv build", "uv build"),
        ("uv publish", "uv publish"),
        ("poetry run python -m coverage run -m pytest", "pytest"),
    ],
)
def test_a_runner_gives_way_to_what_it_runs(line: str, expected: str) -> None:
    assert leaves(line, {}) == [expected]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("python -m pytest -q", "pytest -q"),
        ("python3.11 -W error -X dev -u -I -B -m pytest", "pytest"),
        ("py -3 -m pytest", "pytest"),
        (".venv/bin/python -m pytest", "pytest"),
        ("/usr/bin/python3 -m pip install .", "pip install ."),
        (".venv/bin/pytest -q", "pytest -q"),
        ("venv/Scripts/pytest.exe", "pytest"),
        ("python -m twine upload dist/*", "twine upload dist/*"),
        ("python3 -m build --wheel", "python -m build --wheel"),
        ("python -m unittest discover", "python -m unittest discover"),
        ("python -bb -m pytest", "pytest"),
        ("python -m pre_commit install", "pre-commit install"),
        ("⟦env.PY⟧ -m pytest", "pytest"),
        ("⟦prefix⟧pytest -q", "pytest -q"),
        ("sudo -E env A=1 pytest", "pytest"),
        ("timeout -k 5 60 pytest", "pytest"),
        ("xvfb-run -a pytest", "pytest"),
        ("time pytest", "pytest"),
        ("python setup.py sdist bdist_wheel", "python setup.py sdist bdist_wheel"),
        ("python --version", "python --version"),
    ],
)
def test_a_command_has_one_spelling(line: str, expected: str) -> None:
    assert leaves(line, {}) == [expected]


@pytest.mark.parametrize("argv", [(), ("pytest",), ("ls", "-l"), ("docker", "push", "x")])
def test_a_command_that_launches_nothing_is_returned_unchanged(argv: tuple[str, ...]) -> None:
    command = Command(argv, line=7, cwd="a", env={"A": "1"}, masked="|| true", when="w", via=("v",))
    assert started(command, Folder({})) == (command,)


def test_what_surrounds_a_launcher_holds_for_what_it_starts() -> None:
    files = Folder({"Makefile": "t:\n\t-pytest\n\tif [ -n '$(X)' ]; then mypy; fi\n"})
    outer = Command(("make", "t"), line=3, masked="|| true", when="w", via=("v",), env={"X": "⟦x⟧"})
    first, second = started(outer, files)
    assert (first.line, first.masked, first.when, first.via) == (3, "|| true", "w", ("v", "make t"))
    assert second.when.startswith("w and ")


def test_a_module_of_the_repository_is_no_tool() -> None:
    files = {"scripts/lint.py": "import subprocess\nsubprocess.check_call(['ruff', 'check'])\n"}
    assert leaves("python -m scripts.lint", files) == ["ruff check"]
    assert leaves("python -m train", {"train.py": "print(1)\n"}) == ["python -m train"]


def test_variables_before_a_program_reach_it() -> None:
    (leaf,) = reached("env A=1 pytest", {})
    assert dict(leaf.env) == {"A": "1"}
