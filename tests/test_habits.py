"""What the repository promises its developers: one set of checks, a Makefile that does no harm."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent

needs_make = pytest.mark.skipif(os.name == "nt", reason="the Makefile is for POSIX systems")


def read_yaml(path):
    return yaml.load((ROOT / path).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - it makes strings only


def makefile():
    return (ROOT / "Makefile").read_text(encoding="utf-8")


def recipe(target):
    found = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", makefile(), re.MULTILINE)
    return [line.strip().lstrip("@") for line in found[1].splitlines()]


def test_pre_commit_runs_what_make_lint_runs():
    lint = [
        line.replace("$(BIN)", ".venv/bin").replace(" $(WORKFLOWS)", "") for line in recipe("lint")
    ]
    hooks = [
        hook["entry"]
        for repo in read_yaml(".pre-commit-config.yaml")["repos"]
        for hook in repo["hooks"]
    ]
    assert hooks == lint


def test_pre_commit_lints_the_workflows_that_make_lints():
    patterns = re.search(r"^WORKFLOWS = (.*)$", makefile(), re.MULTILINE)[1].split()
    made = {
        path.relative_to(ROOT).as_posix() for pattern in patterns for path in ROOT.glob(pattern)
    }
    hooks = read_yaml(".pre-commit-config.yaml")["repos"][0]["hooks"]
    files = next(hook["files"] for hook in hooks if hook["id"] == "actionlint")
    assert made
    assert {path for path in made if re.search(files, path)} == made


def test_ci_runs_make_lint():
    steps = read_yaml(".github/workflows/ci.yml")["jobs"]["lint"]["steps"]
    assert "make lint" in [step.get("run") for step in steps]


def test_ci_tests_every_python_that_the_package_names():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [text.rpartition(" ")[2] for text in project["classifiers"] if "Python :: 3." in text]
    matrix = read_yaml(".github/workflows/ci.yml")["jobs"]["test"]["strategy"]["matrix"]
    assert matrix["python"] == named


def test_constraints_are_names_and_versions_only():
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; [^/]+)?", line), line


@needs_make
def test_make_alone_lists_every_task():
    outside = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    outside.pop("MFLAGS", None)  # as if no other make had started the tests
    done = subprocess.run(
        ["make"], cwd=ROOT, env=outside, capture_output=True, text=True, check=True
    )
    listed = done.stdout
    targets = re.search(r"^\.PHONY: (.*)$", makefile(), re.MULTILINE)[1].split()
    assert {line.split()[0] for line in listed.splitlines()[1:]} == set(targets) - {"environment"}


@pytest.fixture
def checkout(tmp_path):
    """Give a folder with what `make setup` reads, and no Python that could be installed into."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt", ".ci/venv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def set_up(checkout, *arguments, path=os.environ["PATH"]):
    command = [shutil.which("sh"), ".ci/venv", ".venv", *arguments]
    return subprocess.run(
        command, cwd=checkout, env={"PATH": path}, capture_output=True, text=True, check=False
    )


@needs_make
def test_a_foreign_environment_is_left_alone(checkout):
    (checkout / ".venv").mkdir()
    (checkout / ".venv/theirs.txt").write_text("keep", encoding="utf-8")
    done = set_up(checkout)
    assert done.returncode != 0
    assert "was not made by make" in done.stderr
    assert [path.name for path in (checkout / ".venv").iterdir()] == ["theirs.txt"]


@needs_make
def test_an_environment_whose_python_is_gone_is_named(checkout):
    (checkout / ".venv").mkdir()
    (checkout / ".venv/.made-by-make").touch()
    assert "the Python of .venv is gone" in set_up(checkout).stderr


@needs_make
def test_a_python_that_is_none_is_refused_before_anything_is_made(checkout):
    done = set_up(checkout, "no-such-python")
    assert "PYTHON=no-such-python is no Python 3.11 or newer" in done.stderr
    assert not (checkout / ".venv").exists()


@needs_make
def test_without_any_python_one_sentence_says_so(checkout, tmp_path):
    tools = tmp_path / "tools"
    tools.mkdir()
    done = set_up(checkout, path=str(tools))
    assert done.returncode != 0
    assert done.stderr.count("\n") == 1
    assert "no Python 3.11 or newer was found" in done.stderr


@needs_make
def test_an_environment_that_is_up_to_date_is_not_installed_again(checkout):
    (checkout / ".venv/bin").mkdir(parents=True)
    (checkout / ".venv/bin/python").symlink_to(sys.executable)
    (checkout / ".venv/.made-by-make").touch()
    (checkout / ".venv/.installed").write_text(f"{checkout.resolve()}\n", encoding="utf-8")
    done = set_up(checkout)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@needs_make
def test_an_environment_of_a_moved_repository_is_named(checkout):
    (checkout / ".venv/bin").mkdir(parents=True)
    (checkout / ".venv/bin/python").symlink_to(sys.executable)
    (checkout / ".venv/.made-by-make").touch()
    (checkout / ".venv/.installed").write_text("/elsewhere\n", encoding="utf-8")
    assert "has been moved" in set_up(checkout).stderr
