"""A student's whole way on a campus through the Lab: join, push, pull request, merge, tag, grade."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.workbook import Lab, texts
from checker.workbook.refusal import WorkbookError
from tests.samples_workbook import SLUG, sample

__all__ = ["sample"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems"),
]

Capture = pytest.CaptureFixture[str]

CI = """
name: CI
on:
  push:
  pull_request:
  workflow_dispatch:
    inputs:
      who:
        default: nobody
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - name: Greet
        run: echo "hello ${{ inputs.who || 'world' }}" && test ! -f broken
      - name: Count
        env: {WORD: "${{ secrets.WORD }}"}
        run: echo "$WORD has ${#WORD} letters"
  after:
    needs: check
    runs-on: ubuntu-latest
    steps:
      - run: echo after
"""


@pytest.fixture
def lab(sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """The sample lesson with a campus of its own, which is not up yet."""
    from checker.campus.place import Place
    from checker.campus.supervisor import end

    for language in texts.LANGUAGES:
        file = texts.FOLDER / language / f"{SLUG}.toml"
        file.write_text('parts = ["forge", "runner"]\n' + file.read_text("utf-8"), "utf-8")
    monkeypatch.setenv("CHECKER_CAMPUS", str(tmp_path / "campus"))
    yield Lab(SLUG, "en", edition=2)
    end(Place.open(tmp_path / "campus"))


def test_a_student_pushes_proposes_merges_tags_and_is_graded(lab: Lab, capsys: Capture) -> None:
    lab.join("Иванова Анна")
    assert (
        capsys.readouterr().out == "You are ivanova_anna (Иванова Анна).\n"
    )  # no address: notebooks are being built
    lab.write(".github/workflows/ci.yml", CI)
    lab.secret("WORD", "gooseberry")
    pushed = lab.push("Begin")
    assert pushed.succeeded
    [run] = pushed
    assert (run.name, run.event, run.file) == ("CI", "push", ".github/workflows/ci.yml")
    assert {job.id: job.needs for job in run.jobs} == {"check": (), "after": ("check",)}
    assert "hello world" in pushed.log("check", "Greet")
    assert "*** has 10 letters" in pushed.log("check", "Count")
    first, last = run.jobs
    assert all(step.started >= first.started for step in first.steps)
    assert any(step.seconds for step in first.steps)
    assert last.started >= first.started + first.seconds
    with pytest.raises(WorkbookError, match=r"no job is called 'deploy'; there is check, after"):
        pushed.log("deploy")
    shown = capsys.readouterr().out
    assert (
        "✓ CI · push · success\n  ✓ check\n    ✓ Run actions/checkout@v7\n    ✓ Greet\n    ✓ Count\n"
        in shown
    )

    lab.write("broken", "x")
    pull = lab.pull_request("A change", branch="change")
    assert (pull.number, pull.runs[0].event, pull.runs.succeeded) == (1, "pull_request", False)
    assert "Pull request 1 is open." in capsys.readouterr().out
    (lab.homework / "broken").unlink()
    assert (
        lab.pull_request("A change", branch="change").number == 1
    )  # the same one, with another commit
    merged = lab.merge(pull.number)
    assert [(one.event, one.conclusion) for one in merged] == [("push", "success")]
    assert lab.tag("v1.0.0")[0].event == "push"
    assert lab.tag("v1.0.0").succeeded  # once more: nothing new, and no error
    assert lab.dispatch("ci.yml", {"who": "me"}).log("check", "Greet").count("hello me")
    assert lab.runs("HEAD").succeeded

    capsys.readouterr()
    found = lab.grade("CI")
    assert [line.criterion.id for line in found.unmet] == ["CI1", "CI2", "CI3", "CI4", "CI5"]
    assert "✗  CI1  0/2" in capsys.readouterr().out

    lab.write("notes.md", "more")
    lab.push("More")
    with pytest.raises(WorkbookError, match="stands on an earlier commit"):
        lab.tag("v1.0.0")

    token = lab.variables["CHECKER_GITHUB_TOKEN"]
    capsys.readouterr()
    done = lab.sh("git remote -v; echo $CHECKER_GITHUB_TOKEN; git log --oneline; git push; pwd")
    assert done.status == 0
    printed = capsys.readouterr().out
    assert "origin\thttp://ivanova_anna@forge/ivanova_anna/homework.git (push)" in printed
    assert "⟨hash⟩ More\n" in printed
    assert token not in printed
    assert not any(
        token in file.read_text("utf-8", "replace")
        for file in lab.work.root.rglob("*")
        if file.is_file()
    )


def test_a_new_folder_takes_up_the_repository_that_is_there(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.write(".github/workflows/ci.yml", CI)
    assert lab.push("Begin").succeeded
    monkeypatch.setenv("CHECKER_WORK", str(tmp_path / "elsewhere"))
    again = Lab(SLUG, "ru", edition=2)
    again.write("notes.md", "from elsewhere")
    again.push("More")
    log = subprocess.run(
        ["git", "log", "--format=%s"],
        cwd=again.homework,
        check=True,
        capture_output=True,
        text=True,
    )
    assert log.stdout.split() == ["More", "Begin"]


def test_a_pull_request_can_be_the_first_that_a_repository_gets(lab: Lab, capsys: Capture) -> None:
    lab.write(".github/workflows/ci.yml", CI)
    pull = lab.pull_request("Everything", branch="all")
    assert pull.number == 1
    assert {(run.event, run.conclusion) for run in pull.runs} == {
        ("push", "success"),
        ("pull_request", "success"),
    }
    log = lab.sh("git ls-tree -r --name-only origin/main; git log --format=%s origin/main")
    assert log.text.split() == ["README.md", "Begin"]  # the default branch starts nothing


def test_a_workflow_that_is_none_is_told_with_its_line(lab: Lab, capsys: Capture) -> None:
    lab.write(".github/workflows/bad.yml", "on: push\njobs:\n  a: {}\n")
    assert not lab.push("Begin").succeeded
    printed = capsys.readouterr().out
    assert (
        "✗ .github/workflows/bad.yml · push · failure\n  .github/workflows/bad.yml: line 3"
        in printed
    )


def test_a_lesson_that_needs_more_parts_gets_them(lab: Lab, tmp_path: Path) -> None:
    from dataclasses import replace

    from checker.campus.place import Place
    from checker.campus.supervisor import running

    assert lab.variables["CAMPUS_FORGE"]
    place = Place.open(tmp_path / "campus")
    before = running(place)
    assert set(before) == {"", "forge", "runner"}
    assert lab.variables
    assert running(place) == before  # once it is up it is left alone
    more = replace(lab.practice, parts=("index",))
    assert "index" in more.campus.running
    assert set(running(place)) == {"", "forge", "runner", "index"}


def test_what_the_campus_cannot_do_is_said_in_one_line(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    monkeypatch.setenv("CHECKER_CAMPUS", str(tmp_path / "full"))
    with pytest.raises(WorkbookError, match="holds other files"):
        lab.push("Begin")
    monkeypatch.setenv("CHECKER_CAMPUS", str(tmp_path / "campus"))
    monkeypatch.setitem(sys.modules, "checker.campus.place", None)
    with pytest.raises(WorkbookError, match=r"pip install 'ml-cicd-workbook\[campus\]'"):
        lab.push("Begin")
    assert [one.name for one in (tmp_path / "full").iterdir()] == ["x"]
