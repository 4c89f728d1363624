"""The reference homework is good work, and each faulty variant fails for its own reason."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from checker import grade
from checker.rubric.verdict import Outcome
from solutions.variants import FAULTY, REFERENCE, variants, write_reference

CONFIGURED = ("CI1", "CI2", "CI3", "CI4", "LIB1", "LIB2", "LIB3", "IMG1", "IMG2", "IMG3")
WORKFLOWS = sorted(REFERENCE.glob(".github/workflows/*.yml"))
VARIANTS = {variant.name: variant for variant in variants()}


def run(folder, *command):
    """Run a command of this Python's environment in a folder; return its exit status and output."""
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def reference(tmp_path):
    return write_reference(tmp_path / "homework")


def unmet(path):
    lines = [line for item in grade(path).items for line in item.lines]
    return tuple(line.criterion.id for line in lines if line.verdict.outcome is Outcome.NOT_MET)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("ruff", "check", "--no-cache", "."), id="lint"),
        pytest.param(("ruff", "format", "--check", "--no-cache", "."), id="format"),
        pytest.param((sys.executable, "-m", "pytest", "-p", "no:cacheprovider"), id="test"),
    ],
)
def test_the_commands_of_its_ci_pass(reference, command):
    status, output = run(reference, *command)
    assert status == 0, output


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_its_workflows_are_valid(workflow, tmp_path):
    for command in (
        ("actionlint", "-no-color", str(workflow)),
        ("act", "--validate", "--strict", "--workflows", str(workflow)),
    ):
        status, output = run(tmp_path, *command)
        assert status == 0, output


@pytest.mark.slow
def test_its_library_can_be_built(reference, tmp_path):
    status, output = run(reference, sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path)
    assert status == 0, output
    wheel = next(tmp_path.glob("*.whl"))
    assert "campfire/centroids.py" in zipfile.ZipFile(wheel).namelist()


def test_it_meets_everything_that_files_can_show(reference):
    judged = grade(reference)
    outcomes = {line.criterion.id: line.verdict.outcome for line in judged.lines}
    assert {id: outcomes[id] for id in CONFIGURED} == dict.fromkeys(CONFIGURED, Outcome.MET)
    assert set(outcomes.values()) == {Outcome.MET, Outcome.UNKNOWN}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_costs_exactly_its_own_criteria(name, tmp_path):
    variant = VARIANTS[name]
    assert unmet(variant.write(tmp_path)) == variant.unmet


def test_no_two_variants_fail_for_the_same_reason():
    assert len({variant.unmet for variant in VARIANTS.values()}) == len(VARIANTS) == 5


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_keeps_only_files_that_differ(name):
    overlay = FAULTY / name / "files"
    for file in (path for path in overlay.rglob("*") if path.is_file()):
        assert file.read_bytes() != (REFERENCE / file.relative_to(overlay)).read_bytes(), file


def test_the_wrong_folder_comes_with_the_command_that_mends_it(tmp_path):
    judged = grade(VARIANTS["wrong_folder"].write(tmp_path))
    said = " ".join(notice.text + notice.advice for notice in judged.notices)
    assert "git mv project/.github/workflows .github/workflows" in said
