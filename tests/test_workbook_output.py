from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import psutil
import pytest

from checker.workbook.proving import proved, told
from checker.workbook.refusal import WorkbookError
from checker.workbook.shell import run
from checker.workbook.simulating import refusals, would
from checker.workbook.steady import steady

CI = """
on:
  push: {branches: [main], tags: ["v*"]}
jobs:
  test: {runs-on: ubuntu-latest, steps: [{run: pytest}]}
  deploy:
    needs: test
    if: vars.DEPLOY == 'yes'
    runs-on: ubuntu-latest
    steps: [{run: echo deployed}]
"""


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("[main (root-commit) 1234567] Begin", "[main (root-commit) ⟨hash⟩] Begin"),
        ("1234567 A commit", "⟨hash⟩ A commit"),
        ("* 0a1b2c3 A commit", "* ⟨hash⟩ A commit"),
        ("   1111111..2222222  main -> main", "   ⟨hash⟩..⟨hash⟩  main -> main"),
        ("commit " + "a1" * 20, "commit ⟨hash⟩"),
        ("digest: sha256:" + "0a" * 32, "digest: sha256:⟨hash⟩"),
        ("Date:   Sat Nov 28 19:46:04 2026 +0000", "Date:   ⟨time⟩"),
        ("Sat Nov 28 19:46:04 UTC 2026", "⟨time⟩"),
        ("Sat, 28 Nov 2026", "⟨time⟩"),
        ("2026-11-28T19:46:04.123Z ok", "⟨time⟩ ok"),
        ("released 2026-11-28", "released ⟨date⟩"),
        ("5 passed in 0.12s", "5 passed in ⟨duration⟩"),
        ("=" * 30 + " 5 passed in 1.2s " + "=" * 31, "=" * 10 + " 5 passed in ⟨duration⟩ " + "=" * 10),
        ("platform linux -- Python 3.11.7, pytest-9.2.0", "platform ⟨machine⟩"),
        ("http://127.0.0.1:51179/simple/", "http://index/simple/"),
        ("http://127.0.0.1:4444/x", "http://127.0.0.1:⟨port⟩/x"),
        ("/home/me/work/homework/app.py:3", "homework/app.py:3"),
        ("/home/me/work/homework2", "⟨work⟩/homework2"),
        ("/tmp/tmpab12/x.whl", "⟨folder⟩"),  # noqa: S108
        ("Downloading x.whl (12.5 kB)", "Downloading x.whl (⟨size⟩)"),
        ("\x1b[32mgreen\x1b[0m", "green"),
        ("10%\r50%\rdone", "done"),
        ("<obj at 0x7f31fb9d9710>", "<obj at ⟨address⟩>"),
        ("token is campus_secret", "token is ***"),
    ],
)  # fmt: skip
def test_what_differs_from_run_to_run_is_a_word(line: str, shown: str) -> None:
    places = {
        "127.0.0.1:51179": "index",
        "/home/me/work/homework": "homework",
        "/home/me/work": "⟨work⟩",
    }
    assert steady(line, places, ["campus_secret"]) == shown


@pytest.mark.parametrize(
    "line",
    [
        "12 files changed, 3 insertions(+)",
        "pytest-9.2.0 and ruff 0.17.6",
        "deadbeef and facade are words",
        "campfire/table.py:12:5: E501 Line too long (101 > 100)",
        "see README.md; 1234567 rows",
        "Collecting hatchling<2,>=1.33",
    ],
)
def test_what_is_the_same_everywhere_is_left_alone(line: str) -> None:
    assert steady(line, {}, [""]) == line


def test_lines_that_only_show_progress_are_left_out() -> None:
    assert steady("a\n ━━━━━━━━ 12/12 kB\nb", {}) == "a\nb"


def test_a_command_has_its_status_and_both_outputs(tmp_path: Path) -> None:
    ended = run("echo out; echo err >&2; echo $WHO; exit 3", tmp_path, {"WHO": "me"}, 60)
    assert (ended.status, ended.text, ended.timed_out) == (3, "out\nerr\nme\n", False)


def test_a_command_that_leaves_something_running_does_not_keep_anybody_waiting(
    tmp_path: Path,
) -> None:
    ended = run("sleep 600 & echo $!", tmp_path, {}, 60)
    assert ended.status == 0
    assert not psutil.pid_exists(pid := int(ended.text)) or (
        psutil.Process(pid).status() == psutil.STATUS_ZOMBIE  # nobody has buried it yet
    )


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="there is no folder gone"):
        run("true", tmp_path / "gone", {}, 60)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "ci.yml").write_text(CI)
    return tmp_path


def asked(folder: Path, event: str) -> object:
    return would(folder, event, branch="feature", tag="v1.2.3", repository="me/homework")


def test_the_simulator_says_of_each_job_whether_it_would_run(project: Path) -> None:
    pushed = asked(project, "push")
    assert pushed == {".github/workflows/ci.yml": {"test": "yes", "deploy": "depends"}}
    assert pushed["ci.yml"]["test"] == "yes"
    assert "vars.DEPLOY" in pushed.reason("ci.yml", "deploy")
    assert pushed.runs
    other = asked(project, "branch-push")
    assert other["ci.yml"] == {"test": "no", "deploy": "no"}
    assert "main" in other.reason("ci.yml")
    assert not other.runs
    assert "–  ci.yml  test" in other._repr_mimebundle_()["text/plain"]
    with pytest.raises(WorkbookError, match="there is no event 'pushes'"):
        asked(project, "pushes")


def test_a_file_that_github_refuses_runs_nothing_and_says_why(project: Path) -> None:
    (project / ".github" / "workflows" / "ci.yml").write_text("on: push\njobs: {a: {}}\n")
    found = asked(project, "push")
    assert found == {".github/workflows/ci.yml": {"a": "no"}}
    assert "runs-on" in found.reason("ci.yml", "a")
    [(file, why)] = refusals(project).items()
    assert (file, "line 2" in why) == (".github/workflows/ci.yml", True)


@pytest.mark.slow
@pytest.mark.parametrize(("ending", "state"), [("", "caught"), (" || true", "passes")])
def test_faults_are_planted_in_a_copy_and_run(project: Path, ending: str, state: str) -> None:
    flow = project / ".github" / "workflows" / "ci.yml"
    flow.write_text(
        f"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
        f"      - uses: actions/checkout@v7\n      - name: Lint\n        run: {sys.executable} -m ruff check .{ending}\n"
    )
    (project / "app.py").write_text(
        '"""An app."""\n\n\ndef one() -> int:\n    """Return 1."""\n    return 1\n'
    )
    found = proved(project, ["unused-import"], {})
    assert [one.state for one in found.outcomes] == [state]
    words = {state: "so it is"}
    assert "so it is" in told(found, words, {"unused-import": "a useless import"}).text
    with pytest.raises(WorkbookError, match="there is no fault 'nothing'"):
        proved(project, ["nothing"], {})


@pytest.mark.slow
def test_the_reference_homework_reaches_an_installed_package(tmp_path: Path) -> None:
    root = Path(__file__).parents[1]
    words = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(tmp_path),
        str(root),
    ]
    subprocess.run(words, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(tmp_path / "installed")
    code = (
        "from checker.workbook import homework; from pathlib import Path;"
        f" found = homework.reference(); assert found.is_relative_to({str(tmp_path)!r}), found;"
        " made = homework.prepare(Path('hw'), 'petrov_ivan', 10);"
        " print(sorted(str(one.relative_to(made)) for one in made.rglob('*') if one.is_file() and '.git' not in one.parts))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed")},
        check=True,
        capture_output=True,
        text=True,
    )
    for path in (
        "campfire/table.py",
        "tests/berries.csv",
        ".github/workflows/image.yml",
        ".gitignore",
        "Dockerfile",
    ):
        assert repr(path) in done.stdout
