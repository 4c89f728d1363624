"""Faults planted in a project are caught by the gate they are for, or the proof says what lets them through."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from checker.cli.commands import checker
from checker.prove import FAULTS, Fault
from checker.prove.project import copied, read

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems")

HOMEWORK = Path(__file__).parents[1] / "solutions" / "homework"
MODULE = '''"""Sums."""

import math

SCALE = 2


def total(values: list[float]) -> float:
    """Return the sum of values."""
    return math.fsum(values) * SCALE / 2


class Box:
    """A box."""

    def volume(self, side: float) -> float:
        """Return the volume."""
        return side**3
'''
TESTS = '''"""Tests."""

import unittest

from sums import Box, total


class Sums(unittest.TestCase):
    """Tests of sums."""

    def test_total(self):
        """Sum."""
        self.assertEqual(total([1, 2]), 3)
        self.assertEqual(Box().volume(2), 8)
'''
CI = """
on: {{push: {{branches: [main]}}}}
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - name: Lint
        run: ruff check --select F,E,W . {lint}
      - name: Format
        run: ruff format --check .
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - name: Test
        run: python -m unittest test_sums
{more}
"""
RELEASE = """
  release:
    runs-on: ubuntu-latest
    steps:
      - run: twine upload dist/*
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made(tmp_path / "sums")


def made(folder: Path, *, lint: str = "", more: str = "", module: str = MODULE) -> Path:
    files = {
        "sums.py": module,
        "test_sums.py": TESTS,
        ".github/workflows/ci.yml": CI.format(lint=lint, more=more),
        ".gitignore": "secret.txt\n",
        "secret.txt": "not for a copy",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", "-b", "main"], cwd=folder, check=True)
    return folder


def proved(folder: Path, *options: str) -> tuple[int, dict[str, object]]:
    done = CliRunner().invoke(
        checker, ["prove", str(folder), "--yes", "--format", "json", *options]
    )
    assert done.stdout, done.stderr
    return done.exit_code, json.loads(done.stdout)


def states(told: dict[str, object]) -> dict[str, str]:
    faults = told["faults"]
    assert isinstance(faults, list)
    return {one["fault"]: one["state"] for one in faults}


@pytest.fixture(scope="module")
def homework(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("homework") / "homework"
    shutil.copytree(HOMEWORK, folder, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    return folder


def gates(folder: Path) -> set[str]:
    """Return the gates of the reference homework that a folder does not get through, the tools run as its CI does."""
    tools = {
        "lint": ["-m", "ruff", "check", "--no-cache", "."],
        "format": ["-m", "ruff", "format", "--no-cache", "--check", "."],
        "test": ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"],
        "types": ["-m", "mypy", "--cache-dir", os.devnull, "campfire"],
    }
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(folder)}
    return {
        gate
        for gate, words in tools.items()
        if subprocess.run(
            [sys.executable, *words], cwd=folder, env=environment, capture_output=True, check=False
        ).returncode
    }


@pytest.mark.slow
@pytest.mark.parametrize("fault", [*FAULTS, None], ids=[*(one.id for one in FAULTS), "nothing"])
def test_each_fault_trips_exactly_its_own_gate_of_the_reference_homework(
    homework: Path, tmp_path: Path, fault: Fault | None
) -> None:
    copy = tmp_path / "homework"
    shutil.copytree(homework, copy)
    if fault is None:
        assert gates(copy) == set()
        return
    found = read(copy).place(fault)
    assert found is not None
    path, planted = found
    (copy / path).write_text(planted.text, encoding="utf-8")
    changed = planted.text.splitlines()[planted.line - 1]
    assert changed not in (homework / path).read_text(encoding="utf-8").splitlines()
    if fault.id == "syntax":
        assert gates(copy) >= {"lint", "test"}
    elif fault.id == "undefined-name":
        assert gates(copy) - {"types"} == {"lint"}
    elif fault.id == "missing-module":
        assert gates(copy) - {"types"} == {"test"}
    else:
        assert gates(copy) == {fault.gate}


@pytest.mark.slow
def test_a_pipeline_with_gates_lets_nothing_through(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    status, told = proved(folder)
    assert told["baseline"] == {"workflows": 1, "failing": []}
    assert states(told) == {
        one.id: "no gate" if one.gate == "types" else "caught" for one in FAULTS
    }
    assert status == 0
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    faults = {one["fault"]: one for one in told["faults"]}  # type: ignore[attr-defined]
    assert faults["format"]["caught_by"] == ["check: Format"]
    assert faults["failing-test"]["caught_by"] == ["test: Test"]
    assert (faults["failing-test"]["file"], faults["failing-test"]["line"]) == ("test_sums.py", 16)


@pytest.mark.slow
def test_a_linter_whose_failure_does_not_count_lets_its_fault_through(tmp_path: Path) -> None:
    folder = made(tmp_path / "sums", lint="|| true")
    status, told = proved(folder, "--fault", "unused-import", "--fault", "failing-test")
    assert states(told) == {"unused-import": "passes", "failing-test": "caught"}
    assert status == 1
    done = CliRunner().invoke(checker, ["prove", str(folder), "--yes", "--fault", "unused-import"])
    assert "an import nobody uses  ✗  got through (sums.py:10)" in done.stdout
    assert "1 of 1 faults got through a gate that is there for them." in done.stdout


@pytest.mark.slow
def test_what_waits_for_pushes_stops_no_pull_request(folder: Path) -> None:
    options = ("--event", "pull-request", "--fault", "failing-test")
    status, told = proved(folder, *options)
    assert (status, told["baseline"]) == (3, {"workflows": 0, "failing": []})
    ci = folder / ".github" / "workflows" / "ci.yml"
    ci.write_text(
        ci.read_text(encoding="utf-8").replace(
            "branches: [main]}", "branches: [main]}, pull_request: "
        )
    )
    status, told = proved(folder, *options)
    assert (status, states(told)) == (0, {"failing-test": "caught"})


@pytest.mark.slow
def test_a_gate_on_pushes_alone_is_none_for_a_pull_request(tmp_path: Path) -> None:
    folder = made(tmp_path / "sums")
    ci = folder / ".github" / "workflows" / "ci.yml"
    text = ci.read_text(encoding="utf-8").replace(
        "branches: [main]}", "branches: [main]}, pull_request: "
    )
    ci.write_text(
        text.replace("name: Test\n", "name: Test\n        if: github.event_name == 'push'\n")
    )
    assert states(proved(folder, "--fault", "failing-test")[1]) == {"failing-test": "caught"}
    options = ("--event", "pull-request", "--fault", "failing-test")
    assert states(proved(folder, *options)[1]) == {"failing-test": "no gate"}


@pytest.mark.slow
def test_a_project_that_fails_as_it_is_is_told_so(tmp_path: Path) -> None:
    folder = made(tmp_path / "sums", module=MODULE.replace("* SCALE / 2", "* SCALE"))
    status, told = proved(folder)
    assert (status, told["faults"]) == (3, [])
    assert told["baseline"] == {"workflows": 1, "failing": ["test: Test"]}


@pytest.mark.slow
def test_a_job_that_publishes_is_never_run(tmp_path: Path) -> None:
    folder = made(tmp_path / "sums", more=RELEASE)
    status, told = proved(folder, "--fault", "unused-import")
    assert (status, told["left_out"]) == (0, [".github/workflows/ci.yml: release"])
    assert states(told) == {"unused-import": "caught"}


@pytest.mark.slow
def test_a_script_can_be_started_in_the_copy_too(folder: Path) -> None:
    script = folder / "check.sh"
    script.write_text("#!/bin/sh\nset -eu\npython -m unittest test_sums\n", encoding="utf-8")
    script.chmod(0o755)
    ci = folder / ".github" / "workflows" / "ci.yml"
    text = ci.read_text(encoding="utf-8").replace(
        "run: python -m unittest test_sums", "run: ./check.sh"
    )
    ci.write_text(text, encoding="utf-8")
    status, told = proved(folder, "--fault", "failing-test")
    assert (status, states(told)) == (0, {"failing-test": "caught"})


def test_a_copy_has_what_git_would_keep(folder: Path) -> None:
    names = {path for path, _ in copied(read(folder))}
    assert names == {"sums.py", "test_sums.py", ".gitignore", ".github/workflows/ci.yml"}


def test_nothing_runs_before_somebody_agreed(folder: Path) -> None:
    done = CliRunner().invoke(checker, ["prove", str(folder)])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "with your own projects only" in done.stderr
    assert "add --yes" in done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["nowhere"], "there is no folder 'nowhere'"),
        (["."], "has no workflows in .github/workflows"),
        ([".", "--fault", "x"], "there is no fault 'x'; the faults are: syntax, unused-import"),
    ],
)
def test_what_cannot_be_proved_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(checker, ["prove", "--yes", *options])
    assert done.exit_code == 2
    assert said in done.stderr


@pytest.mark.parametrize("fault", FAULTS, ids=[one.id for one in FAULTS])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "x = 1\n",
        "def f(): return 1\n",
        "def f(:\n",
        "\0",
        "async def f():\n    pass\n",
        '"""Only words."""\n',
    ],
    ids=["empty", "no function", "one line", "broken", "binary", "async", "docstring"],
)
def test_a_file_without_a_place_is_left_alone(fault: Fault, text: str) -> None:
    planted = fault.plant(text)
    assert planted is None or planted.text != text
