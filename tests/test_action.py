"""The action for students' own workflows: really run by act, and its last step by bash with every setting."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
HOMEWORK = ROOT / "solutions" / "homework"
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
SETUP_PYTHON = """\
# Stands in for actions/setup-python, which act would fetch from GitHub.
name: Set up Python
outputs:
  python-path:
    value: {python}
runs:
  using: composite
  steps:
    - run: "true"
      shell: bash
"""
WORKFLOW = """\
on: push
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - id: homework
        uses: ./
        with:
          path: homework
          only: CI1 CI2 LIB1
          fail-on: {fail}
          install: "{install}"
      - if: always()
        env:
          FACTS: ${{{{ toJSON(steps.homework) }}}}
          REPORT: ${{{{ steps.homework.outputs.json }}}}
        run: |
          printf '%s' "$FACTS" > "$SEEN/step.json"
          cp "$REPORT" "$SEEN/grade.json"
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="bash and act run POSIX shells here")


@pytest.fixture
def checker(tmp_path: Path) -> Path:
    """Return a folder with the command `checker`, as an installed grader has it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    command = folder / "checker"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m checker "$@"\n')
    command.chmod(0o755)
    return folder


@pytest.fixture
def work(tmp_path: Path) -> Path:
    shutil.copytree(HOMEWORK, tmp_path / "work")
    return tmp_path / "work"


def environment(checker: Path, **more: str) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")},
        "PATH": f"{checker}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
        **more,
    }


def act(
    folder: Path, homework: Path, outside: dict[str, str], **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run a student's workflow that uses the action; it finds the homework in `homework`."""
    repository, python = folder / "repository", folder / "setup-python"
    (folder / "seen").mkdir()
    shutil.copytree(homework, repository / "homework")
    flows = repository / ".github" / "workflows"
    flows.mkdir(parents=True)
    for name in (
        "action.yml",
        ".github/grade.sh",
        "constraints.txt",
        "pyproject.toml",
        "README.md",
    ):
        shutil.copy(ROOT / name, repository / name)
    for name in ("CHANGELOG.md", "LICENSE"):
        shutil.copy(ROOT / name, repository / name)
    for name in ("checker", "notebooks"):
        shutil.copytree(ROOT / name, repository / name)
    shutil.copytree(HOMEWORK, repository / "solutions" / "homework")
    (flows / "check.yml").write_text(WORKFLOW.format(**settings))
    python.mkdir()
    (python / "action.yml").write_text(SETUP_PYTHON.format(python=sys.executable))
    git = ["git", "-c", "user.name=me", "-c", "user.email=me@example.edu", "-C", str(repository)]
    for words in (("init", "-qb", "main"), ("add", "-A"), ("commit", "-qm", "Homework")):
        subprocess.run([*git, *words], check=True, capture_output=True)
    program = shutil.which("act")
    assert program
    command = [program, "push", "-P", "ubuntu-latest=-self-hosted", "--rm", "--no-cache-server"]
    command += ["--env", f"SEEN={folder / 'seen'}"]
    command += ["--local-repository", f"actions/setup-python@v7={python}"]
    return subprocess.run(
        command,
        cwd=repository,
        env={**outside, "XDG_CACHE_HOME": str(folder / "cache")},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


needs_act = pytest.mark.skipif(not shutil.which("act"), reason="act is not installed")


@pytest.mark.slow
@pytest.mark.oracle
@needs_act
@pytest.mark.parametrize(
    ("broken", "fail", "failed"),
    [(False, "not-met", False), (True, "not-met", True), (True, "never", False)],
    ids=["good homework", "broken homework", "broken homework that may be"],
)
def test_act_runs_the_action_in_a_students_workflow(
    broken: bool, fail: str, failed: bool, work: Path, checker: Path, tmp_path: Path
) -> None:
    if broken:
        (work / ".github/workflows/ci.yml").unlink()
    done = act(tmp_path, work, environment(checker), fail=fail, install="false")
    assert (done.returncode != 0) is failed, done.stdout + done.stderr
    step = json.loads((tmp_path / "seen/step.json").read_text())
    grade = json.loads((tmp_path / "seen/grade.json").read_text())
    points = 3 if broken else 7
    assert grade["points"] == points
    assert (step["outputs"]["points"], step["outputs"]["of"]) == (str(points), "7")
    assert step["outputs"]["outcome"] == ("not met" if broken else "met")
    assert step["outcome"] == ("failure" if failed else "success")
    assert ("::error title=CI1" in done.stdout) is broken
    assert "file=homework/.github/workflows/publish.yml" in done.stdout
    assert f"Summary - ## homework: {points} of 7" in done.stdout


@pytest.mark.slow
@pytest.mark.oracle
@needs_act
def test_the_action_installs_the_grader_into_a_python_of_its_own(
    work: Path, tmp_path: Path
) -> None:
    outside = {**environment(tmp_path), "PATH": "/usr/local/bin:/usr/bin:/bin"}
    del outside["PYTHONPATH"]
    done = act(tmp_path, work, outside, fail="not-met", install="true")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((tmp_path / "seen/grade.json").read_text())["points"] == 7


class Step:
    """The last step, run as a runner runs it."""

    def __init__(self, folder: Path, checker: Path, path: str = ".", **settings: str) -> None:
        temp = folder / "temp"
        temp.mkdir()
        summary, outputs = folder / "summary.md", folder / "outputs"
        summary.write_text("Of another step.\n")
        names = {name: str(value.get("default", "")) for name, value in ACTION["inputs"].items()}
        names |= {
            "path": path,
            **{name.replace("_", "-"): value for name, value in settings.items()},
        }
        inputs = {
            f"CHECKER_{name.upper().replace('-', '_')}": value for name, value in names.items()
        }
        work = folder / "work"
        work.mkdir(exist_ok=True)
        done = subprocess.run(
            ["bash", str(ROOT / ".github" / "grade.sh")],
            cwd=work,
            env=environment(
                checker,
                **inputs,
                RUNNER_TEMP=str(temp),
                GITHUB_RUN_ID="17",
                GITHUB_RUN_ATTEMPT="1",
                GITHUB_ACTION="__self",
                GITHUB_ACTION_PATH=str(ROOT),
                GITHUB_STEP_SUMMARY=str(summary),
                GITHUB_OUTPUT=str(outputs),
            ),
            capture_output=True,
            text=True,
            check=False,
        )
        self.status, self.log, self.errors = done.returncode, done.stdout, done.stderr
        self.summary = summary.read_text(encoding="utf-8")
        lines = outputs.read_text().splitlines() if outputs.exists() else []
        self.outputs = dict(line.split("=", 1) for line in lines)


def test_the_step_annotates_summarises_and_tells(work: Path, checker: Path, tmp_path: Path) -> None:
    (work / ".github/workflows/image.yml").unlink()
    step = Step(tmp_path, checker, only="CI1 IMG1")
    assert step.status == 1
    assert "::error title=IMG1::A pushed tag builds an image" in step.log
    assert step.summary.startswith("Of another step.\n## work: 2 of 5")
    assert (step.outputs["points"], step.outputs["of"]) == ("2", "5")
    assert Path(step.outputs["html"]).read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ({"only": "CI1"}, 0),
        ({"only": "CI1 CI5"}, 0),
        ({"only": "CI1 CI5", "fail_on": "incomplete"}, 3),
        ({"only": "CI1 CI5", "fail_on": "never"}, 0),
        ({"only": "CI1", "path": "tests"}, 1),
        ({"only": "CI1", "path": "tests", "fail_on": "incomplete"}, 1),
        ({"only": "CI1", "path": "tests", "fail_on": "never"}, 0),
        ({"only": "CI9"}, 2),
        ({"only": "CI9", "fail_on": "never"}, 2),
        ({"fail_on": "sometimes"}, 2),
        ({"rubric": "absent.yaml"}, 2),
        ({"path": "absent"}, 2),
        ({"path": "$(touch x)"}, 2),
        ({"path": "--help"}, 2),
    ],
    ids=str,
)
@pytest.mark.usefixtures("work")
def test_the_step_fails_when_it_was_asked_to(
    settings: dict[str, str], status: int, checker: Path, tmp_path: Path
) -> None:
    step = Step(tmp_path, checker, **settings)
    assert step.status == status, step.log + step.errors
    assert not (tmp_path / "work" / "x").exists()


def test_a_forgotten_checkout_is_told(checker: Path, tmp_path: Path) -> None:
    step = Step(tmp_path, checker)
    assert step.status == 2
    assert "actions/checkout@v7" in step.log


def test_every_input_is_handed_to_the_step_by_the_environment() -> None:
    (last,) = (step for step in ACTION["runs"]["steps"] if step.get("id") == "grade")
    assert "${{" not in last["run"]
    handed = set(re.findall(r"inputs\.([\w-]+)", json.dumps(ACTION["runs"])))
    assert handed == set(ACTION["inputs"])
    script = (ROOT / ".github" / "grade.sh").read_text(encoding="utf-8")
    for name in last["env"]:
        assert f"${name}" in script or name == "GITHUB_TOKEN"
