"""Pipelines for one small project: right ones that differ, and faulty ones that look right."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from checker.workbook.specimens import FOLDER, SPECIMENS, STRICT

WORKFLOW = ".github/workflows/ci.yml"
_HEAD = """\
name: CI
on: [push, pull_request]
permissions:
  contents: read
"""
_JOB = """\
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - uses: actions/setup-python@v7
        with:
          python-version: "3.13"
"""
_INSTALL = "      - run: python -m pip install pytest ruff\n"
_LINT = "      - run: ruff check .\n"
_FORMAT = "      - run: ruff format --check .\n"
_TEST = "      - run: python -m pytest\n"


@dataclass(frozen=True)
class Pipeline:
    """Files that go on top of the project of the specimens."""

    name: str
    files: Mapping[str, str]
    is_right: bool
    leak: str = ""
    """The change that gets through, where one is known: `lint`, `format`, `test` or `import`."""

    def write(self, folder: Path) -> Path:
        """Write the project with this pipeline into a folder, and return it."""
        shutil.copytree(FOLDER / "project", folder, dirs_exist_ok=True)
        for path, text in self.files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            target.chmod(0o755 if text.startswith("#!") else 0o644)
        return folder


def pipelines() -> tuple[Pipeline, ...]:
    """Return all, the right ones first."""
    return (*_right(), *_faulty())


def _steps(*steps: str, head: str = _HEAD, job: str = _JOB) -> dict[str, str]:
    return {WORKFLOW: head + job + "".join(steps)}


def _run(*commands: str) -> str:
    return "      - run: |\n" + "".join(f"          {one}\n" for one in commands)


def _right() -> tuple[Pipeline, ...]:
    install = "      - run: python -m pip install {}\n".format
    found = {
        STRICT: {WORKFLOW: (FOLDER / f"{STRICT}.yml").read_text(encoding="utf-8")},
        "one step": _steps(_INSTALL, _run("ruff check .", "ruff format --check .", "python -m pytest")),
        "an echo behind": _steps(_INSTALL, _LINT, _FORMAT, '      - run: python -m pytest; echo "tested"\n'),
        "tee in bash": _steps(
            _INSTALL, _LINT, _FORMAT, "      - run: python -m pytest | tee report.txt\n        shell: bash\n"
        ),
        "pipefail": _steps(
            _INSTALL, _LINT, _FORMAT, _run("set -o pipefail", "python -m pytest | tee report.txt")
        ),
        "bash by default": _steps(
            _INSTALL, _LINT, _FORMAT, "      - run: python -m pytest | tee report.txt\n",
            head=_HEAD + "defaults:\n  run:\n    shell: bash\n",
        ),
        "tests in any case": _steps(
            _INSTALL, _LINT, _FORMAT, "      - if: ${{ !cancelled() }}\n        run: python -m pytest\n"
        ),
        "make": _steps(
            _INSTALL, "      - run: make check\n") | {
            "Makefile": "check: lint test\n\nlint:\n\truff check .\n\truff format --check .\n\ntest:\n\tpython -m pytest\n"},
        "tox": _steps(
            install("tox"), "      - run: tox run -e lint,py\n") | {
            "tox.ini": "[tox]\nskipsdist = true\nenvlist = lint, py\n\n[testenv]\ndeps = pytest\ncommands = pytest\n\n"
            "[testenv:lint]\ndeps = ruff\ncommands =\n    ruff check .\n    ruff format --check .\n"},
        "nox": _steps(
            install("nox"), "      - run: nox\n") | {
            "noxfile.py": '"""Sessions."""\n\nimport nox\n\n\n@nox.session\ndef lint(session):\n'
            '    """Lint."""\n    session.install("ruff")\n    session.run("ruff", "check", ".")\n'
            '    session.run("ruff", "format", "--check", ".")\n\n\n@nox.session\ndef tests(session):\n'
            '    """Test."""\n    session.install("pytest")\n    session.run("pytest")\n'},
        "uv": _steps(
            install("uv"), "      - run: uvx ruff check .\n", "      - run: uvx ruff format --check .\n",
            "      - run: uv run --with pytest pytest\n",
        ),
        "three files": {
            f".github/workflows/{name}.yml": _HEAD.replace("CI", name) + _JOB + _INSTALL + step
            for name, step in (("lint", _LINT), ("format", _FORMAT), ("test", _TEST))
        },
        "two jobs": _steps(
            _INSTALL, _LINT, _FORMAT,
            _JOB.replace("jobs:\n  check:", "  test:\n    needs: check"), _INSTALL, _TEST,
        ),
        "a matrix": _steps(
            _INSTALL, _LINT, _FORMAT, _TEST,
            job=_JOB.replace('"3.13"', "${{ matrix.python }}").replace(
                "    steps:", '    strategy:\n      matrix:\n        python: ["3.12", "3.13"]\n    steps:'
            ),
        ),
        "a reusable workflow": {
            WORKFLOW: _HEAD + "jobs:\n  all:\n    uses: ./.github/workflows/check.yml\n",
            ".github/workflows/check.yml": "on: workflow_call\n" + _JOB + _INSTALL + _LINT + _FORMAT + _TEST,
        },
        "an action of its own": {
            WORKFLOW: _HEAD + _JOB + "      - uses: ./.github/actions/check\n",
            ".github/actions/check/action.yml": "name: Check\ndescription: Lint and test.\nruns:\n  using: composite\n"
            "  steps:\n" + "".join(
                f"    - run: {one}\n      shell: bash\n"
                for one in ("python -m pip install pytest ruff", "ruff check .", "ruff format --check .", "python -m pytest")
            ),
        },
        "pre-commit": _steps(
            install("pre-commit pytest ruff"), "      - run: pre-commit run --all-files\n", _TEST,
        ) | {
            ".pre-commit-config.yaml": "repos:\n  - repo: local\n    hooks:\n"
            "      - {id: lint, name: lint, language: system, types: [python], entry: ruff check}\n"
            "      - {id: format, name: format, language: system, types: [python], entry: ruff format --check}\n",
        },
        "a script": _steps(
            _INSTALL, "      - run: ./check.sh\n") | {
            "check.sh": "#!/bin/sh\nset -eu\nruff check .\nruff format --check .\npython -m pytest\n"},
        "other tools": _steps(
            install("black flake8 pytest"), "      - run: flake8 --max-line-length 100 .\n",
            "      - run: black --check .\n", "      - run: pytest -q\n",
        ),
        "unittest": _steps(
            install("ruff"), _LINT, _FORMAT, "      - run: python -m unittest discover tests -t .\n") | {
            "tests/__init__.py": '"""Tests."""\n',
            "tests/test_basket.py": '"""Tests of the basket."""\n\nimport unittest\n\nfrom basket import most, weight\n\n\n'
            'class Basket(unittest.TestCase):\n    """A basket."""\n\n    def test_weight(self):\n        """Weigh."""\n'
            '        self.assertAlmostEqual(weight({"cranberry": 500}), 0.5)\n\n    def test_most(self):\n'
            '        """Count."""\n        self.assertEqual(most(["a", "b", "a"]), "a")\n',
        },
    }  # fmt: skip
    return tuple(Pipeline(name, files, is_right=True) for name, files in found.items())


def _faulty() -> tuple[Pipeline, ...]:
    leaks = {"exit_zero": "lint", "or_true": "lint", "rewrites": "format"}
    found: dict[str, tuple[str, dict[str, str]]] = {
        name: (
            leaks.get(name, "test"),
            {WORKFLOW: (FOLDER / f"{name}.yml").read_text(encoding="utf-8")},
        )
        for name in SPECIMENS
        if name != STRICT
    }
    found |= {
        "set +e": ("test", _steps(_INSTALL, _LINT, _FORMAT, _run("set +e", "python -m pytest", "echo tested"))),
        "or an echo": ("test", _steps(_INSTALL, _LINT, _FORMAT, '      - run: python -m pytest || echo "red"\n')),
        "or a colon": ("lint", _steps(_INSTALL, "      - run: ruff check . || :\n", _FORMAT, _TEST)),
        "in the background": ("test", _steps(_INSTALL, _LINT, _FORMAT, _run("python -m pytest &", "sleep 1"))),
        "an if around": (
            "test",
            _steps(_INSTALL, _LINT, _FORMAT, _run("if python -m pytest; then echo green; else echo red; fi")),
        ),
        "only collected": ("test", _steps(_INSTALL, _LINT, _FORMAT, "      - run: pytest --collect-only\n")),
        "only said": ("test", _steps(_INSTALL, _LINT, _FORMAT, '      - run: echo "python -m pytest"\n')),
        "continue, computed": (
            "test",
            _steps(_INSTALL, _LINT, _FORMAT, _TEST + "        continue-on-error: ${{ true }}\n"),
        ),
        "a job may fail": (
            "test",
            _steps(_INSTALL, _LINT, _FORMAT, _TEST, job=_JOB.replace("    steps", "    continue-on-error: true\n    steps")),
        ),
        "if, computed": (
            "test",
            _steps(_INSTALL, _LINT, _FORMAT, "      - if: ${{ false }}\n        run: python -m pytest\n"),
        ),
        "tests on main": (
            "test",
            _steps(_INSTALL, _LINT, _FORMAT, "      - if: github.ref == 'refs/heads/main'\n        run: python -m pytest\n"),
        ),
        "another branch": (
            "test",
            _steps(_INSTALL, _LINT, _FORMAT, _TEST,
                   head=_HEAD.replace("[push, pull_request]", "\n  push:\n  pull_request:\n    branches: [develop]")),
        ),
        "by hand": (
            "test",
            _steps(_INSTALL, _LINT, _FORMAT, _TEST, head=_HEAD.replace("[push, pull_request]", "workflow_dispatch")),
        ),
        "another folder": (
            "test",
            {".github/workflow/ci.yml": _HEAD + _JOB + _INSTALL + _LINT + _FORMAT + _TEST},
        ),
        "no tests": ("test", _steps(_INSTALL, _LINT, _FORMAT)),
        "no check of the format": ("format", _steps(_INSTALL, _LINT, _TEST)),
        "make forgives": (
            "lint",
            _steps(_INSTALL, "      - run: make check\n") | {
            "Makefile": "check:\n\t-ruff check .\n\truff format --check .\n\tpython -m pytest\n"},
        ),
        "make -i": (
            "test",
            _steps(_INSTALL, "      - run: make -i check\n") | {
            "Makefile": "check:\n\truff check .\n\truff format --check .\n\tpython -m pytest\n"},
        ),
        "tox forgives": (
            "lint",
            _steps("      - run: python -m pip install tox\n", "      - run: tox run -e lint,py\n") | {
            "tox.ini": "[tox]\nskipsdist = true\n\n[testenv]\ndeps = pytest\ncommands = pytest\n\n[testenv:lint]\n"
                   "deps = ruff\nignore_outcome = true\ncommands =\n    ruff check .\n    ruff format --check .\n"},
        ),
        "a script goes on": (
            "lint",
            _steps(_INSTALL, "      - run: ./check.sh\n") | {
            "check.sh": "#!/bin/sh\nruff check .\nruff format --check .\npython -m pytest\n"},
        ),
    }  # fmt: skip
    return tuple(
        Pipeline(name, files, is_right=False, leak=leak) for name, (leak, files) in found.items()
    )
